"""Rooms by id: who may still come in, who is where, and when a room is freed.

First floor: plain synchronous calls; no handler, no traits; the clock and the timer are handed in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from .broker import Broker
from .feed import Item
from .hub import Hub, Timer
from .identity import Colors, Policy, user_from_model, username_of
from .outbox import Write
from .pace import Pace
from .protocol import CloseCode, Entry
from .room import Member, Refused, Room, RoomLimits

__all__ = ["Rooms", "Rules", "Visitor"]


@dataclass(frozen=True, slots=True)
class Rules:
    """How rooms behave; times in seconds. The traits of the same names say more."""

    flush_interval: float = 0.0
    max_bytes_per_second: float = 0.0
    renewal_interval: float = 20.0
    reconnect_grace: float = 3.0
    max_rooms: int = 10_000
    max_connections_per_user: int = 200
    limits: RoomLimits = RoomLimits()
    policy: Policy = Policy()


@dataclass(frozen=True, slots=True)
class Visitor:
    """A connection that was let in: who it is and how it speaks.

    ``model`` is the identity model of the verified user; ``principal`` is what the connection
    proved, equal for connections of one person; ``writes`` says whether others may see it;
    ``client_id`` is the id that a client of our own subprotocol named, None for a stock client.
    """

    model: Mapping[str, Any]
    principal: str
    writes: bool
    client_id: int | None


class Rooms:
    """All rooms of this server process.

    Args:
        rules: how rooms behave.
        broker: takes to other processes what members here said.
        clock: seconds since the epoch, by a clock that never goes back.
        timer: calls back once after some seconds.
        stopwatch: counts the seconds that this thread has had of the processor.
    """

    def __init__(
        self,
        rules: Rules,
        broker: Broker,
        clock: Callable[[], float],
        timer: Timer,
        stopwatch: Callable[[], float],
    ) -> None:
        self.rules = rules
        self._pace = Pace(rules.flush_interval, rules.max_bytes_per_second)
        self._stopwatch = stopwatch
        self._broker = broker
        self._clock = clock
        self._timer = timer
        self._colors = Colors(rules.policy.palette)
        self._connections: Counter[str] = Counter()
        self._hubs: dict[str, Hub] = {}
        self._where: dict[Member, tuple[str, Hub]] = {}

    def __len__(self) -> int:
        return len(self._hubs)

    def __contains__(self, room_id: object) -> bool:
        return room_id in self._hubs

    @property
    def broker(self) -> str:
        """The name of what takes changes to other server processes."""
        return type(self._broker).__name__

    def ids(self) -> list[str]:
        """The rooms that somebody is in, seen or not."""
        return list(self._hubs)

    def seen(self, room_id: str) -> list[Item]:
        """What a room says of those who are seen in it; the oldest change first."""
        hub = self._hubs.get(room_id)
        return hub.room.feed.living() if hub else []

    def join(self, room_id: str, visitor: Visitor, write: Write) -> Member:
        """Let a visitor into a room; its first frame, the snapshot, is written before this returns.

        Raises:
            Refused: a limit is reached (4429), or the client id is somebody else's (4409);
                nothing has changed then.
        """
        now = self._clock()
        hub = self._hubs.get(room_id)
        self._check_limits(hub, visitor)
        if hub is None:
            room = Room(self.rules.limits, self.rules.policy)
            publish = partial(self._broker.publish, room_id)
            hub = Hub(room, self._pace, self._timer, self._stopwatch, publish, now)
        color = self._colors.take(username_of(visitor.model))
        user = user_from_model(visitor.model, color)
        member = Member(user, visitor.principal, now, visitor.writes)
        try:
            if visitor.client_id is not None:
                hub.room.join(member, visitor.client_id)
        except Refused:
            self._colors.give_back(user["username"])
            raise
        if room_id not in self._hubs:
            self._hubs[room_id] = hub
            self._broker.subscribe(room_id)
        self._connections[visitor.principal] += 1
        self._where[member] = (room_id, hub)
        hub.add(member, write, stock=visitor.client_id is None, now=now)
        return member

    def receive(self, member: Member, entries: Iterable[Entry]) -> bool:
        """Take what a member says of its own client ids, and tell the others.

        Returns:
            Whether it said anything new.

        Raises:
            Refused: the room is full (4429).
        """
        _, hub = self._where[member]
        now = self._clock()
        stranger = not member.introduced
        news = hub.room.receive(member, entries, now)
        if stranger:
            hub.introduced(member, now)
        if news:
            hub.changed()
        return news

    def query(self, member: Member) -> None:
        """Answer a member that asks for everybody's state."""
        _, hub = self._where[member]
        hub.send_snapshot(member, self._clock())

    def tell(self, member: Member, frame: bytes) -> None:
        """Send a member something that is not a change of the room."""
        _, hub = self._where[member]
        hub.members[member].tell(frame)

    def leave(self, member: Member, broken: bool) -> None:
        """End a connection; a broken one may come back within the grace as if nothing was."""
        room_id, hub = self._where.pop(member)
        hub.discard(member)
        grace = self.rules.reconnect_grace if broken else 0
        if hub.room.leave(member, self._clock(), grace):
            hub.changed()
        give_back = partial(self._colors.give_back, member.user["username"])
        if grace:
            self._timer(grace, give_back)
        else:
            give_back()
        self._connections[member.principal] -= 1
        if not self._connections[member.principal]:
            del self._connections[member.principal]
        self._free(room_id, hub)

    def deliver(self, room_id: str, entries: Sequence[Entry]) -> None:
        """Take what another process published; for rooms without members here it is nothing."""
        hub = self._hubs.get(room_id)
        if hub is not None and hub.room.deliver(entries, self._clock()):
            hub.changed()

    def local(self, room_id: str) -> tuple[int, list[Entry]]:
        """What other processes are to know of a room: up to which number, and who of here is seen.

        Of a room that has been freed: that nobody is.
        """
        hub = self._hubs.get(room_id)
        if hub is None:
            return int(self._clock() * 1e6), []
        feed = hub.room.feed
        seen = (item for item in feed.living() if item.local)
        return feed.number, [Entry(item.client_id, item.number, item.state) for item in seen]

    def sweep(self) -> None:
        """What time alone brings: graces end, stock clients are renewed, empty rooms go."""
        now = self._clock()
        for room_id, hub in list(self._hubs.items()):
            if hub.room.expire(now):
                hub.changed()
            hub.stop_waiting(now)
            hub.renew(now, self.rules.renewal_interval)
            hub.forget()
            self._free(room_id, hub)

    def close(self) -> None:
        """The process ends: nobody comes back to it, so no grace outlives it."""
        for room_id, hub in list(self._hubs.items()):
            hub.room.expire(self._clock(), early=self.rules.reconnect_grace)
            self._free(room_id, hub)

    def _free(self, room_id: str, hub: Hub) -> None:
        if not hub.members and hub.room.empty:
            hub.flush()  # other processes are told before this one listens no more
            del self._hubs[room_id]
            self._broker.unsubscribe(room_id)

    def _check_limits(self, hub: Hub | None, visitor: Visitor) -> None:
        rules = self.rules
        if hub is None and len(self._hubs) >= rules.max_rooms:
            raise Refused(CloseCode.TOO_MUCH, f"The server has all its {rules.max_rooms} rooms.")
        if self._connections[visitor.principal] >= rules.max_connections_per_user:
            reason = f"You have all your {rules.max_connections_per_user} connections."
            raise Refused(CloseCode.TOO_MUCH, reason)
