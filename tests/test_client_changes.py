"""What has changed among peers, for those who wait: gathered, bounded, and ended."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from jupyter_awareness.client import Changes, Denied, PeerChange
from jupyter_awareness.client.changes import compare
from jupyter_awareness.peers import Peer, parse_peer


def peer(client_id: int, status: str = "active") -> Peer:
    parsed = parse_peer(client_id, {"user": {"username": f"u{client_id}"}, "status": status})
    assert parsed is not None
    return parsed


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(coroutine)


def test_peers_came_changed_and_went() -> None:
    before = {1: None, 2: peer(2), 3: peer(3), 4: None}
    now = {1: peer(1), 2: peer(2, "idle"), 3: None, 4: None}
    assert compare(before, now) == PeerChange((peer(1),), (peer(2, "idle"),), (peer(3),))
    assert not PeerChange()


def test_what_happens_meanwhile_is_one_change() -> None:
    async def main() -> PeerChange:
        changes = Changes()
        changes.put(PeerChange(added=(peer(1), peer(2))))
        changes.put(PeerChange(updated=(peer(1, "idle"),), removed=(peer(2),)))
        changes.put(PeerChange(updated=(peer(3, "idle"),), removed=(peer(4, "away"),)))
        changes.put(PeerChange(removed=(peer(3, "idle"),), added=(peer(4),)))
        return await anext(changes)

    # 2 came and went, which is nothing; 4 went and came, which is a change.
    gone = (peer(3, "idle"),)
    assert run(main()) == PeerChange((peer(1, "idle"),), (peer(4),), gone)


def test_who_waits_is_woken_and_nothing_wakes_for_nothing() -> None:
    async def main() -> PeerChange:
        changes = Changes()
        waiting = asyncio.ensure_future(anext(changes))
        await asyncio.sleep(0)
        changes.put(PeerChange(added=(peer(1),)))
        changes.put(PeerChange(removed=(peer(1),)))
        await asyncio.sleep(0)
        assert not waiting.done()
        changes.put(PeerChange(added=(peer(2),)))
        return await waiting

    assert run(main()).added == (peer(2),)


def test_the_last_changes_are_told_before_the_end() -> None:
    async def main() -> None:
        left, closed = Changes(), Changes()
        for changes in (left, closed):
            changes.put(PeerChange(added=(peer(1),)))
        left.end(None)
        closed.end(Denied("Not any more.", 4403))
        assert [change.added for change in [c async for c in left]] == [(peer(1),)]
        await anext(closed)
        for _ in range(2):  # the end stays the end
            with pytest.raises(Denied):
                await anext(closed)
            with pytest.raises(StopAsyncIteration):
                await anext(left)

    run(main())


def test_however_slowly_it_is_read_it_holds_no_more_than_the_peers() -> None:
    changes = Changes()
    for _ in range(1_000):
        changes.put(PeerChange(updated=(peer(1), peer(2))))
    assert len(changes._before) == len(changes._now) == 2
