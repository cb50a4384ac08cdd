"""How Mallory attacks: each of these is one try, and gives how his connections ended."""

from __future__ import annotations

import asyncio
import random
import time
import zlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, TypeAlias

from mallory import ALICE, Mallory, raw, say, tally
from strangers import SCRIPT
from wire import Line, frame, header

from jupyter_awareness.protocol import MAX_INTEGER, encode_awareness, encode_entry

Act: TypeAlias = Callable[[Mallory], Awaitable[str]]
Words: TypeAlias = Callable[[int], bytes]
"""What is said by whoever has this client id."""

FLOOD = 0.5  # seconds that a flood lasts
REFUSED = 800  # of 1,000 connections: a person may have 200
CROWDED = 20.0  # seconds in which all of them have heard something, also on a busy machine
ROOMS = 260  # at least; a person may have 200 connections
COLORS: tuple[Any, ...] = ("red;background:url(//evil)", "#12345g", "var(--x)", ["#123456"], {}, 1)
ESCAPES = (
    "document:../outside.txt",
    "document:%2e%2e%2foutside.txt",
    "document:%252e%252e%252foutside.txt",
    "document:a/../../outside.txt",
    "document:..%5Coutside.txt",
    "document:/etc/passwd",
    "document:%2Fetc%2Fpasswd",
    "document:file%3A%2F%2F%2Fetc%2Fpasswd",
    "document:there.txt%00.txt",
    "document:.hidden.txt",
    "document:.hidden/in.txt",
    "document:.ipynb_checkpoints/in.txt",
    "document:folder",
    "document:.",
    "document:..",
    "document:missing.txt",
    "document:" + "a/" * 2_000,
    "topic:%0d%0aSet-Cookie:%20a=b",
    "nowhere",
    "lobby/",
)
DEFLATE = {"Sec-WebSocket-Extensions": "permessage-deflate; client_no_context_takeover"}
NO_IDS = ("0", "-1", "1.5", "1e3", "0x10", str(MAX_INTEGER + 1), "9" * 4_000, "%D9%A3", "", "a;b")


def once(*words: Words) -> Act:
    """The attack that says each of these on a connection of its own, which has a client id."""

    async def act(mallory: Mallory) -> str:
        return tally([await mallory.outcome(build) for build in words])

    return act


def always(words: bytes) -> Words:
    """The same, whatever one's client id is."""
    return lambda _: words


def state(text: bytes) -> Words:
    """A state whose JSON is this text."""
    return lambda own: raw(text, own)


