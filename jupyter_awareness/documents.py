"""Which rooms there are: their names for clients, and the file that a document is.

The border between the two names of a document: its path, which only this server's clients use, and
the id of its room, which is equal for everybody who has the same file, on whichever server.

Top floor: asks Jupyter's contents manager.
"""

from __future__ import annotations

import os
import posixpath
import re
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from jupyter_core.utils import ensure_async
from jupyter_server.utils import ApiPath, to_os_path
from tornado.web import HTTPError

from .atlas import FILE
from .keys import DocumentKeys
from .protocol import CloseCode, Refused

__all__ = ["RoomName", "admit", "find"]

LONGEST_NAME = 1_024  # characters
# `str.isprintable` would refuse the joiners of Persian and of emoji, and every space but one.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class RoomName(NamedTuple):
    """A room's kind (``lobby``, ``document`` or ``topic``) and what it is of."""

    kind: str
    subject: str

    @property
    def text(self) -> str:
        """What clients of this server call it."""
        return f"{self.kind}:{self.subject}" if self.subject else self.kind

    @property
    def path(self) -> str | None:
        """The contents path of the document that it is of, None if it is of none."""
        return self.subject if self.kind == "document" else None

    @classmethod
    def parse(cls, text: str) -> RoomName:
        """Read a room's name from a URL, percent-decoded.

        Raises:
            Refused: there is no such room (4404).
        """
        kind, _, subject = text.partition(":")
        if kind == "document":
            subject = subject.strip("/")
        if len(text) > LONGEST_NAME or CONTROL.search(text):
            reason = "A room's name is not so long and has no control characters."
            raise Refused(CloseCode.NO_DOCUMENT, reason)
        if text == "lobby" or (kind in ("document", "topic") and subject):
            return cls(kind, subject)
        reason = "Rooms are: lobby, document:<path>, topic:<name>."
        raise Refused(CloseCode.NO_DOCUMENT, reason)


async def admit(
    name: RoomName, contents_manager: Any, topics_allowed: list[str], keys: DocumentKeys
) -> str:
    """Make sure that a room can be entered, and give its id.

    Args:
        name: the room.
        contents_manager: Jupyter's, which knows what exists and what is hidden.
        topics_allowed: patterns of topics that may be used, as `fnmatch` reads them.
        keys: says which file a document is.

    Raises:
        Refused: there is no such document (4404), or topics of that name are not allowed (4403).
    """
    if name.kind == "topic":
        if not any(fnmatchcase(name.subject, pattern) for pattern in topics_allowed):
            raise Refused(CloseCode.NOT_ALLOWED, "Topics of this name are not allowed here.")
    elif name.path is not None:
        if not await _exists(name.path, contents_manager):
            raise Refused(CloseCode.NO_DOCUMENT, "There is no such document.")
        key = keys.key(name.path)
        if key is not None:
            return FILE + key
    return name.text


async def find(key: str, contents_manager: Any, keys: DocumentKeys) -> str | None:
    """Give the path of a file by its key; None if it is not here, hidden, or not readable."""
    for path in keys.paths(key):
        try:
            if await _exists(path, contents_manager) and keys.key(path) == key:
                return path
        except HTTPError:
            continue  # the contents manager cannot tell
    return None


async def _exists(path: str, contents_manager: Any) -> bool:
    """Whether a path names, in the one way there is to write it, a file that may be read."""
    if posixpath.normpath(path) != path or path.split("/")[0] == ".." or os.sep == "\\" in path:
        return False
    try:
        if not await ensure_async(contents_manager.file_exists(path)):
            return False
        if hasattr(contents_manager, "root_dir") and not _is_readable(path, contents_manager):
            return False
        if contents_manager.allow_hidden:
            return True
        return not await ensure_async(contents_manager.is_hidden(path))
    except HTTPError as error:
        if error.status_code < 500:
            return False  # some contents managers refuse a path instead of saying no
        raise


def _is_readable(path: str, contents_manager: Any) -> bool:
    return os.access(to_os_path(ApiPath(path), contents_manager.root_dir), os.R_OK)
