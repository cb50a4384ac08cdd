"""Which file a document is: a key that is equal on all servers that see the same file.

Top floor: asks the operating system.
"""

from __future__ import annotations

import os
import platform
import posixpath
import time
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Any

from .mounts import Mounts, within

__all__ = ["DocumentKeys", "KeyOptions", "OwnDocuments", "SharedFiles"]

LINKS_FRESH = 10.0  # seconds for which the links in the root folder are taken to be the same
MOST_LINKS = 256


@dataclass(frozen=True, slots=True)
class KeyOptions:
    """What the settings say, and what this server has."""

    contents_manager: Any
    folders: Mapping[str, str] = field(default_factory=dict)
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)


class DocumentKeys(ABC):
    """Says which documents of this server other servers may have, too, and what to call them.

    Both methods are called on the event loop, with paths as Jupyter's contents manager has them.
    """

    @classmethod
    def make(cls, options: KeyOptions) -> DocumentKeys:
        """Make one as the settings say; one that has nothing to be set is just made."""
        return cls()

    @abstractmethod
    def key(self, path: str) -> str | None:
        """Name a document that is there; None: no other server has it, as far as is known."""

    @abstractmethod
    def paths(self, key: str) -> Iterator[str]:
        """Give the paths that a document may have here, the best first.

        They need not exist: each is looked for, and has to have this key.
        """


class OwnDocuments(DocumentKeys):
    """No document is on another server."""

    def key(self, path: str) -> None:
        """There is no other server that could have it."""

    def paths(self, key: str) -> Iterator[str]:
        """It is not here."""
        yield from ()


class SharedFiles(DocumentKeys):
    """Documents are files, and a file is where its file system has it.

    Symbolic links are followed. What is in one of ``folders`` is called by the name that the
    folder has there, whatever file system it is on.
    """

    def __init__(self, options: KeyOptions) -> None:
        self._root = _real(getattr(options.contents_manager, "root_dir", ""))
        self._folders = [
            (_real(os.path.join(self._root, folder)), "shared:" + _filled(name, options.environ))
            for folder, name in options.folders.items()
        ]
        self._folders.sort(key=lambda pair: -len(pair[0]))
        self._learned: OrderedDict[str, str] = OrderedDict()
        self._links: dict[str, str] = {}
        self._linked_at = float("-inf")
        self._mountinfo: str | None = None

    @classmethod
    def make(cls, options: KeyOptions) -> DocumentKeys:
        """Make one, unless the contents manager has no files: then nobody else has a document."""
        has_files = hasattr(options.contents_manager, "root_dir")
        return cls(options) if has_files else OwnDocuments()

    def key(self, path: str) -> str | None:
        """Name a file by the first of ``folders`` that it is in, else by its file system."""
        real = _real(os.path.join(self._root, path))
        self._learn(path, real)
        for folder, name in self._folders:
            inner = within(real, folder)
            if inner is not None:
                return f"{name}/{inner}"
        place = self._mounts().name(real)
        return place and "mount:" + place

    def paths(self, key: str) -> Iterator[str]:
        """Give the paths through the root folder, links in it, and links that were used before."""
        for real in self._real_paths(key):
            for start, path in self._ways():
                inner = within(real, start)
                if inner:
                    yield posixpath.join(path, inner)

    def _real_paths(self, key: str) -> Iterator[str]:
        for folder, name in self._folders:
            if key.startswith(name + "/"):
                yield posixpath.join(folder, key[len(name) + 1 :])
        if key.startswith("mount:"):
            yield from self._mounts().paths(key[len("mount:") :])

    def _ways(self) -> list[tuple[str, str]]:
        """Where the contents manager leads: real folders with their paths there, longest first."""
        now = time.monotonic()
        if now - self._linked_at >= LINKS_FRESH:
            self._linked_at, self._links = now, _links_in(self._root)
        ways = {**self._learned, **self._links, self._root: ""}
        return sorted(ways.items(), key=lambda way: -len(way[0]))

    def _learn(self, path: str, real: str) -> None:
        """Remember through which link a file was reached, to find others that way."""
        if within(real, self._root) == path:
            return
        while path and posixpath.basename(path) == posixpath.basename(real):
            path, real = posixpath.dirname(path), posixpath.dirname(real)
            if os.path.islink(os.path.join(self._root, path)):
                break
        if path:
            self._learned[real] = path
            self._learned.move_to_end(real)
            if len(self._learned) > MOST_LINKS:
                self._learned.popitem(last=False)

    def _mounts(self) -> Mounts:
        mountinfo = _read("/proc/self/mountinfo")
        if mountinfo != self._mountinfo:
            # A host has one boot id in all of its containers; a name may be common to several.
            host = _read("/proc/sys/kernel/random/boot_id").strip() or platform.node()
            self._mountinfo, self._known = mountinfo, Mounts(mountinfo, host)
        return self._known


def _real(path: str) -> str:
    return _spelled(Path(os.path.realpath(path)).as_posix())


def _spelled(path: str) -> str:
    """Give a path as its folders spell it: some file systems know a file by other cases, too."""
    head, tail = posixpath.split(path)
    if not tail:
        return path
    head = _spelled(head)
    whole = posixpath.join(head, tail)
    other = posixpath.join(head, tail.swapcase())
    if other != whole and _is_same(whole, other):
        names = os.listdir(head)
        if tail not in names:
            alike = (name for name in names if name.casefold() == tail.casefold())
            return posixpath.join(head, next(alike, tail))
    return whole


def _is_same(path: str, other: str) -> bool:
    try:
        return os.path.samefile(path, other)
    except OSError:
        return False


def _links_in(folder: str) -> dict[str, str]:
    """Give the linked folders in a folder: where each leads, and what it is called."""
    try:
        with os.scandir(folder) as entries:
            links = [entry.name for entry in entries if entry.is_symlink() and entry.is_dir()]
    except OSError:
        return {}
    return {_real(os.path.join(folder, name)): name for name in sorted(links)[:MOST_LINKS]}


def _filled(name: str, environ: Mapping[str, str]) -> str:
    """Put environment variables into a name, and take off slashes at its ends.

    Raises:
        ValueError: there is no such variable, or no name.
    """
    try:
        filled = Template(name).substitute(environ).strip("/")
    except KeyError as missing:
        raise ValueError(f"there is no environment variable {missing.args[0]}") from missing
    if not filled:
        raise ValueError("a shared folder needs a name")
    return filled


def _read(file: str) -> str:
    """Give what Linux tells in a file; other systems have none."""
    try:
        return Path(file).read_text()
    except OSError:
        return ""
