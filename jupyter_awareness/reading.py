"""Reads the files that are open on this server, to prove to a central one that it can.

Top floor: asks the operating system, in threads, and Jupyter's contents manager.
"""

from __future__ import annotations

import asyncio
import base64
import os
import stat
import time
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from jupyter_core.utils import ensure_async
from jupyter_server.utils import ApiPath, to_os_path
from tornado.web import HTTPError

from .atlas import FILE, Atlas
from .proofs import PIECE, digest_of, parts_of

__all__ = ["Readings"]

MOST_READINGS = 1_000  # that are remembered
SETTLED = 2.0  # seconds after which a file that is written again has another time


class Reading(NamedTuple):
    """What was read of a file, and what the file was then: equal as long as it is the same."""

    mark: tuple[object, ...]
    digest: bytes


class Readings:
    """Digests of files, each of which is read again only when it has changed.

    Args:
        atlas: which files are open here.
        contents_manager: Jupyter's.
    """

    def __init__(self, atlas: Atlas, contents_manager: Any) -> None:
        self._atlas = atlas
        self._contents = contents_manager
        self._known: OrderedDict[str, Reading] = OrderedDict()

    async def digest(self, room: str) -> bytes | None:
        """Digest the file that a room is of; None if it is not open here or cannot be read."""
        path = self._atlas.path_of(room[len(FILE) :])
        if path is None:
            return None
        try:
            if hasattr(self._contents, "root_dir"):
                file = to_os_path(ApiPath(path), self._contents.root_dir)
                loop = asyncio.get_running_loop()
                reading = await loop.run_in_executor(None, _read, file, self._known.get(path))
            else:
                reading = await self._fetch(path)
        except (HTTPError, OSError, ValueError):
            return None
        self._remember(path, reading)
        return reading.digest

    async def _fetch(self, path: str) -> Reading:
        """Read what is no file, whatever the contents manager keeps it in."""
        get = self._contents.get
        model = await ensure_async(get(path, content=False))
        known = self._known.get(path)
        mark = model.get("last_modified"), model.get("size")
        if known is not None and known.mark == mark and None not in mark:
            return known
        model = await ensure_async(get(path, type="file", format="base64"))
        content = base64.b64decode(model["content"])
        return Reading(mark, digest_of(len(content), [content]))

    def _remember(self, path: str, reading: Reading) -> None:
        self._known[path] = reading
        self._known.move_to_end(path)
        if len(self._known) > MOST_READINGS:
            self._known.popitem(last=False)


def _read(file: str, known: Reading | None) -> Reading:
    """Read a file, unless it is as it was; it is opened in any case, as that may be forbidden.

    Opening it also makes network file systems look whether it is another by now.

    Raises:
        OSError, ValueError: it cannot be read, or is no file.
    """
    # A pipe would wait for somebody who writes.
    with open(file, "rb", opener=lambda name, flags: os.open(name, flags | _AT_ONCE)) as opened:
        status = os.fstat(opened.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise ValueError("It is no file.")
        mark = _mark(status)
        if known is not None and known.mark == mark:
            return known
        digest = digest_of(status.st_size, _pieces(opened, status.st_size))
        after = os.fstat(opened.fileno())
    if _mark(after) != mark or time.time() - after.st_mtime < SETTLED:
        mark = ()  # it may be written again without another time
    return Reading(mark, digest)


_AT_ONCE: int = getattr(os, "O_NONBLOCK", 0)


def _mark(status: os.stat_result) -> tuple[object, ...]:
    times = status.st_mtime_ns, status.st_ctime_ns
    return (status.st_dev, status.st_ino, status.st_size, *times)


def _pieces(opened: BinaryIO, size: int) -> Iterator[bytes]:
    for offset, length in parts_of(size):
        opened.seek(offset)
        while length > 0 and (piece := opened.read(min(PIECE, length))):
            length -= len(piece)
            yield piece
