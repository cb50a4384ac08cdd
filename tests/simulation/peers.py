"""The clients of the simulation: one as y-websocket is, one as this project's Python client is.

They have no socket: what they would send is returned, what they would receive is handed in.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

from jupyter_awareness.client.replica import WIDE, Replica
from jupyter_awareness.protocol import (
    MessageType,
    State,
    decode_message,
    encode_awareness,
    encode_entry,
)

SYNC_STEP_1 = bytes((MessageType.SYNC, 0, 1, 0))
RENEWED_AFTER = 15.0  # seconds; y-protocols
OUTDATED_AFTER = 30.0
SILENCE = 30.0  # seconds without a frame after which y-websocket gives up a socket


class Client(ABC):
    """Somebody's tab: it has one room, one client id, and counts what it says in ``n``."""

    stock: bool

    def __init__(self, number: int, user: str, room: str) -> None:
        self.number = number
        self.user = user
        self.room = room
        self.said = 0

    @property
    @abstractmethod
    def view(self) -> dict[int, State]:
        """The others, as this client shows them."""

    @property
    @abstractmethod
    def state(self) -> State | None:
        """What it says of itself."""

    @abstractmethod
    def say(self, state: State | None) -> list[bytes]:
        """Change the own state; give what is to be sent if there is a connection."""

    @abstractmethod
    def opened(self, now: float) -> list[bytes]:
        """A connection is open; give what is said first."""

    @abstractmethod
    def heard(self, frame: bytes, now: float) -> list[bytes]:
        """A frame came; give what is sent in return."""

    @abstractmethod
    def lost(self) -> None:
        """The connection has ended."""

    def tick(self, now: float) -> list[bytes]:
        """Time has passed; give what is to be sent."""
        return []

    def gives_up(self, now: float) -> bool:
        """Whether it takes its connection for dead."""
        return False


class OwnClient(Client):
    """Speaks `jupyter-awareness.v1`; inside is the `Replica` of `AwarenessClient`."""

    stock = False

    def __init__(self, number: int, user: str, room: str) -> None:
        super().__init__(number, user, room)
        self._replica = Replica(number, {})
        self._clock = 0
        self._fresh = True

    @property
    def view(self) -> dict[int, State]:
        """The others, as this client shows them."""
        return {n: state for n, state in self._replica.states.items() if n != self.number}

    @property
    def state(self) -> State | None:
        """What it says of itself."""
        return self._replica.get_local_state()

    def say(self, state: State | None) -> list[bytes]:
        """Change the own state; give what is to be sent if there is a connection."""
        self._replica.set_local_state(state)
        return self._word()

    def opened(self, now: float) -> list[bytes]:
        """A connection is open; give what is said first."""
        self._fresh = True
        return self._word()

    def heard(self, frame: bytes, now: float) -> list[bytes]:
        """A frame came; give what is sent in return."""
        message = decode_message(frame, WIDE)
        if message.type == MessageType.AWARENESS:
            whole, self._fresh = self._fresh, False
            self._replica.learn(message.entries, whole)
        return []

    def lost(self) -> None:
        """The connection has ended: what is known stays, greyed."""

    def _word(self) -> list[bytes]:
        self._clock += 1
        return [encode_awareness([encode_entry(self.number, self._clock, self.state)])]


class StockClient(Client):
    """y-websocket 1 to 3 with y-protocols' awareness: rules D2 of its `awareness.js`."""

    stock = True

    def __init__(self, number: int, user: str, room: str) -> None:
        super().__init__(number, user, room)
        self._states: dict[int, State] = {number: {}}
        self._clocks: dict[int, int] = {number: 0}
        self._updated: dict[int, float] = {number: 0.0}
        self._last_frame = 0.0

    @property
    def view(self) -> dict[int, State]:
        """The others, as this client shows them."""
        return {n: state for n, state in self._states.items() if n != self.number}

    @property
    def state(self) -> State | None:
        """What it says of itself."""
        return self._states.get(self.number)

    def say(self, state: State | None) -> list[bytes]:
        """Change the own state; give what is to be sent if there is a connection."""
        self._clocks[self.number] += 1
        if state is None:
            self._states.pop(self.number, None)
        else:
            self._states[self.number] = state
        return self._word([self.number])

    def opened(self, now: float) -> list[bytes]:
        """A connection is open: ask for the document, say the own state under its old clock."""
        self._last_frame = now
        return [SYNC_STEP_1, *(self._word([self.number]) if self.state is not None else [])]

    def heard(self, frame: bytes, now: float) -> list[bytes]:
        """A frame came: apply it, and send back what changed (yjs/yjs#732)."""
        self._last_frame = now
        message = decode_message(frame, WIDE)
        changed = [
            entry.client_id
            for entry in message.entries
            if self._apply(entry.client_id, entry.clock, entry.state, now)
        ]
        return self._word(changed) if changed else []

    def lost(self) -> None:
        """The connection has ended: the others are taken away, but their clocks are known."""
        self._states = {n: state for n, state in self._states.items() if n == self.number}

    def tick(self, now: float) -> list[bytes]:
        """Renew oneself, and take away who was silent."""
        sent: list[bytes] = []
        if self.state is not None and now - self._updated[self.number] >= RENEWED_AFTER:
            self._clocks[self.number] += 1
            self._updated[self.number] = now
            sent += self._word([self.number])
        silent = [n for n in self.view if now - self._updated[n] >= OUTDATED_AFTER]
        for number in silent:
            del self._states[number]
        return [*sent, *(self._word(silent) if silent else [])]

    def gives_up(self, now: float) -> bool:
        """Whether no frame came for so long that it takes its connection for dead."""
        return now - self._last_frame >= SILENCE

    def _apply(self, number: int, clock: int, state: Any, now: float) -> bool:
        known = self._clocks.get(number, 0)
        if not (clock > known or (clock == known and state is None and number in self._states)):
            return False
        if state is None:
            if number == self.number and self.state is not None:
                clock += 1  # nobody is taken away by somebody else
            else:
                self._states.pop(number, None)
        else:
            self._states[number] = state
        self._clocks[number], self._updated[number] = clock, now
        return True

    def _word(self, numbers: Iterable[int]) -> list[bytes]:
        entries = [encode_entry(n, self._clocks[n], self._states.get(n)) for n in numbers]
        return [encode_awareness(entries)]
