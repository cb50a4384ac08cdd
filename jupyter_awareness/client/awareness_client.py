"""`AwarenessClient`: a Python peer. Agents, kernels, scripts and tests are seen through it.

Top floor: one person's connections to one server.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ..peers import Kind, PeerUser, Status, parse_user
from ..protocol import State
from .access import Access
from .errors import ClientError, NoServer
from .room import ClientRoom, Host
from .servers import current_document, find_server

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["AwarenessClient"]

JOIN_TIMEOUT = 10.0  # seconds


class AwarenessClient:
    """One peer in the lobby and in every room that it joins.

    Used with ``async with``, or with `start` and `stop`. Not thread-safe: it belongs to the event
    loop on which it was started.

    Args:
        url: the server, as in a browser's address bar; without one, the server whose kernel this
            is, or the only one that runs on this computer.
        token: the server's; it says who one is. Not needed for a running server of one's own.
        name: what one wishes to be called. It counts where the server lets people choose, as one
            with a shared token does; elsewhere it says who one is.
        kind: what the others see one as.
        visible: False only looks: the others do not see it.
        lobby: False stays out of the lobby, where everybody is listed.
        verify: whether an https server's certificate is checked, or the path of a CA file.

    Raises:
        NoServer: it is not clear which server is meant.
    """

    def __init__(
        self,
        url: str | None = None,
        token: str | None = None,
        *,
        name: str | None = None,
        kind: Kind = "agent",
        visible: bool = True,
        lobby: bool = True,
        verify: bool | str = True,
    ) -> None:
        self.server = find_server(url, token)
        self._state: State | None = {"kind": kind, "status": "active"} if visible else None
        self._user: PeerUser | None = None
        self._wants_lobby = lobby
        self._name = name
        self._verify = verify
        self._access: Access | None = None
        self._rooms: dict[str, ClientRoom] = {}

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    @property
    def user(self) -> PeerUser | None:
        """Who the server says one is; None before the start. The colour is known in a room."""
        return next((room.user for room in self.rooms if room.user), self._user)

    @property
    def rooms(self) -> tuple[ClientRoom, ...]:
        """The rooms one is in, the lobby first."""
        return tuple(self._rooms.values())

    @property
    def lobby(self) -> ClientRoom:
        """The room of everybody on this server. What one looks at is shown there.

        Raises:
            ClientError: not started, or made with ``lobby=False``.
        """
        if "lobby" not in self._rooms:
            raise ClientError("This client is not in the lobby.")
        return self._rooms["lobby"]

    async def start(self) -> Self:
        """Say hello to the server, and enter the lobby.

        Raises:
            Denied, Unreachable: the server refuses, or does not answer.
            RuntimeError: already started.
        """
        if self._access is not None:
            raise RuntimeError("AwarenessClient already started")
        self._access = Access(self.server, self._name, self._verify)
        try:
            self._user = parse_user(await self._access.login())
            if self._wants_lobby:
                await self.join("lobby")
        except BaseException:
            await self.stop()
            raise
        return self

    async def stop(self) -> None:
        """Leave everywhere; the others see it at once. Doing it twice is doing it once."""
        await asyncio.gather(*(room.leave() for room in self.rooms))
        access, self._access = self._access, None
        if access is not None:
            await access.close()

    async def join(self, room: str | None = None, timeout: float = JOIN_TIMEOUT) -> ClientRoom:
        """Enter a room; joining it again gives the same room.

        Args:
            room: ``document:<contents path>``, ``topic:<name>`` or ``lobby``; without one, the
                room of the notebook whose kernel this is.
            timeout: seconds in which to be let in.

        Raises:
            Denied, Unreachable: the server refuses (``code`` says why), or does not answer.
            NoServer: no room is named, and this is no notebook's kernel.
            RuntimeError: not started.
        """
        if self._access is None:
            raise RuntimeError("AwarenessClient not started: use `async with`, or `start()`")
        room = _room_id(room or self._own_document())
        joined = self._rooms.get(room)
        if joined is None or joined.connection.kind == "off":
            host = Host(self._access, self._look_at, self._forget)
            joined = self._rooms[room] = ClientRoom(host, room, self._state)
            joined.enter()
        try:
            await joined.entered(timeout)
        except BaseException:
            await joined.leave()
            raise
        return joined

    def set_status(self, status: Status) -> None:
        """Show everywhere whether one is ``active``, ``idle`` or ``away``."""
        if self._state is not None:
            self._state = {**self._state, "status": status}
            for room in self.rooms:
                room.set("status", status)

    def _own_document(self) -> str:
        path = current_document(self.server)
        if path is None:
            raise NoServer("This is not the kernel of a notebook: say which room to join.")
        return f"document:{path}"

    def _look_at(self, location: Mapping[str, Any]) -> None:
        lobby = self._rooms.get("lobby")
        if lobby is not None and self._state is not None:
            lobby.set("location", dict(location))

    def _forget(self, room: ClientRoom) -> None:
        if self._rooms.get(room.id) is room:
            del self._rooms[room.id]
        lobby = self._rooms.get("lobby")
        state = lobby.awareness.get_local_state() if lobby else None
        location = state.get("location") if state else None
        if lobby and location and room.path == location["path"]:
            lobby.set("location", None)


def _room_id(room: str) -> str:
    """Of the spellings of a document's path, the one that the server uses."""
    kind, colon, subject = room.partition(":")
    return kind + colon + (subject.strip("/") if kind == "document" else subject)
