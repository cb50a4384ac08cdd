"""Compressed messages over real sockets: what is agreed, what is sent, and what is not believed."""

from __future__ import annotations

import asyncio
import logging
from typing import cast

import pytest
from sockets import WIDE, Socket, Visit, until
from tornado.websocket import WebSocketProtocol13, _PerMessageDeflateCompressor

from jupyter_awareness.protocol import (
    CloseCode,
    decode_message,
    encode_awareness,
    encode_entry,
)

BALLAST = "ballast " * 1_000


def protocol(socket: Socket) -> WebSocketProtocol13:
    return cast(WebSocketProtocol13, socket.connection.protocol)


async def read(socket: Socket) -> tuple[dict[str, object] | None, int]:
    """Read a frame of one entry: its state, and the bytes that came over the wire for it."""
    before = protocol(socket)._wire_bytes_in
    (entry,) = decode_message(await socket.frame(), WIDE).entries
    return entry.state, protocol(socket)._wire_bytes_in - before


# What is agreed


@pytest.mark.parametrize(
    ("offer", "agreed"),
    [
        ("permessage-deflate; client_max_window_bits", True),
        ("permessage-deflate", True),
        ("permessage-deflate; server_no_context_takeover; client_max_window_bits=10", True),
        ("permessage-deflate; client_max_window_bits, permessage-deflate", True),
        ("permessage-deflate; server_max_window_bits=10", False),
        ("permessage-deflate; client_max_window_bits=99", False),
        ("permessage-deflate; unheard_of", False),
        ("permessage-deflatest", False),
        ("x-webkit-deflate-frame", False),
        ("", False),
    ],
)
async def test_what_costs_a_window_for_each_reader_is_not_agreed_to(
    visit: Visit, jp_base_url: str, jp_http_port: int, offer: str, agreed: bool
) -> None:
    await visit()  # starts the server
    reader, writer = await asyncio.open_connection("127.0.0.1", jp_http_port)
    writer.write(
        f"GET {jp_base_url}api/awareness/room/lobby HTTP/1.1\r\nHost: localhost:{jp_http_port}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nAuthorization: token alice-token\r\n"
        f"Sec-WebSocket-Extensions: {offer}\r\n\r\n".encode()
    )
    answer = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    writer.close()
    await writer.wait_closed()
    assert " 101 " in answer
    extensions = [line for line in answer.split("\r\n") if "extensions" in line]
    assert all("server_no_context_takeover" in line for line in extensions)
    assert all("client_no_context_takeover" in line for line in extensions)
    assert len(extensions) == agreed


# What is sent


async def test_what_a_room_is_told_at_length_is_compressed_for_those_who_can_read_it(
    visit: Visit,
) -> None:
    alice = await (await visit(client=1)).greeted()
    bob = await (await visit(client=2, who="bob", compress=True)).greeted()
    carol = await (await visit(client=3, who="carol")).greeted()
    await alice.say({"ballast": BALLAST})
    (plain, long), (inflated, short) = await read(carol), await read(bob)
    assert plain == inflated
    assert long > len(BALLAST) > 10 * short


async def test_what_is_short_is_sent_as_it_is(visit: Visit) -> None:
    alice = await (await visit(client=1)).greeted()
    bob = await (await visit(client=2, who="bob", compress=True)).greeted()
    await alice.say({"ballast": "x" * 500})
    assert (await read(bob))[1] > 500


# What is heard


async def test_compressed_messages_are_heard(visit: Visit) -> None:
    alice = await (await visit(client=1, compress=True)).greeted()
    bob = await (await visit(client=2, who="bob")).greeted()
    for number in range(5):
        await alice.say({"n": number})
        assert await bob.states() == {1: number}
    assert await alice.has_nothing_to_read()


async def test_long_compressed_messages_are_heard_in_their_order(visit: Visit) -> None:
    alice = await (await visit(client=1, compress=True)).greeted()
    bob = await (await visit(client=2, who="bob")).greeted()
    others = [encode_entry(100 + n, 1, {"ballast": BALLAST}) for n in range(8)]
    await alice.send(encode_awareness([encode_entry(1, 1, {"n": 1}), *others]))
    alice.clock = 1
    await alice.say({"n": 2})
    seen = await bob.states()
    assert seen == {1: 2} or (seen == {1: 1} and await bob.states() == {1: 2})


async def test_a_bomb_ends_its_connection(visit: Visit, extension) -> None:
    mallory = await (await visit(client=1, compress=True)).greeted()
    bob = await (await visit(client=2, who="bob")).greeted()
    await mallory.send(bytes(50_000_000))
    code, _ = await mallory.end()
    assert code in (CloseCode.TOO_LARGE, None)
    await until(lambda: len(extension.door.connections) == 1)
    assert await bob.has_nothing_to_read()


async def test_whose_messages_refer_to_earlier_ones_comes_back_without_compression(
    visit: Visit,
) -> None:
    bob = await (await visit(client=2, who="bob")).greeted()
    alice = await (await visit(client=1, compress=True)).greeted()
    protocol(alice)._compressor = _PerMessageDeflateCompressor(True, None)  # as tornado has it
    await alice.say({"n": 1})
    assert await bob.states() == {1: 1}
    await alice.say({"n": 2})
    assert (await alice.end())[0] is None
    again = await (await visit(client=1, compress=True)).greeted()
    assert "Sec-WebSocket-Extensions" not in again.headers
    await again.say({"n": 3})
    while (await bob.states()).get(1) != 3:
        pass


async def test_what_cannot_be_inflated_ends_its_connection_without_much_ado(
    visit: Visit, extension, caplog: pytest.LogCaptureFixture
) -> None:
    mallory = await (await visit(client=1, compress=True)).greeted()
    await protocol(mallory).stream.write(b"\xc2\x83\0\0\0\0\xff\xff\xff")
    await mallory.end()
    await until(lambda: not extension.door.connections)
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
