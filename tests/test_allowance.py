"""What one person and one connection may do, at times that the tests choose."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from jupyter_awareness.allowance import Allowance, Allowances, Allowed
from jupyter_awareness.protocol import CloseCode, Refused

NONE = Allowed(10, 10, 0, 0, 0, 0)


def refusal(act: Callable[[], object]) -> str:
    """Do something that is refused; its reason is a sentence for people."""
    with pytest.raises(Refused) as refused:
        act()
    assert refused.value.reason.endswith(".")
    assert refused.value.code == CloseCode.TOO_MUCH
    return refused.value.cause


def one(allowed: Allowed) -> Allowance:
    return Allowances(allowed).enter("user:alice", 0)


def test_one_connection_sends_no_more_frames_than_allowed() -> None:
    alice = one(Allowed(updates_per_second=5))
    for _ in range(10):
        alice.hear(10, 0)
    assert refusal(lambda: alice.hear(10, 0)) == "max_updates_per_second"
    alice.hear(10, 0.2)


def test_many_frames_at_once_cost_as_much_as_one_by_one() -> None:
    alice = one(Allowed(updates_per_second=5))
    alice.hear(400, 0, frames=40)
    assert refusal(lambda: alice.hear(10, 5.9)) == "max_updates_per_second"
    alice.hear(10, 6.3)


def test_nor_do_all_connections_of_a_person_together() -> None:
    here = Allowances(Allowed(updates_per_second=100, updates_per_second_per_user=5))
    tabs = [here.enter("user:alice", 0) for _ in range(5)]
    bob = here.enter("user:bob", 0)
    for tab in tabs:
        tab.hear(10, 0)
        tab.hear(10, 0)
    for tab in tabs:
        assert refusal(partial(tab.hear, 10, 0)) == "max_updates_per_second_per_user"
    bob.hear(10, 0)


def test_a_person_sends_no_more_bytes_than_allowed() -> None:
    here = Allowances(Allowed(received_bytes_per_second=1_000))
    first, second = here.enter("user:alice", 0), here.enter("user:alice", 0)
    first.hear(1_500, 0)
    second.hear(1_500, 0)
    assert refusal(lambda: first.hear(1, 0)) == "max_received_bytes_per_second"
    first.hear(1, 1.1)


def test_an_entry_costs_as_much_as_it_takes_to_read() -> None:
    alice = one(Allowed(received_bytes_per_second=1_000))
    alice.hear(10, 0)
    alice.read(100, 0)
    assert refusal(lambda: alice.read(1, 20)) == "max_received_bytes_per_second"
    alice.read(1, 25)


def test_a_person_that_changes_too_much_waits() -> None:
    here = Allowances(Allowed(changed_bytes_per_second=1_000))
    alice, tab = here.enter("user:alice", 0), here.enter("user:alice", 0)
    assert alice.hold_for(0) == 0
    alice.change(2_000, 0)
    assert alice.hold_for(0) == tab.hold_for(0) == pytest.approx(1.751)
    assert here.enter("user:bob", 0).hold_for(0) == 0
    assert alice.hold_for(1.76) == 0


def test_a_snapshot_costs_as_much_as_it_shows() -> None:
    alice = one(Allowed(updates_per_second=5, updates_per_second_per_user=100))
    for _ in range(100):
        alice.ask(10, 0)
    alice.ask(250, 0)
    assert refusal(lambda: alice.ask(0, 0)) == "max_updates_per_second_per_user"
    alice.ask(250, 1)


def test_a_person_asks_no_more_with_many_connections() -> None:
    here = Allowances(Allowed(updates_per_second_per_user=5))
    here.enter("user:alice", 0).ask(250, 0)
    second = here.enter("user:alice", 0)
    assert refusal(lambda: second.ask(250, 0)) == "max_updates_per_second_per_user"


def test_zero_is_no_limit() -> None:
    alice = one(NONE)
    for _ in range(1_000):
        alice.hear(10**9, 0)
        alice.read(10**6, 0)
        alice.change(10**9, 0)
        assert alice.hold_for(0) == 0
        alice.ask(10**6, 0)


def test_connections_are_counted_of_each_and_of_all() -> None:
    here = Allowances(Allowed(connections=3, connections_per_user=2))
    for who in ("alice", "alice", "bob"):
        here.enter(who, 0)
    assert refusal(lambda: here.enter("alice", 0)) == "max_connections_per_user"
    assert refusal(lambda: here.enter("carol", 0)) == "max_connections"
    assert (here.connections, here.people) == (3, 2)
    here.leave("alice")
    here.enter("carol", 0)
    assert refusal(lambda: here.enter("alice", 0)) == "max_connections"


def test_whoever_comes_back_is_not_new_at_once() -> None:
    here = Allowances(Allowed(updates_per_second=100, updates_per_second_per_user=5))
    for _ in range(10):
        here.enter("alice", 0).hear(10, 0)
        here.leave("alice")
        here.sweep(0)
    back = here.enter("alice", 0)
    assert refusal(lambda: back.hear(10, 0)) == "max_updates_per_second_per_user"


def test_nothing_is_remembered_of_who_left_and_rested() -> None:
    here = Allowances(Allowed(updates_per_second_per_user=5))
    for number in range(1_000):
        here.enter(f"user:{number}", 0).hear(10, 0)
    stays = here.enter("user:0", 0)
    for number in range(1_000):
        here.leave(f"user:{number}")
    assert len(here) == 1_000
    here.sweep(0.1)
    assert len(here) == 1_000
    here.sweep(10)
    assert len(here) == here.connections == 1
    stays.hear(10, 10)
