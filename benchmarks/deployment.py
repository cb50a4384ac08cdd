#!/usr/bin/env python
"""Count what one server process of a large deployment has to do, without sockets.

    python benchmarks/deployment.py            up to 100 processes and 100,000 people; a minute

Everybody is in one document with nine others, who are anywhere, and moves once. A process hears
only of rooms in which it has members, so what it does must not grow with the deployment.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import NamedTuple

from jupyter_awareness.broker import Broker, Deliver, Snapshot
from jupyter_awareness.protocol import Entry, Packet
from jupyter_awareness.rooms import Rooms, Rules, Visitor

PER_NODE = 1_000  # people
PER_ROOM = 10
SIZES = (1, 4, 10, 40, 100)  # processes


class Bus:
    """What is between the processes: it knows who listens to what, and counts."""

    def __init__(self) -> None:
        self.listeners: dict[str, list[Node]] = defaultdict(list)


class Node(Broker):
    """One process: its rooms, and how much it hears and says."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self.said = self.heard = 0
        self._due: list[Callable[[], None]] = []
        self.rooms = Rooms(Rules(), self, time.time, self._later, lambda: 0.0)

    def _later(self, seconds: float, callback: Callable[[], None]) -> None:
        self._due.append(callback)

    def settle(self) -> None:
        """Let what is due happen: windows in which changes are gathered end."""
        while self._due:
            self._due.pop()()

    async def start(self, deliver: Deliver, snapshot: Snapshot) -> None:
        """Nothing to begin."""

    async def stop(self) -> None:
        """Nothing to end."""

    def subscribe(self, room: str) -> None:
        """There are members here."""
        self._bus.listeners[room].append(self)

    def unsubscribe(self, room: str) -> None:
        """There are none any more."""
        self._bus.listeners[room].remove(self)

    def publish(self, room: str, entries: Sequence[Entry]) -> None:
        """Let the others hear it."""
        self.said += len(entries)
        for other in self._bus.listeners[room]:
            if other is not self:
                other.hear(room, entries)

    def hear(self, room: str, entries: Sequence[Entry]) -> None:
        """Take what another said."""
        self.heard += len(entries)
        self.rooms.deliver(room, entries)
        self.settle()


def ignore(packet: Packet) -> None:
    """Stand in for a socket that is always ready."""


class Work(NamedTuple):
    """What processes do: on average, and what the busiest hears."""

    rooms: float
    said: float
    heard: float
    most: int


def deploy(count: int, per_node: int = PER_NODE) -> Work:
    """Bring everybody in and let them move."""
    bus, chance = Bus(), random.Random(count)
    nodes = [Node(bus) for _ in range(count)]
    people = count * per_node
    places = list(range(people))
    chance.shuffle(places)
    for number, place in enumerate(places, 1):
        node = nodes[place % count]
        room = f"file:document {number % (people // PER_ROOM)}"
        name = f"person {number}"
        visitor = Visitor({"username": name}, f"user:{name}", True, True, number, path=room)
        member = node.rooms.join(room, visitor, ignore)
        node.rooms.receive(member, [Entry(number, 1, {"cursor": {"position": 1}})])
        node.settle()
    return Work(
        rooms=sum(len(node.rooms) for node in nodes) / count,
        said=sum(node.said for node in nodes) / count,
        heard=sum(node.heard for node in nodes) / count,
        most=max(node.heard for node in nodes),
    )


def main() -> None:
    """Grow a deployment."""
    print("| processes | people | rooms of each | entries it says | hears, mean | most |")
    print("|---|---|---|---|---|---|")
    for count in SIZES:
        rooms, said, heard, most = deploy(count)
        print(f"| {count} | {count * PER_NODE:,} | {rooms:,.0f} | {said:,.0f} |", end="")
        print(f" {heard:,.0f} | {most:,} |", flush=True)


if __name__ == "__main__":
    main()
