"""A room's states as one client sees them: an `Awareness` that a server looks after.

Top floor: the client's; plain calls.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pycrdt

from ..awareness import Awareness
from ..protocol import (
    CloseCode,
    Entry,
    Limits,
    ProtocolError,
    State,
    encode_entry,
    encode_state,
    encode_update,
)
from ..states import same

__all__ = ["WIDE", "Replica"]

# Signed states are larger than what their peers sent, and a snapshot is one frame.
WIDE = Limits(frame_bytes=2**26, state_bytes=2**20, depth=100, entries=100_000)


class Replica(Awareness):
    """What is learned from a server is true: it comes in order, and nobody is timed out.

    ``state_bytes`` is the largest own state that the server takes.
    """

    def __init__(self, client_id: int, state: State | None) -> None:
        self.state_bytes = Limits().state_bytes
        super().__init__(pycrdt.Doc(client_id=client_id), limits=WIDE, max_clients=WIDE.entries)
        self.set_local_state(state)

    def tick(self) -> None:
        """Nothing is due: the server says who is there, and needs no sign of life from us."""

    def set_local_state(self, state: State | None) -> None:
        """As `Awareness` has it.

        Raises:
            ProtocolError: also if the state is larger than the server takes.
        """
        size = len(encode_state(state))
        if size > self.state_bytes:
            reason = f"the state has {size} bytes; the server takes {self.state_bytes}"
            raise ProtocolError(reason, CloseCode.TOO_LARGE)
        super().set_local_state(state)

    def rename(self, client_id: int) -> None:
        """Go on under another client id, with the same state."""
        state = self.get_local_state()
        self.set_local_state(None)
        self.client_id = client_id
        self._clients._local = client_id
        self.set_local_state(state)

    def learn(self, entries: Iterable[Entry], whole: bool) -> None:
        """Apply what the server says of the others (origin ``remote``).

        Args:
            whole: it is everybody who is there, so whoever is not in it has gone.

        Raises:
            ExceptionGroup: what observers raised; all is applied.
        """
        news = {entry.client_id: entry for entry in entries if entry.client_id != self.client_id}
        if whole:
            for client_id in self.states.keys() - news.keys() - {self.client_id}:
                news[client_id] = Entry(client_id, 0, None)
        self.apply_awareness_update(_encode([self._counted(e) for e in news.values()]), "remote")

    def _counted(self, entry: Entry) -> Entry:
        """Give an entry a clock that counts, also if the server's own clock was set back."""
        known = self._clients.clock(entry.client_id)
        if known is None or entry.clock > known:
            return entry
        if same(entry.state, self.states.get(entry.client_id)):
            return entry
        return entry._replace(clock=known + 1)


def _encode(entries: Sequence[Entry]) -> bytes:
    return encode_update([encode_entry(*entry) for entry in entries])
