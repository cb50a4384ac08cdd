"""`CursorTracker` and `OnlineStatusManager`: what an `Awareness` says, kept as a table.

Ground floor: imports no tornado and no asyncio; the one clock gives the text of "last seen".
Over 150 lines because both are one thing, a table that follows the states, with two kinds of rows.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from typing import Any, Protocol, TypeAlias

import pycrdt

from .awareness import Awareness
from .positions import Place
from .protocol import State

Table: TypeAlias = dict[int, dict[str, Any]]
"""One row per client id."""


class SharesAwareness(Protocol):
    """Something that has an `Awareness` and looks after it, such as a room of a client."""

    @property
    def awareness(self) -> Awareness: ...


class _Tracker(ABC):
    """Rebuilds a table whenever a state differs, and shows it when the table differs.

    Given a document, it makes an `Awareness` for it, and starts and stops that. Given something
    that shares one, it only looks and writes its own fields.
    """

    def __init__(
        self,
        doc: pycrdt.Doc[Any] | SharesAwareness,
        display: Callable[[Table], None] | None,
    ) -> None:
        self.doc = doc
        self.observer_id: str | None = None
        self._display = display
        self._table: Table = {}
        self._owns = isinstance(doc, pycrdt.Doc)
        self.awareness = Awareness(doc) if isinstance(doc, pycrdt.Doc) else doc.awareness

    async def start(self) -> None:
        """Start to follow the states, and write the first own one.

        Raises:
            RuntimeError: already started.
        """
        if self.observer_id is not None:
            raise RuntimeError(f"{type(self).__name__} already started")
        if self._owns:
            await self.awareness.start()
        self.observer_id = self.awareness.observe(self._on_awareness_change)
        self._refresh()
        self._announce()

    async def _end(self) -> None:
        if self.observer_id is None:
            raise RuntimeError(f"{type(self).__name__} not started")
        self.awareness.unobserve(self.observer_id)
        self.observer_id = None
        if self._owns:
            await self.awareness.stop()

    def _on_awareness_change(self, topic: str, event: tuple[dict[str, Any], Any]) -> None:
        if topic == "change":
            self._refresh()

    def _refresh(self) -> None:
        table: Table = {}
        for client_id, state in self.awareness.states.items():
            row = self._row(client_id, state)
            if row is not None:
                table[client_id] = row
        if table != self._table:
            self._table = table
            if self._display is not None:
                self._display(table)

    @abstractmethod
    def _announce(self) -> None:
        """Write the first own state."""

    @abstractmethod
    def _row(self, client_id: int, state: State) -> dict[str, Any] | None:
        """Make a client's row of its state, which is not to be trusted; None if it has none."""

    def _write(self, user: Mapping[str, Any], fields: Mapping[str, Any]) -> None:
        """Write the first state; in a shared one, leave alone what others have written there."""
        if self._owns:
            self.awareness.set_local_state({"user": dict(user), **fields})
            return
        state = self.awareness.get_local_state() or {}
        known = state.get("user")
        if user:
            state = {**state, "user": {**(known if isinstance(known, dict) else {}), **user}}
        self.awareness.set_local_state({**state, **fields})


