"""What other server processes (nodes) say of their people, and what is shown of it here.

Ground floor: a table and plain calls; no network, no clock: time is an argument.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from .letters import Kind, Letter
from .protocol import Entry, State

__all__ = ["Delivery", "Nodes"]

Delivery: TypeAlias = tuple[str, list[Entry]]
"""A room, and what has changed in it for those who are here."""

REMEMBERED = 120.0  # seconds; for twice as long as a letter can be repeated
MARK = "unreachable"


class Shown(Enum):
    """How the people of a node are shown: as they are, as last known, or not at all."""

    LIVE = 1
    STALE = 2
    HIDDEN = 3


@dataclass(slots=True)
class Said:
    """What a node last said of a client id; ``gone`` is when it left (seconds).

    ``presumed`` is set of who is only taken to have left, as their node was not heard of, or may
    not be heard any more.
    """

    node: str
    clock: int
    state: State | None
    gone: float | None = None
    presumed: bool = False


@dataclass(slots=True)
class Node:
    """Another process; ``silent`` is since when it is not live (seconds)."""

    shown: Shown = Shown.LIVE
    silent: float | None = None


class Nodes:
    """Every peer of other nodes, by room, for the rooms in which this process has members.

    Every method returns what those members are to be told. Entries are ordered by their clocks,
    which are numbers of the room and only grow, so that a letter that comes twice or late does
    nothing. A peer belongs to the node that spoke last of it.
    """

    def __init__(self) -> None:
        self._rooms: dict[str, dict[int, Said]] = {}
        self._nodes: dict[str, Node] = {}
        self._unconfirmed: set[tuple[str, str]] = set()  # rooms and nodes

    def known(self) -> list[str]:
        """The nodes that have said something of people who are not forgotten yet."""
        return list(self._nodes)

    def drop(self, room: str) -> None:
        """Nobody here is in a room any more: forget what was said of it."""
        self._rooms.pop(room, None)
        self._unconfirmed = {pair for pair in self._unconfirmed if pair[0] != room}
        speakers = {said.node for peers in self._rooms.values() for said in peers.values()}
        for name in self._nodes.keys() - speakers:
            del self._nodes[name]

    def hear(self, letter: Letter, now: float) -> list[Delivery]:
        """Take a letter; whoever writes lives."""
        returned = self._show([letter.node], Shown.LIVE, now)
        if letter.kind is Kind.ASK:
            return returned
        if letter.kind is Kind.PART:
            return returned + self._presume_left(letter.room, letter.node, now)
        peers = self._rooms.setdefault(letter.room, {})
        if letter.entries:
            self._nodes.setdefault(letter.node, Node())
        entries = [entry for entry in letter.entries if self._take(peers, entry, letter, now)]
        if letter.kind is Kind.ALL:
            self._unconfirmed.discard((letter.room, letter.node))
            entries += self._withdraw(peers, letter, now)
        return returned + ([(letter.room, entries)] if entries else [])

    def lose(self, now: float) -> list[Delivery]:
        """The network to all of them is gone: their people are shown as they were last.

        They count until the next `check`, if their node has not confirmed them by then.
        """
        self._unconfirmed = {
            (room, said.node)
            for room, peers in self._rooms.items()
            for said in peers.values()
            if said.state is not None
        }
        live = [name for name, node in self._nodes.items() if node.shown is Shown.LIVE]
        return self._show(live, Shown.STALE, now)

    def check(self, present: Collection[str], now: float) -> list[Delivery]:
        """See which nodes live, and forget those that have not for long, and who left."""
        deliveries = self._give_up(now)
        missing = [
            name
            for name, node in self._nodes.items()
            if name not in present and node.shown is not Shown.HIDDEN
        ]
        deliveries += self._show(missing, Shown.HIDDEN, now)
        returned = [name for name in self._nodes if name in present]
        deliveries += self._show(returned, Shown.LIVE, now)
        self._forget(now)
        return deliveries

    def _take(self, peers: dict[int, Said], entry: Entry, letter: Letter, now: float) -> bool:
        """Store an entry unless it is older than what is known; True if it shows."""
        known, node = peers.get(entry.client_id), letter.node
        if known is not None and known.clock >= entry.clock and not _returns(known, entry, letter):
            return False
        if entry.state is None:
            if known is None or known.node != node or known.state is None:
                return False
            peers[entry.client_id] = Said(node, entry.clock, None, now)
        else:
            peers[entry.client_id] = Said(node, entry.clock, entry.state)
        return True

    @staticmethod
    def _withdraw(peers: dict[int, Said], letter: Letter, now: float) -> list[Entry]:
        """Take it that who is missing in all of a node's entries has left."""
        there = {entry.client_id for entry in letter.entries}
        gone = [
            client_id
            for client_id, said in peers.items()
            if said.node == letter.node and client_id not in there and said.clock <= letter.place
        ]
        return _end(peers, gone, now)

    def _give_up(self, now: float) -> list[Delivery]:
        """Take it that whom no node has confirmed after a loss has left while it lasted."""
        pairs, self._unconfirmed = self._unconfirmed, set()
        return [left for room, node in pairs for left in self._presume_left(room, node, now)]

    def _presume_left(self, room: str, node: str, now: float) -> list[Delivery]:
        peers = self._rooms.get(room, {})
        theirs = [id_ for id_, said in peers.items() if said.node == node]
        gone = _end(peers, theirs, now, presumed=True)
        return [(room, gone)] if gone else []

    def _show(self, names: Iterable[str], shown: Shown, now: float) -> list[Delivery]:
        """Show the people of these nodes in another way."""
        changed = set()
        for name in names:
            node = self._nodes.get(name)
            if node is not None and node.shown is not shown:
                node.shown, node.silent = shown, None if shown is Shown.LIVE else now
                changed.add(name)
        if not changed:
            return []
        deliveries = []
        for room, peers in self._rooms.items():
            entries = [
                Entry(client_id, said.clock, _as_shown(said.state, shown))
                for client_id, said in peers.items()
                if said.node in changed and said.state is not None
            ]
            if entries:
                deliveries.append((room, entries))
        return deliveries

    def _forget(self, now: float) -> None:
        lost = {
            name
            for name, node in self._nodes.items()
            if node.shown is Shown.HIDDEN
            and node.silent is not None
            and now - node.silent >= REMEMBERED
        }
        for peers in self._rooms.values():
            over = [
                client_id
                for client_id, said in peers.items()
                if said.node in lost or (said.gone is not None and now - said.gone >= REMEMBERED)
            ]
            for client_id in over:
                del peers[client_id]
        for name in lost:
            del self._nodes[name]


def _returns(known: Said, entry: Entry, letter: Letter) -> bool:
    """Whether somebody is there after all, who has not moved since they were taken to have left.

    A node says so in all of its entries, when it can be heard again.
    """
    is_same = known.node == letter.node and known.clock == entry.clock
    return known.presumed and is_same and letter.kind is Kind.ALL


def _end(
    peers: dict[int, Said], client_ids: Iterable[int], now: float, presumed: bool = False
) -> list[Entry]:
    """Note that some have left; give those who had not."""
    ended = []
    for client_id in client_ids:
        said = peers[client_id]
        if said.state is not None:
            peers[client_id] = Said(said.node, said.clock, None, now, presumed)
            ended.append(Entry(client_id, said.clock, None))
        elif not presumed:
            said.presumed = False
    return ended


def _as_shown(state: State, shown: Shown) -> State | None:
    if shown is Shown.HIDDEN:
        return None
    return {**state, MARK: True} if shown is Shown.STALE else state
