"""Keys of files that say nothing of the files, for servers that not everybody may trust.

Top floor: looks through the folders of this server, for what others name by such keys.
"""

from __future__ import annotations

import hashlib
import os
import posixpath
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path

from .keys import DocumentKeys

__all__ = ["OpaqueKeys"]

MOST_FILES = 10_000  # that are looked at
DEEPEST = 8  # folders below the root
MOST_USED = 1_000  # that are remembered because they were open


class OpaqueKeys(DocumentKeys):
    """Digests of another class's keys.

    A digest cannot be read back: files are recognized that are or were open here, and those that
    `look` has found.

    Args:
        keys: the keys that are digested.
        search: the same, to be called in another thread.
        root: the folder whose files are looked at.
    """

    def __init__(self, keys: DocumentKeys, search: DocumentKeys, root: str) -> None:
        self._keys = keys
        self._search = search
        self._root = root
        self._used: OrderedDict[str, str] = OrderedDict()
        self._found: dict[str, str] = {}
        self.lacks = False

    def key(self, path: str) -> str | None:
        """Digest the key of a document."""
        digest = _digest(self._keys.key(path))
        if digest is not None:
            self._used[digest] = path
            self._used.move_to_end(digest)
            if len(self._used) > MOST_USED:
                self._used.popitem(last=False)
        return digest

    def paths(self, key: str) -> Iterator[str]:
        """Give the paths that are known to have this key; should none, `lacks` says so."""
        known = [paths[key] for paths in (self._used, self._found) if key in paths]
        self.lacks = self.lacks or not known
        yield from known

    def look(self) -> None:
        """Look through the folders; takes a while, and may be called in another thread."""
        self.lacks = False
        found = {}
        for path in _files(self._root):
            digest = _digest(self._search.key(path))
            if digest is not None:
                found[digest] = path
        self._found = found


def _digest(key: str | None) -> str | None:
    return None if key is None else "~" + hashlib.sha256(key.encode()).hexdigest()[:40]


def _files(root: str) -> Iterator[str]:
    """Give the files below a folder, nearest first, as contents paths; none that are hidden."""
    count, seen, folders = 0, {os.path.realpath(root)}, [""]
    while folders and count < MOST_FILES:
        folder = folders.pop(0)
        try:
            entries = sorted(os.scandir(Path(root, folder)), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            path = posixpath.join(folder, entry.name)
            if entry.name.startswith(".") or count >= MOST_FILES:
                continue
            if entry.is_file():
                count += 1
                yield path
            elif entry.is_dir() and path.count("/") < DEEPEST:
                real = os.path.realpath(entry.path)
                if real not in seen:
                    seen.add(real)
                    folders.append(path)
