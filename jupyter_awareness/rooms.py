"""Rooms by id: who may still come in, who is where, and when a room is freed.

First floor: plain synchronous calls; no handler, no traits; the clock and the timer are handed in.
"""

from __future__ import annotations

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
from .principals import Principal, Principals
from .privacy import without_places
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
    proved, equal for connections of one person; ``writes`` says whether others may see it, and
    ``reads`` whether it may read documents; ``client_id`` is the id that a client of our own
    subprotocol named, None for a stock client.
    """

    model: Mapping[str, Any]
    principal: str
    writes: bool
    reads: bool
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
        self._principals = Principals()
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
            publish = partial(self._tell_elsewhere, room_id)
            hub = Hub(room, self._pace, self._timer, self._stopwatch, publish, now)
        user = user_from_model(visitor.model, self._colors.of(username_of(visitor.model)))
        principal = self._principals.of(visitor.principal)
        member = Member(
            user, principal.name, now, visitor.writes, visitor.reads, documents=principal
        )
        if visitor.client_id is not None:
            hub.room.join(member, visitor.client_id)
        if room_id not in self._hubs:
            self._hubs[room_id] = hub
            if _travels(room_id):
                self._broker.subscribe(room_id)
        self._where[member] = (room_id, hub)
        principal.members.add(member)
        self._principals.keep(principal)
        hub.add(member, write, stock=visitor.client_id is None, now=now)
        self._open(principal, room_id)
        return member

    def receive(self, member: Member, entries: Iterable[Entry]) -> bool:
        """Take what a member says of its own client ids, and tell the others.

        Returns:
            Whether it said anything new.

        Raises:
            Refused: the room is full (4429), or the client id became somebody else's (4409).
        """
        _, hub = self._where[member]
        now = self._clock()
        stranger = not member.introduced
        if member.color is None:
            self._dress(member)
        news = hub.room.receive(member, entries, now)
        self._note_color(member, hub.room.color_of(member))
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
        principal = self._principals.of(member.principal)
        principal.members.discard(member)
        end = partial(self._end, member, principal, room_id)
        if grace:
            self._timer(grace, end)
        else:
            end()
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
        seen = [item for item in feed.living() if item.local]
        return feed.number, [
            _abroad(Entry(item.client_id, item.number, item.state)) for item in seen
        ]

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

    def _end(self, member: Member, principal: Principal, room_id: str) -> None:
        """Nothing is left of a connection, not even the grace in which it may come back."""
        self._note_color(member, None)
        path = document_of(room_id)
        if path is not None and principal.close(path):
            self._resign(principal)
        self._principals.forget(principal)

    def _open(self, principal: Principal, room_id: str) -> None:
        path = document_of(room_id)
        if path is not None and principal.open(path):
            self._resign(principal)

    def _resign(self, principal: Principal) -> None:
        """The documents have changed of which a person is shown where in them they are."""
        for member in principal.members:
            _, hub = self._where[member]
            if hub.room.resign(member, self._clock()):
                hub.changed()

    def _dress(self, member: Member) -> None:
        """Give whoever may come into sight now the colour that is theirs now."""
        color = self._colors.of(member.user["username"])
        if color != member.user["color"]:
            member.user = {**member.user, "color": color}

    def _note_color(self, member: Member, color: str | None) -> None:
        """A member is seen in a colour, or (None) not any more."""
        if color == member.color:
            return
        if color is not None:
            self._colors.hold(member.user["username"], color)
        if member.color is not None:
            self._colors.give_back(member.user["username"])
        member.color = color

    def _free(self, room_id: str, hub: Hub) -> None:
        if not hub.members and hub.room.empty:
            hub.flush()  # other processes are told before this one listens no more
            del self._hubs[room_id]
            if _travels(room_id):
                self._broker.unsubscribe(room_id)

    def _tell_elsewhere(self, room_id: str, entries: Sequence[Entry]) -> None:
        if _travels(room_id):
            self._broker.publish(room_id, [_abroad(entry) for entry in entries])

    def _check_limits(self, hub: Hub | None, visitor: Visitor) -> None:
        rules = self.rules
        if hub is None and len(self._hubs) >= rules.max_rooms:
            raise Refused(CloseCode.TOO_MUCH, f"The server has all its {rules.max_rooms} rooms.")
        principal = self._principals.of(visitor.principal)
        if len(principal.members) >= rules.max_connections_per_user:
            reason = f"You have all your {rules.max_connections_per_user} connections."
            raise Refused(CloseCode.TOO_MUCH, reason)


def document_of(room_id: str) -> str | None:
    """The contents path of the document that a room is of, None if it is of none."""
    kind, _, subject = room_id.partition(":")
    return subject if kind == "document" else None


def _travels(room_id: str) -> bool:
    """Whether a room may have members on other servers.

    A document's may not: its path is a name on this server, and another's file on the next.
    """
    return not room_id.startswith("document:")


def _abroad(entry: Entry) -> Entry:
    """What other servers are told: no paths, which are names on this one."""
    return entry if entry.state is None else entry._replace(state=without_places(entry.state))
