"""Letters: what one server process writes to the others, sealed with the secret that they share.

Ground floor: plain functions on bytes; the time is an argument.

A letter is a version byte, 32 bytes of HMAC-SHA256 over the rest and that byte, a varUint length,
a header as JSON, and a bare awareness update with the entries.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from .protocol import (
    Entry,
    Limits,
    ProtocolError,
    decode_state,
    decode_update,
    encode_entry,
    encode_state,
    encode_update,
)

__all__ = ["Kind", "Letter", "LetterError", "life_of", "node_channel", "node_of", "room_channel"]
__all__ += ["room_of", "seal", "unseal"]

PREFIX = "jupyter_awareness"
VERSION = 1
SEAL_BYTES = 32
LENGTH_BYTES = 4
OLDEST = 60.0  # seconds; an older letter is a repetition, or a clock is wrong
WIDE = Limits(frame_bytes=2**28, state_bytes=2**20, depth=100, entries=1_000_000)


class LetterError(ValueError):
    """A letter that is not taken; says why in words for whoever runs the servers."""


class Kind(str, Enum):
    """What a letter is for.

    ``news``: entries that changed. ``all``: every entry of the sender in the room; who is missing
    has left. ``ask``: whoever has members in the room shall send all. ``part``: a central server
    says that nobody of the sender is to be seen in the room any more.
    """

    NEWS = "news"
    ALL = "all"
    ASK = "ask"
    PART = "part"


class Letter(NamedTuple):
    """One letter. ``place`` is the number up to which an ``all`` tells what the sender knows."""

    kind: Kind
    node: str
    room: str
    place: int = 0
    entries: Sequence[Entry] = ()


def room_channel(room: str) -> str:
    """Where is told what happens in a room."""
    return f"{PREFIX}:room:{room}"


def room_of(channel: str) -> str:
    """The room whose channel it is; empty if it is none of a room."""
    start = room_channel("")
    return channel[len(start) :] if channel.startswith(start) else ""


def node_channel(node: str) -> str:
    """Where a process is told what it asked for."""
    return f"{PREFIX}:node:{node}"


def life_of(node: str) -> str:
    """The key that is there while a process lives."""
    return f"{PREFIX}:alive:{node}"


def node_of(life: str) -> str:
    """The process whose sign of life a key is."""
    return life.rpartition(":")[2]


def seal(letter: Letter, secret: bytes, now: float) -> bytes:
    """Write a letter as bytes; ``now`` in seconds since the epoch.

    Raises:
        ProtocolError: an entry's state is not JSON.
    """
    header = encode_state(
        {
            "kind": letter.kind.value,
            "node": letter.node,
            "room": letter.room,
            "place": letter.place,
            "sent": now,
        }
    )
    update = encode_update([encode_entry(*entry) for entry in letter.entries])
    body = len(header).to_bytes(LENGTH_BYTES, "big") + header + update
    return bytes((VERSION,)) + _mac(body, secret) + body


def unseal(data: bytes, secret: bytes, now: float) -> Letter:
    """Read a letter; nothing of it is looked at before its seal.

    Raises:
        LetterError: of another version, with another secret, too old, or malformed.
    """
    if not data or data[0] != VERSION:
        version = data[0] if data else "none"
        raise LetterError(f"it is of version {version}, this process speaks version {VERSION}")
    mac, body = data[1 : 1 + SEAL_BYTES], data[1 + SEAL_BYTES :]
    if not hmac.compare_digest(mac, _mac(body, secret)):
        raise LetterError("it is sealed with another secret")
    end = LENGTH_BYTES + int.from_bytes(body[:LENGTH_BYTES], "big")
    try:
        header = decode_state(body[LENGTH_BYTES:end]) or {}
        entries = decode_update(body[end:], WIDE)
        letter = Letter(
            Kind(header["kind"]),
            str(header["node"]),
            str(header["room"]),
            int(header["place"]),
            entries,
        )
        age = now - float(header["sent"])
    except (ProtocolError, KeyError, TypeError, ValueError) as error:
        raise LetterError("it is malformed") from error
    if abs(age) > OLDEST:
        raise LetterError(f"it was written {age:.0f} s ago by its sender's clock")
    return letter


def _mac(body: bytes, secret: bytes) -> bytes:
    return hmac.new(secret, bytes((VERSION,)) + body, hashlib.sha256).digest()
