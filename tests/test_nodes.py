"""What other nodes say, and what is shown of it here."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_awareness.letters import Kind, Letter
from jupyter_awareness.nodes import REMEMBERED, Delivery, Nodes
from jupyter_awareness.protocol import Entry

ANA = Entry(1, 10, {"n": "ana"})
BEN = Entry(2, 11, {"n": "ben"})


class Table:
    """Nodes, and everybody whom those would show who do what they are told."""

    def __init__(self) -> None:
        self.nodes = Nodes()
        self.shown: dict[tuple[str, int], Any] = {}
        self.now = 0.0

    def note(self, deliveries: list[Delivery]) -> int:
        """Do what is told; give how many entries that were."""
        for room, entries in deliveries:
            for entry in entries:
                self.shown[room, entry.client_id] = entry.state
        return sum(len(entries) for _, entries in deliveries)

    def hear(
        self, kind: Kind, node: str, *entries: Entry, room: str = "lobby", place: int = 0
    ) -> int:
        return self.note(self.nodes.hear(Letter(kind, node, room, place, entries), self.now))

    def check(self, *present: str) -> int:
        return self.note(self.nodes.check(present, self.now))

    def lose(self) -> int:
        return self.note(self.nodes.lose(self.now))

    @property
    def seen(self) -> dict[int, Any]:
        """Who is seen in the lobby."""
        return {
            id_: state for (room, id_), state in self.shown.items() if room == "lobby" and state
        }


@pytest.fixture
def table() -> Table:
    return Table()


def stale(entry: Entry) -> Any:
    return {**(entry.state or {}), "unreachable": True}


def test_news_is_told_once(table: Table) -> None:
    assert table.hear(Kind.NEWS, "a", ANA, BEN) == 2
    assert table.seen == {1: ANA.state, 2: BEN.state}
    assert table.hear(Kind.NEWS, "a", ANA, BEN) == 0
    assert table.hear(Kind.ALL, "a", ANA, BEN, place=11) == 0


def test_a_leave_is_told_and_nothing_older_brings_it_back(table: Table) -> None:
    table.hear(Kind.NEWS, "a", ANA)
    assert table.hear(Kind.NEWS, "a", Entry(1, 12, None)) == 1
    assert table.hear(Kind.NEWS, "a", Entry(1, 13, None)) == 0
    assert table.hear(Kind.ALL, "a", Entry(1, 11, {"n": "old"}), place=11) == 0
    assert table.seen == {}
    table.hear(Kind.NEWS, "a", Entry(1, 14, {"n": "again"}))
    assert table.seen == {1: {"n": "again"}}


def test_a_leave_of_somebody_unknown_is_nothing(table: Table) -> None:
    assert table.hear(Kind.NEWS, "a", Entry(1, 12, None)) == 0


def test_who_is_missing_in_all_has_left(table: Table) -> None:
    table.hear(Kind.NEWS, "a", ANA, BEN)
    table.hear(Kind.NEWS, "b", Entry(3, 11, {}))
    assert table.hear(Kind.ALL, "a", ANA, place=11) == 1
    assert set(table.seen) == {1}
    assert table.shown["lobby", 3] == {}


def test_all_that_is_older_than_the_news_withdraws_nobody(table: Table) -> None:
    table.hear(Kind.NEWS, "a", BEN)
    assert table.hear(Kind.ALL, "a", ANA, place=10) == 1
    assert set(table.seen) == {1, 2}


def test_who_moved_to_another_node_is_not_withdrawn_by_the_first(table: Table) -> None:
    table.hear(Kind.NEWS, "a", ANA)
    table.hear(Kind.NEWS, "b", Entry(1, 20, {"n": "moved"}))
    assert table.hear(Kind.NEWS, "a", Entry(1, 21, None)) == 0
    assert table.hear(Kind.ALL, "a", place=30) == 0
    assert table.check("b") == 0
    assert table.seen == {1: {"n": "moved"}}


def test_the_people_of_a_dead_node_are_hidden_and_shown_again(table: Table) -> None:
    table.hear(Kind.NEWS, "a", ANA)
    table.hear(Kind.NEWS, "b", BEN)
    assert table.check("a", "b") == 0
    assert table.check("b") == 1
    assert set(table.seen) == {2}
    assert table.check("b") == 0
    assert table.check("a", "b") == 1
    assert table.seen == {1: ANA.state, 2: BEN.state}


def test_a_node_that_writes_lives(table: Table) -> None:
    table.hear(Kind.NEWS, "a", ANA)
    table.check()
    assert table.seen == {}
    assert table.hear(Kind.ASK, "a") == 1
    assert table.seen == {1: ANA.state}


def test_whoever_only_asks_is_not_kept(table: Table) -> None:
    assert table.hear(Kind.ASK, "a") == 0
    assert table.hear(Kind.ALL, "a", place=5) == 0
    assert table.nodes.known() == []


def test_while_the_network_is_lost_people_are_shown_as_last_known(table: Table) -> None:
    table.hear(Kind.NEWS, "a", ANA)
    table.hear(Kind.NEWS, "b", BEN)
    table.check("a")
    assert table.lose() == 1
    assert table.seen == {1: stale(ANA)}
    assert table.lose() == 0
    table.hear(Kind.ALL, "a", ANA, place=11)
    assert table.seen == {1: ANA.state}
    table.lose()
    table.check()
    assert table.seen == {}


def test_who_is_not_confirmed_after_a_loss_has_left(table: Table) -> None:
    table.hear(Kind.NEWS, "a", ANA)
    table.hear(Kind.NEWS, "a", BEN, room="other")
    table.hear(Kind.NEWS, "a", Entry(3, 12, {}))
    table.hear(Kind.NEWS, "a", Entry(3, 13, None))
    table.lose()
    table.hear(Kind.ALL, "a", Entry(2, 14, {"n": "ben"}), room="other", place=14)
    assert table.check("a") == 1
    assert table.seen == {}
    assert table.shown["other", 2] == {"n": "ben"}
    table.lose()
    table.nodes.drop("other")
    assert table.check("a") == 0


def test_who_was_taken_to_have_left_is_back_when_their_node_says_so(table: Table) -> None:
    everybody = (ANA, Entry(3, 12, {"n": "cay"}))
    table.hear(Kind.ALL, "a", *everybody, place=12)
    table.lose()
    assert table.check() == 2  # this process is back before the other
    assert table.seen == {}
    for node, kind in (("b", Kind.ALL), ("a", Kind.NEWS)):
        assert table.hear(kind, node, ANA) == 0
    assert table.hear(Kind.ALL, "a", Entry(1, 9, {}), ANA, place=12) == 1
    assert table.seen == {1: ANA.state}
    assert table.hear(Kind.ALL, "a", *everybody, place=12) == 0  # a letter that is late
    assert table.seen == {1: ANA.state}


def test_a_node_that_has_moved_on_is_nothing_to_give_up(table: Table) -> None:
    table.hear(Kind.NEWS, "a", ANA)
    table.lose()
    table.hear(Kind.NEWS, "a", Entry(1, 12, None))
    assert table.check("a") == 0


def test_who_said_nothing_for_long_is_forgotten(table: Table) -> None:
    table.hear(Kind.NEWS, "a", ANA)
    table.hear(Kind.NEWS, "b", BEN)
    table.hear(Kind.NEWS, "b", Entry(2, 12, None))
    table.check("b")
    table.now = REMEMBERED - 1
    table.check("b")
    assert table.nodes.known() == ["a", "b"]
    table.now = REMEMBERED
    table.check("b")
    assert table.nodes.known() == ["b"]
    assert table.check("a", "b") == 0
    assert table.hear(Kind.NEWS, "b", Entry(2, 12, {"n": "as if new"})) == 1


def test_a_room_that_was_dropped_is_forgotten(table: Table) -> None:
    table.hear(Kind.NEWS, "a", ANA)
    table.hear(Kind.NEWS, "a", ANA, room="other")
    table.hear(Kind.NEWS, "b", BEN)
    table.nodes.drop("lobby")
    table.nodes.drop("never seen")
    assert table.nodes.known() == ["a"]
    assert table.check() == 1


NODES = st.sampled_from("abc")
STEPS = st.lists(st.tuples(NODES, st.integers(0, 3), st.sampled_from(["say", "leave", "fault"])))


@given(STEPS, st.randoms(use_true_random=False))
def test_lost_and_repeated_letters_and_lost_networks_are_mended_by_all(
    steps: Any, random: Any
) -> None:
    """Each node says its own ids; whatever of it got lost, in the end all of it is seen."""
    table = Table()
    truth: dict[str, dict[int, Entry]] = {"a": {}, "b": {}, "c": {}}
    clock = 0
    for node, number, verb in steps:
        clock += 1
        table.now += 1
        if verb == "fault":
            random.choice([table.lose, table.check, lambda: table.check(*"abc")])()
            continue
        client_id = "abc".index(node) * 10 + number
        entry = Entry(client_id, clock, {"clock": clock} if verb == "say" else None)
        if verb == "say":
            truth[node][client_id] = entry
        else:
            truth[node].pop(client_id, None)
        for _ in range(random.choice([0, 1, 2])):
            table.hear(Kind.NEWS, node, entry)
    for node, known in truth.items():
        table.hear(Kind.ALL, node, *known.values(), place=clock)
    expected = {id_: entry.state for known in truth.values() for id_, entry in known.items()}
    assert table.seen == expected


def test_whom_one_may_not_hear_any_more_is_gone_and_back_though_they_did_not_move(
    table: Table,
) -> None:
    table.hear(Kind.ALL, "far", ANA)
    table.hear(Kind.ALL, "near", BEN)
    table.hear(Kind.ALL, "far", ANA, room="other")
    assert table.hear(Kind.PART, "far") == 1
    assert table.hear(Kind.PART, "far") == table.hear(Kind.PART, "far", room="unknown") == 0
    assert table.seen == {2: BEN.state}
    assert table.shown["other", 1] == ANA.state
    assert table.hear(Kind.ALL, "far", ANA) == 1
    assert table.seen == {1: ANA.state, 2: BEN.state}
