"""`Clients`: what one `Awareness` knows of each client, and how an update changes it.

Ground floor: a table and plain calls; no loop, no clock: time is an argument.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

from .protocol import SERVER_CLOCK_FLOOR, CloseCode, Entry, ProtocolError, State
from .states import REMOVED, RENEWED, STALE, Change, judge

# A clock that somebody claims for the local client is followed up to here only: above it there
# must be room to count on, and the numbers that servers give are no clocks of ours.
FOLLOWED_CLOCK = SERVER_CLOCK_FLOOR // 2


Now: TypeAlias = tuple[float, int]
"""One moment: seconds on a clock that never jumps, and milliseconds since the epoch."""


class Clients:
    """States and clocks by client id.

    Of a client that has gone the clock is remembered for `timeout` seconds, so that an older
    entry still on its way does not bring it back; after that, nothing. At most `capacity` peers
    are held, and at most as many remembered.
    """

    def __init__(self, local: int, *, timeout: float, capacity: int) -> None:
        self.states: dict[int, State] = {}
        self.meta: dict[int, dict[str, Any]] = {}
        self._local = local
        self._timeout = timeout
        self._capacity = capacity
        self._newest: dict[int, int] = {}  # the clock to beat; not of whom this side removed
        self._seen: dict[int, float] = {}
        self._gone: dict[int, float] = {}  # since when (seconds), in the order of going

    def clock(self, client_id: int) -> int | None:
        """The last clock of a client, None if nothing is remembered of it."""
        meta = self.meta.get(client_id)
        return None if meta is None else meta["clock"]

    def silent_for(self, client_id: int, now: Now) -> float:
        """Seconds since a client that has a state was last heard."""
        seconds, _ = now
        return seconds - self._seen.setdefault(client_id, seconds)

    def silent(self, now: Now) -> list[int]:
        """The peers that have not been heard for the timeout."""
        # A copy, though this is not thread-safe: a write from another thread must not end a tick.
        return [
            client_id
            for client_id in list(self.states)
            if client_id != self._local and self.silent_for(client_id, now) >= self._timeout
        ]

    def store(self, entry: Entry, now: Now) -> None:
        """Take an entry for the truth."""
        client_id, clock, state = entry
        seconds, epoch_ms = now
        self.meta[client_id] = {"clock": clock, "lastUpdated": epoch_ms}
        self._newest[client_id] = clock
        if client_id in self._gone:
            del self._gone[client_id]
        if state is not None:
            self.states[client_id] = state
            self._seen[client_id] = seconds
            return
        self.states.pop(client_id, None)
        self._seen.pop(client_id, None)
        if client_id != self._local:
            self._gone[client_id] = seconds

    def remove(self, client_ids: Sequence[int], now: Now) -> dict[int, Change]:
        """Remove on this side's own decision; clients without a state are left out.

        The next entry of a peer removed so counts at any clock.
        """
        removed = {}
        for client_id in client_ids:
            if client_id in self.states:
                # Only the local client counts its own clock; a peer's is the peer's.
                clock = self.meta[client_id]["clock"] + (client_id == self._local)
                self.store(Entry(client_id, clock, None), now)
                removed[client_id] = REMOVED
                if client_id != self._local:
                    del self._newest[client_id]
        return removed

    def apply(self, entries: Sequence[Entry], now: Now) -> tuple[dict[int, Change], bool]:
        """Apply all entries, or none.

        Returns:
            What has changed for each peer, and whether somebody claims that the local client
            is gone: it has another clock now, under which it must say that it is not.

        Raises:
            ProtocolError: more peers than the capacity.
        """
        if self._gone:
            self.forget(now)
        if len(self.states) + len(entries) > self._capacity:
            self._refuse_too_many(entries)
        denied = False
        before: dict[int, State | None] = {}
        changes: dict[int, Change] = {}
        for entry in entries:
            client_id, _, state = entry
            if client_id == self._local:
                denied = self._defend(entry, now) or denied
                continue
            old = self.states.get(client_id)
            change = judge(self._newest.get(client_id), old, entry)
            if change is STALE:
                continue
            self.store(entry, now)
            if client_id not in before:
                before[client_id] = old
            else:
                # A second entry of this client: what counts is what both have changed together.
                change = judge(0, before[client_id], Entry(client_id, 1, state))
            changes[client_id] = change
            if change is RENEWED and state is None:
                del changes[client_id]
        return changes, denied

    def forget(self, now: Now) -> None:
        """Drop the clocks of those who went long ago."""
        seconds, _ = now
        while self._gone:
            client_id, since = next(iter(self._gone.items()))
            if seconds - since < self._timeout and len(self._gone) <= self._capacity:
                return
            del self._gone[client_id], self.meta[client_id]
            self._newest.pop(client_id, None)

    def _refuse_too_many(self, entries: Sequence[Entry]) -> None:
        peers = self.states.keys() | {e.client_id for e in entries if e.state is not None}
        if len(peers - {self._local}) > self._capacity:
            raise ProtocolError(f"more than {self._capacity} clients", CloseCode.TOO_MUCH)

    def _defend(self, entry: Entry, now: Now) -> bool:
        """Keep the local state whatever others say of it; True if they say that it is gone."""
        state = self.states.get(self._local)
        known = self.clock(self._local)
        if entry.clock > FOLLOWED_CLOCK or judge(known, state, entry) is STALE:
            return False
        denied = entry.state is None and state is not None
        self.store(Entry(self._local, entry.clock + denied, state), now)
        if state is not None and not denied:
            # To be renewed at the next tick, not now: two programs that live under one id would
            # answer each other without end.
            self._seen[self._local] = now[0] - self._timeout
        return denied
