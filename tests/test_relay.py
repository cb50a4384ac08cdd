"""What a central presence server passes on, and for whom it vouches."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from jupyter_awareness import relay as relay_module
from jupyter_awareness.circles import AGAIN, ANSWER, GAP, PATIENCE, REMEMBERED
from jupyter_awareness.letters import (
    Kind,
    Letter,
    LetterError,
    node_channel,
    room_channel,
    seal,
    unseal,
)
from jupyter_awareness.proofs import digest_of, prove
from jupyter_awareness.protocol import Entry
from jupyter_awareness.relay import (
    AHEAD,
    MOST_CHANNELS,
    VALID,
    End,
    Relay,
    key_of,
    read_pass,
    write_pass,
)

SECRET = "s" * 32
NOW = 1_800_000_000.0  # seconds since the epoch
ROOM = room_channel("lobby")
FILE_ROOM = "file:~digest"
FILE = room_channel(FILE_ROOM)
DIGEST = digest_of(3, [b"abc"])
STATE = {"n": 1, "user": {"username": "somebody", "color": "#1a73e8"}, "unreachable": True}


class Server:
    """A person's server, which hears what the relay writes to it."""

    def __init__(self, relay: Relay, username: str, node: str = "") -> None:
        self.username, self.node = username, node or f"{username}'s"
        self.key = key_of(SECRET, username)
        self.relay = relay
        self.heard: list[tuple[str, Letter]] = []
        self.reads: bytes | None = DIGEST
        self.met = 0
        text = write_pass(username, self.node, self.key, NOW)
        self.end: End = relay.enter(text, self.hear, self.obey, NOW)
        self.listen(ROOM)
        self.listen(node_channel(self.node))

    def listen(self, channel: str) -> None:
        assert self.relay.listen(self.end, channel, NOW)

    def obey(self, said: dict[str, Any]) -> None:
        """Prove what is to be proved, and note when there are others to ask."""
        self.met += said.get("listening") == [FILE]
        for channel, nonce in said.get("prove", []):
            self.relay.prove(self.end, channel, nonce, prove(nonce, self.reads), NOW)

    def hear(self, channel: str, data: bytes) -> None:
        self.heard.append((channel, unseal(data, self.key.encode(), NOW)))

    def post(self, *entries: Entry, channel: str = ROOM, **fields: Any) -> None:
        letter = Letter(**{"kind": Kind.NEWS, "node": self.node, "room": "lobby", **fields})
        data = seal(letter._replace(entries=entries), self.key.encode(), NOW)
        self.relay.post(self.end, channel, data, NOW)

    def entries(self) -> list[tuple[int, Any, Any]]:
        """What was heard: the client ids, who it is said to be, and the field `n`."""
        said = [entry for _, letter in self.heard for entry in letter.entries]
        return [
            (e.client_id, e.state and e.state["user"]["username"], e.state and e.state["n"])
            for e in said
        ]


