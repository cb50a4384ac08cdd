"""Who may still come in, who is where, and when a room is freed."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest
from brokers import Wire
from stage import Clock, Reader, settle

from jupyter_awareness.allowance import Allowed
from jupyter_awareness.broker import Broker, LocalBroker
from jupyter_awareness.hub import SILENCE
from jupyter_awareness.identity import Policy
from jupyter_awareness.protocol import CloseCode, Entry, Refused, State
from jupyter_awareness.room import Member, RoomLimits
from jupyter_awareness.rooms import Rooms, Rules, Visitor, kind_of

GRACE = 3.0  # seconds
INTERVAL = 20.0  # seconds between renewals


def visitor(
    name: str,
    client_id: int | None = None,
    writes: bool = True,
    reads: bool = True,
    path: str | None = None,
) -> Visitor:
    return Visitor({"username": name}, f"user:{name}", writes, reads, client_id, path)


class Server:
    """The rooms of one server process, with a clock that the test winds."""

    def __init__(self, clock: Clock, broker: Broker | None = None, **rules: Any) -> None:
        self.clock = clock
        self.broker = broker or LocalBroker()
        self.rooms = Rooms(Rules(**rules), self.broker, clock, clock.timer, lambda: 0.0)

    def enter(
        self,
        name: str,
        number: int | None = None,
        room: str = "lobby",
        writes: bool = True,
        reader: Reader | None = None,
    ) -> tuple[Member, Reader]:
        """Join as a client of our own subprotocol, or without a number as a stock client."""
        reader = reader or Reader()
        path = room.partition(":")[2] if room.startswith("document:") else None
        guest = visitor(name, number, writes, path=path)
        return self.rooms.join(room, guest, reader.write), reader

    def open(self, name: str, number: int, path: str, key: str) -> tuple[Member, Reader]:
        """Join the room of a file that other servers may have, too."""
        reader = Reader()
        guest = visitor(name, number, path=path)
        return self.rooms.join(f"file:{key}", guest, reader.write), reader

    def say(self, member: Member, number: int, clock: int, state: State | None) -> bool:
        return self.rooms.receive(member, [Entry(number, clock, state)])

    async def wait(self, seconds: float) -> None:
        """Let time pass, with a sweep every half second as the application does."""
        for _ in range(round(seconds * 2)):
            self.clock.wind(0.5)
            self.rooms.sweep()
            await settle()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Server:
    return Server(clock)


def refusal(refused: pytest.ExceptionInfo[Refused]) -> CloseCode:
    assert refused.value.reason.endswith(".")
    return refused.value.code


# Coming, speaking, going


async def test_people_in_a_room_see_each_other(server: Server) -> None:
    alice, her_screen = server.enter("alice", 1)
    bob, his_screen = server.enter("bob", 2)
    assert server.say(alice, 1, 1, {"n": 1})
    assert server.say(bob, 2, 1, {"n": 2})
    await server.wait(0.5)
    assert (her_screen.seen, his_screen.seen) == ({2: 2}, {1: 1})


async def test_people_in_other_rooms_do_not(server: Server) -> None:
    alice, _ = server.enter("alice", 1, room="document:a")
    _, bob = server.enter("bob", 2, room="document:b")
    server.say(alice, 1, 1, {"n": 1})
    await server.wait(0.5)
    assert bob.seen == {}


async def test_saying_nothing_new_is_no_news(server: Server) -> None:
    alice, _ = server.enter("alice", 1)
    assert server.say(alice, 1, 1, {"n": 1})
    assert not server.say(alice, 1, 2, {"n": 1})


async def test_a_person_is_signed_as_whom_the_server_knows(server: Server) -> None:
    alice, _ = server.enter("alice.example", 1)
    server.say(alice, 1, 1, {"user": {"username": "root"}})
    [item] = server.rooms.seen("lobby")
    assert item.state is not None
    assert item.state["user"] == alice.user
    assert alice.user["username"] == "alice.example"
    assert alice.user["initials"] == "AE"


async def test_an_observer_sees_and_is_not_seen(server: Server) -> None:
    alice, her_screen = server.enter("alice", 1)
    observer, screen = server.enter("bob", 2, writes=False)
    server.say(alice, 1, 1, {"n": 1})
    assert not server.say(observer, 2, 1, {"n": 2})
    await server.wait(0.5)
    assert (her_screen.seen, screen.seen) == ({}, {1: 1})


async def test_a_clean_leaver_is_gone_at_once(server: Server) -> None:
    alice, _ = server.enter("alice", 1)
    _, bob = server.enter("bob", 2)
    server.say(alice, 1, 1, {"n": 1})
    await server.wait(0.5)
    server.rooms.leave(alice, broken=False)
    assert bob.seen == {}


async def test_a_broken_connection_is_gone_after_the_grace(server: Server) -> None:
    alice, _ = server.enter("alice", 1)
    _, bob = server.enter("bob", 2)
    server.say(alice, 1, 1, {"n": 1})
    await server.wait(0.5)
    server.rooms.leave(alice, broken=True)
    await server.wait(GRACE - 0.5)
    assert bob.seen == {1: 1}
    await server.wait(1)
    assert bob.seen == {}


async def test_without_a_grace_a_broken_connection_is_gone_at_once(clock: Clock) -> None:
    server = Server(clock, reconnect_grace=0)
    alice, _ = server.enter("alice", 1)
    _, bob = server.enter("bob", 2)
    server.say(alice, 1, 1, {"n": 1})
    await server.wait(0.5)
    server.rooms.leave(alice, broken=True)
    assert bob.seen == {}


async def test_whoever_returns_within_the_grace_changes_nothing_for_others(server: Server) -> None:
    alice, _ = server.enter("alice", 1)
    _, bob = server.enter("bob", 2)
    server.say(alice, 1, 1, {"n": 1})
    await server.wait(0.5)
    bob.new_frames()
    server.rooms.leave(alice, broken=True)
    await server.wait(1)
    again, _ = server.enter("alice", 1)
    server.say(again, 1, 2, {"n": 1})
    await server.wait(10)
    assert bob.new_frames() == []
    assert bob.seen == {1: 1}


async def test_the_colour_of_whoever_returns_within_the_grace_is_kept(clock: Clock) -> None:
    server = Server(clock, policy=Policy(palette=("#000001", "#000002")))
    alice, _ = server.enter("alice", 1)
    bob, _ = server.enter("bob", 2)
    server.rooms.leave(alice, broken=False)
    server.say(bob, 2, 1, {"n": 2})
    server.rooms.leave(bob, broken=True)
    again, _ = server.enter("bob", 2)
    assert again.user["color"] == bob.user["color"]
    server.rooms.leave(again, broken=True)
    await server.wait(GRACE + 1)
    members = [server.enter(name, 10 + at)[0] for at, name in enumerate(("carol", "dave"))]
    for at, member in enumerate(members):
        server.say(member, 10 + at, 1, {})
    assert {member.user["color"] for member in members} == {"#000001", "#000002"}


TWO = Policy(palette=("#000001", "#000002"))


async def test_whoever_is_not_seen_changes_nobodys_colour(clock: Clock) -> None:
    server = Server(clock, policy=TWO)
    alice, _ = server.enter("alice", 1)
    server.say(alice, 1, 1, {"invisible": True})
    server.enter("observer", 3, writes=False)
    for number, name in enumerate(("bob", "carol", "dave"), 10):
        alone = Server(clock, policy=TWO).enter(name, 1)[0]
        assert server.enter(name, number)[0].user["color"] == alone.user["color"]


async def test_two_who_come_at_once_are_seen_in_two_colours(clock: Clock) -> None:
    server = Server(clock, policy=TWO)
    comers = [server.enter(f"user{n}", n)[0] for n in range(1, 9)]
    first = comers[0].user["color"]  # as far as anybody can be told before somebody is seen
    second = next(one for one in comers[1:] if one.user["color"] == first)
    for member in (comers[0], second):
        [number] = member.ids
        server.say(member, number, 1, {})
    assert comers[0].user["color"] == first
    assert second.user["color"] != first


async def test_a_colour_that_somebody_chose_is_taken(clock: Clock) -> None:
    server = Server(clock, policy=TWO)
    alice, _ = server.enter("alice", 1)
    theirs = server.enter("bob", 2)[0].user["color"]
    server.say(alice, 1, 1, {"user": {"color": theirs}})
    assert server.enter("bob", 3)[0].user["color"] != theirs
    other = next(color for color in TWO.palette if color != theirs)
    server.say(alice, 1, 2, {"user": {"color": other}})
    assert server.enter("bob", 4)[0].user["color"] == theirs
    server.rooms.leave(alice, broken=False)
    assert server.enter("alice", 5)[0].user["color"] in TWO.palette


async def test_whoever_hides_gives_the_colour_back(clock: Clock) -> None:
    server = Server(clock, policy=TWO)
    alice, _ = server.enter("alice", 1)
    server.say(alice, 1, 1, {"n": 1})
    server.say(alice, 1, 2, {"invisible": True})
    hers = alice.user["color"]
    bob, _ = server.enter("bob", 2)
    server.say(bob, 2, 1, {"user": {"color": hers}})
    server.say(alice, 1, 3, {"n": 3})
    assert alice.user["color"] != hers
    assert server.rooms.seen("lobby")[-1].state["user"]["color"] == alice.user["color"]  # type: ignore[index]


def elsewhere(server: Server, number: int, username: str, color: str, room: str = "lobby") -> None:
    """Let another server process say that somebody is seen there."""
    state = {"user": {"username": username, "color": color}}
    server.rooms.deliver(room, [Entry(number, int(server.clock() * 1e6), state)])


def colors(server: Server, room: str = "lobby") -> set[str]:
    """The colours in which people of this server are seen."""
    seen = [item for item in server.rooms.seen(room) if item.local]
    return {item.state["user"]["color"] for item in seen if item.state}


async def test_whoever_comes_gets_no_colour_of_somebody_on_another_server(clock: Clock) -> None:
    server = Server(clock, policy=TWO)
    server.enter("observer", 9, writes=False)
    usual = Server(clock, policy=TWO).enter("bob", 1)[0].user["color"]
    elsewhere(server, 7, "zoe", usual)
    bob, _ = server.enter("bob", 1)
    server.say(bob, 1, 1, {"n": 1})
    [other] = {*TWO.palette} - {usual}
    assert bob.user["color"] == other
    assert colors(server) == {other}


async def test_of_two_who_came_at_once_on_two_servers_one_changes_everywhere(clock: Clock) -> None:
    server = Server(clock, policy=TWO)
    rooms = ("lobby", "document:a.txt")
    for number, room in enumerate(rooms):
        member, _ = server.enter("bob", number, room=room)
        server.say(member, number, 1, {"n": 1})
    server.enter("bob", 5, writes=False)
    [his] = colors(server)
    elsewhere(server, 7, "carol", his)  # who does the same on her own server
    assert colors(server) == {his}
    elsewhere(server, 8, "alice", his, room="document:a.txt")
    assert colors(server) == {his}
    elsewhere(server, 8, "alice", his)
    [other] = {*TWO.palette} - {his}
    assert [colors(server, room) for room in rooms] == [{other}, {other}]
    assert server.enter("bob", 6)[0].user["color"] == other
    # There is no third one.
    elsewhere(server, 10, "aaron", other)
    assert colors(server) == {other}


async def test_whoever_chose_a_colour_keeps_it(clock: Clock) -> None:
    server = Server(clock, policy=TWO)
    bob, _ = server.enter("bob", 1)
    for number, color in enumerate(TWO.palette, 1):
        server.say(bob, 1, number, {"user": {"color": color}})
        elsewhere(server, 8, "alice", color)
        assert colors(server) == {color}


# Where people are


def places(server: Server, room: str = "lobby") -> dict[int, Any]:
    """Give the path that each peer of a room is shown to be at."""
    states = {item.client_id: item.state or {} for item in server.rooms.seen(room)}
    return {number: state.get("location", {}).get("path") for number, state in states.items()}


def at(path: str) -> State:
    return {"location": {"path": path}}


async def test_a_path_is_told_from_when_its_document_was_entered(server: Server) -> None:
    alice, _ = server.enter("alice", 1)
    server.say(alice, 1, 1, at("a.ipynb"))
    assert places(server) == {1: None}
    document, _ = server.enter("alice", 2, room="document:a.ipynb")
    assert places(server) == {1: "a.ipynb"}
    other, _ = server.enter("alice", 3, room="document:a.ipynb")
    server.rooms.leave(document, broken=False)
    assert places(server) == {1: "a.ipynb"}
    server.rooms.leave(other, broken=False)
    assert places(server) == {1: None}


async def test_the_others_are_told_at_once(clock: Clock) -> None:
    server = Server(clock, flush_interval=0.0)
    alice, _ = server.enter("alice", 1)
    _, bob = server.enter("bob", 2)
    server.say(alice, 1, 1, at("a.ipynb"))
    await server.wait(0.5)
    bob.new_frames()
    server.enter("alice", 3, room="document:a.ipynb")
    [[entry]] = bob.new_frames()
    assert (entry.client_id, (entry.state or {})["location"]) == (1, {"path": "a.ipynb"})


async def test_nobody_is_where_somebody_else_was_let_in(server: Server) -> None:
    mallory, _ = server.enter("mallory", 1)
    server.enter("alice", 2, room="document:a.ipynb")
    server.say(mallory, 1, 1, at("a.ipynb"))
    assert places(server) == {1: None}


async def test_the_place_of_whoever_breaks_off_does_not_blink(server: Server) -> None:
    alice, _ = server.enter("alice", 1)
    document, _ = server.enter("alice", 2, room="document:a.ipynb")
    server.say(alice, 1, 1, at("a.ipynb"))
    server.rooms.leave(document, broken=True)
    await server.wait(GRACE / 2)
    server.enter("alice", 2, room="document:a.ipynb")
    await server.wait(GRACE)
    assert places(server) == {1: "a.ipynb"}


async def test_whoever_breaks_off_and_stays_away_is_nowhere_after_the_grace(server: Server) -> None:
    alice, _ = server.enter("alice", 1)
    document, _ = server.enter("alice", 2, room="document:a.ipynb")
    server.say(alice, 1, 1, at("a.ipynb"))
    server.rooms.leave(document, broken=True)
    await server.wait(GRACE - 0.5)
    assert places(server) == {1: "a.ipynb"}
    await server.wait(1)
    assert places(server) == {1: None}


async def test_whoever_may_not_read_documents_is_told_no_places(server: Server) -> None:
    guest, readers = Reader(), [Reader(), Reader()]
    server.rooms.join("lobby", visitor("guest", 9, reads=False), guest.write)
    for number, reader in enumerate(readers, 10):
        server.enter(f"reader{number}", number, reader=reader)
    alice, _ = server.enter("alice", 1)
    server.enter("alice", 2, room="document:secret.ipynb")
    await settle()
    server.say(alice, 1, 1, {"n": 1, **at("secret.ipynb"), "cell": {"id": "c"}})
    late = Reader()
    server.rooms.join("lobby", visitor("guest", 8, reads=False), late.write)
    await server.wait(1)
    assert guest.seen == late.seen == readers[0].seen == {1: 1}
    for reader in (guest, late):
        assert not any(b"secret" in frame or b"cell" in frame for frame in reader.frames)
    assert all(any(b"secret" in frame for frame in reader.frames) for reader in readers)


async def test_a_stock_client_that_may_not_read_documents_is_renewed_without_places(
    server: Server,
) -> None:
    alice, _ = server.enter("alice", 1)
    server.enter("alice", 2, room="document:secret.ipynb")
    server.say(alice, 1, 1, {"n": 1, **at("secret.ipynb")})
    guest, slow = Reader(), Reader(slow=True)
    server.rooms.join("lobby", visitor("guest", reads=False), guest.write)
    server.rooms.join("lobby", visitor("slow", reads=False), slow.write)
    server.enter("carol")
    await server.wait(INTERVAL + 1)
    server.say(alice, 1, 2, {"n": 2, **at("secret.ipynb")})
    await slow.take()
    await slow.take()
    await server.wait(1)
    assert guest.seen == {1: 2}
    assert len(guest.frames) >= 3
    assert not any(b"secret" in frame for frame in guest.frames + slow.frames)


async def test_a_newer_connection_of_the_same_person_takes_over(server: Server) -> None:
    half_open, _ = server.enter("alice", 1)
    _, bob = server.enter("bob", 2)
    server.say(half_open, 1, 1, {"n": 1})
    await server.wait(1)
    new, _ = server.enter("alice", 1)
    server.say(new, 1, 2, {"n": 2})
    await server.wait(1)
    server.rooms.leave(half_open, broken=True)
    await server.wait(10)
    assert bob.seen == {1: 2}


async def test_a_stock_client_that_hid_while_it_was_away_is_not_shown_itself(
    server: Server,
) -> None:
    before, _ = server.enter("alice")
    server.say(before, 1, 1, {"n": 1})
    bob, _ = server.enter("bob", 2)
    server.say(bob, 2, 1, {"n": 2})
    await server.wait(0.5)
    server.rooms.leave(before, broken=True)
    again, screen = server.enter("alice")  # without a state, so it only sends back what it hears
    server.say(again, 2, screen.clocks[2], {"n": 2})
    await server.wait(SILENCE + 1)
    assert 1 not in screen.clocks
    assert server.say(again, 1, 2, {"n": 10})
    assert {item.client_id for item in server.rooms.seen("lobby")} == {1, 2}


async def test_a_small_frame_reaches_one_member(server: Server) -> None:
    alice, her_screen = server.enter("alice", 1)
    _, his_screen = server.enter("bob", 2)
    server.rooms.tell(alice, b"\x01\x01\x00")
    assert (len(her_screen.frames), len(his_screen.frames)) == (2, 1)


async def test_whoever_asks_is_shown_everybody(server: Server) -> None:
    alice, _ = server.enter("alice", 1)
    server.say(alice, 1, 1, {"n": 1})
    bob, reader = server.enter("bob", 2)
    await settle()
    reader.new_frames()
    server.rooms.query(bob)
    assert [[entry.client_id for entry in frame] for frame in reader.new_frames()] == [[1]]


# Stock clients


async def test_a_stock_client_is_shown_signs_of_life(server: Server) -> None:
    alice, _ = server.enter("alice", 1)
    server.say(alice, 1, 1, {"n": 1})
    _, stock = server.enter("bob")
    times = []
    for _ in range(120):
        await server.wait(0.5)
        if stock.new_frames():
            times.append(server.clock())
    gaps = [after - before for before, after in zip(times, times[1:], strict=False)]
    assert len(times) == 4  # the snapshot, and three renewals in a minute
    assert max(gaps) < 30  # y-protocols drops whoever is silent for longer


async def test_a_client_of_ours_is_left_in_peace(server: Server) -> None:
    alice, _ = server.enter("alice", 1)
    server.say(alice, 1, 1, {"n": 1})
    _, ours = server.enter("bob", 2)
    await server.wait(120)
    assert len(ours.frames) == 1


@pytest.mark.parametrize("broken", [True, False])
async def test_a_stock_client_that_drops_and_returns_loses_nothing(
    server: Server, broken: bool
) -> None:
    bob, his_screen = server.enter("bob")
    server.say(bob, 2, 5, {"n": 20})
    alice, her_screen = server.enter("alice")
    server.say(alice, 1, 5, {"n": 1})
    await server.wait(0.5)
    server.rooms.leave(alice, broken)
    her_screen.reconnect()
    await server.wait(0.5)
    again, _ = server.enter("alice", reader=her_screen)
    server.say(again, 1, 5, {"n": 1})
    await server.wait(0.5)
    assert (his_screen.seen, her_screen.seen) == ({1: 1}, {2: 20})
    assert 1 not in her_screen.clocks  # its own entry would replace newer local state


async def test_tabs_that_share_a_token_see_each_other(server: Server) -> None:
    first, one = server.enter("shared")
    server.say(first, 1, 1, {"n": 1})
    second, other = server.enter("shared")
    server.say(second, 2, 1, {"n": 2})
    await server.wait(0.5)
    assert (one.seen, other.seen) == ({2: 2}, {1: 1})


async def test_a_stock_client_that_shows_nothing_sees_its_own_tabs(server: Server) -> None:
    first, _ = server.enter("shared")
    server.say(first, 1, 1, {"n": 1})
    _, silent = server.enter("shared")
    await server.wait(SILENCE + 0.5)
    assert silent.seen == {1: 1}


# Limits


async def test_there_are_no_more_rooms_than_allowed(clock: Clock) -> None:
    server = Server(clock, max_rooms=2)
    server.enter("alice", 1, room="topic:a")
    member, _ = server.enter("alice", 1, room="topic:b")
    with pytest.raises(Refused) as refused:
        server.enter("alice", 1, room="topic:c")
    assert refusal(refused) == CloseCode.TOO_MUCH
    assert "topic:c" not in server.rooms
    server.enter("bob", 2, room="topic:b")
    server.rooms.leave(member, broken=False)
    with pytest.raises(Refused):
        server.enter("alice", 1, room="topic:c")


async def test_a_person_has_no_more_connections_than_allowed(clock: Clock) -> None:
    server = Server(clock, allowed=Allowed(connections_per_user=2))
    first, _ = server.enter("alice", 1, room="topic:a")
    server.enter("alice", 1, room="topic:b")
    with pytest.raises(Refused) as refused:
        server.enter("alice", 1, room="topic:c")
    assert refusal(refused) == CloseCode.TOO_MUCH
    server.enter("bob", 2, room="topic:c")
    server.rooms.leave(first, broken=False)
    server.enter("alice", 1, room="topic:c")


async def test_a_server_has_no_more_connections_than_allowed(clock: Clock) -> None:
    server = Server(clock, allowed=Allowed(connections=2))
    first, _ = server.enter("alice", 1)
    server.enter("bob", 2)
    with pytest.raises(Refused) as refused:
        server.enter("carol", 3)
    assert refusal(refused) == CloseCode.TOO_MUCH
    assert refused.value.cause == "max_connections"
    server.rooms.leave(first, broken=False)
    server.enter("carol", 3)


async def test_whoever_is_refused_by_a_room_costs_no_connection(clock: Clock) -> None:
    server = Server(clock, allowed=Allowed(connections=2), limits=RoomLimits(peers=1))
    server.enter("alice", 1)
    for _ in range(3):
        with pytest.raises(Refused) as refused:
            server.enter("bob", 2)
        assert refused.value.cause == "max_peers_per_room"
    assert server.rooms.ids() == ["lobby"]


async def test_frames_are_counted_before_anything_is_made_of_them(clock: Clock) -> None:
    server = Server(clock, allowed=Allowed(updates_per_second=10))
    alice, _ = server.enter("alice", 1)
    for _ in range(20):
        server.rooms.hear(alice, 100)
    with pytest.raises(Refused) as refused:
        server.rooms.hear(alice, 100)
    assert refusal(refused) == CloseCode.TOO_MUCH
    await server.wait(1)
    server.rooms.hear(alice, 100)


def heavy(number: int) -> State:
    return {"n": number, "ballast": "x" * 1_000}


async def test_what_changes_too_much_is_told_later_and_only_the_latest(clock: Clock) -> None:
    server = Server(clock, allowed=Allowed(changed_bytes_per_second=2_000))
    alice, _ = server.enter("alice", 1)
    _, screen = server.enter("bob", 2)
    told = []
    for number in range(1, 41):  # for two seconds, twenty times a second
        server.say(alice, 1, number, heavy(number))
        clock.wind(0.05)
        await settle()
        told += [entry.clock for frame in screen.new_frames() for entry in frame]
    assert 3 <= len(told) <= 5
    assert told == sorted(set(told))
    clock.wind(1)
    await settle()
    assert screen.seen == {1: 40}
    assert clock.waiting == 0


async def test_what_waits_is_of_one_person_and_the_others_are_told_at_once(clock: Clock) -> None:
    server = Server(clock, allowed=Allowed(changed_bytes_per_second=1_000))
    first, _ = server.enter("alice", 1)
    second, _ = server.enter("alice", 2, room="topic:other")
    carol, _ = server.enter("carol", 3)
    _, screen = server.enter("bob", 4)
    server.say(second, 2, 1, heavy(1))
    assert not server.say(first, 1, 1, heavy(1))
    assert server.say(carol, 3, 1, {"n": 3})
    clock.wind(0.1)
    await settle()
    assert screen.seen == {3: 3}
    clock.wind(2)
    await settle()
    assert screen.seen == {1: 1, 3: 3}


async def test_whoever_leaves_does_not_wait_and_does_not_return(clock: Clock) -> None:
    server = Server(clock, allowed=Allowed(changed_bytes_per_second=500))
    alice, _ = server.enter("alice", 1)
    _, screen = server.enter("bob", 2)
    server.say(alice, 1, 1, heavy(1))
    server.say(alice, 1, 2, heavy(2))
    server.say(alice, 1, 3, None)
    clock.wind(0.1)
    await settle()
    assert screen.seen == {}
    server.say(alice, 1, 4, heavy(4))  # it waits while its connection ends
    server.rooms.leave(alice, broken=False)
    clock.wind(60)
    await settle()
    assert screen.seen == {}
    assert clock.waiting == 0


async def test_whoever_hides_does_not_wait(clock: Clock) -> None:
    server = Server(clock, allowed=Allowed(changed_bytes_per_second=500))
    alice, _ = server.enter("alice", 1)
    _, screen = server.enter("bob", 2)
    server.say(alice, 1, 1, heavy(1))
    assert not server.say(alice, 1, 2, heavy(2))
    assert server.say(alice, 1, 3, {"n": 3, "invisible": True})
    clock.wind(0.1)
    await settle()
    assert screen.seen == {}
    assert not server.say(alice, 1, 4, heavy(4))  # to be seen again is news that waits
    clock.wind(60)
    await settle()
    assert screen.seen == {1: 4}
    assert clock.waiting == 0


async def test_whoever_keeps_more_to_themselves_does_not_wait_but_goes_on_to(clock: Clock) -> None:
    server = Server(clock, allowed=Allowed(changed_bytes_per_second=500))
    alice, _ = server.enter("alice", 1)
    _, screen = server.enter("bob", 2)
    hidden, shown = {"privacy": {"cursor": False}}, {"privacy": {"cursor": True}}
    server.say(alice, 1, 1, {**heavy(1), "cursor": {"index": 0}})
    assert server.say(alice, 1, 2, {**heavy(2), "cursor": {"index": 0}, **hidden})
    [item] = server.rooms.seen("lobby")
    assert item.state is not None
    assert "cursor" not in item.state
    for number in range(3, 43, 2):  # nobody evades the bound by changing their mind
        assert not server.say(alice, 1, number, {**heavy(number), **shown})
        assert not server.say(alice, 1, number + 1, {**heavy(number + 1), **hidden})
    clock.wind(0.1)
    await settle()
    assert screen.seen == {1: 2}


async def test_what_waits_is_dropped_when_its_id_became_somebody_elses(clock: Clock) -> None:
    server = Server(clock, allowed=Allowed(changed_bytes_per_second=500))
    alice, _ = server.enter("alice", 1)
    other, _ = server.enter("alice", 2)
    _, screen = server.enter("bob", 3)
    server.say(alice, 1, 1, {"invisible": True})
    server.say(other, 2, 1, heavy(2))
    assert not server.say(alice, 1, 2, {"n": 1})  # it waits, and nobody knows of her
    mallory, _ = server.enter("mallory", 1)
    assert server.say(mallory, 1, 1, {"n": 666})
    clock.wind(60)
    await settle()
    assert screen.seen == {1: 666, 2: 2}
    with pytest.raises(Refused) as refused:
        server.say(alice, 1, 3, {"n": 1})
    assert refusal(refused) == CloseCode.ID_TAKEN
    assert clock.waiting == 0


async def test_an_older_word_does_not_replace_what_waits(clock: Clock) -> None:
    server = Server(clock, allowed=Allowed(changed_bytes_per_second=500))
    alice, _ = server.enter("alice", 1)
    _, screen = server.enter("bob", 2)
    server.say(alice, 1, 1, heavy(1))
    server.say(alice, 1, 9, heavy(9))
    server.say(alice, 1, 8, heavy(8))
    clock.wind(60)
    await settle()
    assert screen.seen == {1: 9}


async def test_asking_for_everybody_costs_more_where_more_are(clock: Clock) -> None:
    server = Server(clock, allowed=Allowed(updates_per_second=2, updates_per_second_per_user=0))
    for number in range(1, 101):
        member, _ = server.enter(f"user{number}", number)
        server.say(member, number, 1, {"n": number})
    asker, _ = server.enter("asker", 1_000)  # coming is asking
    with pytest.raises(Refused) as refused:
        server.rooms.query(asker)
    assert refusal(refused) == CloseCode.TOO_MUCH
    await server.wait(2)
    server.rooms.query(asker)


async def test_a_full_room_refuses_one_more(clock: Clock) -> None:
    server = Server(clock, limits=RoomLimits(peers=1))
    server.enter("alice", 1)
    with pytest.raises(Refused) as refused:
        server.enter("bob", 2)
    assert refusal(refused) == CloseCode.TOO_MUCH
    stock, _ = server.enter("carol")
    with pytest.raises(Refused) as refused:
        server.say(stock, 3, 1, {})
    assert refusal(refused) == CloseCode.TOO_MUCH


async def test_a_refused_visitor_leaves_no_trace(server: Server) -> None:
    server.enter("alice", 1)
    _, screen = server.enter("bob", 2)
    await settle()
    screen.new_frames()
    for _ in range(100):
        with pytest.raises(Refused) as refused:
            server.enter("mallory", 1)
        assert refusal(refused) == CloseCode.ID_TAKEN
    assert screen.new_frames() == []
    assert len(server.rooms._principals) == 2


# What is kept


async def test_an_empty_room_is_freed_at_once(server: Server) -> None:
    alice, _ = server.enter("alice", 1)
    server.say(alice, 1, 1, {"n": 1})
    assert "lobby" in server.rooms
    assert server.rooms.ids() == ["lobby"]
    server.rooms.leave(alice, broken=False)
    assert "lobby" not in server.rooms
    assert server.rooms.seen("lobby") == []


async def test_a_room_is_kept_for_the_grace(server: Server) -> None:
    alice, _ = server.enter("alice", 1)
    server.say(alice, 1, 1, {"n": 1})
    server.rooms.leave(alice, broken=True)
    await server.wait(GRACE - 0.5)
    assert "lobby" in server.rooms
    await server.wait(1)
    assert len(server.rooms) == 0


async def test_no_grace_outlives_the_process(server: Server) -> None:
    alice, _ = server.enter("alice", 1)
    observer, _ = server.enter("bob", 2, writes=False)
    server.say(alice, 1, 1, {"n": 1})
    await server.wait(0.5)
    server.rooms.leave(alice, broken=True)
    server.rooms.close()
    assert server.rooms.seen("lobby") == []
    server.rooms.leave(observer, broken=True)
    assert len(server.rooms) == 0


async def test_who_left_last_is_told_to_other_processes_before_they_are_left(clock: Clock) -> None:
    here, there = await two(clock)
    _, screen = there.enter("bob", 2)
    alice, _ = here.enter("alice", 1)
    here.say(alice, 1, 1, {"n": 1})
    here.rooms.leave(alice, broken=False)  # in the window that her first word opened
    await here.broker.stop()
    await settle()
    await there.wait(0.5)
    assert screen.seen == {}


async def test_a_room_is_kept_for_an_observer(server: Server) -> None:
    observer, _ = server.enter("alice", 1, writes=False)
    await server.wait(60)
    assert "lobby" in server.rooms
    server.rooms.leave(observer, broken=True)
    assert "lobby" not in server.rooms


async def test_nothing_grows_with_a_thousand_who_came_and_went(server: Server) -> None:
    somebody, _ = server.enter("somebody", 1_000_000)
    server.say(somebody, 1_000_000, 1, {})
    remembered = []
    for number in range(1, 1_001):
        client_id = number if number % 3 else None
        member, leaver = server.enter(f"user{number}", client_id, room=f"topic:{number % 7}")
        server.say(member, number, 1, {"n": number})
        server.rooms.leave(member, broken=number % 2 == 0)
        remembered.append(weakref.ref(leaver))
        del member, leaver
    await server.wait(GRACE + 1)
    gc.collect()
    assert server.rooms.ids() == ["lobby"]
    assert server.clock.waiting == 0
    assert [reader for ref in remembered if (reader := ref())] == []
    assert len(server.rooms._principals) == len(server.rooms._where) == 1
    assert len(server.rooms._allowances) == 1
    assert len(server.rooms._colors._held) == 1


async def test_who_left_a_room_is_not_kept_in_it(server: Server) -> None:
    stays, _ = server.enter("stays", 1_000_000)
    for number in range(1, 101):
        member, _ = server.enter(f"user{number}", number)
        server.say(member, number, 1, {"n": number})
        server.rooms.leave(member, broken=False)
    await server.wait(1)
    server.say(stays, 1_000_000, 1, {})
    hub = server.rooms._where[stays].hub
    assert [item.client_id for item in hub.room.feed.since(0)] == [1_000_000]


# Several processes


async def two(clock: Clock) -> tuple[Server, Server]:
    wire = Wire()
    servers = Server(clock, wire.connect()), Server(clock, wire.connect())
    for server in servers:
        await server.broker.start(server.rooms.deliver, server.rooms.local)
    return servers


async def test_people_on_two_servers_see_each_other(clock: Clock) -> None:
    here, there = await two(clock)
    assert here.rooms.broker == "WiredBroker"
    _, screen = there.enter("bob", 2)
    alice, _ = here.enter("alice", 1)
    here.say(alice, 1, 1, {"n": 1})
    await settle()
    assert screen.seen == {1: 1}
    here.say(alice, 1, 2, {"n": 2})
    await here.wait(0.5)
    await there.wait(0.5)
    assert screen.seen == {1: 2}
    here.rooms.leave(alice, broken=False)
    await settle()
    assert screen.seen == {}


async def test_a_room_that_nobody_here_is_in_takes_nothing_in(clock: Clock) -> None:
    here, there = await two(clock)
    bob, _ = there.enter("bob", 2)
    there.rooms.leave(bob, broken=False)
    alice, _ = here.enter("alice", 1)
    here.say(alice, 1, 1, {"n": 1})
    await settle()
    assert len(there.rooms) == 0
    there.rooms.deliver("lobby", [Entry(1, 2**51, {})])
    assert len(there.rooms) == 0


async def test_whoever_breaks_off_here_and_returns_there_never_blinks(clock: Clock) -> None:
    here, there = await two(clock)
    _, near = here.enter("carol", 3)
    _, far = there.enter("bob", 2)
    alice, _ = here.enter("alice", 1)
    here.say(alice, 1, 1, {"n": 1})
    await settle()
    here.rooms.leave(alice, broken=True)
    await here.wait(1)
    again, _ = there.enter("alice", 1)
    there.say(again, 1, 2, {"n": 1})
    for _ in range(20):
        await here.wait(0.5)
        await there.wait(0.5)
        assert (near.seen, far.seen) == ({1: 1}, {1: 1})
    there.say(again, 1, 3, {"n": 2})
    await settle()
    assert (near.seen, far.seen) == ({1: 2}, {1: 2})


async def test_a_half_open_connection_here_does_not_end_the_new_one_there(clock: Clock) -> None:
    here, there = await two(clock)
    _, near = here.enter("carol", 3)
    _, far = there.enter("bob", 2)
    half_open, _ = here.enter("alice", 1)
    here.say(half_open, 1, 1, {"n": 1})
    await here.wait(0.5)
    again, _ = there.enter("alice", 1)
    there.say(again, 1, 1, {"n": 2})
    await settle()
    here.rooms.leave(half_open, broken=True)
    await here.wait(10)
    await there.wait(10)
    assert (near.seen, far.seen) == ({1: 2}, {1: 2})


async def test_nobody_takes_over_who_lives_on_another_server(clock: Clock) -> None:
    here, there = await two(clock)
    alice, _ = here.enter("alice", 1)
    _, screen = there.enter("bob", 2)
    here.say(alice, 1, 1, {"n": 1})
    await settle()
    with pytest.raises(Refused) as refused:
        there.enter("mallory", 1)
    assert refusal(refused) == CloseCode.ID_TAKEN
    stock, _ = there.enter("mallory")
    with pytest.raises(Refused) as refused:
        there.say(stock, 1, 99, {"n": 666})
    assert refusal(refused) == CloseCode.ID_TAKEN
    assert screen.seen == {1: 1}


async def test_a_document_of_this_server_only_is_no_room_elsewhere(clock: Clock) -> None:
    here, there = await two(clock)
    alice, _ = here.enter("alice", 1, room="document:a.ipynb")
    _, carol = there.enter("carol", 4, room="document:a.ipynb")
    here.say(alice, 1, 1, {"n": 1})
    await settle()
    assert carol.seen == {}
    assert here.rooms.local("topic:freed")[1] == []


async def test_a_file_is_one_room_whatever_its_path_is(clock: Clock) -> None:
    here, there = await two(clock)
    alice, _ = here.open("alice", 1, "a.ipynb", "K")
    _, carol = there.open("carol", 4, "shared/a.ipynb", "K")
    _, dave = here.open("dave", 5, "link.ipynb", "K")
    here.say(alice, 1, 1, {"n": 1})
    await settle()
    assert (carol.seen, dave.seen) == ({1: 1}, {1: 1})
    assert (here.rooms.name_of("file:K"), there.rooms.name_of("file:K")) == (
        "document:a.ipynb",
        "document:shared/a.ipynb",
    )
    assert here.rooms.name_of("file:other") is None
    assert [kind_of(room) for room in ("lobby", "topic:chat", "document:a", *here.rooms.ids())] == [
        *("lobby", "topic", "document", "document")
    ]
    assert here.rooms.name_of("lobby") == "lobby"


async def test_a_path_counts_by_its_own_name_in_the_room_of_a_file(server: Server) -> None:
    alice, _ = server.enter("alice", 1)
    document, _ = server.open("alice", 2, "a.ipynb", "K")
    server.say(alice, 1, 1, at("a.ipynb"))
    assert places(server) == {1: "a.ipynb"}
    server.rooms.leave(document, broken=False)
    assert places(server) == {1: None}
    assert server.rooms.name_of("file:K") is None


async def test_what_is_told_anew_takes_nobody_away_who_is_here_by_now(server: Server) -> None:
    _, bob = server.enter("bob", 2)
    server.rooms.deliver("lobby", [Entry(1, 2**50, {"user": {"username": "alice"}, "n": 1})])
    await server.wait(1)
    server.rooms.retell("lobby", [Entry(1, 2**50, {"user": {"username": "alice"}, "n": 2})])
    await server.wait(1)
    assert bob.seen == {1: 2}
    alice, _ = server.enter("alice", 1)
    server.say(alice, 1, 1, {"n": 3})
    server.rooms.retell("lobby", [Entry(1, 2**50, {"user": {"username": "alice"}, "n": 2})])
    server.rooms.retell("topic:nobody", [Entry(1, 2**50, {"n": 2})])
    assert server.say(alice, 1, 2, {"n": 4})
    await server.wait(1)
    assert bob.seen == {1: 4}
