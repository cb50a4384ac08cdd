"""Rooms without sockets: a clock that the test winds, and readers that read when they are told."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from itertools import count
from typing import Any

from tornado.websocket import WebSocketClosedError

from jupyter_awareness.deflate import Deflated, inflate
from jupyter_awareness.protocol import Entry, Packet, decode_message

START = 1_800_000_000.0  # seconds since the epoch
LONGEST = 10_000_000  # bytes of a frame that was compressed


class Clock:
    """Time that passes only when a test says so; it is also the timer that calls back."""

    def __init__(self) -> None:
        self.now = START
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()

    def __call__(self) -> float:
        return self.now

    def timer(self, seconds: float, callback: Callable[[], None]) -> None:
        """Call back once, that much later."""
        heapq.heappush(self._due, (self.now + seconds, next(self._order), callback))

    def wind(self, seconds: float) -> None:
        """Let time pass, and all that is due in it happen in its order."""
        end = self.now + seconds
        while self._due and self._due[0][0] <= end:
            self.now, _, callback = heapq.heappop(self._due)
            callback()
        self.now = end

    @property
    def waiting(self) -> int:
        """How many callbacks are not due yet."""
        return len(self._due)


class Reader:
    """The far end of an outbox, which understands frames as y-protocols does.

    A reader that is ``slow`` takes nothing until `take`; its ``frames`` are what was written to
    its socket, ``packet`` the last of them as it was handed over. ``seen`` holds whom it would
    show. A reader that comes back keeps its ``clocks``.
    """

    def __init__(self, slow: bool = False) -> None:
        self.slow = slow
        self.frames: list[bytes] = []
        self.packet: Packet = ()
        self.closed = False
        self.seen: dict[int, Any] = {}
        self.clocks: dict[int, int] = {}
        self._waiting: list[tuple[bytes, asyncio.Future[None]]] = []

    def write(self, packet: Packet) -> asyncio.Future[None] | None:
        """Stand in for a socket, which takes a frame at once unless the reader is slow."""
        if self.closed:
            raise WebSocketClosedError
        self.packet = packet
        frame = b"".join(packet)
        if isinstance(packet, Deflated):
            frame = inflate(frame, LONGEST)
        self.frames.append(frame)
        if not self.slow:
            self._read(frame)
            return None
        taken = asyncio.get_running_loop().create_future()
        self._waiting.append((frame, taken))
        return taken

    async def take(self) -> None:
        """Read what waits, and let the writer notice."""
        self._take()
        await settle()

    async def die(self) -> None:
        """End with everything unread, as a socket does."""
        self.closed = True
        waiting, self._waiting = self._waiting, []
        for _, taken in waiting:
            taken.set_exception(WebSocketClosedError())
        await settle()

    def reconnect(self) -> None:
        """Forget the others, but not their clocks, as y-websocket does when its socket closes."""
        self.seen.clear()
        self.frames.clear()
        self._waiting.clear()
        self.closed = False

    def new_frames(self) -> list[list[Entry]]:
        """Give the entries of each frame since the last call."""
        frames, self.frames = self.frames, []
        return [list(decode_message(frame).entries) for frame in frames]

    def _take(self) -> None:
        waiting, self._waiting = self._waiting, []
        for frame, taken in waiting:
            self._read(frame)
            taken.set_result(None)

    def _read(self, frame: bytes) -> None:
        for entry in decode_message(frame).entries:
            self._apply(entry)

    def _apply(self, entry: Entry) -> None:
        if entry.clock <= self.clocks.get(entry.client_id, 0):
            return
        self.clocks[entry.client_id] = entry.clock
        if entry.state is None:
            self.seen.pop(entry.client_id, None)
        else:
            self.seen[entry.client_id] = entry.state.get("n")


async def settle() -> None:
    """Let the callbacks of finished writes run, and what they write in turn."""
    for _ in range(10):
        await asyncio.sleep(0)
