"""`ClientRoom`: one's place in a room. Who else is there, and what one shows of oneself.

Top floor: what users call; files are read through the contents API.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..awareness import Awareness
from ..peers import Peer, PeerUser
from ..positions import Place, Source, find, sources
from ..protocol import State
from .access import Access
from .changes import Changes, PeerChange
from .channel import Connection
from .errors import ClientError
from .membership import Membership

__all__ = ["ClientRoom", "Host"]


@dataclass(frozen=True, slots=True)
class Host:
    """What a room needs of the client that joined it: a way to the server, and to be heard."""

    access: Access
    looks_at: Callable[[Mapping[str, Any]], None]
    left: Callable[[ClientRoom], None]


class ClientRoom:
    """Made by `AwarenessClient.join`. ``id`` is ``lobby``, ``document:<path>`` or ``topic:…``."""

    def __init__(self, host: Host, room: str, state: State | None) -> None:
        self.id = room
        self._host = host
        self._membership = Membership(host.access, room, state)
        self._shown: tuple[Any, Any] = (None, None)
        if self.path is not None and state is not None:
            self.awareness.observe(self._follow)

    @property
    def client_id(self) -> int:
        """The y-protocols client id under which one speaks here."""
        return self._membership.client_id

    @property
    def awareness(self) -> Awareness:
        """All states, one's own included; what is set there is sent. Do not start or stop it."""
        return self._membership.replica

    @property
    def user(self) -> PeerUser | None:
        """Who the server says one is."""
        return self._membership.user

    @property
    def hello(self) -> Mapping[str, Any]:
        """All that the server said of one's part and its limits."""
        return self._membership.hello

    @property
    def connection(self) -> Connection:
        """How the way to the room is; while it is not connected, peers are the last known."""
        return self._membership.channel.connection

    @property
    def peers(self) -> tuple[Peer, ...]:
        """Everybody else who is here, one's own other connections included."""
        return tuple(self._membership.peers.values())

    def __iter__(self) -> Iterator[Peer]:
        """Everybody else who is here, as `peers`."""
        return iter(self.peers)

    @property
    def path(self) -> str | None:
        """The contents path of a document room, else None."""
        kind, _, path = self.id.partition(":")
        return path.strip("/") if kind == "document" else None

    def observe(self, callback: Callable[[PeerChange], object]) -> Callable[[], None]:
        """Call back with a `PeerChange` whenever peers come, change or go.

        Returns:
            What ends it.
        """
        return self._membership.observers.add(callback)

    def observe_connection(self, callback: Callable[[Connection], object]) -> Callable[[], None]:
        """Call back with a `Connection` whenever the way to the room changes.

        Returns:
            What ends it.
        """
        return self._membership.watchers.add(callback)

    def changes(self) -> Changes:
        """``async for change in room.changes()``: each a `PeerChange`; ends when one leaves.

        Raises:
            Denied: (while iterating) the server has closed the room to us.
        """
        return self._membership.changes()

    def set(self, field: str, value: Any) -> None:
        """Show a field of one's state to the others; None takes it back. See `update`."""
        self.update(**{field: value})

    def update(self, **fields: Any) -> None:
        """Show several fields at once; those that are None are taken back.

        The first change leaves at once, later ones together, and the last is never lost.

        Raises:
            ClientError: this client came without being shown (``visible=False``).
            ProtocolError: a value is not JSON, or all is too large; nothing is changed.
        """
        state = self.awareness.get_local_state()
        if state is None:
            raise ClientError("This client is not shown to others (visible=False).")
        state = {**state, **fields}
        self.awareness.set_local_state({k: v for k, v in state.items() if v is not None})

    def move(
        self,
        place: Place | None = None,
        *,
        cell: str | None = None,
        index: int | None = None,
        position: int | None = None,
        anchor: int | None = None,
    ) -> None:
        """Move one's caret: to a place that `find` gave, or to an offset in a cell or file.

        Args:
            cell: the cell's id; None in a file.
            index: the cell's place in the notebook, for readers that do not know the id.
            position: the caret, in UTF-16 units from the start of the cell or file.
            anchor: the other end of the selection; the caret itself if there is none.

        Raises:
            ValueError: it is not said where to; `find` gives None for a text that is not there.
            ClientError, ProtocolError: as `update`.
        """
        if place is None:
            if cell is None and index is None and position is None:
                raise ValueError("say where to: a place (None is no place), a cell or a position")
            caret = position or 0
            place = Place(caret, caret if anchor is None else anchor, cell, index)
        active = None
        if place.cell is not None and place.index is not None:
            active = {"id": place.cell, "index": place.index, "mode": "edit"}
        self.update(cursor=place.cursor(), cell=active)

    async def sources(self) -> list[Source]:
        """Read the document: its cells, or the text of the file as the only one.

        Raises:
            ValueError: this is not the room of a document that has text.
            Denied, Unreachable: it cannot be read.
        """
        if self.path is None:
            raise ValueError(f"{self.id} is not the room of a document")
        model = await self._host.access.get(f"api/contents/{self.path}", no_track_activity="1")
        return sources(model)

    async def find(self, text: str, *, select: bool = False) -> Place | None:
        """Find where a text first stands in the document as it was last saved.

        Args:
            select: the place is the whole text, not the caret before it.

        Returns:
            A place for `move`; None if the text is not there.
        """
        return find(await self.sources(), text, select=select)

    async def leave(self) -> None:
        """Leave the room; the others see it at once. Doing it twice is doing it once."""
        try:
            await self._membership.leave()
        finally:
            self._host.left(self)

    def enter(self) -> None:
        """Begin to connect. `AwarenessClient.join` does that."""
        self._membership.channel.start()

    async def entered(self, timeout: float) -> None:
        """Wait to be let in. `AwarenessClient.join` does that.

        Raises:
            Denied, Unreachable: the server refuses, or does not answer.
        """
        await self._membership.entered(timeout)
        if self.path is not None:
            self._look()

    def _follow(self, topic: str, event: tuple[dict[str, Any], Any]) -> None:
        """Whoever moves in a document looks at it, by whatever means the move was made."""
        state = self.awareness.get_local_state() or {}
        shown = (state.get("cell"), state.get("cursor"))
        if topic == "change" and shown != self._shown:
            self._shown = shown
            self._look()

    def _look(self) -> None:
        path = self.path or ""
        if self.connection.kind == "off":
            return
        location: dict[str, Any] = {"path": path}
        location["type"] = "notebook" if path.endswith(".ipynb") else "file"
        cell, cursor = (value if isinstance(value, dict) else {} for value in self._shown)
        location["cell"] = cell.get("id", cursor.get("cell"))
        location["index"] = cell.get("index", cursor.get("index"))
        self._host.looks_at({k: v for k, v in location.items() if v is not None})
