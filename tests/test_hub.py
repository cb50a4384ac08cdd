"""When the members of a room are told what changed, and what each of them is sent."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from persons import person
from stage import Clock, Reader, settle

from jupyter_awareness.deflate import Deflated
from jupyter_awareness.hub import FEW, SILENCE, SLICE, Hub
from jupyter_awareness.identity import Policy
from jupyter_awareness.pace import MOST, Pace
from jupyter_awareness.protocol import Entry, Packet
from jupyter_awareness.room import Member, Room, RoomLimits

WINDOW = 0.04  # seconds
INTERVAL = 20.0  # seconds between renewals


class Stage:
    """One hub, its members by name, what it published, and a clock."""

    def __init__(self, bytes_per_second: float = 0, window: float = WINDOW) -> None:
        self.clock = Clock()
        self.published: list[list[Entry]] = []
        self.spent = 0.0  # seconds of the processor
        self.hub = Hub(
            Room(RoomLimits(), Policy()),
            Pace(window, bytes_per_second, self.clock()),
            self.clock.timer,
            lambda: self.spent,
            self.published.append,  # type: ignore[arg-type]
            self.clock,
        )

    def enter(
        self,
        name: str,
        number: int | None,
        reader: Reader | None = None,
        deflates: bool = False,
    ) -> tuple[Member, Reader]:
        """Join as a client of our own subprotocol, or without a number as a stock client."""
        member, reader = Member(person(name), f"user:{name}", self.clock()), reader or Reader()
        if number is not None:
            self.hub.room.join(member, number)
        self.hub.add(member, reader.write, number is None, self.clock(), deflates)
        return member, reader

    def say(self, member: Member, number: int, clock: int, state: dict[str, Any] | None) -> None:
        if self.hub.room.receive(member, [Entry(number, clock, state)], self.clock()):
            self.hub.changed()

    def leave(self, member: Member) -> None:
        self.hub.discard(member)
        if self.hub.room.leave(member, self.clock()):
            self.hub.changed()


@pytest.fixture
def stage() -> Stage:
    return Stage()


def states(frames: list[list[Entry]]) -> list[dict[int, Any]]:
    """Give for each frame the field `n` of each client in it, None for one that left."""
    return [{e.client_id: e.state and e.state.get("n") for e in frame} for frame in frames]


# The snapshot


async def test_a_newcomers_first_frame_has_all_others(stage: Stage) -> None:
    alice, _ = stage.enter("alice", 1)
    stage.say(alice, 1, 1, {"n": 1})
    _, bob = stage.enter("bob", 2)
    assert states(bob.new_frames()) == [{1: 1}]


async def test_the_first_frame_of_somebody_alone_is_empty(stage: Stage) -> None:
    _, alice = stage.enter("alice", 1)
    assert states(alice.new_frames()) == [{}]


async def test_a_snapshot_has_what_the_window_still_holds_back(stage: Stage) -> None:
    alice, _ = stage.enter("alice", 1)
    stage.say(alice, 1, 1, {"n": 1})
    stage.say(alice, 1, 2, {"n": 2})
    _, bob = stage.enter("bob", 2)
    await settle()
    stage.clock.wind(WINDOW)
    assert states(bob.new_frames()) == [{1: 2}]


async def test_a_snapshot_leaves_out_who_returns(stage: Stage) -> None:
    alice, _ = stage.enter("alice", 1)
    stage.say(alice, 1, 1, {"n": 1})
    stage.clock.wind(1)
    _, again = stage.enter("alice", 1)
    assert states(again.new_frames()) == [{}]


async def test_whoever_asks_is_shown_everybody_again(stage: Stage) -> None:
    alice, _ = stage.enter("alice", 1)
    stage.say(alice, 1, 1, {"n": 1})
    member, bob = stage.enter("bob", 2)
    await settle()
    bob.new_frames()
    stage.hub.send_snapshot(member, stage.clock())
    assert states(bob.new_frames()) == [{1: 1}]


async def test_whoever_asks_often_and_reads_slowly_is_answered_once(stage: Stage) -> None:
    alice, _ = stage.enter("alice", 1)
    stage.say(alice, 1, 1, {"n": 1})
    member, bob = stage.enter("bob", 2, Reader(slow=True))
    for _ in range(100):
        stage.hub.send_snapshot(member, stage.clock())
    await bob.take()
    assert states(bob.new_frames()) == [{1: 1}, {1: 1}]
    await bob.take()
    assert bob.new_frames() == []


# The window


async def test_each_change_is_told_at_once_while_telling_costs_little() -> None:
    stage = Stage(window=0)
    alice, _ = stage.enter("alice", 1)
    _, bob = stage.enter("bob", 2)
    bob.new_frames()
    for clock in (1, 2, 3):
        stage.say(alice, 1, clock, {"n": clock})
        assert states(bob.new_frames()) == [{1: clock}]
    assert stage.clock.waiting == 0


async def test_a_first_change_is_told_at_once_and_later_ones_at_the_end(stage: Stage) -> None:
    alice, _ = stage.enter("alice", 1)
    _, bob = stage.enter("bob", 2)
    await settle()
    bob.new_frames()
    for clock in (1, 2, 3):
        stage.say(alice, 1, clock, {"n": clock})
    await settle()
    assert states(bob.new_frames()) == [{1: 1}]
    stage.clock.wind(WINDOW * 0.9)
    assert bob.new_frames() == []
    stage.clock.wind(WINDOW * 0.2)
    assert states(bob.new_frames()) == [{1: 3}]


async def test_a_steady_mover_costs_one_frame_a_window(stage: Stage) -> None:
    alice, _ = stage.enter("alice", 1)
    _, bob = stage.enter("bob", 2)
    await settle()
    bob.new_frames()
    for clock in range(1, 101):  # a second, ten changes a window
        stage.say(alice, 1, clock, {"n": clock})
        stage.clock.wind(WINDOW / 10)
        await settle()
    assert len(bob.new_frames()) in (10, 11)


class Costly(Reader):
    """A reader to whom each frame takes the processor so many seconds."""

    def __init__(self, stage: Stage, seconds: float) -> None:
        super().__init__()
        self._stage = stage
        self._seconds = seconds

    def write(self, packet: Packet) -> asyncio.Future[None] | None:
        self._stage.spent += self._seconds
        return super().write(packet)


async def test_a_room_that_costs_much_to_tell_gathers_longer(stage: Stage) -> None:
    alice, _ = stage.enter("alice", 1)
    _, bob = stage.enter("bob", 2, Costly(stage, 0.1))
    await settle()
    for number in (1, 2):
        stage.say(alice, 1, number, {"n": number})
    await settle()
    stage.clock.wind(0.1 / MOST - 0.1 - 0.01)
    assert bob.seen == {1: 1}
    stage.clock.wind(0.02)
    assert bob.seen == {1: 2}


async def test_a_connection_is_sent_no_more_bytes_a_second_than_it_may_be() -> None:
    stage = Stage(bytes_per_second=1_000)
    alice, _ = stage.enter("alice", 1)
    _, bob = stage.enter("bob", 2)
    await settle()
    bob.new_frames()
    for number in range(1_000):  # ten seconds
        stage.say(alice, 1, number, {"n": number})
        stage.clock.wind(0.01)
        await settle()
    assert 8_000 < sum(map(len, bob.frames)) < 11_000
    stage.clock.wind(1)
    assert bob.seen == {1: 999}


async def test_a_slow_reader_that_catches_up_makes_nobody_else_wait() -> None:
    stage = Stage(bytes_per_second=10_000)
    _, slow = stage.enter("slow", 100, Reader(slow=True))
    _, bob = stage.enter("bob", 101)
    for number in range(50):
        member, _ = stage.enter(f"user{number}", number)
        stage.say(member, number, 1, {"n": number})
        stage.clock.wind(WINDOW)
        await settle()
    await slow.take()
    assert len(slow.frames[-1]) > 5_000
    stage.say(member, 49, 2, {"n": "newer"})
    stage.clock.wind(WINDOW)
    assert bob.seen[49] == "newer"


def told(readers: list[Reader]) -> list[Any]:
    return [reader.seen.get(1) for reader in readers]


async def test_a_large_room_is_told_in_slices(stage: Stage) -> None:
    alice, _ = stage.enter("alice", 1)
    cost = SLICE / FEW / 2
    readers: list[Reader] = [Costly(stage, cost) for _ in range(8 * FEW)]
    members = [stage.enter(f"user{n}", n, reader)[0] for n, reader in enumerate(readers, 2)]
    stage.say(alice, 1, 1, {"n": 1})
    first = told(readers).count(1)
    assert 2 * FEW <= first <= 4 * FEW
    stage.say(alice, 1, 2, {"n": 2})
    _, reader = stage.enter("newcomer", 100)
    stage.leave(members[-1])
    stage.clock.wind(0)
    assert told(readers) == [1] * (8 * FEW - 1) + [None]
    assert reader.seen == {1: 2}
    stage.clock.wind(max(8 * FEW * cost / MOST, WINDOW))
    stage.clock.wind(0)
    assert told(readers) == [2] * (8 * FEW - 1) + [None]
    assert len(reader.frames) == 1


async def test_a_slice_of_a_room_that_all_left_is_the_last(stage: Stage) -> None:
    alice, _ = stage.enter("alice", 1)
    entered = [stage.enter(f"user{n}", n, Costly(stage, SLICE)) for n in range(2, 4 * FEW)]
    stage.say(alice, 1, 1, {"n": 1})
    for member, _ in [*entered, (alice, None)]:
        stage.leave(member)
    stage.hub.flush()
    stage.clock.wind(10)
    assert stage.clock.waiting == 0
    assert states(stage.published)[0] == {1: 1}
    assert states(stage.published)[-1] == {1: None}


async def test_an_idle_room_waits_for_nothing(stage: Stage) -> None:
    alice, _ = stage.enter("alice", 1)
    stage.say(alice, 1, 1, {"n": 1})
    stage.clock.wind(WINDOW)
    assert stage.clock.waiting == 0
    stage.say(alice, 1, 2, {"n": 1})
    assert stage.clock.waiting == 0


async def test_nobody_is_sent_their_own_change(stage: Stage) -> None:
    alice, reader = stage.enter("alice", 1)
    bob, _ = stage.enter("bob", 2)
    await settle()
    reader.new_frames()
    stage.say(alice, 1, 1, {"n": 1})
    stage.say(alice, 1, 2, {"n": 2})
    stage.say(bob, 2, 1, {"n": 20})
    stage.clock.wind(WINDOW)
    assert states(reader.new_frames()) == [{2: 20}]


async def test_everybody_at_the_same_place_is_sent_the_same_bytes(stage: Stage) -> None:
    alice, _ = stage.enter("alice", 1)
    readers = [stage.enter(f"user{number}", number)[1] for number in range(2, 6)]
    await settle()
    stage.say(alice, 1, 1, {"n": 1})
    assert len({id(reader.packet) for reader in readers}) == 1


async def test_what_all_are_sent_but_their_own_entry_is_not_copied_for_each(stage: Stage) -> None:
    entered = [stage.enter(f"user{number}", number) for number in range(1, 9)]
    await settle()
    for number, (member, _) in enumerate(entered, 1):
        stage.say(member, number, 1, {"n": number})
    stage.clock.wind(WINDOW)
    pieces = [piece for _, reader in entered for piece in reader.packet[1:]]
    assert len(pieces) > len(entered)
    joined = [piece.obj if isinstance(piece, memoryview) else piece for piece in pieces]
    assert all(one is joined[0] for one in joined)


async def test_who_leaves_within_the_window_that_showed_them_is_told_as_gone(stage: Stage) -> None:
    alice, _ = stage.enter("alice", 1)
    _, bob = stage.enter("bob", 2)
    await settle()
    stage.say(alice, 1, 1, {"n": 1})
    stage.leave(alice)
    await settle()
    stage.clock.wind(WINDOW)
    assert states(bob.new_frames()) == [{}, {1: 1}, {1: None}]


async def test_whoever_left_is_written_to_no_more(stage: Stage) -> None:
    alice, _ = stage.enter("alice", 1)
    bob, reader = stage.enter("bob", 2, Reader(slow=True))
    stage.leave(bob)
    stage.say(alice, 1, 1, {"n": 1})
    await reader.take()
    assert len(reader.frames) == 1


# A slow reader


async def test_a_slow_reader_has_one_frame_in_flight_and_then_gets_the_latest(stage: Stage) -> None:
    alice, _ = stage.enter("alice", 1)
    _, slow = stage.enter("slow", 2, Reader(slow=True))
    _, quick = stage.enter("quick", 3)
    for clock in range(1, 101):
        stage.say(alice, 1, clock, {"n": clock})
        stage.clock.wind(WINDOW)
        await settle()
    assert len(slow.frames) == 1
    assert quick.seen == {1: 100}
    assert len(quick.frames) == 101
    await slow.take()
    assert states(slow.new_frames()) == [{}, {1: 100}]
    await slow.take()
    assert slow.seen == {1: 100}


async def test_a_slow_reader_is_told_who_left_meanwhile(stage: Stage) -> None:
    alice, _ = stage.enter("alice", 1)
    stage.say(alice, 1, 1, {"n": 1})
    _, slow = stage.enter("slow", 2, Reader(slow=True))
    stage.leave(alice)
    stage.clock.wind(WINDOW)
    stage.hub.forget()
    await slow.take()
    stage.clock.wind(WINDOW)
    await slow.take()
    assert slow.seen == {}


async def test_readers_that_missed_something_are_told_together(stage: Stage) -> None:
    alice, _ = stage.enter("alice", 1)
    readers = [stage.enter(f"user{n}", n, Reader(slow=True))[1] for n in range(2, 6)]
    stage.say(alice, 1, 1, {"n": 1})
    for reader in readers:
        await reader.take()
    stage.clock.wind(WINDOW)
    assert len({id(reader.packet) for reader in readers}) == 1
    for reader in readers:
        await reader.take()
        assert reader.seen == {1: 1}


async def test_what_a_reader_drains_into_an_open_window_waits_for_its_end(stage: Stage) -> None:
    alice, _ = stage.enter("alice", 1)
    _, slow = stage.enter("slow", 2, Reader(slow=True))
    await slow.take()
    stage.say(alice, 1, 1, {"n": 1})
    stage.say(alice, 1, 2, {"n": 2})
    await slow.take()
    assert states(slow.new_frames()) == [{}, {1: 1}]
    stage.clock.wind(WINDOW)
    assert states(slow.new_frames()) == [{1: 2}]


async def test_a_reader_that_dies_disturbs_nobody(stage: Stage) -> None:
    alice, _ = stage.enter("alice", 1)
    _, dead = stage.enter("dead", 2, Reader(slow=True))
    _, bob = stage.enter("bob", 3)
    await dead.die()
    stage.say(alice, 1, 1, {"n": 1})
    assert bob.seen == {1: 1}


# Stock clients


async def test_stock_clients_are_shown_that_the_living_are_alive(stage: Stage) -> None:
    alice, ours = stage.enter("alice", 1)
    stage.say(alice, 1, 1, {"n": 1})
    _, stock = stage.enter("stock", None)
    await settle()
    before = stock.clocks[1]
    ours.new_frames()
    stock.new_frames()
    stage.clock.wind(INTERVAL - 0.1)
    stage.hub.renew(stage.clock(), INTERVAL)
    assert stock.new_frames() == []
    stage.clock.wind(0.1)
    stage.hub.renew(stage.clock(), INTERVAL)
    assert states(stock.new_frames()) == [{1: 1}]
    assert stock.clocks[1] > before
    assert ours.new_frames() == []


async def test_a_renewal_is_encoded_once_for_all_and_without_ones_own(stage: Stage) -> None:
    alice, _ = stage.enter("alice", 9)
    stage.say(alice, 9, 1, {"n": 9})
    readers = []
    for number in (1, 2):
        member, reader = stage.enter(f"stock{number}", None)
        stage.say(member, number, 1, {"n": number})
        readers.append(reader)
    stage.clock.wind(INTERVAL)
    await settle()
    for reader in readers:
        reader.new_frames()
    stage.hub.renew(stage.clock(), INTERVAL)
    frames = [reader.new_frames() for reader in readers]
    assert states(frames[0]) == [{9: 9, 2: 2}]
    assert states(frames[1]) == [{9: 9, 1: 1}]
    assert len({entry.clock for [frame] in frames for entry in frame}) == 1


async def test_a_stock_client_alone_is_sent_a_sign_of_life(stage: Stage) -> None:
    _, stock = stage.enter("stock", None)
    await settle()
    stage.hub.renew(stage.clock() + INTERVAL, INTERVAL)
    assert states(stock.new_frames()) == [{}, {}]


async def test_a_renewal_is_no_change_for_anybody(stage: Stage) -> None:
    alice, _ = stage.enter("alice", 1)
    stage.say(alice, 1, 1, {"n": 1})
    stage.enter("stock", None)
    _, ours = stage.enter("bob", 2)
    await settle()
    ours.new_frames()
    stage.published.clear()
    stage.hub.renew(stage.clock() + INTERVAL, INTERVAL)
    stage.clock.wind(INTERVAL)
    await settle()
    assert ours.new_frames() == []
    assert stage.published == []


async def test_what_changes_after_a_renewal_is_not_older_than_it(stage: Stage) -> None:
    alice, _ = stage.enter("alice", 1)
    stage.say(alice, 1, 1, {"n": 1})
    _, stock = stage.enter("stock", None)
    await settle()
    stage.clock.wind(WINDOW)
    stage.hub.renew(stage.clock() + INTERVAL, INTERVAL)
    await settle()
    stage.say(alice, 1, 2, {"n": 2})
    assert stock.seen == {1: 2}


async def test_a_slow_stock_client_is_renewed_as_soon_as_it_reads(stage: Stage) -> None:
    alice, _ = stage.enter("alice", 1)
    stage.say(alice, 1, 1, {"n": 1})
    _, stock = stage.enter("stock", None, Reader(slow=True))
    for _ in range(5):
        stage.clock.wind(INTERVAL)
        stage.hub.renew(stage.clock(), INTERVAL)
    assert len(stock.frames) == 1
    await stock.take()
    assert states(stock.new_frames()) == [{1: 1}, {1: 1}]


async def test_a_stock_client_that_returns_sees_everybody_at_once(stage: Stage) -> None:
    alice, _ = stage.enter("alice", 1)
    stage.say(alice, 1, 1, {"n": 1})
    member, stock = stage.enter("stock", None)
    await settle()
    assert stock.seen == {1: 1}
    stage.leave(member)
    stock.reconnect()
    stage.enter("stock", None, stock)
    await settle()
    assert stock.seen == {1: 1}


async def test_a_stock_client_that_asks_sees_whom_it_had_given_up(stage: Stage) -> None:
    alice, _ = stage.enter("alice", 1)
    stage.say(alice, 1, 1, {"n": 1})
    member, stock = stage.enter("stock", None)
    await settle()
    stock.seen.clear()
    stage.hub.send_snapshot(member, stage.clock())
    assert stock.seen == {1: 1}


# A stock client that has not said yet which id is its own


async def test_a_stock_client_that_returns_is_not_sent_its_own_entry(stage: Stage) -> None:
    member, stock = stage.enter("alice", None)
    stage.say(member, 1, 5, {"n": 5})
    bob, _ = stage.enter("bob", 2)
    stage.say(bob, 2, 1, {"n": 20})
    await settle()
    stock.reconnect()
    again, _ = stage.enter("alice", None, stock)  # the old socket is half-open
    await settle()
    stage.hub.renew(stage.clock() + INTERVAL, INTERVAL)
    await settle()
    assert stock.seen == {2: 20}
    stage.say(again, 1, 5, {"n": 5})
    stage.hub.introduced(again, stage.clock())
    await settle()
    assert stock.seen == {2: 20}
    assert 1 not in stock.clocks


async def test_a_persons_other_tabs_are_shown_once_it_is_known_which_is_which(stage: Stage) -> None:
    first, _ = stage.enter("alice", None)
    stage.say(first, 1, 1, {"n": 1})
    second, reader = stage.enter("alice", None)
    stage.say(first, 1, 2, {"n": 2})
    await settle()
    stage.clock.wind(WINDOW)
    assert reader.seen == {}
    stage.say(second, 2, 1, {"n": 20})
    stage.hub.introduced(second, stage.clock())
    await settle()
    assert reader.seen == {1: 2}


async def test_a_stock_client_that_stays_silent_is_shown_its_persons_tabs(stage: Stage) -> None:
    first, _ = stage.enter("alice", None)
    stage.say(first, 1, 1, {"n": 1})
    _, silent = stage.enter("alice", None)
    await settle()
    stage.hub.stop_waiting(stage.clock() + SILENCE / 2)
    assert silent.seen == {}
    stage.hub.stop_waiting(stage.clock() + SILENCE)
    assert silent.seen == {1: 1}
    silent.new_frames()
    await settle()
    stage.hub.stop_waiting(stage.clock() + 2 * SILENCE)
    assert silent.new_frames() == []


async def test_a_client_of_ours_said_its_id_when_it_connected(stage: Stage) -> None:
    first, _ = stage.enter("alice", 1)
    stage.say(first, 1, 1, {"n": 1})
    _, other_tab = stage.enter("alice", 2)
    assert states(other_tab.new_frames()) == [{1: 1}]


# Other processes


async def test_what_members_said_is_published_as_the_room_numbered_it(stage: Stage) -> None:
    alice, _ = stage.enter("alice", 1)
    stage.say(alice, 1, 7, {"n": 1})
    [[entry]] = stage.published
    assert (entry.client_id, entry.clock) == (1, stage.hub.room.feed.number)
    assert entry.state is not None
    assert (entry.state["n"], entry.state["user"]["username"]) == (1, "alice")


async def test_nothing_is_published_of_whoever_is_invisible(stage: Stage) -> None:
    alice, _ = stage.enter("alice", 1)
    stage.say(alice, 1, 1, {"n": 1, "invisible": True})
    assert stage.published == []
    stage.say(alice, 1, 2, {"n": 2})
    stage.clock.wind(WINDOW)
    stage.say(alice, 1, 3, {"n": 3, "invisible": True})
    stage.clock.wind(WINDOW)
    assert states(stage.published) == [{1: 2}, {1: None}]


async def test_what_another_process_said_is_not_published_again(stage: Stage) -> None:
    _, bob = stage.enter("bob", 2)
    stage.hub.room.deliver([Entry(1, 5, {"n": 1})], stage.clock())
    stage.hub.changed()
    await settle()
    assert bob.seen == {1: 1}
    assert stage.published == []


async def test_who_left_is_published_though_nobody_is_here_to_be_told(stage: Stage) -> None:
    alice, _ = stage.enter("alice", 1)
    stage.say(alice, 1, 1, {"n": 1})
    stage.published.clear()
    stage.leave(alice)
    stage.hub.forget()
    stage.clock.wind(WINDOW)
    assert states(stage.published) == [{1: None}]


async def test_who_left_is_published_though_everybody_here_knows_already(stage: Stage) -> None:
    alice, _ = stage.enter("alice", 1)
    bob, _ = stage.enter("bob", 2)
    stage.say(alice, 1, 1, {"n": 1})
    stage.leave(alice)
    await settle()
    stage.hub.send_snapshot(bob, stage.clock())
    stage.hub.forget()
    stage.clock.wind(WINDOW)
    assert states(stage.published) == [{1: 1}, {1: None}]


# What is kept


async def test_who_left_is_forgotten_once_all_were_told(stage: Stage) -> None:
    alice, _ = stage.enter("alice", 1)
    _, slow = stage.enter("slow", 2, Reader(slow=True))
    stage.say(alice, 1, 1, {"n": 1})
    stage.leave(alice)
    stage.clock.wind(WINDOW)
    stage.hub.forget()
    assert [item.client_id for item in stage.hub.room.feed.since(0)] == [1]
    await slow.take()
    stage.clock.wind(WINDOW)
    stage.hub.forget()
    assert stage.hub.room.feed.since(0) == []


# What is compressed


def ballast(number: int) -> dict[str, Any]:
    return {"n": number, "ballast": "x" * 5_000}


async def test_readers_who_can_are_told_at_length_in_compressed_frames(stage: Stage) -> None:
    alice, _ = stage.enter("alice", 1, deflates=True)
    _, bob = stage.enter("bob", 2, deflates=True)
    _, carol = stage.enter("carol", 3)
    stage.say(alice, 1, 1, ballast(1))
    assert isinstance(bob.packet, Deflated)
    assert not isinstance(carol.packet, Deflated)
    assert states(bob.new_frames()[1:]) == states(carol.new_frames()[1:]) == [{1: 1}]


async def test_it_is_compressed_once_and_nobody_is_sent_their_own(stage: Stage) -> None:
    people = [
        (number, *stage.enter(f"p{number}", number, deflates=True)) for number in range(1, 41)
    ]
    for number, member, _ in people:
        stage.say(member, number, 1, {"n": number, "ballast": "x" * 1_000})
    for _, _, reader in people:
        reader.new_frames()
    stage.clock.wind(WINDOW)
    told = {number: reader.packet for number, _, reader in people}
    shared = {id(piece.obj) for piece in told[10] if isinstance(piece, memoryview)}
    for number, _, reader in people[1:]:  # the first one was told at once
        assert isinstance(told[number], Deflated)
        assert shared == {id(it.obj) for it in told[number] if isinstance(it, memoryview)}
        assert states(reader.new_frames()) == [{n: n for n in range(2, 41) if n != number}]


async def test_who_missed_something_is_told_it_as_it_is(stage: Stage) -> None:
    alice, _ = stage.enter("alice", 1, deflates=True)
    _, bob = stage.enter("bob", 2, Reader(slow=True), deflates=True)
    await bob.take()
    stage.say(alice, 1, 1, ballast(1))
    kinds = [type(bob.packet)]
    stage.clock.wind(WINDOW)
    stage.say(alice, 1, 2, ballast(2))
    stage.clock.wind(WINDOW)
    await bob.take()
    stage.clock.wind(WINDOW)
    assert [*kinds, type(bob.packet)] == [Deflated, tuple]
    assert states(bob.new_frames())[-1] == {1: 2}


@pytest.mark.parametrize("deflates", [True, False])
async def test_a_limit_of_bytes_is_of_those_that_are_sent(deflates: bool) -> None:
    stage = Stage(bytes_per_second=20_000, window=0)
    alice, _ = stage.enter("alice", 1)
    _, bob = stage.enter("bob", 2, deflates=deflates)
    stage.say(alice, 1, 1, {"n": 1, "ballast": "x" * 15_000})
    stage.clock.wind(0.3)  # of a second, which 15 kB take of the three quarters
    stage.say(alice, 1, 2, {"n": 2})
    assert states(bob.new_frames())[-1] == ({1: 2} if deflates else {1: 1})
