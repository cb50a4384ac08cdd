"""Who owns which client id, whose word counts, and who is still there."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from persons import person

from jupyter_awareness.identity import PALETTE, Policy
from jupyter_awareness.protocol import MAX_INTEGER, SERVER_CLOCK_FLOOR, CloseCode, Entry, Refused
from jupyter_awareness.room import Member, Room, RoomLimits

NOW = 1_800_000_000.0  # seconds since the epoch


def member(
    username: str, since: float = NOW, writes: bool = True, documents: Container[str] = ()
) -> Member:
    principal = f"user:{username}"
    return Member(person(username), principal, since, writes, documents=documents)


def room(peers: int = 1_000, clients_per_connection: int = 1, policy: Policy | None = None) -> Room:
    return Room(RoomLimits(peers, clients_per_connection), policy or Policy())


def seen(room: Room) -> dict[int, Any]:
    """Give whom a newcomer would see, by client id: the username and the field `n`."""
    return {
        item.client_id: (item.state["user"]["username"], item.state.get("n"))
        for item in room.feed.living()
        if item.state is not None
    }


def numbers(room: Room) -> dict[int, int]:
    return {item.client_id: item.number for item in room.feed.living()}


# Whose word counts


def test_what_a_member_says_is_seen_and_signed() -> None:
    here = room()
    assert here.receive(member("alice"), [Entry(1, 1, {"n": 1, "user": {"name": "Bob"}})], NOW)
    assert seen(here) == {1: ("alice", 1)}


def test_the_first_word_counts_also_at_clock_zero() -> None:
    here = room()
    assert here.receive(member("alice"), [Entry(1, 0, {"n": 1})], NOW)
    assert seen(here) == {1: ("alice", 1)}


def test_a_clock_orders_what_one_connection_says() -> None:
    here, alice = room(), member("alice")
    here.receive(alice, [Entry(1, 5, {"n": 5})], NOW)
    assert not here.receive(alice, [Entry(1, 4, {"n": 4}), Entry(1, 5, {"n": 6})], NOW)
    assert seen(here) == {1: ("alice", 5)}


def test_a_renewal_is_no_change() -> None:
    here, alice = room(), member("alice")
    here.receive(alice, [Entry(1, 1, {"n": 1})], NOW)
    before = numbers(here)
    assert not here.receive(alice, [Entry(1, 2, {"n": 1})], NOW + 15)
    assert numbers(here) == before
    assert not here.receive(alice, [Entry(1, 2, {"n": 2})], NOW + 15)  # but its clock counts


def test_one_is_not_true() -> None:
    here, alice = room(), member("alice")
    here.receive(alice, [Entry(1, 1, {"n": 1})], NOW)
    assert here.receive(alice, [Entry(1, 2, {"n": True})], NOW)
    assert seen(here)[1][1] is True


def test_what_the_policy_withholds_is_no_news() -> None:
    here, alice = room(policy=Policy(share_cursors="never")), member("alice")
    here.receive(alice, [Entry(1, 1, {"cursor": {"position": 1}})], NOW)
    assert not here.receive(alice, [Entry(1, 2, {"cursor": {"position": 2}})], NOW)


def test_what_may_be_shown_of_a_claim_can_change() -> None:
    documents: set[str] = set()
    here, alice = room(), member("alice", documents=documents)
    here.receive(alice, [Entry(1, 1, {"location": {"path": "a.ipynb"}})], NOW)
    assert here.feed.state(1) == {"user": person("alice"), "kind": "person", "status": "active"}
    assert not here.resign(alice, NOW)
    documents.add("a.ipynb")
    assert here.resign(alice, NOW)
    assert (here.feed.state(1) or {})["location"] == {"path": "a.ipynb"}
    documents.clear()
    assert here.resign(alice, NOW)
    assert "location" not in (here.feed.state(1) or {})


def test_whoever_has_said_nothing_is_not_signed() -> None:
    here, alice = room(), member("alice")
    here.join(alice, 1)
    assert not here.resign(alice, NOW)


def test_the_colour_in_which_somebody_is_seen() -> None:
    here, alice = room(), member("alice")
    here.join(alice, 1)
    assert here.color_of(alice) is None
    here.receive(alice, [Entry(1, 1, {"user": {"color": PALETTE[3]}})], NOW)
    assert here.color_of(alice) == PALETTE[3]
    here.receive(alice, [Entry(1, 2, {"invisible": True})], NOW)
    assert here.color_of(alice) is None


def test_a_member_that_says_null_is_gone_and_can_return() -> None:
    here, alice = room(), member("alice")
    here.receive(alice, [Entry(1, 1, {"n": 1})], NOW)
    assert here.receive(alice, [Entry(1, 1, None)], NOW)
    assert seen(here) == {}
    assert not here.receive(alice, [Entry(1, 2, None)], NOW)
    assert here.receive(alice, [Entry(1, 3, {"n": 3})], NOW)
    assert seen(here) == {1: ("alice", 3)}


def test_a_member_can_hide_and_show_itself() -> None:
    here, alice = room(), member("alice")
    assert not here.receive(alice, [Entry(1, 1, {"n": 1, "invisible": True})], NOW)
    assert seen(here) == {}
    assert here.receive(alice, [Entry(1, 2, {"n": 2})], NOW)
    assert here.receive(alice, [Entry(1, 3, {"n": 2, "invisible": True})], NOW)
    assert seen(here) == {}


def test_whoever_may_not_write_is_not_seen() -> None:
    here, alice = room(), member("alice", writes=False)
    here.join(alice, 1)
    assert not here.receive(alice, [Entry(1, 1, {"n": 1})], NOW)
    assert seen(here) == {}
    assert here.empty


# Who owns which id


def test_nobody_speaks_for_somebody_else() -> None:
    here, alice, mallory = room(), member("alice"), member("mallory", NOW + 1)
    here.receive(alice, [Entry(1, 1, {"n": 1})], NOW)
    here.receive(mallory, [Entry(2, 1, {"n": 2})], NOW)
    for state in ({"n": 666}, None):
        for clock in (0, 1, 2, SERVER_CLOCK_FLOOR, MAX_INTEGER):
            assert not here.receive(mallory, [Entry(1, clock, state)], NOW)
    assert seen(here) == {1: ("alice", 1), 2: ("mallory", 2)}
    assert here.receive(alice, [Entry(1, 2, {"n": 3})], NOW)  # and nobody froze her


def test_an_id_that_somebody_else_named_is_refused() -> None:
    here = room()
    here.join(member("alice"), 1)
    with pytest.raises(Refused) as refused:
        here.join(member("mallory"), 1)
    assert refused.value.code == CloseCode.ID_TAKEN
    assert str(refused.value) == refused.value.reason


def test_an_id_is_free_again_when_its_owner_left() -> None:
    here, alice = room(), member("alice")
    here.join(alice, 1)
    here.leave(alice, NOW)
    here.join(member("bob"), 1)


def test_an_id_under_which_somebody_hides_is_as_free_as_any_other() -> None:
    here, alice, mallory = room(), member("alice"), member("mallory", NOW + 1)
    here.join(alice, 1)
    here.receive(alice, [Entry(1, 1, {"n": 1})], NOW)
    here.receive(alice, [Entry(1, 2, {"invisible": True})], NOW)
    here.join(mallory, 1)  # a refusal would say that she is still there
    here.receive(mallory, [Entry(1, 1, {"n": 666})], NOW)
    assert seen(here) == {1: ("mallory", 666)}
    with pytest.raises(Refused) as refused:  # and she comes back under another
        here.receive(alice, [Entry(1, 3, {"n": 3})], NOW)
    assert refused.value.code == CloseCode.ID_TAKEN
    here.join(alice, 2)
    assert here.receive(alice, [Entry(2, 1, {"n": 3})], NOW)
    assert seen(here) == {1: ("mallory", 666), 2: ("alice", 3)}


@pytest.mark.parametrize("limits", [RoomLimits(peers=2), RoomLimits(peers_per_user=1)])
def test_an_id_under_which_somebody_hides_is_as_full_as_any_other(limits: RoomLimits) -> None:
    here, alice, mallory = Room(limits, Policy()), member("alice"), member("mallory", NOW + 1)
    here.receive(alice, [Entry(1, 1, {"invisible": True})], NOW)
    here.receive(mallory, [Entry(2, 1, {})], NOW)
    causes = set()
    for number in (1, 3):
        with pytest.raises(Refused) as refused:
            here.receive(member("mallory", NOW + 2), [Entry(number, 1, {})], NOW + 2)
        causes.add(refused.value.cause)
    assert len(causes) == 1
    assert here.ids_of(alice.principal) == {1}


def test_whoever_hides_during_the_grace_leaves_the_id_free_too() -> None:
    here, alice = room(), member("alice")
    here.receive(alice, [Entry(1, 1, {"invisible": True})], NOW)
    here.leave(alice, NOW, grace=3)
    here.join(member("bob", NOW + 1), 1)
    assert not here.expire(NOW + 3)
    assert not here.empty


def test_the_old_connection_of_the_same_person_is_not_sent_away() -> None:
    here, old, new = room(), member("alice"), member("alice", NOW + 1)
    here.join(old, 1)
    here.join(new, 1)
    assert not here.receive(old, [Entry(1, 9, {"n": 9})], NOW)


def test_a_null_binds_no_id() -> None:
    here, alice, bob = room(), member("alice"), member("bob")
    here.receive(bob, [Entry(1, 1, None)], NOW)
    assert here.receive(alice, [Entry(1, 1, {"n": 1})], NOW)
    assert seen(here) == {1: ("alice", 1)}


def test_a_connection_owns_no_more_ids_than_it_may() -> None:
    here, alice = room(clients_per_connection=2), member("alice")
    here.receive(alice, [Entry(number, 1, {"n": number}) for number in (1, 2, 3)], NOW)
    assert set(seen(here)) == {1, 2}
    here.receive(alice, [Entry(2, 2, {"n": 20}), Entry(3, 2, {"n": 30})], NOW)
    assert seen(here) == {1: ("alice", 1), 2: ("alice", 20)}


def test_what_stock_clients_echo_changes_nothing() -> None:
    here, alice, bob = room(clients_per_connection=9), member("alice"), member("bob")
    here.receive(alice, [Entry(1, 1, {"n": 1})], NOW)
    here.receive(bob, [Entry(2, 1, {"n": 2})], NOW)
    said = [Entry(item.client_id, item.number, item.state) for item in here.feed.living()]
    for echoing in (alice, bob):
        assert not here.receive(echoing, said, NOW)


def test_the_echo_of_somebody_who_just_left_raises_no_ghost() -> None:
    here, alice, bob = room(clients_per_connection=9), member("alice"), member("bob")
    here.receive(bob, [Entry(2, 1, {"n": 2})], NOW)
    here.receive(alice, [Entry(1, 1, {"n": 1})], NOW)
    [*_, said] = here.feed.living()
    here.leave(alice, NOW)
    assert not here.receive(bob, [Entry(1, said.number, said.state)], NOW)
    assert set(seen(here)) == {2}


def test_a_client_that_adopted_its_own_entry_is_not_frozen() -> None:
    # y-protocols does when another tab of the browser passes the entry on (BroadcastChannel).
    here, alice = room(), member("alice")
    here.receive(alice, [Entry(1, 5, {"n": 5})], NOW)
    [own] = here.feed.living()
    assert not here.receive(alice, [Entry(1, own.number, own.state)], NOW)
    assert here.receive(alice, [Entry(1, own.number + 1, {"n": 6})], NOW)
    here.leave(alice, NOW, grace=3)
    again = member("alice", NOW + 1)
    assert here.receive(again, [Entry(1, own.number + 2, {"n": 7})], NOW + 1)
    assert seen(here) == {1: ("alice", 7)}


def test_a_clock_from_the_end_of_time_freezes_only_who_sends_it() -> None:
    here, alice, bob = room(), member("alice"), member("bob")
    here.receive(alice, [Entry(1, MAX_INTEGER, {"n": 1})], NOW)
    assert here.receive(bob, [Entry(2, 1, {"n": 2})], NOW)
    assert max(numbers(here).values()) < MAX_INTEGER
    here.leave(alice, NOW)
    assert here.receive(member("alice"), [Entry(1, 0, {"n": 3})], NOW)


def test_the_ids_of_a_person_are_those_of_all_connections() -> None:
    here = room()
    here.join(member("alice"), 1)
    here.receive(member("alice"), [Entry(2, 1, {})], NOW)
    here.join(member("bob"), 3)
    assert here.ids_of("user:alice") == {1, 2}
    assert here.ids_of("user:nobody") == set()


# The same person's newest connection


def test_the_newest_connection_of_a_person_takes_over() -> None:
    here, old, new = room(), member("alice", NOW), member("alice", NOW + 1)
    here.receive(old, [Entry(1, 9, {"n": 9})], NOW)
    here.join(new, 1)
    assert here.receive(new, [Entry(1, 1, {"n": 10})], NOW + 1)
    assert seen(here) == {1: ("alice", 10)}


def test_the_end_of_the_old_connection_removes_nobody() -> None:
    here, old, new = room(), member("alice", NOW), member("alice", NOW + 1)
    here.receive(old, [Entry(1, 1, {"n": 1})], NOW)
    here.receive(new, [Entry(1, 2, {"n": 2})], NOW + 1)
    assert not here.leave(old, NOW + 2)
    assert seen(here) == {1: ("alice", 2)}


def test_the_old_connection_does_not_take_back() -> None:
    here, old, new = room(), member("alice", NOW), member("alice", NOW + 1)
    here.join(old, 1)
    here.join(new, 1)
    assert not here.receive(old, [Entry(1, 99, {"n": 99})], NOW + 2)
    assert here.receive(new, [Entry(1, 1, {"n": 1})], NOW + 2)


def test_a_connection_that_takes_over_and_says_the_same_is_no_news() -> None:
    here, old, new = room(), member("alice", NOW), member("alice", NOW + 1)
    here.receive(old, [Entry(1, 5, {"n": 5})], NOW)
    before = numbers(here)
    here.join(new, 1)
    assert not here.receive(new, [Entry(1, 6, {"n": 5})], NOW + 1)
    assert numbers(here) == before


def test_a_connection_that_takes_over_is_signed_anew() -> None:
    here, old, new = room(), member("alice", NOW), member("alice", NOW + 1)
    here.receive(old, [Entry(1, 5, {"n": 5})], NOW)
    new.user["name"] = "Alice Married"
    assert here.receive(new, [Entry(1, 5, {"n": 5})], NOW + 1)
    [item] = here.feed.living()
    assert item.state is not None
    assert item.state["user"]["name"] == "Alice Married"


# Leaving


def test_a_leaver_is_gone_at_once() -> None:
    here, alice = room(), member("alice")
    here.receive(alice, [Entry(1, 1, {"n": 1})], NOW)
    assert here.leave(alice, NOW)
    assert seen(here) == {}
    assert here.empty


def test_a_leaver_that_nobody_saw_is_no_news() -> None:
    here, alice = room(), member("alice")
    here.join(alice, 1)
    assert not here.empty
    assert not here.leave(alice, NOW)
    assert here.empty


def test_a_leaver_takes_all_its_ids_along() -> None:
    here, alice = room(clients_per_connection=3), member("alice")
    here.receive(alice, [Entry(number, 1, {}) for number in (3, 1, 2)], NOW)
    here.leave(alice, NOW)
    assert seen(here) == {}


def test_a_broken_connection_stays_visible_for_the_grace() -> None:
    here, alice = room(), member("alice")
    here.receive(alice, [Entry(1, 1, {"n": 1})], NOW)
    assert not here.leave(alice, NOW, grace=3)
    assert not here.expire(NOW + 2.9)
    assert seen(here) == {1: ("alice", 1)}
    assert not here.empty
    assert here.expire(NOW + 3)
    assert seen(here) == {}
    assert here.empty


def test_whoever_returns_within_the_grace_was_never_away() -> None:
    here, alice = room(), member("alice")
    here.receive(alice, [Entry(1, 5, {"n": 5})], NOW)
    before = numbers(here)
    here.leave(alice, NOW, grace=3)
    again = member("alice", NOW + 1)
    here.join(again, 1)
    assert not here.receive(again, [Entry(1, 6, {"n": 5})], NOW + 1)
    assert not here.expire(NOW + 60)
    assert numbers(here) == before


def test_a_stock_client_returns_under_the_same_clock() -> None:
    here, alice = room(), member("alice")
    here.receive(alice, [Entry(1, 5, {"n": 5})], NOW)
    here.leave(alice, NOW)
    assert here.receive(member("alice"), [Entry(1, 5, {"n": 5})], NOW + 1)
    assert seen(here) == {1: ("alice", 5)}


def test_during_the_grace_an_id_is_nobody_elses() -> None:
    here, alice, mallory = room(), member("alice"), member("mallory", NOW + 1)
    here.receive(alice, [Entry(1, 1, {"n": 1})], NOW)
    here.leave(alice, NOW, grace=3)
    for attempt in (
        lambda: here.receive(mallory, [Entry(1, 2, {"n": 666})], NOW + 1),
        lambda: here.join(mallory, 1),
    ):
        with pytest.raises(Refused):
            attempt()
    assert not here.receive(mallory, [Entry(1, 3, {"n": 666})], NOW + 1)
    assert seen(here) == {1: ("alice", 1)}


def test_a_broken_connection_that_had_said_nothing_has_no_grace() -> None:
    here, alice = room(), member("alice")
    here.join(alice, 1)
    here.leave(alice, NOW, grace=3)
    assert here.empty


def test_an_invisible_peer_is_still_invisible_after_its_grace() -> None:
    here, alice = room(), member("alice")
    here.receive(alice, [Entry(1, 1, {"invisible": True})], NOW)
    here.leave(alice, NOW, grace=3)
    assert not here.expire(NOW + 3)
    assert here.empty


# How much a room holds


def test_a_full_room_refuses_one_more() -> None:
    here = room(peers=2)
    here.receive(member("alice"), [Entry(1, 1, {"n": 1})], NOW)
    here.join(member("bob"), 2)
    for late in (3, 4):
        with pytest.raises(Refused) as refused:
            here.join(member("carol"), late)
        assert refused.value.code == CloseCode.TOO_MUCH
    with pytest.raises(Refused):
        here.receive(member("carol"), [Entry(3, 1, {"n": 3})], NOW)
    assert seen(here) == {1: ("alice", 1)}


def test_a_full_room_still_lets_its_own_people_return_and_observers_in() -> None:
    here, alice = room(peers=1), member("alice")
    here.receive(alice, [Entry(1, 1, {"n": 1})], NOW)
    here.join(member("alice", NOW + 1), 1)
    here.join(member("bob", writes=False), 2)


def test_a_room_has_space_again_when_somebody_left() -> None:
    here, alice = room(peers=1), member("alice")
    here.join(alice, 1)
    here.leave(alice, NOW)
    here.join(member("bob"), 2)


def test_nothing_grows_with_those_who_were_here() -> None:
    here = room()
    for number in range(1_000):
        visitor = member(f"user{number}")
        here.receive(visitor, [Entry(number, 1, {"n": number})], NOW)
        here.leave(visitor, NOW, grace=number % 2)
    here.expire(NOW + 1)
    here.feed.forget(here.feed.number)
    assert here.empty
    assert here.feed.since(0) == []


# Other server processes


def remote(number: int, username: str, clock: int, n: int) -> Entry:
    return Entry(number, clock, {"n": n, "user": {**person(username)}})


def test_what_another_process_says_is_seen_here() -> None:
    here = room()
    assert not here.is_elsewhere(1)
    assert here.deliver([remote(1, "alice", 5, 1)], NOW)
    assert here.is_elsewhere(1)
    assert seen(here) == {1: ("alice", 1)}
    assert here.deliver([Entry(1, 6, None)], NOW)
    assert seen(here) == {}
    assert here.empty


def test_the_colours_of_those_on_other_processes_are_known() -> None:
    here = room()
    here.receive(member("bob"), [Entry(2, 1, {})], NOW)
    here.deliver([remote(1, "alice", 5, 1), Entry(3, 6, {"user": "odd"})], NOW)
    assert here.colors_elsewhere() == {"alice": person("alice")["color"]}


def test_a_peer_that_nobody_knew_leaves_without_a_word() -> None:
    here = room()
    assert not here.deliver([Entry(1, 5, None)], NOW)


def test_numbers_go_on_above_the_other_processes() -> None:
    here = room()
    ahead = int(NOW * 1e6) + 3_600_000_000
    here.deliver([remote(1, "alice", ahead, 1)], NOW)
    here.receive(member("bob"), [Entry(2, 1, {})], NOW)
    assert ahead < numbers(here)[1] < numbers(here)[2]


def test_whoever_lives_elsewhere_is_not_taken_over_by_somebody_else() -> None:
    here = room()
    here.deliver([remote(1, "alice", 5, 1)], NOW)
    mallory = member("mallory")
    for attempt in (
        lambda: here.receive(mallory, [Entry(1, 9, {"n": 666})], NOW),
        lambda: here.join(mallory, 1),
    ):
        with pytest.raises(Refused) as refused:
            attempt()
        assert refused.value.code == CloseCode.ID_TAKEN
    assert not here.receive(mallory, [Entry(1, 10, {"n": 666})], NOW)
    assert seen(here) == {1: ("alice", 1)}


@pytest.mark.parametrize(
    "words",
    [
        [Entry(1, 9, None)],
        [Entry(1, SERVER_CLOCK_FLOOR, {"n": 1})],
        [Entry(1, 9, {"n": 666}), Entry(1, 10, {"n": 666})],
        [Entry(1, 9, {"n": 666}), Entry(2, 1, {"n": 2})],
        [],
    ],
)
def test_what_is_not_a_stock_clients_word_of_itself_is_ignored(words: list[Entry]) -> None:
    here, alice, bob = room(), member("alice"), member("bob")
    here.receive(alice, [Entry(1, 1, {"n": 1})], NOW)
    here.receive(bob, words, NOW)
    assert seen(here)[1] == ("alice", 1)


def test_the_same_persons_older_connection_is_not_told_that_it_is_somebody_elses() -> None:
    here, old, new = room(), member("alice"), member("alice", NOW + 1)
    here.receive(new, [Entry(1, 1, {"n": 1})], NOW + 1)
    assert not here.receive(old, [Entry(1, 2, {"n": 2})], NOW + 1)
    assert seen(here) == {1: ("alice", 1)}


def test_an_echo_that_is_a_clients_first_word_does_not_bring_the_dead_back() -> None:
    here, bob, silent = room(), member("bob"), member("alice", NOW + 1)
    here.receive(bob, [Entry(1, 1, {"n": 1})], NOW)
    silent.entered = here.feed.next_number(NOW + 1)
    told = here.feed.next_number(NOW + 1)
    here.leave(bob, NOW + 2)
    assert not here.receive(silent, [Entry(1, told, {"n": 1})], NOW + 2)
    assert seen(here) == {}


def test_the_ids_of_a_person_are_forgotten_with_them() -> None:
    here, alice, tab = room(), member("alice"), member("alice")
    here.receive(alice, [Entry(1, 1, {})], NOW)
    here.receive(tab, [Entry(2, 1, {})], NOW)
    assert here.ids_of("user:alice") == {1, 2}
    here.leave(alice, NOW)
    assert here.ids_of("user:alice") == {2}
    here.leave(tab, NOW)
    assert here.ids_of("user:alice") == set()
    assert here._ids == {}


def test_whoever_only_sends_back_is_not_known_yet_but_has_had_its_first_word() -> None:
    here, bob, alice = room(), member("bob"), member("alice")
    here.receive(bob, [Entry(1, 1, {"n": 1})], NOW)
    here.receive(alice, [Entry(1, SERVER_CLOCK_FLOOR, {"n": 1})], NOW)
    assert (alice.spoke, alice.introduced) == (True, False)
    here.receive(alice, [Entry(2, 1, {"n": 2})], NOW)
    assert alice.introduced
    reader = member("rita", writes=False)
    here.receive(reader, [Entry(1, SERVER_CLOCK_FLOOR, {"n": 1})], NOW)
    assert reader.introduced


def test_who_leaves_or_hides_more_takes_something_from_sight() -> None:
    here, alice = room(), member("alice")
    assert not here.withdraws(Entry(1, 1, {"invisible": True}))  # nothing is known of it
    assert here.withdraws(Entry(1, 1, None))
    here.receive(alice, [Entry(1, 1, {"n": 1})], NOW)
    assert here.withdraws(Entry(1, 2, {"invisible": True}))
    assert here.withdraws(Entry(1, 2, {"privacy": {"cursor": False}}))
    assert not here.withdraws(Entry(1, 2, {"n": 2}))
    here.receive(alice, [Entry(1, 2, None)], NOW)
    assert not here.withdraws(Entry(1, 3, {"invisible": True}))


def test_nobody_fills_a_room_alone() -> None:
    here = Room(RoomLimits(peers=3, peers_per_user=2), Policy())
    gone, here_still, third = (member("alice", NOW + n) for n in range(3))
    here.receive(gone, [Entry(1, 1, {})], NOW)
    here.receive(here_still, [Entry(2, 1, {})], NOW)
    here.leave(gone, NOW, grace=3)  # it counts until its grace is over
    with pytest.raises(Refused) as refused:
        here.receive(third, [Entry(3, 1, {})], NOW + 2)
    assert (refused.value.code, refused.value.cause) == (CloseCode.TOO_MUCH, "max_peers_per_user")
    assert here.receive(member("bob"), [Entry(4, 1, {})], NOW + 2)
    here.expire(NOW + 3)
    assert here.receive(third, [Entry(3, 2, {})], NOW + 3)


def test_no_other_process_speaks_for_somebody_else_who_is_here() -> None:
    here, alice = room(), member("alice")
    here.receive(alice, [Entry(1, 1, {"n": 1})], NOW)
    for said in (remote(1, "mallory", 2**51, 666), Entry(1, 2**51, None), Entry(1, 2**51, {})):
        assert not here.deliver([said], NOW)
    assert seen(here) == {1: ("alice", 1)}
    assert here.receive(alice, [Entry(1, 2, {"n": 2})], NOW)


@pytest.mark.parametrize("broken", [True, False])
def test_whoever_came_back_at_another_process_lives_there_now(broken: bool) -> None:
    here, alice = room(), member("alice")
    here.receive(alice, [Entry(1, 1, {"n": 1})], NOW)
    if broken:
        here.leave(alice, NOW, grace=3)
    assert here.deliver([remote(1, "alice", here.feed.number + 1, 2)], NOW + 1)
    if not broken:
        here.leave(alice, NOW + 2)
    assert not here.expire(NOW + 60)
    assert seen(here) == {1: ("alice", 2)}


def test_whoever_came_from_another_process_is_this_ones_to_tell_of() -> None:
    here, alice = room(), member("alice")
    here.deliver([remote(1, "alice", 5, 1)], NOW)
    here.join(alice, 1)
    [there] = here.feed.living()
    assert there.state is not None
    assert here.receive(alice, [Entry(1, 2, there.state)], NOW)  # the same, but said here
    assert [item.local for item in here.feed.living()] == [True]


def test_a_state_that_names_nobody_belongs_to_nobody() -> None:
    here = room()
    here.deliver([Entry(1, 5, {"user": "alice"}), Entry(2, 5, {})], NOW)
    for number in (1, 2):
        with pytest.raises(Refused):
            here.join(member("alice"), number)


# Anything in any order

PEOPLE = ["alice", "bob"]
IDS = st.integers(1, 3)


class AnyOrder(RuleBasedStateMachine):
    """People come, speak for any id under any clock, break off, return and leave."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.room = room(clients_per_connection=2)
        self.connected: list[Member] = []
        self.reader: dict[int, Any] = {}
        self.place = 0

    def one_of(self, choice: int) -> Member:
        return self.connected[choice % len(self.connected)]

    @rule(who=st.sampled_from(PEOPLE), number=st.none() | IDS)
    def come(self, who: str, number: int | None) -> None:
        visitor = member(who, self.now)
        try:
            if number is not None:
                self.room.join(visitor, number)
        except Refused:
            assert not visitor.ids
        else:
            self.connected.append(visitor)

    @precondition(lambda self: self.connected)
    @rule(
        choice=st.integers(0, 9),
        number=IDS,
        clock=st.sampled_from([0, 1, 2, SERVER_CLOCK_FLOOR, MAX_INTEGER]),
        state=st.none() | st.sampled_from([{}, {"n": 1}, {"n": 2}, {"invisible": True}]),
    )
    def speak(self, choice: int, number: int, clock: int, state: dict[str, Any] | None) -> None:
        before, speaker = self.room.feed.number, self.one_of(choice)
        try:
            said = self.room.receive(speaker, [Entry(number, clock, state)], self.now)
        except Refused:
            assert number not in speaker.ids
            said = False
        assert said == (self.room.feed.number > before)

    @precondition(lambda self: self.connected)
    @rule(choice=st.integers(0, 9), grace=st.sampled_from([0, 3]))
    def go(self, choice: int, grace: float) -> None:
        leaver = self.one_of(choice)
        self.connected.remove(leaver)
        self.room.leave(leaver, self.now, grace)

    @rule(seconds=st.floats(0, 5))
    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.room.expire(self.now)

    @rule()
    def read(self) -> None:
        for item in self.room.feed.since(self.place):
            self.reader[item.client_id] = item.state
        self.place = self.room.feed.number
        self.room.feed.forget(self.place)

    @invariant()
    def every_id_has_one_owner(self) -> None:
        owned = [number for one in self.connected for number in one.ids]
        assert len(owned) == len(set(owned))
        assert all(len(one.ids) <= 2 for one in self.connected)

    @invariant()
    def nobody_is_shown_as_somebody_else(self) -> None:
        names = {number: one.user["username"] for one in self.connected for number in one.ids}
        for number, (username, _) in seen(self.room).items():
            assert names.get(number, username) == username

    def teardown(self) -> None:
        for leaver in self.connected:
            self.room.leave(leaver, self.now)
        self.room.expire(self.now + 3)
        self.read()
        assert self.room.empty
        assert self.room.feed.since(0) == []
        assert set(self.reader.values()) <= {None}


AnyOrder.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestAnyOrder = AnyOrder.TestCase