class CursorTracker(_Tracker):
    """Follows the cursors of all peers, and moves the local one.

    `cursors` has a row `{name, color, position, anchor}` per peer that has a cursor, with `cell`
    (its id) and `index` in a notebook. `position` is the caret, `anchor` the other end of the
    selection; both count UTF-16 units in the source of the cell or file, as editors do.
    """

    def __init__(
        self,
        doc: pycrdt.Doc[Any] | SharesAwareness,
        user_name: str | None = None,
        user_color: str | None = None,
        *,
        display: Callable[[Table], None] | None = None,
    ) -> None:
        """Start nothing yet.

        Args:
            doc: a document, or something that shares its `Awareness`; there the server says who
                the local user is, so a name is not needed, and no cursor is shown before
                `move_cursor`.
            user_name: what others see at the cursor.
            user_color: its colour, as `#rrggbb`.
            display: called with `cursors` when they differ.
        """
        super().__init__(doc, display)
        self.user_name = user_name
        self.user_color = user_color

    @property
    def cursors(self) -> Table:
        """The cursors of the others. A new dict when something changes."""
        return self._table

    async def stop(self) -> None:
        """Stop to follow. A shared state loses its cursor, others see none there any more.

        Raises:
            RuntimeError: not started.
        """
        await self._end()
        state = self.awareness.get_local_state()
        if not self._owns and state is not None and "cursor" in state:
            rest = {name: value for name, value in state.items() if name != "cursor"}
            self.awareness.set_local_state(rest)

    def move_cursor(
        self,
        position: int | Place,
        anchor: int | None = None,
        cell: str | None = None,
        index: int | None = None,
    ) -> None:
        """Move the local cursor; with an anchor, select from there to `position`.

        Args:
            position: the caret; or a whole place, such as a text's that was searched for.
            cell: the cell's id, in a notebook.
            index: the cell's place in it, for readers that do not know the id.

        Raises:
            ValueError: an offset is negative.
        """
        if isinstance(position, Place):
            place = position
        else:
            place = Place(position, position if anchor is None else anchor, cell, index)
        if place.position < 0 or place.anchor < 0:
            raise ValueError("an offset must not be negative")
        self.awareness.set_local_state_field("cursor", place.cursor())

    def _announce(self) -> None:
        given = {"name": self.user_name, "color": self.user_color}
        user = {name: value for name, value in given.items() if value is not None}
        self._write(user, {"cursor": {"position": 0, "anchor": 0}} if self._owns else {})

    def _row(self, client_id: int, state: State) -> dict[str, Any] | None:
        user, cursor = state.get("user"), state.get("cursor")
        if client_id == self.awareness.client_id:
            return None
        if not (isinstance(user, dict) and user and isinstance(cursor, dict)):
            return None
        position, anchor = cursor.get("position"), cursor.get("anchor", cursor.get("position"))
        if not (_is_offset(position) and _is_offset(anchor)):
            return None
        row = {
            "name": _text(user.get("name"), f"User {client_id}"),
            "color": _text(user.get("color"), "#000000"),
            "position": position,
            "anchor": anchor,
        }
        if isinstance(cursor.get("cell"), str):
            row["cell"] = cursor["cell"]
        if _is_offset(cursor.get("index")):
            row["index"] = cursor["index"]
        return row


class OnlineStatusManager(_Tracker):
    """Keeps who is online, the local user included, and says that the local one is.

    `online_users` has a row `{name, last_seen}` per client. In a document a client is online
    whose state says `online: true`; where the `Awareness` is shared, everybody who is there is,
    unless the state says `online: false`.
    """

    def __init__(
        self,
        doc: pycrdt.Doc[Any] | SharesAwareness,
        user_info: Mapping[str, Any] | None = None,
        *,
        display: Callable[[Table], None] | None = None,
        timestamp: Callable[[], str] = lambda: datetime.now(timezone.utc).isoformat(),
    ) -> None:
        """Start nothing yet.

        Args:
            doc: a document, or something that shares its `Awareness`; there the server says who
                the local user is, and `user_info` may be left out.
            user_info: what others see of the local user, such as its `name`.
            display: called with `online_users` when they differ.
            timestamp: gives what is written as `last_seen`; ISO 8601 in UTC.
        """
        super().__init__(doc, display)
        self.user_info = dict(user_info or {})
        self._timestamp = timestamp

    @property
    def online_users(self) -> Table:
        """Who is online. A new dict when something changes."""
        return self._table

    async def stop(self) -> bytes:
        """Say that the local user is offline, and stop to follow.

        Returns:
            The update that says so, for those who get their updates from the caller.

        Raises:
            RuntimeError: not started.
        """
        try:
            if self.observer_id is not None:
                self.awareness.set_local_state_field("online", False)
        finally:
            await self._end()
        return self.awareness.encode_awareness_update([self.awareness.client_id])

    def update_activity(self) -> None:
        """Write the time of now as `last_seen`."""
        self.awareness.set_local_state_field("last_seen", self._timestamp())

    def _announce(self) -> None:
        self._write(self.user_info, {"online": True, "last_seen": self._timestamp()})

    def _row(self, client_id: int, state: State) -> dict[str, Any] | None:
        user = state.get("user")
        if not (isinstance(user, dict) and user and state.get("online", not self._owns)):
            return None
        return {
            "name": _text(user.get("name"), f"User {client_id}"),
            "last_seen": _text(state.get("last_seen"), "unknown"),
        }


def _is_offset(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _text(value: object, otherwise: str) -> str:
    return value if isinstance(value, str) else otherwise
