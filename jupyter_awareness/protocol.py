"""Frames <-> entries: the y-protocols awareness encoding, with hard limits and one error type.

Ground floor: plain functions on bytes; imports no tornado, no asyncio, no traitlets, no clock.
Over 150 lines because the wire has one place: its words, its limits, reading and writing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from functools import lru_cache, partial
from typing import Any, NamedTuple, TypeAlias

from . import strict_json

MAX_INTEGER = 2**53 - 1
"""The largest integer that every reader of the protocol, JavaScript included, holds exactly."""

SERVER_CLOCK_FLOOR = 2**50
"""Clocks from here up are numbers given by a server (microseconds since the epoch)."""

SUBPROTOCOL = "jupyter-awareness.v1"
"""The WebSocket subprotocol of clients that want a `hello` and need no renewals."""

State: TypeAlias = dict[str, Any]
"""What a peer says about itself: a JSON object."""

Packet: TypeAlias = tuple[bytes | memoryview, ...]
"""One frame in pieces that follow each other: nobody has to join what is shared."""


class CloseCode(IntEnum):
    """Why a WebSocket is closed by this protocol; 44xx are ours, the others are RFC 6455's."""

    GOING_AWAY = 1001
    TOO_LARGE = 1009
    BAD_FRAME = 4400
    NOT_ALLOWED = 4403
    NO_DOCUMENT = 4404
    ID_TAKEN = 4409
    TOO_MUCH = 4429


