"""What a wire writes is what tornado would have, whatever the socket takes."""

from __future__ import annotations

import socket
from asyncio import Future
from collections.abc import Iterator

import pytest
from stage import settle
from tornado.iostream import IOStream, StreamClosedError
from tornado.websocket import WebSocketClosedError

from jupyter_awareness.deflate import Deflated
from jupyter_awareness.wire import Wire


class Protocol:
    """As much of tornado's protocol as a wire looks at."""

    def __init__(self, stream: IOStream) -> None:
        self.stream = stream
        self.closing = False

    def is_closing(self) -> bool:
        return self.closing or self.stream.closed()


class Line:
    """A wire, and the socket at its far end."""

    def __init__(self, kind: type[IOStream]) -> None:
        near, self.far = socket.socketpair()
        near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8_192)
        self.far.setblocking(False)
        self.protocol = Protocol(kind(near))
        self.now = 0.0
        self.wire = Wire(self.protocol, lambda: self.now)  # type: ignore[arg-type]
        self.got = b""

    def read(self) -> bytes:
        """What has arrived since the last time."""
        got = b""
        try:
            while more := self.far.recv(1 << 20):
                got += more
        except BlockingIOError:
            pass
        self.got += got
        return got


class Sealed(IOStream):
    """A stream whose socket must be left alone, as that of TLS."""


def raise_again(written: Future[None] | None) -> None:
    assert written is not None
    written.result()


@pytest.fixture(params=[IOStream, Sealed])
def line(request: pytest.FixtureRequest, jp_asyncio_loop) -> Iterator[Line]:
    line = Line(request.param)
    yield line
    line.protocol.stream.close()
    line.far.close()


@pytest.mark.parametrize(
    ("size", "header"),
    [
        (3, b"\x82\x03"),
        (125, b"\x82\x7d"),
        (126, b"\x82\x7e\x00\x7e"),
        (4_000, b"\x82\x7e\x0f\xa0"),
    ],
)
async def test_pieces_leave_as_one_binary_frame(line: Line, size: int, header: bytes) -> None:
    body = bytes(range(256)) * 16
    packet = (body[:2], memoryview(body)[2:3], body[3:size])
    assert line.wire.write(packet) is None
    assert line.read() == header + body[:size]


async def test_a_compressed_frame_is_marked_as_one(line: Line) -> None:
    assert line.wire.write(Deflated((b"abc", b"d"))) is None
    assert line.read() == b"\xc2\x04abcd"


async def test_a_reader_is_stalled_since_the_oldest_frame_that_it_did_not_read(line: Line) -> None:
    assert line.wire.write((b"a",)) is None
    assert line.wire.stalled_for() == 0
    line.now = 10.0
    first = line.wire.write((b"a" * 100_000,))
    line.now = 12.0
    second = line.wire.write((b"b",))
    line.now = 15.0
    assert line.wire.stalled_for() == 5
    while not (first and first.done() and second and second.done()):
        line.read()
        await settle()
    assert line.wire.stalled_for() == 0
    line.now = 20.0
    third = line.wire.write((b"c" * 100_000,))
    assert third is not None
    line.now = 21.0
    assert line.wire.stalled_for() == 1


async def test_what_the_socket_does_not_take_goes_through_the_stream(line: Line) -> None:
    body = bytes(range(256)) * 4_000
    written = line.wire.write((b"head", memoryview(body)[:500_000], memoryview(body)[500_000:]))
    assert written is not None
    assert not written.done()
    while not written.done():
        line.read()
        await settle()
    line.read()
    assert line.got == b"\x82\x7f" + (len(body) + 4).to_bytes(8, "big") + b"head" + body


async def test_nothing_overtakes_what_the_stream_has_to_write(line: Line) -> None:
    first = line.wire.write((b"a" * 100_000,))
    ping = line.protocol.stream.write(b"ping")
    second = line.wire.write((b"b" * 10,))
    assert first is not None
    assert second is not None
    while not second.done():
        line.read()
        await settle()
    line.read()
    assert ping.done()
    assert line.got[-16:] == b"ping\x82\x0abbbbbbbbbb"


async def test_once_all_is_written_the_socket_is_asked_again(line: Line) -> None:
    written = line.wire.write((b"a" * 100_000,))
    assert written is not None
    while not written.done():
        line.read()
        await settle()
    assert line.wire.write((b"b",)) is None


async def test_to_a_closing_connection_nothing_is_written(line: Line) -> None:
    line.protocol.closing = True
    with pytest.raises(WebSocketClosedError):
        line.wire.write((b"a",))
    assert line.read() == b""


async def test_a_reader_that_is_gone_closes_the_connection(line: Line) -> None:
    line.far.close()
    for _ in range(2):
        with pytest.raises((WebSocketClosedError, StreamClosedError)):
            raise_again(line.wire.write((b"a",)))
        assert line.protocol.stream.closed()


async def test_what_was_in_flight_when_the_reader_went_is_known_as_lost(line: Line) -> None:
    written = line.wire.write((b"a" * 100_000,))
    assert written is not None
    line.far.close()
    while not written.done():
        await settle()
    assert isinstance(written.exception(), StreamClosedError)
