"""Whatever arrives in whatever parts: every message is heard once and in order."""

from __future__ import annotations

import asyncio
import socket
import zlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sockets import until
from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream
from tornado.testing import bind_unused_port
from tornado.web import Application
from tornado.websocket import WebSocketHandler, WebSocketProtocol13

from jupyter_awareness.intake import LONGEST, MOST_IGNORED, MOST_INFLATED, Intake
from jupyter_awareness.line import Line

KEY = b"dGhlIHNhbXBsZSBub25jZQ=="
BINARY, TEXT, CLOSE, PING, PONG, MORE = 0x82, 0x81, 0x88, 0x89, 0x8A, 0x80
DEFLATED = 0xC2
FIRST = 0x02  # of a binary message in fragments
LARGEST = 200_000  # bytes of a message


class Hoarding(IOStream):
    """Takes all that there is and hands out little of it, as TLS does: nothing wakes the loop."""

    hoard = b""

    def read_from_fd(self, buf: bytearray | memoryview) -> int | None:
        if not self.hoard:
            size = super().read_from_fd(whole := bytearray(65_536))
            if not size:
                return size
            self.hoard = bytes(whole[:size])
        part, self.hoard = self.hoard[:100], self.hoard[100:]
        buf[: len(part)] = part
        return len(part)


class Heard(WebSocketHandler):
    """A connection that notes what it is told, and by which way."""

    def initialize(self, log: list[object]) -> None:
        self.log = log
        self.quick = 0

    @property
    def max_message_size(self) -> int:
        return LARGEST

    def get_compression_options(self) -> dict[str, object] | None:
        return {}

    def get_websocket_protocol(self) -> Line:
        protocol = super().get_websocket_protocol()
        assert isinstance(protocol, WebSocketProtocol13)
        return Line(self, False, protocol.params)

    def open(self) -> None:
        assert isinstance(self.ws_connection, Line)
        self.ws_connection.stream.__class__ = self.settings["stream"]
        inflates = self.ws_connection.deflates
        self.intake = Intake(self.ws_connection.stream, self.take, LARGEST, inflates)

    def take(self, messages: Sequence[bytes]) -> None:
        for message in messages:
            if message == b"fault":
                raise ZeroDivisionError
            self.quick += 1
            self.log.append(message)
            if message == b"last":
                self.intake.end()
                break

    def on_message(self, message: str | bytes) -> None:
        self.intake.delivered()
        self.log.append(message)

    def on_pong(self, data: bytes) -> None:
        self.log.append(("pong", data))

    def on_close(self) -> None:
        self.log.append(("closed", self.close_code, self.quick))


def frame(first: int, payload: bytes, mask: bytes | None = b"\x01\x80\xfe\x55") -> bytes:
    size = len(payload)
    bit = 0x80 if mask else 0
    if size < 126:
        header = bytes((first, bit | size))
    elif size < 1 << 16:
        header = bytes((first, bit | 126)) + size.to_bytes(2, "big")
    else:
        header = bytes((first, bit | 127)) + size.to_bytes(8, "big")
    if mask is None:
        return header + payload
    return header + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))


def deflate(message: bytes) -> bytes:
    compressor = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    data = compressor.compress(message) + compressor.flush(zlib.Z_SYNC_FLUSH)
    return data.removesuffix(b"\0\0\xff\xff")


class Client:
    """A socket that sends what a test says, byte for byte."""

    def __init__(self, port: int, log: list[object]) -> None:
        self.log = log
        self.port = port
        self.line = socket.socket()
        self.line.setblocking(False)

    async def connect(self, extensions: bytes) -> Client:
        loop = asyncio.get_running_loop()
        await loop.sock_connect(self.line, ("127.0.0.1", self.port))
        self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await self.send(
            b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: " + KEY + b"\r\nSec-WebSocket-Version: 13\r\n"
            b"Sec-WebSocket-Extensions: " + extensions + b"\r\n\r\n"
        )
        assert b" 101 " in await loop.sock_recv(self.line, 65_536)
        return self

    async def send(self, data: bytes) -> None:
        await asyncio.get_running_loop().sock_sendall(self.line, data)

    async def read(self, size: int) -> bytes:
        return await asyncio.get_running_loop().sock_recv(self.line, size)

    async def end(self) -> list[object]:
        """Say goodbye; give all that was heard, and how many messages came the short way."""
        await self.send(frame(CLOSE, b"\x03\xe8"))
        await until(lambda: self.log and isinstance(self.log[-1], tuple))
        await until(lambda: self.log[-1][0] == "closed")  # type: ignore[index]
        return self.log


Connect: TypeAlias = Callable[..., Awaitable[Client]]
"""Opens a connection, on which messages may be compressed if ``deflates``."""


