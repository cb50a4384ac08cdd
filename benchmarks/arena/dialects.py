"""How each server is spoken to: its address, its greeting, and a state as a ready WebSocket frame.

Every server gets the same JSON state of `STATE_BYTES` bytes. A frame is built once per peer; only
its time and its clock are written anew for every movement.
"""

from __future__ import annotations

import json
import random
import string
from collections.abc import Callable
from dataclasses import dataclass

STATE_BYTES = 320
FIRST_ID = 1 << 28  # client ids of five bytes each
FIRST_CLOCK = 1 << 21  # clocks of four bytes each
STAMP = "at"  # the field that says when a state was sent and by whom
NO_TIME = 10**15  # so that a time in microseconds always has 16 digits


@dataclass(frozen=True)
class Dialect:
    """What differs between servers that relay y-protocols awareness.

    ``path`` gives the address of a room for a peer; ``greeting`` what must be said first;
    ``prefix`` what goes before every message; ``headers`` what the upgrade request has besides.
    """

    path: Callable[[str, int], str]
    headers: str = ""
    greeting: Callable[[str], bytes] | None = None
    prefix: Callable[[str], bytes] = lambda room: b""


def integer(value: int) -> bytes:
    """A varUint."""
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


def var_string(text: bytes) -> bytes:
    """A varString or a varUint8Array."""
    return integer(len(text)) + text


def frame(payload: bytes, opcode: int = 2) -> bytes:
    """A client's WebSocket frame. Its mask is zero, which costs a server as much as any other."""
    size = len(payload)
    assert size < 1 << 16
    length = bytes((0x80 | size,)) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
    return bytes((0x80 | opcode,)) + length + bytes(4) + payload


def state(index: int, stamp: int) -> bytes:
    """A caret in a notebook, as a JSON object of `STATE_BYTES` bytes.

    What tells people apart is left to chance, so that it cannot be compressed.
    """
    chance = random.Random(index)
    name = "".join(chance.choices(string.ascii_letters, k=12))
    place = chance.randrange(1_000, 9_999)
    value = {
        "user": {
            "username": f"{chance.getrandbits(128):032x}",
            "name": name,
            "display_name": name,
            "initials": name[:2].upper(),
            "avatar_url": None,
            "color": f"#{chance.getrandbits(24):06x}",
        },
        STAMP: f"{stamp}/{index:04}",
        "kind": "person",
        "status": "active",
        "cursor": {
            "cell": f"{chance.getrandbits(32):08x}",
            "index": chance.randrange(10, 99),
            "position": place,
            "anchor": place,
        },
    }
    text = json.dumps(value, separators=(",", ":")).encode()
    filler = STATE_BYTES - len(text) - len(',"text":""')
    words = "".join(chance.choices(string.ascii_letters, k=filler))
    return text[:-1] + b',"text":"' + words.encode() + b'"}'


class Movement:
    """One peer's awareness message, of which only the time and the clock change."""

    def __init__(self, dialect: Dialect, room: str, index: int, text: bytes = b"") -> None:
        text = text or state(index, NO_TIME)
        clock = integer(FIRST_CLOCK)
        entry = integer(FIRST_ID + index) + clock + var_string(text)
        message = dialect.prefix(room) + b"\x01" + var_string(b"\x01" + entry)
        self._frame = bytearray(frame(message))
        self._stamp_at = self._frame.index(str(NO_TIME).encode())
        self._clock_at = self._frame.index(integer(FIRST_ID + index)) + len(integer(FIRST_ID))
        self._clock = FIRST_CLOCK

    def at(self, microseconds: int) -> bytearray:
        """The frame for a movement at this time."""
        self._clock += 1
        self._frame[self._clock_at : self._clock_at + 4] = integer(self._clock)
        stamp = b"%d" % (NO_TIME + microseconds)
        self._frame[self._stamp_at : self._stamp_at + 16] = stamp
        return self._frame

    def same(self) -> bytearray:
        """The latest frame once more."""
        return self._frame

    def again(self) -> bytearray:
        """The same state under a new clock: what a stock client says every 15 s."""
        self._clock += 1
        self._frame[self._clock_at : self._clock_at + 4] = integer(self._clock)
        return self._frame


TOKEN = "bench"


def _hocuspocus_prefix(room: str) -> bytes:
    return var_string(room.encode())


def _hocuspocus_greeting(room: str) -> bytes:
    return frame(_hocuspocus_prefix(room) + b"\x02\x00" + var_string(TOKEN.encode()))


DIALECTS = {
    "ours": Dialect(
        lambda room, index: (
            f"/api/awareness/room/topic%3A{room}?token={TOKEN}-{index}&client={FIRST_ID + index}"
        ),
        headers="Sec-WebSocket-Protocol: jupyter-awareness.v1\r\n",
    ),
    "stock": Dialect(
        lambda room, index: f"/api/awareness/room/topic%3A{room}?token={TOKEN}-{index}"
    ),
    "collaboration": Dialect(
        lambda room, index: f"/api/collaboration/room/bench%3A{room}?token={TOKEN}-{index}"
    ),
    "bare-jupyter": Dialect(lambda room, index: f"/bare/{room}?token={TOKEN}-{index}"),
    "y-websocket": Dialect(lambda room, index: f"/{room}"),
    "hocuspocus": Dialect(
        lambda room, index: "/", greeting=_hocuspocus_greeting, prefix=_hocuspocus_prefix
    ),
}
