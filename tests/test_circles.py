"""Who hears whom in the room of a file: those who prove the same at the same time."""

from __future__ import annotations

from itertools import count

import pytest

from jupyter_awareness.circles import (
    AGAIN,
    ANSWER,
    GAP,
    PATIENCE,
    REMEMBERED,
    Change,
    Circles,
    Server,
)


class Room:
    """A room of a file, and servers that prove what they are told to have read."""

    def __init__(self) -> None:
        numbers = count(1)
        self.circles = Circles(lambda: f"nonce {next(numbers)}")
        self.now = 100.0
        self.reads: dict[str, str | None] = {}  # None: does not answer
        self.nonces: list[str] = []
        self.met: list[set[str]] = []
        self.parted: set[tuple[str, str]] = set()

    def enter(self, name: str, reads: str | None, after: float = GAP) -> None:
        self.now += after
        self.reads[name] = reads
        self.do(self.circles.enter(server(name), self.now))

    def leave(self, name: str) -> None:
        self.do(self.circles.leave(server(name)))

    def step(self, seconds: float = 0) -> None:
        self.now += seconds
        self.do(self.circles.step(self.now))

    def do(self, change: Change) -> None:
        """Note what is to be said, and let those answer that are asked."""
        if change.asked:
            self.nonces.append(change.nonce)
        if change.met:
            self.met.append({name for _, name in change.met})
        self.parted |= {(one, other) for (_, one), (_, other) in change.parted}
        for asked in change.asked:
            read = self.reads[asked[1]]
            if read is not None:
                proof = read and f"{read} for {change.nonce}"
                self.do(self.circles.answer(asked, change.nonce, proof, self.now))

    def hears(self, name: str) -> set[str]:
        """Whom a server hears, of all that were ever there."""
        others = self.reads.keys() - {name}
        return {one for one in others if self.circles.together(server(name), server(one))}

    def pass_time(self, seconds: float) -> None:
        """As the sweep of a real server does."""
        for _ in range(round(seconds / GAP)):
            self.step(GAP)


def server(name: str) -> Server:
    return f"{name}'s person", name


@pytest.fixture
def room() -> Room:
    return Room()


def test_whoever_is_alone_proves_nothing(room: Room) -> None:
    room.enter("a", "x")
    room.pass_time(60)
    assert (room.nonces, room.hears("a"), len(room.circles)) == ([], set(), 1)


def test_those_who_read_the_same_hear_each_other(room: Room) -> None:
    room.enter("a", "x")
    room.enter("b", "x")
    assert room.hears("a") == {"b"}
    assert room.hears("b") == {"a"}
    room.enter("c", "x")
    assert room.hears("c") == {"a", "b"}
    assert room.met[1:] == [{"c"}]  # only who is new is to ask and to introduce itself
    assert len(set(room.nonces)) == 2


@pytest.mark.parametrize("claim", ["made up", ""])
def test_whoever_cannot_read_it_hears_nobody(room: Room, claim: str) -> None:
    room.enter("mallory", claim)
    room.enter("a", "x")
    room.pass_time(2)
    room.enter("b", "x")
    room.enter("mallory too", claim + "!" if claim else "")
    room.pass_time(60)
    assert room.hears("a") == {"b"}
    assert room.hears("mallory") == room.hears("mallory too") == set()


def test_a_proof_that_was_made_for_another_trial_is_worth_nothing(room: Room) -> None:
    room.enter("a", "x")
    room.enter("b", "x")
    room.enter("mallory", None)
    old, now = room.nonces
    for nonce in (old, now):
        room.do(room.circles.answer(server("mallory"), nonce, f"x for {old}", room.now))
    room.step(ANSWER)
    for nonce in ("", old, now):
        room.do(room.circles.answer(server("mallory"), nonce, f"x for {nonce}", room.now))
    assert room.hears("mallory") == set()


def test_only_the_first_answer_counts_and_only_of_who_is_there(room: Room) -> None:
    room.enter("a", "x")
    room.enter("b", None)
    nonce = room.nonces[-1]
    room.do(room.circles.answer(server("c"), nonce, f"x for {nonce}", room.now))
    room.do(room.circles.answer(server("b"), nonce, "guess", room.now))
    room.do(room.circles.answer(server("b"), nonce, f"x for {nonce}", room.now))
    assert room.hears("a") == set()


def test_whoever_does_not_answer_holds_up_nobody(room: Room) -> None:
    room.enter("mallory", None)
    room.enter("a", "x")
    room.enter("b", "x")  # is asked in the same trial
    assert room.hears("a") == {"b"}
    assert len(set(room.nonces)) == 1
    room.step(ANSWER)
    room.enter("c", "x")
    assert room.hears("a") == {"b", "c"}


