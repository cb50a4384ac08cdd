"""The border where remote states become typed values: a malformed field is left out, never raised.

Ground floor: pure functions of JSON values; imports nothing of this package but colours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from .identity import initials, is_color

__all__ = [
    "Activity",
    "CellPlace",
    "Cursor",
    "DocumentState",
    "Kind",
    "Location",
    "OpenDocument",
    "Peer",
    "PeerUser",
    "Quote",
    "Running",
    "Status",
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
NAME_LENGTH = 200
KEY_LENGTH = 255
PATH_LENGTH = 4_096
QUOTE_LENGTH = 64
AVATAR_LENGTH = 16_384

# Control characters, and the marks that reorder or hide what follows them (a name could imitate
# another; in a terminal a control character could do more than that).
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")
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
class Quote:
    """A few characters on each side of a place, by which a reader with another text finds it."""

    before: str
    after: str


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
    """Unsaved work, and the last save by this peer (milliseconds since the epoch, and a hash)."""

    dirty: bool
    saved_at: int | None = None
    saved_hash: str | None = None


@dataclass(frozen=True, slots=True)
class Running:
    """The ids of the cells that a peer runs."""

    cells: tuple[str, ...]


Activity: TypeAlias = "Literal['typing'] | Running"


@dataclass(frozen=True, slots=True)
class Peer:
    """One connection's state in a room, validated; ``state`` is as it came, for other fields."""

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
    state: Mapping[str, Any] = field(compare=False, repr=False)

    @property
    def cursor(self) -> Cursor | None:
        """The primary cursor, None if the peer shows none."""
        return self.cursors[0] if self.cursors else None


def parse_peer(client_id: int, state: object) -> Peer | None:
    """Read a remote state; None if there is no usable ``user.username``."""
    fields = _object(state)
    user = parse_user(fields.get("user"))
    if user is None:
        return None
    return Peer(
        id=client_id,
        user=user,
        kind="agent" if fields.get("kind") == "agent" else "person",
        status=_status(fields.get("status")),
        location=_location(_object(fields.get("location"))),
        open=_open(fields.get("open")),
        cursors=_cursors(fields.get("cursor"), fields.get("cursors")),
        cell=_cell(_object(fields.get("cell"))),
        document=_document(_object(fields.get("document"))),
        activity=_activity(fields.get("activity")),
        state=fields,
    )


def parse_user(value: object) -> PeerUser | None:
    """Read a user model; names fall back on each other; None without a usable username."""
    user = _object(value)
    username = _key(user.get("username"), KEY_LENGTH)
    if username is None:
        return None
    name = label(user.get("name")) or label(username) or "?"
    shown = label(user.get("display_name")) or name
    avatar = _key(user.get("avatar_url"), AVATAR_LENGTH)
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
    path = _key(fields.get("path"), PATH_LENGTH)
    if path is None:
        return None
    return Location(path, label(fields.get("type")), *_cell_reference(fields))


def _open(value: object) -> tuple[OpenDocument, ...]:
    claimed = map(_object, value[:MOST_OPEN] if isinstance(value, list) else ())
    documents = ((_key(one.get("path"), PATH_LENGTH), one.get("dirty") is True) for one in claimed)
    return tuple(OpenDocument(path, dirty) for path, dirty in documents if path is not None)


def _cursors(primary: object, others: object) -> tuple[Cursor, ...]:
    claimed = [primary, *(others[: MOST_CURSORS - 1] if isinstance(others, list) else ())]
    cursors = (_cursor(_object(value)) for value in claimed)
    return tuple(cursor for cursor in cursors if cursor is not None)


def _cursor(fields: Mapping[str, Any]) -> Cursor | None:
    position = _natural(fields.get("position"))
    if position is None:
        return None
    anchor = _natural(fields.get("anchor"))
    return Cursor(
        position,
        position if anchor is None else anchor,
        *_cell_reference(fields),
        _quote(_object(fields.get("quote"))),
    )


def _quote(fields: Mapping[str, Any]) -> Quote | None:
    before, after = fields.get("before"), fields.get("after")
    if not isinstance(before, str) or not isinstance(after, str):
        return None
    # What is next to the place counts: the end of `before`, the start of `after`.
    return Quote(before[-QUOTE_LENGTH:], after[:QUOTE_LENGTH])


def _cell(fields: Mapping[str, Any]) -> CellPlace | None:
    cell, index = _cell_reference({"cell": fields.get("id"), "index": fields.get("index")})
    if cell is None or index is None:
        return None
    return CellPlace(cell, index, "edit" if fields.get("mode") == "edit" else "command")


def _document(fields: Mapping[str, Any]) -> DocumentState | None:
    dirty = fields.get("dirty")
    if not isinstance(dirty, bool):
        return None
    saved = _object(fields.get("saved"))
    at, digest = _natural(saved.get("at")), saved.get("hash")
    if at is None or not isinstance(digest, str):
        return DocumentState(dirty)
    return DocumentState(dirty, at, digest[:KEY_LENGTH])


def _activity(value: object) -> Activity | None:
    if value == "typing":
        return "typing"
    cells = _object(value).get("running")
    if not isinstance(cells, list):
        return None
    running = (_key(cell, KEY_LENGTH) for cell in cells[:MOST_RUNNING])
    usable = tuple(cell for cell in running if cell is not None)
    return Running(usable) if usable else None


def _cell_reference(fields: Mapping[str, Any]) -> tuple[str | None, int | None]:
    return _key(fields.get("cell"), KEY_LENGTH), _natural(fields.get("index"))


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _natural(value: object) -> int | None:
    """An integer as JSON has it (1 is 1.0) from 0 to 2^53 - 1, else None."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53:
        return value
    return None


def _key(value: object, longest: int) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= longest else None


def label(value: object, longest: int = NAME_LENGTH) -> str:
    """A string for people: on one line, without invisible marks, cut; empty if it is none."""
    if not isinstance(value, str):
        return ""
    return _INVISIBLE.sub(" ", value[: 4 * longest]).strip()[:longest].strip()
