"""What all connections have in common: the rooms that they lead to, and that all end some time.

Top floor: asked by the handlers; the application makes one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from tornado.ioloop import IOLoop

from .events import Events
from .journal import Journal
from .keys import DocumentKeys
from .line import Line
from .liveness import Liveness
from .protocol import CloseCode, Limits, ProtocolError, Refused
from .rate import Rate
from .rooms import Rooms
from .tally import Tally

__all__ = ["Door"]

COMPLAINTS = 5  # warnings a second, so that nobody fills a disk with them; the others are debug
PINGS_PER_TIMEOUT = 3
MOST_UNREADABLE = 1_000  # people who are remembered
TURNS_PER_PING = 8  # in which some are asked, for not all to be asked at once


class Connection(Protocol):
    """One that was let in."""

    line: Line
    liveness: Liveness

    def ask(self) -> None:
        """Ask for a sign of life."""

    def close(self, code: int | None = None, reason: str | None = None) -> None:
        """Close the connection."""


@dataclass(frozen=True, slots=True)
class Door:
    """What is needed to let people in; times in seconds.

    ``unreadable`` are principals whose client, or a proxy before it, does not compress as agreed.
    """

    enabled: bool
    rooms: Rooms
    limits: Limits
    clock: Callable[[], float]
    topics_allowed: list[str]
    keys: DocumentKeys
    client_timeout: float
    hello: dict[str, Any]
    on_activity: Callable[[], None]
    events: Events
    log: Journal
    tally: Tally = field(default_factory=Tally)
    connections: set[Connection] = field(default_factory=set)
    leaving: set[Connection] = field(default_factory=set)  # until they have said goodbye
    unreadable: set[str] = field(default_factory=set)
    complaints: Rate = field(default_factory=lambda: Rate(COMPLAINTS, 0))

    @property
    def ping_interval(self) -> float:
        """Seconds between two pings of one connection."""
        return self.client_timeout / PINGS_PER_TIMEOUT

    @property
    def turn(self) -> float:
        """Seconds between two calls of `ping`."""
        return self.ping_interval / TURNS_PER_PING

    def shut(self) -> None:
        """Tell everybody that the server goes away; wait no more for those who had to go before."""
        for connection in list(self.leaving):
            connection.line.on_connection_close()
        for connection in list(self.connections):
            connection.close(CloseCode.GOING_AWAY, "The server is shutting down.")

    def ping(self) -> None:
        """Ask everybody whose turn it is for a sign of life."""
        now = IOLoop.current().time()
        for connection in list(self.connections):
            if now >= connection.liveness.due:
                connection.ask()

    def misread(self, principal: str) -> None:
        """Agree to no compression with somebody again."""
        if len(self.unreadable) >= MOST_UNREADABLE:
            self.unreadable.clear()
        self.unreadable.add(principal)

    def note(self, username: str, kind: str, why: ProtocolError | Refused) -> None:
        """Note who is refused, in a room of which kind, but not so often that it fills a disk."""
        self.tally.refused[why.cause] += 1
        told = self.complaints.allows(self.clock())
        level = logging.WARNING if told else logging.DEBUG
        self.log.log(level, "Closing a connection to %s: %s", kind, why.reason)
        if told:
            self.events.refused(username, kind, why.code, why.cause)