def test_newcomers_who_differ_are_asked_again_soon_and_then_less_often(room: Room) -> None:
    room.enter("a", "before a save")
    room.enter("b", "after it")
    assert room.hears("b") == set()
    room.reads["a"] = "after it"
    room.pass_time(2 * GAP)
    assert room.hears("b") == {"a"}
    room.enter("mallory", "made up")
    room.pass_time(120)
    before = len(set(room.nonces))
    room.pass_time(10 * AGAIN)
    assert len(set(room.nonces)) - before <= 10


def test_coming_without_end_does_not_make_everybody_prove_without_end(room: Room) -> None:
    room.enter("a", "x")
    room.enter("b", "x")
    for _ in range(100):
        room.enter("mallory", "made up", after=0)
        room.leave("mallory")
    assert len(room.nonces) == 1
    room.step(GAP)
    assert len(room.nonces) == 2


def test_a_save_puts_nobody_apart(room: Room) -> None:
    for name in ("a", "b", "c"):
        room.enter(name, "x")
    for name in ("a", "b", "c"):  # one sees it after the other
        room.reads[name] = "y"
        room.pass_time(4)
    room.pass_time(60)
    assert room.hears("a") == {"b", "c"}
    assert room.parted == set()


@pytest.mark.parametrize("reads", ["what was in it before", "", None])
def test_whoever_reads_it_no_more_is_put_out(room: Room, reads: str | None) -> None:
    for name in ("a", "b", "c"):
        room.enter(name, "x")
    room.reads.update(a="y", b="y", c=reads)
    room.pass_time(AGAIN + 2 * PATIENCE)
    assert room.hears("a") == {"b"}
    assert room.hears("c") == set()
    assert room.parted == {("a", "c"), ("c", "a"), ("b", "c"), ("c", "b")}
    room.reads["c"] = "y"
    room.met.clear()
    room.pass_time(AGAIN + ANSWER)
    assert room.hears("c") == {"a", "b"}
    assert room.met == [{"c"}]


def test_those_who_are_put_out_stay_together_if_they_read_the_same(room: Room) -> None:
    for name in ("a", "b", "c", "d", "e"):
        room.enter(name, "x")
    room.reads.update(d="y", e="y")
    room.pass_time(AGAIN + 2 * PATIENCE)
    assert room.hears("a") == {"b", "c"}
    assert room.hears("d") == {"e"}
    assert ("d", "e") not in room.parted


def test_when_nobody_answers_everybody_is_alone_after_a_while(room: Room) -> None:
    room.enter("a", "x")
    room.enter("b", "x")
    room.reads.update(a=None, b=None)
    room.pass_time(AGAIN + 2 * PATIENCE)
    assert room.hears("a") == set()


def test_a_file_that_is_gone_for_all_puts_nobody_apart(room: Room) -> None:
    room.enter("a", "x")
    room.enter("b", "x")
    room.reads.update(a="", b="")
    room.pass_time(120)
    assert room.hears("a") == {"b"}
    room.enter("mallory", "")
    room.pass_time(60)
    assert room.hears("mallory") == set()


def test_whoever_leaves_is_gone_for_the_others(room: Room) -> None:
    for name in ("a", "b", "c"):
        room.enter(name, "x" if name != "c" else "z")
    room.leave("b")
    assert room.parted == {("a", "b")}
    assert room.hears("a") == set()
    room.leave("b")
    room.leave("a")
    room.leave("c")
    room.pass_time(60)
    assert len(room.circles) == 0


def test_a_server_that_lost_its_connection_keeps_its_place_for_a_while(room: Room) -> None:
    for name in ("a", "b"):
        room.enter(name, "x")
    room.circles.lose(server("b"), room.now)
    room.circles.lose(server("nobody"), room.now)
    room.step(REMEMBERED / 2)
    assert room.hears("a") == {"b"}
    room.enter("b", "x")
    assert room.hears("a") == {"b"}
    assert room.parted == set()
    room.circles.lose(server("b"), room.now)
    room.pass_time(REMEMBERED)
    assert room.hears("a") == set()
    assert room.parted == {("a", "b")}


def test_of_a_server_that_was_alone_nothing_is_kept(room: Room) -> None:
    room.enter("a", "x")
    room.circles.lose(server("a"), room.now)
    assert len(room.circles) == 0


def test_a_trial_does_not_wait_for_those_who_are_away(room: Room) -> None:
    for name in ("a", "b", "c"):
        room.enter(name, "x")
    room.step(AGAIN + ANSWER)
    room.circles.lose(server("c"), room.now)
    room.step(GAP)
    room.enter("d", "x")
    assert room.hears("d") == {"a", "b", "c"}  # c was with a, and is still to be seen for a moment


def test_another_person_does_not_take_the_place_of_a_server_by_its_name(room: Room) -> None:
    for name in ("a", "b"):
        room.enter(name, "x")
    room.circles.lose(server("b"), room.now)
    room.reads["b"] = "made up"
    room.do(room.circles.enter(("mallory", "b"), room.now + GAP))
    assert not room.circles.together(("mallory", "b"), server("a"))