class ProtocolError(ValueError):
    """Bytes or a state that the protocol does not allow; the only error this module raises.

    `reason` is short enough for a WebSocket close frame (123 bytes) when the bytes came from
    a peer, and never repeats what the peer sent. `cause` is a word for counting: the bound that
    was reached, by its trait's name, or the name of the close code.
    """

    def __init__(
        self, reason: str, code: CloseCode = CloseCode.BAD_FRAME, cause: str | None = None
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code
        self.cause = cause or code.name.lower()


class Refused(Exception):
    """What somebody asked for is not given; carries what the close frame says, and its cause."""

    def __init__(self, code: CloseCode, reason: str, cause: str | None = None) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.cause = cause or code.name.lower()


class MessageType(IntEnum):
    """First varUint of a frame: y-protocols' four, and our `hello`."""

    SYNC = 0
    AWARENESS = 1
    AUTH = 2
    QUERY = 3
    HELLO = 110


class Entry(NamedTuple):
    """One client's state at one clock; state None says that the client is gone."""

    client_id: int
    clock: int
    state: State | None


class Limits(NamedTuple):
    """The most that is read: bytes of a frame and of one state's JSON, its nesting, entries."""

    frame_bytes: int = 1_048_576
    state_bytes: int = 16_384
    depth: int = 32
    entries: int = 10_000


class Message(NamedTuple):
    """One decoded frame. `type` is a plain int, as a frame may have a type unknown to us."""

    type: int
    entries: tuple[Entry, ...] = ()
    sync_step: int | None = None


DEFAULT_LIMITS = Limits()

_WEIGHTS = tuple(1 << shift for shift in range(7, 56, 7))  # of an integer's 2nd to 8th byte
_entry = partial(tuple.__new__, Entry)  # half the time of `Entry(…)`, for frames full of them
_SYNC_REPLY = bytes((MessageType.SYNC, 1, 2, 0, 0))
_QUERY = bytes((MessageType.QUERY,))


def decode_message(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Message:
    """Decode one WebSocket frame whole.

    The payload of AUTH, HELLO and unknown types is not looked at, nor is what follows a sync
    step (a step that y-protocols does not have is for the caller to ignore).

    Raises:
        ProtocolError: the frame is empty, too large, cut short, too long or malformed.
    """
    data = _bounded(data, limits)
    kind, position = _read_integer(data, 0)
    if kind == MessageType.AWARENESS:
        length, position = _read_integer(data, position)
        if length != len(data) - position:
            raise ProtocolError("the length of the awareness update is wrong")
        return Message(kind, _read_update(data, position, limits))
    if kind == MessageType.SYNC:
        return Message(kind, sync_step=_read_integer(data, position)[0])
    if kind == MessageType.QUERY and position != len(data):
        raise ProtocolError("bytes after the end of the frame")
    return Message(kind)


def integer_of(data: bytes) -> int:
    """Read a varUint that begins some bytes.

    Raises:
        ProtocolError: it is cut short, or not below 2^53.
    """
    return _read_integer(data, 0)[0]


def decode_update(data: bytes, limits: Limits = DEFAULT_LIMITS) -> tuple[Entry, ...]:
    """Decode a bare awareness update whole; zero entries are legal, trailing bytes are not.

    Raises:
        ProtocolError: the update is empty, too large, cut short, too long or malformed.
    """
    if type(data) is not bytes or len(data) > limits.frame_bytes:
        data = _bounded(data, limits)
    return _read_update(data, 0, limits)


def decode_state(text: bytes, limits: Limits = DEFAULT_LIMITS) -> State | None:
    """Read one state from its JSON: an object, or null for a client that is gone.

    Raises:
        ProtocolError: over a limit, or not JSON as `strict_json.loads` reads it.
    """
    if len(text) > limits.state_bytes:
        raise ProtocolError(
            f"a state is larger than {limits.state_bytes} bytes",
            CloseCode.TOO_LARGE,
            "max_state_bytes",
        )
    try:
        state = strict_json.loads(text, limits.depth)
    except ValueError as error:
        cause = "max_state_depth" if isinstance(error, strict_json.TooDeep) else None
        raise ProtocolError(f"a state is refused: {error}", cause=cause) from error
    if state is not None and type(state) is not dict:
        raise ProtocolError("a state is neither a JSON object nor null")
    return state


def encode_state(state: State | None) -> bytes:
    """Write one state as JSON, None as null.

    Raises:
        ProtocolError: the state is not a JSON object as `strict_json.dumps` writes it.
    """
    if state is not None and not isinstance(state, dict):
        raise ProtocolError(f"a state must be a dict or None, not {type(state).__name__}")
    try:
        return strict_json.dumps(state)
    except ValueError as error:
        raise ProtocolError(f"a state is {error}") from error


def encode_entry(client_id: int, clock: int, state: State | None) -> bytes:
    """Encode one entry of an update.

    Raises:
        ProtocolError: the state is not JSON, or an integer is not in 0 .. 2^53-1.
    """
    return _integer(client_id) + _integer(clock) + _string(encode_state(state))


def encode_again(client_id: int, clock: int, state: State | None) -> bytes:
    """Encode one entry of an update, whose state is made of what was read as JSON."""
    text = strict_json.rewrite(state)
    return b"".join((_integer(client_id), _integer(clock), _length(len(text)), text))


def encode_update(entries: Sequence[bytes]) -> bytes:
    """Join encoded entries to a bare awareness update."""
    return _integer(len(entries)) + b"".join(entries)


def encode_awareness(entries: Sequence[bytes]) -> bytes:
    """Join encoded entries to an awareness frame."""
    update = b"".join(entries)
    return awareness_head(len(entries), len(update)) + update


@lru_cache(4_096)
def awareness_head(count: int, length: int) -> bytes:
    """What an awareness frame has in front of its entries, which have ``length`` bytes together.

    PROTOCOL.md leaves the update's byte length out, every implementation writes it
    (yjs/y-protocols#36).
    """
    number = _integer(count)
    return b"\x01" + _integer(len(number) + length) + number


def encode_sync_reply() -> bytes:
    """A sync step 2 that carries an empty document update."""
    return _SYNC_REPLY


def encode_query() -> bytes:
    """A frame that asks for everybody's state."""
    return _QUERY


def encode_hello(hello: Mapping[str, Any]) -> bytes:
    """Encode what a server tells a client of our subprotocol about itself.

    Raises:
        ProtocolError: `hello` is not JSON.
    """
    return _integer(MessageType.HELLO) + _string(encode_state(dict(hello)))


def decode_hello(data: bytes) -> dict[str, Any]:
    """Decode a `hello` frame.

    Raises:
        ProtocolError: not a `hello` frame, or its payload is not a JSON object.
    """
    data = _bounded(data, DEFAULT_LIMITS)
    kind, position = _read_integer(data, 0)
    if kind != MessageType.HELLO:
        raise ProtocolError("not a hello frame")
    length, position = _read_integer(data, position)
    if length != len(data) - position:
        raise ProtocolError("the length of the hello is wrong")
    hello = decode_state(data[position:], Limits(state_bytes=DEFAULT_LIMITS.frame_bytes))
    if hello is None:
        raise ProtocolError("a hello is a JSON object, not null")
    return hello


def _bounded(data: object, limits: Limits) -> bytes:
    if not isinstance(data, bytes):
        if not isinstance(data, (bytearray, memoryview)):
            raise ProtocolError("a frame must be binary, not text")
        data = bytes(data)
    if len(data) > limits.frame_bytes:
        raise ProtocolError(
            f"a frame is larger than {limits.frame_bytes} bytes",
            CloseCode.TOO_LARGE,
            "max_frame_bytes",
        )
    return data


def _read_update(data: bytes, position: int, limits: Limits) -> tuple[Entry, ...]:
    count, position = _read_integer(data, position)
    if count > limits.entries:
        raise ProtocolError(
            f"an update has more than {limits.entries} entries",
            CloseCode.TOO_LARGE,
            "max_peers_per_room",
        )
    end = len(data)
    entries = []
    for _ in range(count):
        client_id, position = _read_integer(data, position)
        clock, position = _read_integer(data, position)
        length, start = _read_integer(data, position)
        position = start + length
        if position > end:
            raise ProtocolError("a frame ends too early")
        entries.append(_entry((client_id, clock, decode_state(data[start:position], limits))))
    if position != end:
        raise ProtocolError("bytes after the end of the update")
    return tuple(entries)


def _read_integer(data: bytes, position: int) -> tuple[int, int]:
    """Read a varUint of at most 8 bytes and below 2^53; return it and the place after it.

    Without the bound a long run of 0xFF costs time quadratic in its length.
    """
    try:
        value = data[position]
        position += 1
        if value < 0x80:
            return value, position
        for weight in _WEIGHTS:
            byte = data[position]
            position += 1
            value += (byte - 1) * weight  # less 1: the mark that the byte before is not the last
            if byte < 0x80:
                if value > MAX_INTEGER:
                    break
                return value, position
    except IndexError:
        raise ProtocolError("a frame ends too early") from None
    raise ProtocolError("an integer is not below 2^53")


def _integer(value: int) -> bytes:
    if not 0 <= value <= MAX_INTEGER:
        raise ProtocolError(f"an integer is not in 0 .. 2^53-1: {value}")
    if value < 0x80:
        return bytes((value,))
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    encoded.append(value)
    return bytes(encoded)


_length = lru_cache(1_024)(_integer)  # of a state: there are few different ones


def _string(text: bytes) -> bytes:
    return _integer(len(text)) + text