@pytest.fixture(params=[IOStream, Hoarding])
def connect(request: pytest.FixtureRequest, jp_asyncio_loop) -> Iterator[Connect]:
    clients: list[Client] = []
    servers: list[HTTPServer] = []

    async def make(deflates: bool = False) -> Client:
        log: list[object] = []
        server = HTTPServer(Application([("/", Heard, {"log": log})], stream=request.param))
        bound, port = bind_unused_port()
        server.add_sockets([bound])
        servers.append(server)
        clients.append(await Client(port, log).connect(b"permessage-deflate" * deflates))
        return clients[-1]

    yield make
    for client in clients:
        client.line.close()
    for server in servers:
        server.stop()


async def test_small_binary_frames_come_the_short_way(connect: Connect) -> None:
    client = await connect()
    messages = [b"", b"a", b"b" * 125, b"c" * 126, b"d" * 5_000]
    for message in messages:
        await client.send(frame(BINARY, message))
    assert await client.end() == [*messages, ("closed", 1000, 5)]


async def test_many_frames_may_come_at_once(connect: Connect) -> None:
    client = await connect()
    messages = [b"%d" % number for number in range(2_000)]
    await client.send(b"".join(frame(BINARY, message) for message in messages))
    assert await client.end() == [*messages, ("closed", 1000, 2_000)]


async def test_compressed_frames_come_the_short_way_if_that_is_agreed(connect: Connect) -> None:
    client = await connect(deflates=True)
    messages = [b"", b"a", b"b" * LONGEST, b"c" * 126]
    await client.send(b"".join(frame(DEFLATED, deflate(message)) for message in messages))
    await client.send(frame(BINARY, b"as it is"))
    assert await client.end() == [*messages, b"as it is", ("closed", 1000, 5)]


async def test_what_becomes_long_is_not_overtaken(connect: Connect) -> None:
    client = await connect(deflates=True)
    large = b"x" * LARGEST
    await client.send(frame(DEFLATED, deflate(b"before")) + frame(DEFLATED, deflate(large)))
    await client.send(frame(DEFLATED, deflate(b"after")))
    assert (await client.end())[:-1] == [b"before", large, b"after"]


