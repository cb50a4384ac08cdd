"""What is fuzzed: the decoder, and behind it a room with two honest people in it.

Whatever bytes Mallory sends, they are read or refused with the one error that the handler knows;
what was read is written and read again as the same; and nobody is seen but the two, as they are,
and him under his own name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stage import Clock, Reader

from jupyter_awareness.allowance import Allowed
from jupyter_awareness.broker import LocalBroker
from jupyter_awareness.protocol import (
    MAX_INTEGER,
    Entry,
    MessageType,
    ProtocolError,
    Refused,
    State,
    decode_hello,
    decode_message,
    decode_state,
    decode_update,
    encode_awareness,
    encode_entry,
    encode_hello,
    encode_state,
    encode_update,
)
from jupyter_awareness.room import Member
from jupyter_awareness.rooms import Rooms, Rules, Visitor
from jupyter_awareness.states import same

ALICE, BOB, MALLORY = 1, 2, 3  # their client ids
FREE = Allowed(10_000, 10_000, 0, 0, 0, 0)
AT_ONCE = 20  # updates that Mallory says on one connection
LONGEST_REASON = 123  # bytes of a close frame


class Target:
    """Call it with bytes; it raises AssertionError, or whatever else should not be raised."""

    def __init__(self) -> None:
        self._clock = Clock()
        clock, timer = self._clock, self._clock.timer
        self._rooms = Rooms(Rules(allowed=FREE), LocalBroker(), clock, timer, lambda: 0.0)
        self._readers = {ALICE: Reader(), BOB: Reader()}
        self._said: dict[int, State] = {}
        self._heard = 0
        for number, reader in self._readers.items():
            member = self._enter(f"user{number}", number, reader)
            self._rooms.receive(member, [Entry(number, 1, {"n": number})])
        self._said = self._states()
        self._mallory = self._enter("mallory", MALLORY, Reader())

    def __call__(self, data: bytes) -> None:
        """Take bytes as a frame, and as each part of one."""
        entries = _read(lambda: decode_update(data))
        if entries is not None:
            again = decode_update(encode_update([encode_entry(*entry) for entry in entries]))
            assert _alike(again, entries)
        state = _read(lambda: decode_state(data))
        if state is not None:
            assert same(decode_state(encode_state(state)), state)
            self._hear(encode_awareness([encode_entry(MALLORY, MAX_INTEGER - 1, state)]))
        hello = _read(lambda: decode_hello(data))
        if hello is not None:
            assert same(decode_hello(encode_hello(hello)), hello)
        self._hear(data)

    def _hear(self, data: bytes) -> None:
        """Do what the handler does with a frame, and see what came of it."""
        message = _read(lambda: decode_message(data))
        if message is None:
            return
        for entry in message.entries:
            encode_entry(*entry)  # what is JSON; a room does not check it again
        try:
            self._rooms.hear(self._mallory, len(data))
            if message.type == MessageType.AWARENESS:
                self._rooms.receive(self._mallory, message.entries)
            elif message.type == MessageType.QUERY:
                self._rooms.query(self._mallory)
        except Refused as refused:
            _check_reason(refused)
        self._clock.wind(0.01)
        self._check()
        self._heard += bool(message.entries)
        if self._heard == AT_ONCE:
            self._begin_again()

    def _begin_again(self) -> None:
        self._heard = 0
        self._rooms.leave(self._mallory, broken=False)
        self._clock.wind(0.01)
        assert self._states() == self._said
        self._mallory = self._enter("mallory", MALLORY, Reader())

    def _check(self) -> None:
        states = self._states()
        own = states.pop(MALLORY, None)
        assert own is None or own["user"]["username"] == "mallory"
        assert states == self._said
        for number, reader in self._readers.items():
            # That all of them could be read, the reader itself has seen.
            named = {entry.client_id for frame in reader.new_frames() for entry in frame}
            assert number not in named
            assert named <= {ALICE, BOB, MALLORY}

    def _states(self) -> dict[int, Any]:
        return {item.client_id: item.state for item in self._rooms.seen("lobby")}

    def _enter(self, name: str, number: int, reader: Reader) -> Member:
        visitor = Visitor({"username": name}, f"user:{name}", True, True, number)
        return self._rooms.join("lobby", visitor, reader.write)


def _read(read: Callable[[], Any]) -> Any:
    """Give what was read, None if it was refused as it should be."""
    try:
        return read()
    except ProtocolError as error:
        _check_reason(error)
        return None


def _check_reason(error: ProtocolError | Refused) -> None:
    assert 0 < len(error.reason.encode()) <= LONGEST_REASON


def _alike(some: tuple[Entry, ...], others: tuple[Entry, ...]) -> bool:
    return len(some) == len(others) and all(
        one[:2] == other[:2] and same(one.state, other.state)
        for one, other in zip(some, others, strict=True)
    )
