"""How fast one connection is read: never so that the others have to wait.

First floor: wraps the reads of a tornado stream; knows no handler and no room.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from .rate import Rate

__all__ = ["Turns"]

TURN = 64  # reads in one turn of the event loop; tornado reads a frame in three or four
READ_BYTES = 256  # a longer read counts for several
TRICKLE = 0.01  # seconds between two reads once nothing is wanted any more


class Read(Protocol):
    """tornado's `IOStream.read_bytes`."""

    def __call__(self, num_bytes: int, partial: bool = False) -> Awaitable[bytes]: ...


class Turns:
    """Stands before the reads of one connection.

    While bytes are there, tornado reads frame after frame and lets nobody else have a turn. Most
    kinds of frames it does not even show to its handler: control frames, and pieces of a message.

    Args:
        read: how the stream is read.
        reads_per_second: more are a flood; 0 is no limit.
        clock: seconds.
        flooded: called once for each turn of reads that is too much.
    """

    __slots__ = ("_clock", "_flooded", "_rate", "_read", "_reads", "_turn", "ended")

    def __init__(
        self,
        read: Read,
        reads_per_second: float,
        clock: Callable[[], float],
        flooded: Callable[[], None],
    ) -> None:
        self.ended = False
        self._read = read
        self._rate = Rate(reads_per_second, clock())
        self._clock = clock
        self._flooded = flooded
        self._reads = 0
        self._turn = 0

    def __call__(self, num_bytes: int, partial: bool = False) -> Awaitable[bytes]:
        """Read, now or after the others had their turn."""
        if self.ended:
            return self._later(TRICKLE, num_bytes, partial)
        self._reads += 1
        self._turn += 1 + num_bytes // READ_BYTES
        if self._turn < TURN:
            return self._read(num_bytes, partial)
        if not self._rate.allows(self._clock(), self._reads):
            self._flooded()
        self._reads = self._turn = 0
        return self._later(0, num_bytes, partial)

    async def _later(self, seconds: float, num_bytes: int, partial: bool) -> bytes:
        await asyncio.sleep(seconds)
        return await self._read(num_bytes, partial)
