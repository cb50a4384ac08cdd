"""What a central presence server does between servers whose people do not trust each other.

Ground floor: tables and bytes; no socket, no clock: time is an argument.

Each server has a key that is made of the central one's secret and its person's name. So the central
one knows whose server speaks, and no server can speak for somebody else's. In the room of a file
only those hear each other who prove that they read the same.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from .atlas import FILE
from .circles import Change, Circles, Server
from .identity import PALETTE, is_color, user_from_model
from .letters import Kind, Letter, LetterError, node_channel, room_channel, room_of, seal, unseal
from .proofs import is_proof
from .protocol import Entry, ProtocolError, State, decode_state, encode_state

__all__ = ["End", "Relay", "key_of", "read_pass", "write_pass"]

VALID = 60.0  # seconds for which a pass is
AHEAD = 60.0  # seconds by which a server's clock may be ahead
REMEMBERED = 10.0  # seconds for which a client id stays bound to a server that has gone
MOST_CHANNELS = 10_000  # of one server
LONGEST_ROOM = 5_000  # characters
UNSAID = ("unreachable",)  # fields that only a reader's own server says

Write: TypeAlias = Callable[[str, bytes], None]
Say: TypeAlias = Callable[[dict[str, Any]], None]


def key_of(secret: str, username: str) -> str:
    """Make the key of a person's server, as the configuration of the Hub does."""
    return hmac.new(secret.encode(), f"user:{username}".encode(), hashlib.sha256).hexdigest()


def write_pass(username: str, node: str, key: str, now: float) -> str:
    """Say who one is: for a header, and for a minute."""
    said = encode_state({"user": username, "node": node, "until": now + VALID})
    return f"{base64.urlsafe_b64encode(said).decode()}.{_mac(said, key)}"


def read_pass(text: str, secret: str, now: float) -> tuple[str, str]:
    """Give whose server it is, and what it calls itself.

    Raises:
        LetterError: it is none, or of another secret, or too old.
    """
    encoded, _, mac = text.partition(".")
    try:
        said = base64.urlsafe_b64decode(encoded)
        fields = decode_state(said) or {}
        username, node, until = str(fields["user"]), str(fields["node"]), float(fields["until"])
    except (binascii.Error, ProtocolError, KeyError, TypeError, ValueError) as error:
        raise LetterError("the pass is malformed") from error
    if not hmac.compare_digest(mac.encode(), _mac(said, key_of(secret, username)).encode()):
        raise LetterError("the pass is not signed with this server's secret")
    if not now - VALID < until < now + VALID + AHEAD:
        raise LetterError("the pass is too old, or a clock is wrong")
    return username, node


@dataclass(eq=False, slots=True)
class End:
    """One person's server, while it is connected."""

    username: str
    node: str
    key: bytes
    write: Write
    say: Say
    listens: set[str] = field(default_factory=set)

    @property
    def server(self) -> Server:
        """Whose it is and what it calls itself; a name alone may be another's later."""
        return self.username, self.node


