"""The border where remote states become typed values: a malformed field is left out, never raised.

Ground floor: pure functions of JSON values; imports of this package only readers and colours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, Literal, TypeAlias

from .identity import initials, is_color
from .values import KEY_LENGTH, PATH_LENGTH, fields_of, key, label, natural
from .views import (
    Call,
    Quote,
    View,
    cell_reference,
    parse_call,
    parse_quote,
    parse_view,
)

__all__ = [
    "Activity",
    "Call",
    "CellPlace",
    "Cursor",
    "DocumentState",
    "Kind",
    "Location",
    "OpenDocument",
    "Peer",
    "PeerUser",
    "Quote",
    "RunningCell",
    "Status",
    "View",
    "label",
    "parse_peer",
    "parse_user",
]

Status: TypeAlias = Literal["active", "idle", "away"]
Kind: TypeAlias = Literal["person", "agent"]

NEUTRAL_COLOR = "#767676"
MOST_CURSORS = 64
MOST_RUNNING = 256
MOST_OPEN = 32
MOST_EARLIER = 6
AVATAR_LENGTH = 16_384

_AVATAR = re.compile(r"(https?://|data:image/|/(?![/\\]))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PeerUser:
    """Who a peer is, as the server verified it. ``color`` is ``#rrggbb``."""

    username: str
    name: str
    display_name: str
    initials: str
    avatar_url: str | None
    color: str


@dataclass(frozen=True, slots=True)
class Cursor:
    """A caret (``position``) and its selection's other end, in UTF-16 units of a cell or file."""

    position: int
    anchor: int
    cell: str | None = None
    index: int | None = None
    quote: Quote | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """What a peer looks at: a contents path, the kind of document, in notebooks the cell."""

    path: str
    type: str
    cell: str | None = None
    index: int | None = None


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """A document that a peer has open, be it in the background, and whether with unsaved work."""

    path: str
    dirty: bool = False


@dataclass(frozen=True, slots=True)
class CellPlace:
    """The active cell of a notebook."""

    id: str
    index: int
    mode: Literal["edit", "command"]


@dataclass(frozen=True, slots=True)
class DocumentState:
    """Unsaved work, since when, and the last save by this peer.

    Times are milliseconds since the epoch. ``saved_from`` are the hashes of the versions that the
    saved one was made from, the latest first.
    """

    dirty: bool
    saved_at: int | None = None
    saved_hash: str | None = None
    since: int | None = None
    saved_from: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RunningCell:
    """A cell that a peer started; ``index`` is there for notebooks whose ids do not last."""

    cell: str
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """What a peer does; ``running`` has the cells that run or wait, in that order."""

    typing: bool = False
    running: tuple[RunningCell, ...] = ()


@dataclass(frozen=True, slots=True)
class Peer:
    """One connection's state in a room, validated; ``state`` is as it came, for other fields.

    ``seen`` is the time of the last input in milliseconds since the epoch; None while active, or
    if it is not told. ``unreachable`` says that the server behind it cannot be reached just now.
    """

    id: int
    user: PeerUser
    kind: Kind
    status: Status
    location: Location | None
    open: tuple[OpenDocument, ...]
    cursors: tuple[Cursor, ...]
    cell: CellPlace | None
    document: DocumentState | None
    activity: Activity | None
    view: View | None
    following: str | None
    followable: bool
    call: Call | None
    seen: int | None
    unreachable: bool
    state: Mapping[str, Any] = field(compare=False, repr=False)

    @property
    def cursor(self) -> Cursor | None:
        """The primary cursor, None if the peer shows none."""
        return self.cursors[0] if self.cursors else None


def parse_peer(client_id: int, state: object) -> Peer | None:
    """Read a remote state; None if there is no usable ``user.username``."""
    fields = fields_of(state)
    user = parse_user(fields.get("user"))
    if user is None:
        return None
    status = _status(fields.get("status"))
    return Peer(
        id=client_id,
        user=user,
        kind="agent" if fields.get("kind") == "agent" else "person",
        status=status,
        location=_location(fields_of(fields.get("location"))),
        open=_open(fields.get("open")),
        cursors=_cursors(fields.get("cursor"), fields.get("cursors")),
        cell=_cell(fields_of(fields.get("cell"))),
        document=_document(fields_of(fields.get("document"))),
        activity=_activity(fields.get("activity")),
        view=parse_view(fields.get("view")),
        following=key(fields.get("following")),
        followable=fields.get("followable") is not False,
        call=parse_call(fields.get("call")),
        seen=None if status == "active" else natural(fields.get("seen")),
        unreachable=fields.get("unreachable") is True,
        state=fields,
    )