def flood(
    data: bytes,
    *,
    first: bytes = b"",
    lines: int = 1,
    headers: Mapping[str, str] | None = None,
) -> Act:
    """The attack that sends the same again and again, as fast as it is taken."""

    async def act(mallory: Mallory) -> str:
        opened = [
            await mallory.come(client=mallory.new_id(), headers=headers) for _ in range(lines)
        ]
        block = data * max(1, 2**18 // len(data))
        pouring = [asyncio.ensure_future(_pour(line, first, block)) for line in opened]
        outcomes, _ = await asyncio.gather(_ends(opened), asyncio.sleep(FLOOD))
        for task in pouring:
            task.cancel()
        return outcomes

    return act


async def _ends(lines: Iterable[Line]) -> str:
    """Wait until the server has ended all of them."""
    return tally(await asyncio.gather(*(line.end() for line in lines)))


async def _pour(line: Line, first: bytes, block: bytes) -> None:
    line.write(first)
    with suppress(ConnectionError):
        while not line.closed:
            await line.push(block)


# Other people's states


async def take_over(mallory: Mallory) -> str:
    """Name Alice's id on connecting."""
    return await mallory.ending(await mallory.come(client=ALICE))


async def take_over_by_word(mallory: Mallory) -> str:
    """Say something of Alice's id first, as a stock client does of its own."""
    line = await mallory.come()
    line.write(say(ALICE, 1, {"n": 0, "name": "Mallory"}))
    return await mallory.ending(line)


async def overwrite_identity(mallory: Mallory) -> str:
    """Claim to be somebody else, in every field and of every type."""
    own = mallory.new_id()
    line = await mallory.come(client=own)
    claims = ("alice", SCRIPT, {"$": 1}, ["alice"], None, 7)
    for clock, (claim, color) in enumerate(zip(claims, COLORS, strict=True), 1):
        user = dict.fromkeys(("username", "name", "display_name", "initials", "avatar_url"), claim)
        line.write(say(own, clock, {"user": {**user, "color": color}, "kind": claim}))
    line.write(say(own, 9, {"user": list(claims), "kind": "admin", "status": SCRIPT}))
    return await mallory.ending(line)


async def five_thousand_ids(mallory: Mallory) -> str:
    """Speak for 5,000 ids, at once and one after the other."""
    line = await mallory.come(client=mallory.new_id())
    everybody = [encode_entry(2_000 + n, 1, {"n": n}) for n in range(5_000)]
    for n in range(0, 5_000, 50):
        line.write(frame(encode_awareness(everybody[n : n + 50])))
    return await mallory.ending(line)


# Bytes


def same_key(own: int) -> bytes:
    """A state that has one key a thousand times."""
    return raw(b"{" + b",".join(b'"n":%d' % n for n in range(1_000)) + b"}", own)


def half_good(own: int) -> bytes:
    """An update whose first entry is good."""
    return frame(encode_awareness([encode_entry(own, 1, {"n": 1}), b"\x02\x01\x03{x}"]))


def in_pieces(message: bytes) -> bytes:
    """A message of one frame for each byte."""
    pieces = [message[n : n + 1] for n in range(len(message))]
    return (
        frame(pieces[0], final=False)
        + b"".join(frame(piece, 0, final=False) for piece in pieces[1:])
        + frame(b"", 0)
    )


async def truncated(mallory: Mallory) -> str:
    """Send every beginning of a good frame."""
    whole = encode_awareness([encode_entry(mallory.new_id(), 5, {"n": "\u00e9", "m": [1, {}]})])
    cuts = [always(frame(whole[:cut])) for cut in range(len(whole))]
    return tally(await asyncio.gather(*map(mallory.outcome, cuts)))


async def noise(mallory: Mallory) -> str:
    """Send what chance makes of an update."""
    chance = random.Random(5)
    junk = [b"\x01" + chance.randbytes(chance.randrange(1, 200)) for _ in range(40)]
    tries = [always(frame(data)) for data in junk]
    return tally(await asyncio.gather(*map(mallory.outcome, tries)))


async def not_websocket(mallory: Mallory) -> str:
    """Speak HTTP where frames are expected."""
    line = await mallory.come()
    line.write(b"GET / HTTP/1.1\r\n\r\n")
    return await line.end()


def deflated(message: bytes) -> bytes:
    """A compressed frame that refers to no other."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    data = compressor.compress(message) + compressor.flush(zlib.Z_SYNC_FLUSH)
    return frame(data.removesuffix(b"\0\0\xff\xff"), reserved=4)


def agreed(data: bytes, who: str = "mallory") -> Act:
    """The attack that sends a frame once compression is agreed.

    Whoever sends what cannot be inflated is agreed none with again, so that is not Mallory himself.
    """

    async def act(mallory: Mallory) -> str:
        line = await mallory.come(who=who, headers=DEFLATE)
        if "permessage-deflate" not in line.answer.lower():
            return "no compression"
        line.write(data)
        return await line.end()

    return act


# Masses


async def ten_thousand_states(mallory: Mallory) -> str:
    """Say 10,000 different things in a second, evenly."""
    own = mallory.new_id()
    line = await mallory.come(client=own)
    with suppress(ConnectionError):
        for hundredth in range(100):
            words = [say(own, 100 * hundredth + n + 1, {"n": n}) for n in range(100)]
            await line.push(b"".join(words))
            await asyncio.sleep(FLOOD / 100)
    return await line.end()


async def large_states(mallory: Mallory) -> str:
    """Change many of the largest states that there may be, no more often than is allowed."""
    ids = [mallory.new_id() for _ in range(50)]
    lines = await asyncio.gather(*(mallory.come(client=own) for own in ids))
    for clock in range(1, 9):
        for own, line in zip(ids, lines, strict=True):
            line.write(say(own, clock, {"n": f"{clock}" * 16_000}))
        await asyncio.sleep(FLOOD / 8)
    return tally(await asyncio.gather(*(mallory.ending(line) for line in lines)))


async def thousand_sockets(mallory: Mallory) -> str:
    """Keep 1,000 connections: those that are refused hear it, the others are asked."""
    lines = await mallory.crowd(1_000)
    ends = [asyncio.ensure_future(line.end(CROWDED)) for line in lines]
    first = asyncio.as_completed(ends, timeout=CROWDED / 2)
    with suppress(asyncio.TimeoutError):
        for _ in range(REFUSED):
            await next(first)
    for line, end in zip(lines, ends, strict=True):
        if not end.done():
            line.ask()
    return tally(await asyncio.gather(*ends))


async def ten_thousand_rooms(mallory: Mallory) -> str:
    """Name another room each time, more than one person may have; the last of many tells."""
    end, opened = time.monotonic() + 2 * FLOOD, 0
    last: list[Line] = []
    while time.monotonic() < end or opened < ROOMS:
        rooms = [f"topic:{opened + n}" for n in range(20)]
        last = await asyncio.gather(*(mallory.come(room) for room in rooms))
        opened += len(rooms)
    return tally(await asyncio.gather(*(mallory.ending(line) for line in last)))


async def churn(mallory: Mallory) -> str:
    """Come, say something and break off, again and again."""
    end = time.monotonic() + 2 * FLOOD
    outcomes = []
    while time.monotonic() < end:
        own = mallory.new_id()
        line = await mallory.come(client=own)
        line.write(say(own, 1, {"n": "x" * 10_000}))
        outcomes.append(await line.end(0.01))
        line.close()
    return outcomes[-1]


async def stalled(mallory: Mallory) -> str:
    """Fill the room with large states that nobody of those who asked for them reads."""
    ids = [mallory.new_id() for _ in range(60)]
    lines = await asyncio.gather(*(mallory.come(client=own) for own in ids))
    for clock in range(1, 3):
        for own, line in zip(ids, lines, strict=True):
            line.write(say(own, clock, {"n": f"{clock}" * 6_000}))
            await asyncio.sleep(0.015)
    return "nothing"


async def half_said(mallory: Mallory) -> str:
    """Announce a frame, send all but its last byte, and wait."""
    lines = await mallory.crowd(50)
    for line in lines:
        line.write(header(100_000) + bytes(99_999))
    return tally(await asyncio.gather(*(line.end(FLOOD) for line in lines)))


async def slow_handshake(mallory: Mallory) -> str:
    """Hold connections that never finish to ask."""
    lines = [await mallory.dial() for _ in range(200)]
    for line in lines:
        line.write(b"GET /user/a%40b/api/awareness/room/lobby HTTP/1.1\r\nHost: x\r\nX-Slow: ")
    return tally(await asyncio.gather(*(line.end(0.15) for line in lines)))


# Doors


async def with_a_cookie(mallory: Mallory) -> str:
    """Be a page of another site, in the browser of somebody who is signed in."""
    answer = (await mallory.come(who="mallory")).answer
    lines = [line for line in answer.splitlines() if line.lower().startswith("set-cookie:")]
    cookie = "; ".join(line.split(":", 1)[1].split(";")[0].strip() for line in lines)
    assert cookie
    headers = {"Cookie": cookie, "Origin": "https://evil.example"}
    return await (await mallory.come(who="", headers=headers)).end()


def token(value: str) -> Act:
    """The attack that comes with this token."""

    async def act(mallory: Mallory) -> str:
        headers = {"Authorization": f"token {value}"} if value else {}
        return await (await mallory.come(who="", headers=headers)).end()

    return act


async def read_only(mallory: Mallory) -> str:
    """Say something without the permission to be seen."""
    own = mallory.new_id()
    line = await mallory.come(who="rita", client=own)
    line.write(say(own, 1, {"n": 1}) + say(ALICE, 2**40, None))
    return await mallory.ending(line)


async def no_documents(mallory: Mallory) -> str:
    """Join documents, be they there or not, without the permission to read them."""
    rooms = ("document:there.txt", "document:missing.txt")
    lines = [await mallory.come(room, who="dora") for room in rooms]
    return tally([await mallory.ending(line) for line in lines])


async def escapes(mallory: Mallory) -> str:
    """Name documents that are outside, hidden or no documents."""
    lines = await asyncio.gather(*(mallory.come(room) for room in ESCAPES))
    return tally(await asyncio.gather(*(mallory.ending(line) for line in lines)))


async def no_ids(mallory: Mallory) -> str:
    """Name client ids that are none."""
    lines = await asyncio.gather(*(mallory.come(client=number) for number in NO_IDS))
    return tally(await asyncio.gather(*(mallory.ending(line) for line in lines)))
