"""The table of clients: orders, memory, bounds, and the defence of the local state."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_awareness.clients import FOLLOWED_CLOCK, Clients, Now
from jupyter_awareness.protocol import CloseCode, Entry, ProtocolError
from jupyter_awareness.states import Change

ME = 1
A = {"a": 1}
B = {"a": 2}


def at(seconds: float) -> Now:
    return seconds, int(seconds * 1000) + 1_700_000_000_000


def table(*entries: Entry, timeout: float = 30, capacity: int = 100) -> Clients:
    clients = Clients(ME, timeout=timeout, capacity=capacity)
    clients.store(Entry(ME, 5, A), at(0))
    clients.apply(entries, at(0))
    return clients


def changes(clients: Clients, *entries: Entry, now: float = 0) -> dict[int, Change]:
    changed, denied = clients.apply(entries, at(now))
    assert not denied
    return changed


def test_meta_says_the_clock_and_the_time_of_day() -> None:
    clients = table(Entry(2, 7, A))
    assert clients.meta[2] == {"clock": 7, "lastUpdated": 1_700_000_000_000}
    assert (clients.clock(2), clients.clock(3)) == (7, None)


def test_a_peer_comes_changes_renews_leaves_and_returns() -> None:
    clients = table()
    assert changes(clients, Entry(2, 0, A)) == {2: Change.ADDED}
    assert changes(clients, Entry(2, 1, B)) == {2: Change.UPDATED}
    assert changes(clients, Entry(2, 2, dict(B))) == {2: Change.RENEWED}
    assert changes(clients, Entry(2, 2, None)) == {2: Change.REMOVED}
    assert 2 not in clients.states
    assert changes(clients, Entry(2, 3, A)) == {2: Change.ADDED}


def test_an_older_entry_does_not_bring_back_who_has_left() -> None:
    clients = table(Entry(2, 5, A), Entry(2, 6, None))
    assert changes(clients, Entry(2, 5, A)) == {}
    assert changes(clients, Entry(2, 6, A)) == {}
    assert 2 not in clients.states


def test_who_was_removed_by_this_side_is_accepted_at_any_clock() -> None:
    for clock in (0, 5, 6):
        clients = table(Entry(2, 5, A))
        assert clients.remove([2, 2, 99], at(1)) == {2: Change.REMOVED}
        assert clients.clock(2) == 5  # so that the removal can be encoded
        assert changes(clients, Entry(2, clock, B)) == {2: Change.ADDED}


def test_removing_the_local_client_raises_its_clock() -> None:
    clients = table()
    assert clients.remove([ME], at(1)) == {ME: Change.REMOVED}
    assert clients.clock(ME) == 6
    clients.forget(at(1000))
    assert clients.clock(ME) == 6


def test_who_has_left_is_forgotten_after_the_timeout() -> None:
    clients = table(Entry(2, 5, A), Entry(3, 5, A))
    clients.remove([2], at(10))
    changes(clients, Entry(3, 6, None), now=20)
    clients.forget(at(39.9))
    assert sorted(clients.meta) == [ME, 2, 3]
    clients.forget(at(40))
    assert sorted(clients.meta) == [ME, 3]
    clients.forget(at(50))
    assert sorted(clients.meta) == [ME]


def test_updates_forget_too_so_that_no_timer_is_needed() -> None:
    clients = table(Entry(2, 5, A), Entry(2, 6, None))
    changes(clients, now=30)
    assert sorted(clients.meta) == [ME]


def test_no_more_than_the_capacity_is_remembered() -> None:
    clients = table(capacity=3)
    for client_id in range(10, 20):
        changes(clients, Entry(client_id, 1, A))
        clients.remove([client_id], at(0))
    clients.forget(at(0))
    assert sorted(clients.meta) == [ME, 17, 18, 19]


def test_nulls_of_unknown_clients_leave_nothing_behind() -> None:
    clients = table()
    assert changes(clients, *(Entry(i, 1, None) for i in range(10, 10_000))) == {}
    assert sorted(clients.meta) == [ME]


def test_a_null_of_who_has_left_moves_the_clock_and_is_no_news() -> None:
    clients = table(Entry(2, 5, A), Entry(2, 6, None))
    assert changes(clients, Entry(2, 9, None)) == {}
    assert clients.clock(2) == 9


@pytest.mark.parametrize(
    ("states", "change"),
    [
        ((A, B), None),
        ((B, None), Change.REMOVED),
        ((None, B), Change.UPDATED),
        ((None, dict(A)), Change.RENEWED),
        ((B, A), Change.RENEWED),
        ((dict(A), B), Change.UPDATED),
    ],
)
def test_two_entries_of_one_peer_in_an_update_are_one_change(
    states: tuple[Any, Any], change: Change | None
) -> None:
    clients = table(Entry(2, 1, A))
    both = changes(clients, *(Entry(2, 2 + i, state) for i, state in enumerate(states)))
    assert both == {2: change or Change.UPDATED}


def test_who_comes_and_leaves_in_one_update_was_never_there() -> None:
    clients = table()
    assert changes(clients, Entry(2, 1, A), Entry(2, 2, None)) == {}
    assert changes(clients, Entry(3, 1, A), Entry(3, 2, B)) == {3: Change.ADDED}


def test_one_peer_too_many_and_nothing_is_applied() -> None:
    clients = table(Entry(2, 1, A), Entry(3, 1, A), capacity=3)
    with pytest.raises(ProtocolError, match="more than 3 clients") as caught:
        clients.apply([Entry(2, 2, B), Entry(4, 1, A), Entry(5, 1, A)], at(0))
    assert caught.value.code is CloseCode.TOO_MUCH
    assert clients.states == {ME: A, 2: A, 3: A}
    full = [Entry(2, 2, B), Entry(4, 1, A), Entry(5, 1, None), Entry(ME, 1, A)]
    assert changes(clients, *full) == {2: Change.UPDATED, 4: Change.ADDED}


def test_silence_is_counted_from_the_last_accepted_entry() -> None:
    clients = table(Entry(2, 5, A), Entry(3, 5, A))
    changes(clients, Entry(2, 6, A), Entry(3, 5, B), now=20)
    assert clients.silent(at(29.9)) == []
    assert clients.silent(at(30)) == [3]
    assert clients.silent(at(50)) == [2, 3]
    assert clients.silent_for(ME, at(12)) == 12


# Others say something of the local client


def test_who_comes_while_the_silent_are_looked_for_disturbs_nothing() -> None:
    """Another thread may write between any two steps of ours."""

    class Busy(dict[int, float]):
        def setdefault(self, key: int, default: float = 0) -> float:
            clients.states[100 + len(clients.states)] = {}
            return super().setdefault(key, default)

    clients = table(Entry(2, 1, {}), Entry(3, 1, {}))
    clients._seen = Busy(clients._seen)
    assert clients.silent(at(30)) == [2, 3]


def test_a_claim_of_another_local_state_is_not_adopted_but_outbid() -> None:
    clients = table()
    assert changes(clients, Entry(ME, 9, B), now=3) == {}
    assert clients.states[ME] == A
    assert clients.clock(ME) == 9
    assert clients.silent_for(ME, at(3)) >= 30  # so the next tick renews it


@pytest.mark.parametrize("clock", [5, 6, 9])
def test_a_claim_that_the_local_client_has_left_is_denied_at_once(clock: int) -> None:
    clients = table()
    assert clients.apply([Entry(ME, clock, None), Entry(ME, 0, B)], at(3)) == ({}, True)
    assert clients.states[ME] == A
    assert clients.clock(ME) == clock + 1
    assert clients.silent_for(ME, at(3)) == 0


def test_older_claims_are_ignored() -> None:
    clients = table()
    assert changes(clients, Entry(ME, 4, None), Entry(ME, 5, B)) == {}
    assert clients.clock(ME) == 5


def test_a_forged_clock_does_not_use_up_the_numbers() -> None:
    clients = table()
    for state in (B, None):
        for clock in (FOLLOWED_CLOCK + 1, 2**53 - 1):
            assert changes(clients, Entry(ME, clock, state)) == {}
            assert clients.clock(ME) == 5


def test_who_has_left_does_not_come_back_by_a_claim() -> None:
    clients = table()
    clients.remove([ME], at(0))
    assert changes(clients, Entry(ME, 9, B)) == {}
    assert ME not in clients.states
    assert clients.clock(ME) == 9
    assert changes(clients, Entry(ME, 10, None)) == {}