class Relay:
    """Passes letters between servers, and vouches for each entry whose it is.

    Args:
        secret: of which every server's key is made.
        make_nonce: gives another one at each call, that nobody can know before.
        stopwatch: seconds, by a clock that never goes back.
    """

    def __init__(
        self, secret: str, make_nonce: Callable[[], str], stopwatch: Callable[[], float]
    ) -> None:
        self._secret = secret
        self._make_nonce = make_nonce
        self._stopwatch = stopwatch
        self._ends: dict[str, End] = {}
        self._channels: dict[str, set[End]] = {}
        self._owners: dict[str, dict[int, tuple[str, str]]] = {}  # room, client id: node, username
        self._gone: dict[str, float] = {}
        self._circles: dict[str, Circles] = {}  # by room, of files

    def __len__(self) -> int:
        return len(self._ends)

    def enter(self, text: str, write: Write, say: Say, now: float) -> End:
        """Let a server in; one that comes back under its name takes its place.

        Raises:
            LetterError: its pass is not valid, or the name is another's.
        """
        username, node = read_pass(text, self._secret, now)
        before = self._ends.get(node)
        if before is not None and before.username != username:
            raise LetterError("another server has this name")
        if before is not None:
            self.leave(before, now)
        self._gone.pop(node, None)
        end = End(username, node, key_of(self._secret, username).encode(), write, say)
        self._ends[node] = end
        return end

    def leave(self, end: End, now: float) -> None:
        """A server's connection has ended."""
        for channel in list(end.listens):
            self._forget(end, channel)
            if room_of(channel) in self._circles:
                self._circles[room_of(channel)].lose(end.server, self._stopwatch())
        if self._ends.get(end.node) is end:
            del self._ends[end.node]
            self._gone[end.node] = now

    def listen(self, end: End, channel: str, now: float) -> bool:
        """A server wants to hear a channel; whether it may."""
        mine = channel == node_channel(end.node)
        if not (mine or _is_of_room(channel)) or len(end.listens) >= MOST_CHANNELS:
            return False
        end.listens.add(channel)
        self._channels.setdefault(channel, set()).add(end)
        room = room_of(channel)
        if room.startswith(FILE):
            circles = self._circles.setdefault(room, Circles(self._make_nonce))
            self._tell(room, circles.enter(end.server, self._stopwatch()), now)
        return True

    def ignore(self, end: End, channel: str, now: float) -> None:
        """A server wants to hear a channel no more."""
        room = room_of(channel)
        if channel in end.listens and room in self._circles:
            self._tell(room, self._circles[room].leave(end.server), now)
        self._forget(end, channel)

    def prove(self, end: End, channel: str, nonce: str, proof: str, now: float) -> None:
        """A server proves that it reads a room's file, or says that it cannot.

        Raises:
            LetterError: that is no proof.
        """
        if not is_proof(proof):
            raise LetterError("a proof is malformed")
        room = room_of(channel)
        if channel in end.listens and room in self._circles:
            change = self._circles[room].answer(end.server, nonce, proof, self._stopwatch())
            self._tell(room, change, now)

    def sweep(self, now: float) -> None:
        """Ask again who reads the files that several have open."""
        for room, circles in list(self._circles.items()):
            self._tell(room, circles.step(self._stopwatch()), now)

    def post(self, end: End, channel: str, data: bytes, now: float) -> None:
        """Pass a letter on, with what the sender may say, and sealed for each who hears it.

        Raises:
            LetterError: it is none, or not this server's to write.
        """
        letter = unseal(data, end.key, now)
        if letter.node != end.node:
            raise LetterError("it is in another server's name")
        answer = letter.kind is Kind.ALL and channel != room_channel(letter.room)
        if not answer and channel != room_channel(letter.room):
            raise LetterError("it is sent to another room")
        if letter.kind is Kind.PART:
            raise LetterError("only the central server parts others")
        vouched = letter._replace(entries=self._vouch(end, letter, now))
        for reader in self._channels.get(channel, set()) - {end}:
            if answer and room_channel(letter.room) not in reader.listens:
                continue
            if self._together(letter.room, end, reader):
                reader.write(channel, seal(vouched, reader.key, now))

    def present(self, nodes: Iterable[str], now: float) -> list[bool]:
        """Which of these servers are connected; and forget those that have gone for good."""
        lost = {node for node, since in self._gone.items() if now - since >= REMEMBERED}
        if lost:
            for node in lost:
                del self._gone[node]
            for room, owners in list(self._owners.items()):
                self._keep(room, {id_: who for id_, who in owners.items() if who[0] not in lost})
        return [node in self._ends for node in nodes]

    def _together(self, room: str, one: End, other: End) -> bool:
        """Whether two servers hear each other in a room."""
        if not room.startswith(FILE):
            return True
        return room in self._circles and self._circles[room].together(one.server, other.server)

    def _tell(self, room: str, change: Change, now: float) -> None:
        """Say what follows from a change of a room's circles."""
        channel = room_channel(room)
        for end in self._ends_of(change.asked):
            end.say({"prove": [[channel, change.nonce]]})
        for server, (_, gone) in change.parted:
            for end in self._ends_of([server]):
                end.write(channel, seal(Letter(Kind.PART, gone, room), end.key, now))
        for end in self._ends_of(change.met):
            end.say({"listening": [channel]})
        if not self._circles[room]:
            del self._circles[room]

    def _ends_of(self, servers: Iterable[Server]) -> list[End]:
        """Those of these servers that are connected."""
        ends = ((self._ends.get(server[1]), server) for server in servers)
        return [end for end, server in ends if end is not None and end.server == server]

    def _forget(self, end: End, channel: str) -> None:
        end.listens.discard(channel)
        ends = self._channels.get(channel, set())
        ends.discard(end)
        if not ends:
            self._channels.pop(channel, None)

    def _vouch(self, end: End, letter: Letter, now: float) -> Sequence[Entry]:
        """Give those of a letter's entries that are its sender's, signed as that person's."""
        owners = self._owners.get(letter.room, {}).copy()
        entries = []
        for entry in letter.entries:
            node, username = owners.get(entry.client_id, (end.node, end.username))
            if entry.clock > (now + AHEAD) * 1e6:
                continue  # it would hold up everybody's clocks
            if entry.state is None and node == end.node:
                owners.pop(entry.client_id, None)
                entries.append(entry)
            elif entry.state is not None and username == end.username:
                owners[entry.client_id] = (end.node, end.username)
                entries.append(entry._replace(state=_signed(entry.state, end.username)))
        if letter.kind is Kind.ALL:
            there = {entry.client_id for entry in entries}
            owners = {id_: who for id_, who in owners.items() if who[0] != end.node or id_ in there}
        self._keep(letter.room, owners)
        return entries

    def _keep(self, room: str, owners: dict[int, tuple[str, str]]) -> None:
        if owners:
            self._owners[room] = owners
        else:
            self._owners.pop(room, None)


def _signed(state: State, username: str) -> State:
    """Overwrite who a state says it is of: the Hub knows a name, and that name is shown."""
    claimed = state.get("user")
    color = claimed.get("color") if isinstance(claimed, dict) else None
    user = user_from_model({"username": username}, str(color) if is_color(color) else PALETTE[0])
    kept = {name: value for name, value in state.items() if name not in UNSAID}
    return {**kept, "user": {**user}}


def _is_of_room(channel: str) -> bool:
    return channel.startswith(room_channel("")) and len(channel) <= LONGEST_ROOM


def _mac(said: bytes, key: str) -> str:
    return hmac.new(key.encode(), said, hashlib.sha256).hexdigest()
