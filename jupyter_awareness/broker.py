"""How rooms reach other server processes: publish what changed, deliver what others published.

First floor: an interface, and the broker of a deployment that is one process.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from .journal import Journal
from .protocol import Entry

__all__ = ["Broker", "BrokerOptions", "Deliver", "Digest", "LocalBroker", "Snapshot"]

Deliver: TypeAlias = Callable[[str, Sequence[Entry]], None]
"""Called with a room's id and entries that another process published there."""

Snapshot: TypeAlias = Callable[[str], tuple[int, Sequence[Entry]]]
"""Gives the number up to which a room has been told, and the entries of this process's members."""

Digest: TypeAlias = Callable[[str], Awaitable["bytes | None"]]
"""Digests the file that a room is of; None if this server cannot read it."""


@dataclass(frozen=True, slots=True)
class BrokerOptions:
    """What the settings say of a broker, and whose server this is; its log is the server's.

    With ``digest`` a broker proves that this server reads what is in its rooms.
    """

    url: str
    secret: str
    log: Journal
    username: str = ""
    digest: Digest | None = None


class Broker(ABC):
    """Carries entries between the processes of one deployment.

    `publish` returns at once and never raises for a network's sake: what people on the same server
    see does not wait for the others. Nobody gets back what it published itself, and what one
    process publishes arrives in its order. Rooms may be named before the start, as people come in
    while a network is being reached, and nothing fails after the end, as they still leave.
    """

    @classmethod
    def make(cls, options: BrokerOptions) -> Broker:
        """Make one as the settings say; one that has nothing to be set is just made."""
        return cls()

    @property
    def name(self) -> str:
        """What it is called where servers tell of themselves."""
        return type(self).__name__

    @abstractmethod
    async def start(self, deliver: Deliver, snapshot: Snapshot) -> None:
        """Begin; both are called on the event loop.

        Args:
            deliver: is told what happens elsewhere, in the rooms subscribed to.
            snapshot: asked for all that is to be said of a room.
        """

    @abstractmethod
    async def stop(self) -> None:
        """End; afterwards nothing is delivered. Stopping twice is allowed."""

    @abstractmethod
    def subscribe(self, room: str) -> None:
        """This process has members in the room. Doing it twice is doing it once."""

    @abstractmethod
    def unsubscribe(self, room: str) -> None:
        """This process has no members in the room any more."""

    @abstractmethod
    def publish(self, room: str, entries: Sequence[Entry]) -> None:
        """Tell the other processes; entries carry the room's numbers as clocks."""


class LocalBroker(Broker):
    """The broker of a single process: there is nobody else to reach."""

    async def start(self, deliver: Deliver, snapshot: Snapshot) -> None:
        """Nothing to begin."""

    async def stop(self) -> None:
        """Nothing to end."""

    def subscribe(self, room: str) -> None:
        """Nobody else publishes."""

    def unsubscribe(self, room: str) -> None:
        """Nobody else publishes."""

    def publish(self, room: str, entries: Sequence[Entry]) -> None:
        """Nobody else listens."""
