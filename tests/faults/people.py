"""Who takes part in the faults: somebody who watches a room, and somebody whom things happen to."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from jupyter_awareness.protocol import (
    SUBPROTOCOL,
    Limits,
    MessageType,
    State,
    decode_message,
    encode_awareness,
    encode_entry,
)

DEADLINE = 30  # seconds; a test that needs it has failed
WIDE = Limits(frame_bytes=2**26, state_bytes=2**26, entries=2**16)


class Peer:
    """A client of this project's subprotocol that notes when it saw whom say what.

    ``seen`` has the field ``n`` of every other, ``history`` all that was told of them.
    """

    _ids = count(1)

    def __init__(self, connection: WebSocketClientConnection, client_id: int) -> None:
        self.connection = connection
        self.client_id = client_id
        self.seen: dict[int, Any] = {}
        self.history: list[tuple[float, int, Any]] = []
        self.ended_at: float | None = None
        self._clock = 0
        self._news = asyncio.Event()
        self._listening = asyncio.ensure_future(self._listen())

    @classmethod
    async def come(
        cls, url: str, room: str, who: str = "alice", client_id: int | None = None
    ) -> Peer:
        """Join a room; ``url`` is the server's, or that of the network before it."""
        own = client_id or next(cls._ids)
        address = url.replace("http", "ws", 1) + f"api/awareness/room/{room}?client={own}"
        request = HTTPRequest(address, headers={"Authorization": f"token {who}-token"})
        return cls(await websocket_connect(request, subprotocols=[SUBPROTOCOL]), own)

    async def say(self, state: State | None) -> None:
        """Say something of oneself."""
        self._clock += 1
        frame = encode_awareness([encode_entry(self.client_id, self._clock, state)])
        await self.connection.write_message(frame, binary=True)

    async def until(self, condition: Callable[[], object]) -> float:
        """Wait for what is seen to be so; give the time at which it was."""
        while not condition():
            self._news.clear()
            await asyncio.wait_for(self._news.wait(), DEADLINE)
        return time.monotonic()

    async def sees(self, other: Peer, n: Any) -> float:
        """Wait until another is seen to say so; give the time."""
        return await self.until(lambda: self.seen.get(other.client_id) == n)

    async def loses(self, other: Peer) -> float:
        """Wait until another is not seen any more; give the time."""
        return await self.until(lambda: other.client_id not in self.seen)

    def blinks(self, other: Peer) -> int:
        """How often another was taken away."""
        return [(client_id, n) for _, client_id, n in self.history].count((other.client_id, None))

    async def ends(self) -> int | None:
        """Wait until the connection has ended; give the close code."""
        await asyncio.wait_for(self._listening, DEADLINE)
        return self.connection.close_code

    def break_off(self) -> None:
        """End the connection without a word, as a process that is killed does."""
        if self.connection.protocol is not None:
            self.connection.protocol.stream.close()  # type: ignore[union-attr]
        self.connection.close()

    async def leave(self) -> None:
        """Say goodbye."""
        self.connection.close()
        await self._listening

    async def _listen(self) -> None:
        while (frame := await self.connection.read_message()) is not None:
            assert isinstance(frame, bytes)
            message = decode_message(frame, WIDE)
            if message.type == MessageType.AWARENESS:
                for client_id, _, state in message.entries:
                    self._see(client_id, state)
            self._news.set()
        self.ended_at = time.monotonic()
        self.connection.close()  # tornado wants that also of what has ended

    def _see(self, client_id: int, state: State | None) -> None:
        n = None if state is None else state.get("n")
        self.history.append((time.monotonic(), client_id, n))
        if state is None:
            self.seen.pop(client_id, None)
        else:
            self.seen[client_id] = n


def port_of(url: str) -> int:
    """The port of a server."""
    port = urlsplit(url).port
    assert port is not None
    return port


@asynccontextmanager
async def two(
    room: str, watching: str, speaking: str | None = None
) -> AsyncIterator[tuple[Peer, Peer]]:
    """Bob, who watches, and Alice, whom he sees say 1; she may come through another address."""
    bob = await Peer.come(watching, room, "bob")
    alice = await Peer.come(speaking or watching, room)
    try:
        await alice.say({"n": 1})
        await bob.sees(alice, 1)
        yield bob, alice
    finally:
        alice.break_off()  # her network may be dead, and tornado would wait for an answer
        await bob.leave()
