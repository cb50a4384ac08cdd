"""One write in flight, whatever the reader does."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stage import Reader, settle
from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketClosedError

from jupyter_awareness.outbox import MOST_TOLD, Outbox
from jupyter_awareness.protocol import encode_awareness, encode_sync_reply

FRAME = encode_awareness([])
PACKET = (FRAME[:2], FRAME[2:])


class Drains:
    """Counts how often the outbox said that it can write again."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


async def test_a_frame_goes_out_and_the_reader_moves_on() -> None:
    reader, drains = Reader(), Drains()
    outbox = Outbox(0, reader.write, drains)
    outbox.send(PACKET, 7)
    assert (outbox.place, outbox.in_flight, reader.frames) == (7, False, [FRAME])
    await settle()
    assert drains.count == 0


async def test_small_frames_that_the_socket_took_are_not_counted() -> None:
    reader = Reader()
    outbox = Outbox(0, reader.write, Drains())
    for _ in range(2 * MOST_TOLD):
        outbox.tell(FRAME)
    assert len(reader.frames) == 2 * MOST_TOLD


async def test_nothing_to_read_moves_the_reader_on_without_a_word() -> None:
    reader = Reader()
    outbox = Outbox(0, reader.write, Drains())
    outbox.send(None, 7)
    assert (outbox.place, outbox.in_flight, reader.frames) == (7, False, [])


async def test_a_frame_is_in_flight_until_it_was_taken() -> None:
    reader, drains = Reader(slow=True), Drains()
    outbox = Outbox(0, reader.write, drains)
    outbox.send(PACKET, 7)
    await settle()
    assert (outbox.in_flight, drains.count) == (True, 0)
    await reader.take()
    assert (outbox.in_flight, drains.count) == (False, 1)


async def test_a_socket_that_is_closed_already_is_left_to_its_own_end() -> None:
    reader, drains = Reader(), Drains()
    reader.closed = True
    outbox = Outbox(0, reader.write, drains)
    outbox.send(PACKET, 7)
    outbox.tell(FRAME)
    await settle()
    assert (outbox.in_flight, drains.count) == (False, 0)


@pytest.fixture
def complaints(jp_asyncio_loop) -> list[dict[str, Any]]:
    """Collect what asyncio would log of errors that nobody looked at."""
    found: list[dict[str, Any]] = []
    jp_asyncio_loop.set_exception_handler(lambda _, context: found.append(context))
    return found


async def test_a_socket_that_dies_while_a_frame_is_in_flight_is_no_error(complaints) -> None:
    reader, drains = Reader(slow=True), Drains()
    outbox = Outbox(0, reader.write, drains)
    outbox.send(PACKET, 7)
    outbox.tell(FRAME)
    await reader.die()
    assert drains.count == 0
    assert complaints == []


@pytest.mark.parametrize("end", [StreamClosedError(), WebSocketClosedError(), None])
async def test_every_end_of_a_write_is_looked_at(end: Exception | None, complaints) -> None:
    written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    drains = Drains()
    outbox = Outbox(0, lambda _: written, drains)
    outbox.send(PACKET, 7)
    if end is None:
        written.cancel()
    else:
        written.set_exception(end)
    await settle()
    assert (outbox.in_flight, drains.count, complaints) == (False, 0, [])


async def test_an_error_that_is_no_closed_socket_is_not_hidden(complaints) -> None:
    written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    outbox = Outbox(0, lambda _: written, Drains())
    outbox.send(PACKET, 7)
    written.set_exception(ZeroDivisionError())
    await settle()
    assert [type(context["exception"]) for context in complaints] == [ZeroDivisionError]


async def test_a_small_frame_waits_for_nothing() -> None:
    reader, drains = Reader(slow=True), Drains()
    outbox = Outbox(3, reader.write, drains)
    outbox.send(PACKET, 7)
    outbox.tell(encode_sync_reply())
    assert reader.frames == [FRAME, encode_sync_reply()]
    assert outbox.place == 7


async def test_a_reader_that_asks_without_reading_is_answered_a_few_times_only() -> None:
    reader = Reader(slow=True)
    outbox = Outbox(0, reader.write, Drains())
    for _ in range(1_000):
        outbox.tell(FRAME)
    assert len(reader.frames) == MOST_TOLD
    await reader.take()
    outbox.tell(FRAME)
    assert len(reader.frames) == MOST_TOLD + 1


class Promise:
    """A write that ends when the test says so."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self._callback: Any = None

    def add_done_callback(self, callback: Any) -> None:
        self._callback = callback

    def cancelled(self) -> bool:
        return False

    def exception(self) -> Exception | None:
        return self.error

    def end(self, error: Exception | None = None) -> None:
        self.error = error
        self._callback(self)


@given(st.lists(st.sampled_from(["send", "tell", "skip", "take", "take first", "break"])))
def test_in_any_order_one_frame_of_the_feed_and_few_others_are_on_their_way(
    steps: list[str],
) -> None:
    waiting: list[tuple[bytes, Promise]] = []
    drains, place, broken = Drains(), 0, 0

    def write(packet: Any) -> Any:
        waiting.append((packet[0], Promise()))
        return waiting[-1][1]

    outbox = Outbox(place, write, drains)
    sent = 0
    for step in steps:
        if step in ("send", "skip") and not outbox.in_flight:
            place += 1
            sent += step == "send"
            outbox.send((b"feed",) if step == "send" else None, place)
        elif step == "tell":
            outbox.tell(b"told")
        elif waiting and step != "send":
            kind, promise = waiting.pop(0 if step == "take first" else -1)
            broken += step == "break" and kind == b"feed"
            promise.end(WebSocketClosedError() if step == "break" else None)
        kinds = [kind for kind, _ in waiting]
        assert outbox.place == place
        assert outbox.in_flight == (kinds.count(b"feed") == 1)
        assert kinds.count(b"feed") <= 1
        assert kinds.count(b"told") <= MOST_TOLD
        assert drains.count == sent - kinds.count(b"feed") - broken
