"""What changed among a room's peers, for those who wait for it.

Top floor: asyncio; bounded by the number of peers, however slowly somebody reads.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass

from ..peers import Peer
from .errors import ClientError

__all__ = ["Changes", "PeerChange"]


@dataclass(frozen=True, slots=True)
class PeerChange:
    """The peers that came, that changed (as they are now), and that went (as they were)."""

    added: tuple[Peer, ...] = ()
    updated: tuple[Peer, ...] = ()
    removed: tuple[Peer, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.updated or self.removed)


class Changes(AsyncIterator[PeerChange]):
    """Gives one `PeerChange` after the other; what happens meanwhile is gathered into one.

    It ends when the room is left, and raises when the server has closed the room to us.
    """

    def __init__(self) -> None:
        self._before: dict[int, Peer | None] = {}
        self._now: dict[int, Peer | None] = {}
        self._woken = asyncio.Event()
        self._end: ClientError | StopAsyncIteration | None = None

    def put(self, change: PeerChange) -> None:
        """Gather a change."""
        for peer in change.added:
            self._note(peer.id, None, peer)
        for peer in change.updated:
            self._note(peer.id, peer, peer)
        for peer in change.removed:
            self._note(peer.id, peer, None)
        self._woken.set()

    def end(self, error: ClientError | None) -> None:
        """Nothing more will come."""
        self._end = error or StopAsyncIteration()
        self._woken.set()

    async def __anext__(self) -> PeerChange:
        while True:
            change, self._before, self._now = compare(self._before, self._now), {}, {}
            if change:
                return change
            if self._end is not None:
                raise self._end
            self._woken.clear()
            await self._woken.wait()

    def _note(self, client_id: int, before: Peer | None, now: Peer | None) -> None:
        self._before.setdefault(client_id, before)
        self._now[client_id] = now


def compare(before: Mapping[int, Peer | None], now: Mapping[int, Peer | None]) -> PeerChange:
    """Sort what peers were, and are, into who came, changed and went."""

    def peers(ids: Iterable[int], of: Mapping[int, Peer | None]) -> tuple[Peer, ...]:
        return tuple(peer for peer in map(of.get, ids) if peer is not None)

    known = [client_id for client_id in now if before.get(client_id) is not None]
    return PeerChange(
        added=peers([i for i in now if before.get(i) is None], now),
        updated=peers([i for i in known if now[i] is not None], now),
        removed=peers([i for i in known if now[i] is None], before),
    )
