"""Reads of one connection take turns with the rest of the loop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

from stage import Clock

from jupyter_awareness.turns import TURN, Turns


class Stream:
    """Has always something to read, as a flood has."""

    def __init__(self) -> None:
        self.reads: list[tuple[int, bool]] = []

    def read_bytes(self, num_bytes: int, partial: bool = False) -> Awaitable[bytes]:
        self.reads.append((num_bytes, partial))
        done = asyncio.get_running_loop().create_future()
        done.set_result(bytes(num_bytes))
        return done


class Floods:
    """Counts the complaints."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


async def test_what_is_read_is_what_the_stream_has() -> None:
    stream = Stream()
    reads = Turns(stream.read_bytes, 0, Clock(), Floods())
    for count in range(1, 2 * TURN):
        assert await reads(count, count % 2 == 0) == bytes(count)
    assert stream.reads == [(count, count % 2 == 0) for count in range(1, 2 * TURN)]


async def test_others_have_their_turn_while_one_connection_is_read() -> None:
    stream, floods = Stream(), Floods()
    reads = Turns(stream.read_bytes, 0, Clock(), floods)

    async def read() -> None:
        while len(stream.reads) < 1_000:
            await reads(2)

    reading = asyncio.ensure_future(read())
    turns = 0
    while not reading.done():
        before = len(stream.reads)
        await asyncio.sleep(0)
        assert len(stream.reads) - before <= TURN
        turns += 1
    assert turns > 1_000 // TURN
    assert floods.count == 0  # no limit is set


async def test_large_reads_end_a_turn_sooner() -> None:
    stream = Stream()
    reads = Turns(stream.read_bytes, 0, Clock(), Floods())

    async def read() -> None:
        while len(stream.reads) < 100:
            await reads(8_000)

    reading = asyncio.ensure_future(read())
    while not reading.done():
        before = len(stream.reads)
        await asyncio.sleep(0)
        assert len(stream.reads) - before <= 2


async def test_a_flood_is_told() -> None:
    stream, floods, clock = Stream(), Floods(), Clock()
    reads = Turns(stream.read_bytes, 10 * TURN, clock, floods)
    for _ in range(20 * TURN):
        await reads(2)
    assert floods.count == 0
    for _ in range(TURN):
        await reads(2)
    assert floods.count == 1
    clock.wind(1)
    for _ in range(10 * TURN):
        await reads(2)
    assert floods.count == 1


async def test_what_nobody_wants_any_more_trickles() -> None:
    stream = Stream()
    reads = Turns(stream.read_bytes, 0, Clock(), Floods())
    await reads(2)
    reads.ended = True
    reading = asyncio.ensure_future(reads(2))
    for _ in range(10):
        await asyncio.sleep(0)
    assert len(stream.reads) == 1
    assert await reading == bytes(2)
