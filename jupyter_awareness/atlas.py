"""Which documents are open on this server: their paths here, and their names on all servers.

Ground floor: plain tables; no socket, no clock.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["FILE", "Atlas"]

FILE = "file:"  # before the key of a file: the id of its room, equal on all servers that have it


@dataclass(slots=True)
class _Opened:
    key: str
    count: int


class Atlas:
    """Paths and keys of the documents that somebody here has open.

    A file may be open under several paths, by symbolic links: the one that was opened first
    stands for it.
    """

    def __init__(self) -> None:
        self._paths: dict[str, _Opened] = {}
        self._keys: dict[str, list[str]] = {}

    def open(self, path: str, key: str) -> None:
        """Somebody has opened a document; a path that leads elsewhere by now does so for all."""
        opened = self._paths.get(path)
        if opened is None:
            self._paths[path] = _Opened(key, 1)
        else:
            opened.count += 1
            if opened.key == key:
                return
            self._forget(path, opened.key)
            opened.key = key
        self._keys.setdefault(key, []).append(path)

    def close(self, path: str) -> None:
        """Somebody who had opened a document has closed it."""
        opened = self._paths[path]
        opened.count -= 1
        if not opened.count:
            del self._paths[path]
            self._forget(path, opened.key)

    def key_of(self, path: str) -> str | None:
        """What all servers call a document that is open here."""
        opened = self._paths.get(path)
        return opened.key if opened else None

    def path_of(self, key: str) -> str | None:
        """What a document is called here, if it is open here."""
        paths = self._keys.get(key)
        return paths[0] if paths else None

    def _forget(self, path: str, key: str) -> None:
        paths = self._keys[key]
        paths.remove(path)
        if not paths:
            del self._keys[key]