class Watch:
    """A stopwatch that is told how much time has passed."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def relay(watch: Watch) -> Relay:
    numbers = count(1)
    return Relay(SECRET, lambda: f"nonce {next(numbers)}", watch)


@pytest.fixture
def alice(relay: Relay) -> Server:
    return Server(relay, "alice")


@pytest.fixture
def bob(relay: Relay) -> Server:
    return Server(relay, "bob")


# Who comes in


def test_a_pass_says_whose_server_it_is() -> None:
    text = write_pass("B\u00f6b", "node", key_of(SECRET, "B\u00f6b"), NOW)
    assert read_pass(text, SECRET, NOW + VALID / 2) == ("B\u00f6b", "node")
    assert text.isascii()


@pytest.mark.parametrize("after", [VALID * 2 + 1, -AHEAD - 1])
def test_a_pass_holds_for_a_minute(after: float) -> None:
    text = write_pass("bob", "node", key_of(SECRET, "bob"), NOW)
    with pytest.raises(LetterError, match="too old"):
        read_pass(text, SECRET, NOW + after)


@pytest.mark.parametrize("key", [key_of(SECRET, "mallory"), key_of("t" * 32, "bob"), ""])
def test_a_pass_in_anothers_name_is_refused(key: str) -> None:
    with pytest.raises(LetterError, match="not signed"):
        read_pass(write_pass("bob", "node", key, NOW), SECRET, NOW)


@pytest.mark.parametrize("text", ["", ".", "a.b", "bnVsbA==.x", "e30=.x", "W10=.x", "\u00e9.x"])
def test_what_is_no_pass_is_refused(text: str) -> None:
    with pytest.raises(LetterError, match="malformed"):
        read_pass(text, SECRET, NOW)


def test_a_server_that_comes_back_takes_its_own_place(relay: Relay, alice: Server) -> None:
    bob = Server(relay, "bob")
    again = Server(relay, "alice")
    bob.post(Entry(1, 1, STATE))
    assert (alice.heard, len(again.heard), len(relay)) == ([], 1, 2)
    relay.leave(alice.end, NOW)  # its old connection ends only now
    assert relay.present(["alice's", "nobody's"], NOW) == [True, False]


def test_nobody_takes_the_name_of_anothers_server(relay: Relay, alice: Server) -> None:
    with pytest.raises(LetterError, match="another server"):
        Server(relay, "mallory", alice.node)


def test_nobody_listens_to_what_another_server_is_told(relay: Relay, alice: Server) -> None:
    assert not relay.listen(alice.end, node_channel("bob's"), NOW)
    assert not relay.listen(alice.end, "anything", NOW)
    assert not relay.listen(alice.end, room_channel("x" * 10_000), NOW)


def test_nobody_listens_to_everything(relay: Relay, alice: Server) -> None:
    for number in range(MOST_CHANNELS - len(alice.end.listens)):
        alice.listen(room_channel(f"topic:{number}"))
    assert not relay.listen(alice.end, room_channel("topic:one more"), NOW)
    relay.leave(alice.end, NOW)
    assert relay._channels == {}


# What is passed on


def test_a_letter_reaches_those_who_listen_and_says_whose_it_is(
    relay: Relay, alice: Server, bob: Server
) -> None:
    carol = Server(relay, "carol")
    relay.ignore(carol.end, ROOM, NOW)
    alice.post(Entry(1, 1, STATE), Entry(2, 1, {"n": 2, "user": "odd"}))
    assert bob.entries() == [(1, "alice", 1), (2, "alice", 2)]
    assert (alice.heard, carol.heard) == ([], [])
    [(channel, letter)] = bob.heard
    assert (channel, letter.node) == (ROOM, "alice's")
    first, second = [entry.state or {} for entry in letter.entries]
    assert first["user"]["color"] == "#1a73e8"
    assert first["user"]["display_name"] == "alice"
    assert "unreachable" not in first
    assert second["user"]["color"].startswith("#")


def test_an_answer_reaches_only_who_asked_and_is_in_the_room(
    relay: Relay, alice: Server, bob: Server
) -> None:
    carol = Server(relay, "carol")
    alice.post(Entry(1, 1, STATE), kind=Kind.ALL, channel=node_channel("bob's"))
    assert (bob.entries(), carol.heard) == ([(1, "alice", 1)], [])
    alice.post(kind=Kind.ALL, channel=node_channel("bob's"), room="topic:not his")
    assert len(bob.heard) == 1


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"node": "bob's"}, "another server's name"),
        ({"room": "topic:x"}, "another room"),
        ({"channel": node_channel("bob's")}, "another room"),
        ({"kind": Kind.PART}, "only the central server"),
    ],
)
def test_a_letter_that_is_not_its_senders_is_refused(
    alice: Server, bob: Server, fields: dict[str, Any], why: str
) -> None:
    with pytest.raises(LetterError, match=why):
        alice.post(Entry(1, 1, STATE), **fields)
    assert bob.heard == []


def test_a_letter_with_anothers_seal_is_refused(relay: Relay, alice: Server, bob: Server) -> None:
    data = seal(Letter(Kind.NEWS, "alice's", "lobby"), bob.key.encode(), NOW)
    with pytest.raises(LetterError, match="another secret"):
        relay.post(alice.end, ROOM, data, NOW)


# Whose a client id is


def test_nobody_speaks_of_anothers_peer(relay: Relay, alice: Server, bob: Server) -> None:
    mallory = Server(relay, "mallory")
    alice.post(Entry(1, 1, STATE))
    mallory.post(Entry(1, 2, {"n": 666}), Entry(1, 3, None), Entry(3, 1, None))
    alice.post(Entry(1, 4, None))
    mallory.post(Entry(1, 5, {"n": 5}))
    assert bob.entries() == [
        *((1, "alice", 1), (3, None, None), (1, None, None), (1, "mallory", 5))
    ]


def test_a_person_may_go_on_on_another_server_of_theirs(
    relay: Relay, alice: Server, bob: Server
) -> None:
    other = Server(relay, "alice", "alice's other")
    alice.post(Entry(1, 1, STATE))
    other.post(Entry(1, 2, {"n": 2}))
    alice.post(Entry(1, 3, None))  # what is left of her there has nothing more to say
    assert bob.entries() == [(1, "alice", 1), (1, "alice", 2)]


def test_who_is_missing_in_all_has_left(relay: Relay, alice: Server, bob: Server) -> None:
    alice.post(Entry(1, 1, STATE), Entry(2, 1, STATE))
    bob.post(Entry(3, 1, STATE))
    alice.post(Entry(2, 2, STATE), kind=Kind.ALL)
    assert set(relay._owners["lobby"]) == {2, 3}
    alice.post(kind=Kind.ALL)
    bob.post(kind=Kind.ALL)
    assert relay._owners == {}


def test_a_clock_that_would_hold_up_everybody_is_dropped(alice: Server, bob: Server) -> None:
    alice.post(Entry(1, 2**53 - 1, STATE), Entry(2, int((NOW + AHEAD) * 1e6), STATE))
    assert bob.entries() == [(2, "alice", 1)]


def test_the_ids_of_a_server_that_has_gone_are_free_after_a_while(
    relay: Relay, alice: Server, bob: Server
) -> None:
    mallory = Server(relay, "mallory")
    alice.post(Entry(1, 1, STATE))
    mallory.post(Entry(2, 1, STATE))
    relay.leave(alice.end, NOW)
    assert relay.present(["alice's"], NOW + relay_module.REMEMBERED - 1) == [False]
    mallory.post(Entry(1, 2, STATE))
    assert bob.entries() == [(1, "alice", 1), (2, "mallory", 1)]
    relay.present([], NOW + relay_module.REMEMBERED)
    mallory.post(Entry(1, 2, STATE))
    assert bob.entries()[2:] == [(1, "mallory", 1)]


# Who is in the room of a file


def said(server: Server) -> list[tuple[Kind, str]]:
    """What a server has heard in the room of the file, and forget it."""
    heard, server.heard = server.heard, []
    return [(letter.kind, letter.node) for channel, letter in heard if channel == FILE]


def test_in_the_room_of_a_file_those_hear_each_other_who_read_it(
    relay: Relay, alice: Server, bob: Server
) -> None:
    for server in (alice, bob):
        server.listen(FILE)
    alice.post(Entry(1, 1, STATE), channel=FILE, room=FILE_ROOM)
    assert said(bob) == [(Kind.NEWS, "alice's")]
    assert alice.met + bob.met == 1  # who is new asks and tells


def test_whoever_cannot_read_a_file_hears_nobody_and_is_not_heard(
    relay: Relay, watch: Watch, alice: Server, bob: Server
) -> None:
    mallory = Server(relay, "mallory")
    mallory.reads = digest_of(3, [b"abd"])
    for server in (mallory, alice, bob):
        server.listen(FILE)
        watch.seconds += GAP
        relay.sweep(NOW)
    for server, id_ in ((mallory, 1), (alice, 2)):
        server.post(kind=Kind.ASK, channel=FILE, room=FILE_ROOM)
        server.post(Entry(id_, 1, STATE), channel=FILE, room=FILE_ROOM)
    assert said(bob) == [(Kind.ASK, "alice's"), (Kind.NEWS, "alice's")]
    assert said(mallory) == said(alice) == []
    mallory.post(kind=Kind.ALL, channel=node_channel("bob's"), room=FILE_ROOM)
    assert (bob.heard, mallory.met) == ([], 0)


def test_whoever_only_speaks_in_the_room_of_a_file_is_not_heard(alice: Server, bob: Server) -> None:
    alice.post(Entry(1, 1, STATE), channel=FILE, room=FILE_ROOM)
    bob.listen(FILE)
    alice.post(Entry(1, 2, STATE), channel=FILE, room=FILE_ROOM)
    assert said(bob) == []


def test_those_who_read_it_no_more_are_told_apart(
    relay: Relay, watch: Watch, alice: Server, bob: Server
) -> None:
    for server in (alice, bob):
        server.listen(FILE)
    bob.reads = None
    while watch.seconds < AGAIN + 2 * PATIENCE + ANSWER:
        watch.seconds += GAP
        relay.sweep(NOW)
    assert said(bob) == [(Kind.PART, "alice's")]
    assert said(alice) == [(Kind.PART, "bob's")]


def test_whoever_leaves_the_room_is_not_seen_there_any_more(
    relay: Relay, watch: Watch, alice: Server, bob: Server
) -> None:
    for server in (alice, bob):
        server.listen(FILE)
    relay.ignore(bob.end, FILE, NOW)
    relay.ignore(bob.end, FILE, NOW)
    assert (said(alice), said(bob)) == ([(Kind.PART, "bob's")], [])
    relay.prove(bob.end, FILE, "nonce", "", NOW)
    relay.ignore(alice.end, FILE, NOW)
    assert relay._circles == {}


def test_a_server_whose_connection_broke_is_in_its_place_again(
    relay: Relay, watch: Watch, alice: Server, bob: Server
) -> None:
    for server in (alice, bob):
        server.listen(FILE)
    relay.leave(bob.end, NOW)
    watch.seconds += GAP
    with pytest.raises(LetterError, match="another server"):
        Server(relay, "mallory", "alice's")
    mallory = Server(relay, "mallory", "bob's")  # by the name of one that is not there
    mallory.reads = None
    mallory.listen(FILE)
    alice.post(Entry(1, 1, STATE), channel=FILE, room=FILE_ROOM)
    assert said(mallory) == []
    relay.leave(mallory.end, NOW)
    again = Server(relay, "bob")
    again.reads = None
    again.listen(FILE)
    alice.post(Entry(1, 2, STATE), channel=FILE, room=FILE_ROOM)
    assert said(again) == [(Kind.NEWS, "alice's")]
    relay.leave(again.end, NOW)
    watch.seconds += REMEMBERED
    relay.sweep(NOW)
    assert said(alice) == [(Kind.PART, "bob's")]


@pytest.mark.parametrize("proof", [None, 7, "short", "\u00e9" * 64])
def test_what_is_no_proof_is_refused(relay: Relay, alice: Server, proof: Any) -> None:
    alice.listen(FILE)
    with pytest.raises(LetterError, match="malformed"):
        relay.prove(alice.end, FILE, "nonce", proof, NOW)