def parse_user(value: object) -> PeerUser | None:
    """Read a user model; names fall back on each other; None without a usable username."""
    user = fields_of(value)
    username = key(user.get("username"))
    if username is None:
        return None
    name = label(user.get("name")) or label(username) or "?"
    shown = label(user.get("display_name")) or name
    avatar = key(user.get("avatar_url"), AVATAR_LENGTH)
    color = user.get("color")
    return PeerUser(
        username=username,
        name=name,
        display_name=shown,
        initials=label(user.get("initials"), 8) or initials(shown),
        avatar_url=avatar if avatar and _AVATAR.match(avatar) else None,
        color=str(color).lower() if is_color(color) else NEUTRAL_COLOR,
    )


def _status(value: object) -> Status:
    return "idle" if value == "idle" else "away" if value == "away" else "active"


def _location(fields: Mapping[str, Any]) -> Location | None:
    path = key(fields.get("path"), PATH_LENGTH)
    if path is None:
        return None
    return Location(path, label(fields.get("type")), *cell_reference(fields))


def _open(value: object) -> tuple[OpenDocument, ...]:
    claimed = map(fields_of, value[:MOST_OPEN] if isinstance(value, list) else ())
    documents = ((key(one.get("path"), PATH_LENGTH), one.get("dirty") is True) for one in claimed)
    return tuple(OpenDocument(path, dirty) for path, dirty in documents if path is not None)


def _cursors(primary: object, others: object) -> tuple[Cursor, ...]:
    claimed = [primary, *_list(others)[: MOST_CURSORS - 1]]
    cursors = (_cursor(fields_of(value)) for value in claimed)
    return tuple(cursor for cursor in cursors if cursor is not None)


def _cursor(fields: Mapping[str, Any]) -> Cursor | None:
    position = natural(fields.get("position"))
    if position is None:
        return None
    anchor = natural(fields.get("anchor"))
    return Cursor(
        position,
        position if anchor is None else anchor,
        *cell_reference(fields),
        parse_quote(fields_of(fields.get("quote"))),
    )


def _cell(fields: Mapping[str, Any]) -> CellPlace | None:
    cell, index = cell_reference({"cell": fields.get("id"), "index": fields.get("index")})
    if cell is None or index is None:
        return None
    return CellPlace(cell, index, "edit" if fields.get("mode") == "edit" else "command")


def _document(fields: Mapping[str, Any]) -> DocumentState | None:
    dirty = fields.get("dirty")
    if not isinstance(dirty, bool):
        return None
    since = natural(fields.get("since")) if dirty else None
    saved = fields_of(fields.get("saved"))
    at, digest, line = natural(saved.get("at")), saved.get("hash"), saved.get("from")
    if at is None or not isinstance(digest, str):
        return DocumentState(dirty, since=since)
    return DocumentState(dirty, at, digest[:KEY_LENGTH], since, _keys(line, MOST_EARLIER))


def _activity(value: object) -> Activity | None:
    fields = {"typing": True} if value == "typing" else fields_of(value)
    cells = _list(fields.get("running"))[:MOST_RUNNING]
    claimed = (
        cell_reference({"cell": cell, "index": index})
        for cell, index in zip_longest(cells, _list(fields.get("indices"))[: len(cells)])
    )
    running = tuple(RunningCell(cell, index) for cell, index in claimed if cell is not None)
    typing = fields.get("typing") is True
    return Activity(typing, running) if typing or running else None


def _keys(values: object, most: int) -> tuple[str, ...]:
    """Return those of the first ``most`` that are usable as keys; none if it is no list."""
    keys = map(key, _list(values)[:most])
    return tuple(usable for usable in keys if usable is not None)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
