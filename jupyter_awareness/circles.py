"""Who in the room of a file has proved to read the same: circles of servers that hear each other.

Ground floor: a table and plain calls; time and nonces are arguments.

Whoever knows where a file is can name its room. So a server that enters is in a circle of its own.
All that are there prove at the same time, for the same nonce, that they read the file now; equal
proofs bring their circles together. An invented proof equals none. Whoever proves something else
than the others of its circle, as it reads no more what they read, is put out of it, but not at
once: the file may just be being saved, or a file system may be slow to show what is new.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

__all__ = ["Change", "Circles", "Server"]

Server: TypeAlias = tuple[str, str]
"""Whose it is, and what it calls itself."""

ANSWER = 3.0  # seconds that all have to prove something
GAP = 0.5  # seconds between the beginnings of two trials, at least
AGAIN = 15.0  # seconds between two trials when nothing happens
PATIENCE = 20.0  # seconds for which one may prove something else and stay
REMEMBERED = 10.0  # seconds for which a server that lost its connection keeps its place


@dataclass(slots=True)
class Change:
    """What is to be said after something has happened.

    ``asked`` are to prove, for ``nonce``, that they read the file. ``met`` are in another circle
    from now on: they and those who are there do not know of each other yet. Of each pair in
    ``parted`` the first is to be told that nobody of the second is to be seen any more.
    """

    nonce: str = ""
    asked: list[Server] = field(default_factory=list)
    met: set[Server] = field(default_factory=set)
    parted: list[tuple[Server, Server]] = field(default_factory=list)


@dataclass(slots=True)
class _Place:
    """A server's; times in seconds, and None while it is not so."""

    circle: set[Server]
    proof: str | None = None  # of this trial
    doubted: float | None = None
    away: float | None = None


class Circles:
    """The servers that are in the room of one file.

    Args:
        make_nonce: gives another one at each call, that nobody can know before.
    """

    def __init__(self, make_nonce: Callable[[], str]) -> None:
        self._make_nonce = make_nonce
        self._places: dict[Server, _Place] = {}
        self._nonce = ""  # while a trial is on
        self._began = float("-inf")
        self._next = float("inf")
        self._fruitless = 0  # trials, one after the other

    def __len__(self) -> int:
        return len(self._places)

    def together(self, one: Server, other: Server) -> bool:
        """Whether two servers hear each other."""
        place = self._places.get(one)
        return place is not None and other in place.circle

    def enter(self, server: Server, now: float) -> Change:
        """A server comes, into a circle of its own, or comes back, into the one that it was in."""
        place = self._places.setdefault(server, _Place({server}))
        place.proof = place.away = None
        self._fruitless = 0
        if self._nonce:
            return Change(self._nonce, [server])
        self._next = self._began + GAP
        return self.step(now)

    def leave(self, server: Server) -> Change:
        """A server is in the room no more."""
        change = Change()
        place = self._places.pop(server, None)
        if place is not None:
            place.circle.discard(server)
            change.parted = [(other, server) for other in place.circle]
        return change

    def lose(self, server: Server, now: float) -> None:
        """A server's connection has ended; it keeps its place among others for a while."""
        place = self._places.get(server)
        if place is not None and len(place.circle) > 1:
            place.proof, place.away = None, now
        else:
            self.leave(server)

    def answer(self, server: Server, nonce: str, proof: str, now: float) -> Change:
        """A server proves that it reads the file, or says by an empty proof that it cannot."""
        change = Change()
        place = self._places.get(server)
        if place is None or not nonce or nonce != self._nonce or place.proof is not None:
            return change
        place.proof = proof
        for other in self._places.values():
            if proof and other.proof == proof and other.circle is not place.circle:
                change.met |= self._join(place.circle, other.circle)
        if all(one.proof is not None for one in self._places.values() if one.away is None):
            self._conclude(now, change)
        return change

    def step(self, now: float) -> Change:
        """Do what time brings."""
        change = Change()
        for server, place in list(self._places.items()):
            if place.away is not None and now - place.away >= REMEMBERED:
                change.parted += self.leave(server).parted
        if self._nonce and now - self._began >= ANSWER:
            self._conclude(now, change)
        if not self._nonce and now >= self._next:
            self._begin(now, change)
        return change

    def _begin(self, now: float, change: Change) -> None:
        """Ask all that are there for a proof; whoever is alone need not prove anything."""
        present = [server for server, place in self._places.items() if place.away is None]
        self._next = float("inf")
        if len(present) > 1:
            self._nonce, self._began = self._make_nonce(), now
            for place in self._places.values():
                place.proof = None
            change.nonce, change.asked = self._nonce, present

    def _join(self, one: set[Server], other: set[Server]) -> set[Server]:
        """Make one circle of two; give those who come to the others."""
        fewer, more = sorted((one, other), key=len)
        more |= fewer
        for server in fewer:
            self._places[server].circle = more
        return fewer

    def _conclude(self, now: float, change: Change) -> None:
        """End a trial, and say when the next one is: later and later, if it brings nothing new."""
        self._nonce = ""
        circles = list({id(place.circle): place.circle for place in self._places.values()}.values())
        doubts = [self._judge(circle, now, change) for circle in circles]
        self._fruitless = self._fruitless + 1 if len(circles) > 1 or any(doubts) else 0
        soon = GAP * 2 ** min(self._fruitless, 10)
        self._next = now + (min(soon, AGAIN) if self._fruitless else AGAIN)

    def _judge(self, circle: set[Server], now: float, change: Change) -> bool:
        """See who proves something else than most of its circle; whether somebody does."""
        present = {s: self._places[s] for s in sorted(circle) if self._places[s].away is None}
        counts = Counter(place.proof for place in present.values())
        most = max(counts, key=lambda proof: (bool(proof), counts[proof]), default=None)
        over: dict[str | Server, set[Server]] = {}
        for server, place in present.items():
            if len(circle) == 1 or (place.proof == most and most is not None):
                place.doubted = None
            elif place.doubted is None:
                place.doubted = now
            elif now - place.doubted >= PATIENCE:
                over.setdefault(place.proof or server, set()).add(server)
        self._put_out(circle, over.values(), change)
        return any(place.doubted is not None for place in present.values())

    def _put_out(self, circle: set[Server], groups: Iterable[set[Server]], change: Change) -> None:
        """Give groups of a circle's servers circles of their own."""
        for group in groups:
            circle -= group
            for server in sorted(group):
                self._places[server].circle, self._places[server].doubted = group, None
                for other in sorted(circle):
                    change.parted += [(server, other), (other, server)]