async def test_of_what_comes_at_once_not_all_is_inflated_at_once(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    batches: list[int] = []
    take = Intake._deliver

    def counted(intake: Intake, messages: Sequence[bytes]) -> None:
        batches.append(sum(map(len, messages)))
        take(intake, messages)

    monkeypatch.setattr(Intake, "_deliver", counted)
    client = await connect(deflates=True)
    bomb = bytes(LONGEST)
    count = 2 * MOST_INFLATED // LONGEST
    await client.send(frame(DEFLATED, deflate(bomb)) * count)
    assert (await client.end())[:-1] == [bomb] * count
    assert max(batches) <= MOST_INFLATED


async def test_what_becomes_too_long_ends_the_connection(connect: Connect) -> None:
    client = await connect(deflates=True)
    await client.send(frame(DEFLATED, deflate(bytes(LARGEST + 1))))
    await until(lambda: client.log)
    assert client.log[0][0] == "closed"  # type: ignore[index]


async def test_a_frame_may_come_in_single_bytes(connect: Connect) -> None:
    client = await connect()
    for byte in frame(BINARY, b"x" * 130) + frame(BINARY, b"y"):
        await client.send(bytes((byte,)))
        await asyncio.sleep(0)
    assert await client.end() == [b"x" * 130, b"y", ("closed", 1000, 2)]


async def test_what_is_not_masked_is_left_to_tornado(connect: Connect) -> None:
    client = await connect()
    await client.send(frame(BINARY, b"bare", mask=None) + frame(BINARY, b"masked"))
    assert await client.end() == [b"bare", b"masked", ("closed", 1000, 0)]


@pytest.mark.parametrize("size", [LONGEST + 1, 70_000, LARGEST])
async def test_a_large_message_is_not_overtaken(connect: Connect, size: int) -> None:
    client = await connect()
    large = b"x" * size
    await client.send(frame(BINARY, b"before") + frame(BINARY, large) + frame(BINARY, b"after"))
    await until(lambda: len(client.log) == 3)
    await client.send(frame(BINARY, b"again"))
    heard = await client.end()
    assert heard[:-1] == [b"before", large, b"after", b"again"]
    assert heard[-1][2] >= 2  # type: ignore[index]


async def test_a_message_in_fragments_is_not_overtaken(connect: Connect) -> None:
    client = await connect()
    await client.send(frame(FIRST, b"a") + frame(PONG, b"!") + frame(0, b"b"))
    await client.send(frame(MORE, b"c") + frame(BINARY, b"after"))
    await until(lambda: len(client.log) == 3)
    await client.send(frame(BINARY, b"again"))
    heard = await client.end()
    assert heard == [("pong", b"!"), b"abc", b"after", b"again", ("closed", 1000, 1)]


async def test_pings_are_answered_between_messages(connect: Connect) -> None:
    client = await connect()
    await client.send(frame(BINARY, b"a") + frame(PING, b"?") + frame(BINARY, b"b"))
    assert await client.read(100) == b"\x8a\x01?"
    assert await client.end() == [b"a", b"b", ("closed", 1000, 2)]


async def test_text_is_heard_as_text(connect: Connect) -> None:
    client = await connect()
    await client.send(frame(TEXT, "\u00e9".encode()) + frame(BINARY, b"b"))
    assert await client.end() == ["\u00e9", b"b", ("closed", 1000, 0)]


async def test_a_message_that_is_too_large_is_refused_by_tornado(connect: Connect) -> None:
    client = await connect()
    await client.send(frame(BINARY, b"x" * (LARGEST + 1))[:1_000])
    await until(lambda: client.log)
    assert client.log[0][0] == "closed"  # type: ignore[index]


@pytest.mark.parametrize("first", [0xC2, 0x83, 0x80])  # a reserved bit, no such type, nothing begun
async def test_nonsense_ends_the_connection_as_tornado_does(connect: Connect, first: int) -> None:
    client = await connect()
    await client.send(frame(BINARY, b"a") + frame(first, b"x"))
    await until(lambda: len(client.log) == 2)
    assert client.log[0] == b"a"
    assert client.log[1][0] == "closed"  # type: ignore[index]


async def test_a_connection_that_breaks_is_noticed(connect: Connect) -> None:
    client = await connect()
    await client.send(frame(BINARY, b"a") + frame(BINARY, b"cut")[:-1])
    await until(lambda: client.log)
    client.line.close()
    await until(lambda: len(client.log) == 2)
    assert client.log == [b"a", ("closed", None, 1)]


async def test_an_error_of_ours_ends_the_connection_and_is_logged(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    client = await connect()
    await client.send(frame(BINARY, b"fault") + frame(BINARY, b"more"))
    await until(lambda: client.log)
    assert client.log == [("closed", None, 0)]
    assert "ZeroDivisionError" in caplog.text


async def test_after_the_end_only_the_goodbye_is_heard(connect: Connect) -> None:
    client = await connect()
    await client.send(frame(BINARY, b"last") + frame(BINARY, b"more") * 100)
    assert await client.end() == [b"last", ("closed", 1000, 1)]


async def test_a_flood_after_the_end_is_not_even_looked_through(connect: Connect) -> None:
    client = await connect()
    await client.send(frame(BINARY, b"last"))
    await until(lambda: client.log)
    await client.send(frame(BINARY, b"more") * (2 * MOST_IGNORED // 10))
    await client.send(frame(CLOSE, b"\x03\xe8"))
    client.line.close()
    await until(lambda: len(client.log) == 2)
    assert client.log == [b"last", ("closed", None, 1)]


KINDS = st.sampled_from(["small", "bare", "pieces", "large", "ping", "text", "deflated", "bomb"])


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(kinds=st.lists(KINDS, max_size=12), cuts=st.lists(st.integers(1, 90_000), max_size=12))
def test_all_is_heard_in_order_however_it_is_cut(
    connect: Connect, jp_asyncio_loop: asyncio.AbstractEventLoop, kinds: list[str], cuts: list[int]
) -> None:
    async def talk() -> None:
        client = await connect(deflates=True)
        sent, expected = b"", []
        for number, kind in enumerate(kinds):
            name = b"%d" % number
            if kind == "ping":
                sent += frame(PING, name)
                continue
            expected.append(name.decode() if kind == "text" else name)
            if kind == "large":
                expected[-1] = name * 40_000
                sent += frame(BINARY, name * 40_000)
            elif kind == "bomb":
                expected[-1] = name * 40_000
                sent += frame(DEFLATED, deflate(name * 40_000))
            elif kind == "deflated":
                sent += frame(DEFLATED, deflate(name))
            elif kind == "pieces":
                sent += frame(FIRST, b"") + frame(MORE, name)
            else:
                sent += frame(
                    TEXT if kind == "text" else BINARY, name, None if kind == "bare" else KEY[:4]
                )
        for cut in cuts:
            await client.send(sent[:cut])
            sent = sent[cut:]
            await asyncio.sleep(0)
        await client.send(sent)
        assert (await client.end())[:-1] == expected

    jp_asyncio_loop.run_until_complete(talk())
