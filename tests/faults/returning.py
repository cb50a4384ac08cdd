"""A crowd whose server goes away: when each of them is back, and when each sees the others again.

They are this project's Python clients, with their own way to come back.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import NamedTuple

from jupyter_awareness import AwarenessClient
from jupyter_awareness.client import Connection

AT_ONCE = 20  # clients that come at the same time


class Place(NamedTuple):
    """Where one of the crowd is, and as whom."""

    token: str
    room: str


class Member:
    """One of the crowd.

    Attributes:
        back: when the server let it in again.
        whole: when it saw, after that, as many others as are to be seen.
    """

    def __init__(self, url: str, place: Place, others: int) -> None:
        self.back = self.whole = 0.0
        self._client = AwarenessClient(url, place.token, lobby=False)
        self._name = place.room
        self._others = others
        self._sees_all = asyncio.Event()

    async def come(self) -> None:
        """Enter the room."""
        await self._client.start()
        self._room = await self._client.join(self._name, timeout=60)
        self._room.observe_connection(self._connection_changed)
        self._room.observe(lambda _: self._look())
        self._look()

    @property
    def client_id(self) -> int:
        """Who it is to the others."""
        return self._room.client_id

    async def sees_all(self) -> None:
        """Wait until all others are seen."""
        await self._sees_all.wait()

    async def go(self) -> None:
        """Leave."""
        await self._client.stop()

    def _connection_changed(self, connection: Connection) -> None:
        if connection.kind == "connected":
            self.back = time.monotonic()
            self._look()
        else:
            self._sees_all.clear()

    def _look(self) -> None:
        seen = len(self._room.peers) if self._room.connection.kind == "connected" else -1
        if seen == self._others and not self._sees_all.is_set():
            self.whole = time.monotonic()
            self._sees_all.set()


class Crowd:
    """Clients of one process.

    Args:
        url: the server's.
        places: each one's token and room.
        others: how many others there are in a room.
    """

    def __init__(self, url: str, places: Sequence[Place], others: int) -> None:
        self.members = [Member(url, place, others) for place in places]

    async def come(self) -> None:
        """Let all come, some at a time."""
        for first in range(0, len(self.members), AT_ONCE):
            some = self.members[first : first + AT_ONCE]
            await asyncio.gather(*(member.come() for member in some))

    async def see_all(self) -> None:
        """Wait until each sees all others of its room."""
        for member in self.members:
            await member.sees_all()

    async def go(self) -> None:
        """Let all leave."""
        await asyncio.gather(*(member.go() for member in self.members))
