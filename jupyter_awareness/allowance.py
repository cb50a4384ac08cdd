"""What one person, and one connection, may ask of the server in a second, and how many there are.

Ground floor: pure; time is an argument.
"""

from __future__ import annotations

from typing import NamedTuple

from .protocol import CloseCode, Entry, Refused
from .rate import Rate

__all__ = ["Allowance", "Allowances", "Allowed"]

PEERS_OF_A_FRAME = 25  # peers that a snapshot shows at the price of one frame
AT_ONCE = 0.25  # seconds of changes that a person may save up: more would delay everybody's
NOT_WORTH_A_TIMER = 0.001  # seconds
BYTES_OF_AN_ENTRY = 256  # that take as long to read as an entry does, however small it is


class Allowed(NamedTuple):
    """The traits of the same names, each without its ``max_``, say more. A rate of 0 is none."""

    connections: int = 3_000
    connections_per_user: int = 200
    updates_per_second: float = 100.0
    updates_per_second_per_user: float = 1_000.0
    received_bytes_per_second: float = 8_000_000.0
    changed_bytes_per_second: float = 128_000.0


class Person:
    """What all connections of one person use together."""

    __slots__ = ("changed", "connections", "received", "updates")

    def __init__(self, allowed: Allowed, now: float) -> None:
        self.connections = 0
        self.updates = Rate(allowed.updates_per_second_per_user, now)
        self.received = Rate(allowed.received_bytes_per_second, now)
        self.changed = Rate(allowed.changed_bytes_per_second, now, AT_ONCE)

    def rested(self, now: float) -> bool:
        """Whether a new record of this person would say the same."""
        rates = (self.updates, self.received, self.changed)
        return not self.connections and all(rate.rested(now) for rate in rates)


class Allowance:
    """What one connection may still do; part of it is its person's.

    ``held`` is what it said of its ids and the room is not told yet: the latest of each.
    """

    __slots__ = ("_person", "_updates", "held")

    def __init__(self, updates_per_second: float, person: Person, now: float) -> None:
        self._updates = Rate(updates_per_second, now)
        self._person = person
        self.held: dict[int, Entry] = {}

    def hear(self, size: int, now: float, echo: bool = False, frames: int = 1) -> None:
        """Pay for frames of so many bytes, before anything is made of them; an echo is no update.

        Raises:
            Refused: there were too many, or too much of them (4429).
        """
        if not echo and not self._updates.allows(now, frames):
            raise _too_fast("You send more frames a second than is allowed.", "updates_per_second")
        if not echo and not self._person.updates.allows(now, frames):
            reason = "Your connections together send more frames a second than is allowed."
            raise _too_fast(reason, "updates_per_second_per_user")
        self._receive(size, now)

    def read(self, entries: int, now: float) -> None:
        """Pay for the entries of the last frame.

        Raises:
            Refused: there were too many (4429).
        """
        self._receive(entries * BYTES_OF_AN_ENTRY, now)

    def hold_for(self, now: float) -> float:
        """Seconds for which what this connection says must wait before others are told it."""
        wait = self._person.changed.wait(now)
        return wait if wait > NOT_WORTH_A_TIMER else 0

    def change(self, size: int, now: float) -> None:
        """Pay for news of so many bytes: everybody in the room is sent them."""
        self._person.changed.spend(now, size)

    def ask(self, peers: int, now: float) -> None:
        """Pay for a snapshot of so many peers.

        Raises:
            Refused: there were too many (4429).
        """
        cost = peers // PEERS_OF_A_FRAME
        if not (self._updates.allows(now, cost) and self._person.updates.allows(now, cost)):
            reason = "You ask for more snapshots a second than is allowed."
            raise _too_fast(reason, "updates_per_second_per_user")

    def _receive(self, size: int, now: float) -> None:
        if not self._person.received.allows(now, size):
            reason = "You send more bytes a second than is allowed."
            raise _too_fast(reason, "received_bytes_per_second")


class Allowances:
    """Who is here, and what each may still do. Nothing is remembered of who left and rested."""

    def __init__(self, allowed: Allowed) -> None:
        self._allowed = allowed
        self._persons: dict[str, Person] = {}
        self.connections = 0

    def __len__(self) -> int:
        """Of how many something is remembered."""
        return len(self._persons)

    @property
    def people(self) -> int:
        """How many have a connection."""
        return sum(person.connections > 0 for person in self._persons.values())

    def enter(self, principal: str, now: float) -> Allowance:
        """Count one more connection of somebody.

        Raises:
            Refused: there are too many (4429).
        """
        allowed = self._allowed
        person = self._persons.get(principal) or Person(allowed, now)
        if person.connections >= allowed.connections_per_user:
            reason = f"You have all your {allowed.connections_per_user} connections."
            raise _too_fast(reason, "connections_per_user")
        if self.connections >= allowed.connections:
            reason = f"The server has all its {allowed.connections} connections."
            raise _too_fast(reason, "connections")
        self._persons[principal] = person
        person.connections += 1
        self.connections += 1
        return Allowance(allowed.updates_per_second, person, now)

    def leave(self, principal: str) -> None:
        """Count one less."""
        self._persons[principal].connections -= 1
        self.connections -= 1

    def sweep(self, now: float) -> None:
        """Forget who is not here and would be allowed everything."""
        for principal in [who for who, person in self._persons.items() if person.rested(now)]:
            del self._persons[principal]


def _too_fast(reason: str, bound: str) -> Refused:
    return Refused(CloseCode.TOO_MUCH, reason, f"max_{bound}")
