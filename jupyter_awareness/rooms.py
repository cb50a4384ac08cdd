"""Rooms by id: who may still come in, who is where, and when a room is freed.

First floor: plain synchronous calls; no handler, no traits; the clock and the timer are handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from .allowance import Allowance, Allowances, Allowed
from .atlas import FILE, Atlas
from .broker import Broker
from .feed import Item
from .hub import Hub, Timer
from .identity import Colors, Policy, look_of, user_from_model, username_of
from .outbox import Write
from .pace import Pace
from .principals import Principal, Principals
from .protocol import CloseCode, Entry, Refused
from .room import Member, Room, RoomLimits
from .tally import Tally

__all__ = ["Rooms", "Rules", "Visitor", "kind_of"]

LOBBY = "lobby"


class Rules(NamedTuple):
    """How rooms behave; times in seconds. The traits of the same names say more."""

    flush_interval: float = 0.0
    max_bytes_per_second: float = 0.0
    renewal_interval: float = 20.0
    reconnect_grace: float = 3.0
    max_rooms: int = 10_000
    allowed: Allowed = Allowed()
    limits: RoomLimits = RoomLimits()
    policy: Policy = Policy()


class Visitor(NamedTuple):
    """A connection that was let in: who it is and how it speaks.

    ``model`` is the identity model of the verified user; ``principal`` is what the connection
    proved, equal for connections of one person; ``writes`` says whether others may see it, and
    ``reads`` whether it may read documents; ``client_id`` is the id that a client of our own
    subprotocol named, None for a stock client. ``path`` is that of the document that the room is
    of, as this server's clients call it.
    """

    model: Mapping[str, Any]
    principal: str
    writes: bool
    reads: bool
    client_id: int | None
    path: str | None = None


class Place(NamedTuple):
    """Where a member is, by which path, and what its connection may still do."""

    room_id: str
    hub: Hub
    allowance: Allowance
    path: str | None


class Rooms:
    """All rooms of this server process.

    Args:
        rules: how rooms behave.
        broker: takes to other processes what members here said.
        clock: seconds since the epoch, by a clock that never goes back.
        timer: calls back once after some seconds.
        stopwatch: counts the seconds that this thread has had of the processor.
        tally: counts how long rooms take to tell what changed.
        atlas: is told which documents are open.
    """

    def __init__(
        self,
        rules: Rules,
        broker: Broker,
        clock: Callable[[], float],
        timer: Timer,
        stopwatch: Callable[[], float],
        tally: Tally | None = None,
        atlas: Atlas | None = None,
    ) -> None:
        self.rules = rules
        told = (tally or Tally()).flushed
        self._pace = Pace(rules.flush_interval, rules.max_bytes_per_second, clock(), told)
        self._stopwatch = stopwatch
        self._atlas = atlas or Atlas()
        self._broker = broker
        self._clock = clock
        self._timer = timer
        self._colors = Colors(rules.policy.palette)
        self._allowances = Allowances(rules.allowed)
        self._principals = Principals()
        self._hubs: dict[str, Hub] = {}
        self._where: dict[Member, Place] = {}

    def __len__(self) -> int:
        return len(self._hubs)

    def __contains__(self, room_id: object) -> bool:
        return room_id in self._hubs

    @property
    def broker(self) -> str:
        """The name of what takes changes to other server processes."""
        return self._broker.name

    @property
    def people(self) -> int:
        """How many people have a connection."""
        return self._allowances.people

    @property
    def connections(self) -> int:
        """How many connections there are."""
        return self._allowances.connections

    @property
    def slow_readers(self) -> int:
        """How many members have a frame that they have not taken yet."""
        outboxes = (box for hub in self._hubs.values() for box in hub.members.values())
        return sum(box.in_flight for box in outboxes)

    def ids(self) -> list[str]:
        """The rooms that somebody is in, seen or not."""
        return list(self._hubs)

    def name_of(self, room_id: str) -> str | None:
        """What clients of this server call a room; None while nobody here has its file open."""
        if not room_id.startswith(FILE):
            return room_id
        path = self._atlas.path_of(room_id[len(FILE) :])
        return None if path is None else f"document:{path}"

    def seen(self, room_id: str) -> list[Item]:
        """What a room says of those who are seen in it; the oldest change first."""
        hub = self._hubs.get(room_id)
        return hub.room.feed.living() if hub else []

    def join(self, room_id: str, visitor: Visitor, write: Write, deflates: bool = False) -> Member:
        """Let a visitor into a room; its first frame, the snapshot, is written before this returns.

        Args:
            room_id: the room.
            visitor: who comes.
            write: hands a frame to its socket.
            deflates: whether that takes compressed frames.

        Raises:
            Refused: a limit is reached (4429), or the client id is somebody else's (4409);
                nothing has changed then.
        """
        now = self._clock()
        allowance = self._allowances.enter(visitor.principal, now)
        user = user_from_model(visitor.model, self._color_of(username_of(visitor.model)))
        principal = self._principals.of(visitor.principal)
        member = Member(
            user, principal.name, now, visitor.writes, visitor.reads, documents=principal
        )
        try:
            hub = self._hubs.get(room_id) or self._new_hub(room_id)
            allowance.ask(len(hub.room.feed), now)
            if visitor.client_id is not None:
                hub.room.join(member, visitor.client_id)
        except Refused:
            self._allowances.leave(visitor.principal)
            raise
        if room_id not in self._hubs:
            self._hubs[room_id] = hub
            if _travels(room_id):
                self._broker.subscribe(room_id)
        self._where[member] = Place(room_id, hub, allowance, visitor.path)
        principal.members.add(member)
        self._principals.keep(principal)
        hub.add(member, write, visitor.client_id is None, now, deflates)
        self._open(principal, room_id, visitor.path)
        return member

    def hear(self, member: Member, size: int, frames: int = 1) -> None:
        """Count frames of a member, before anything is made of them.

        Raises:
            Refused: there were too many, or too much of them (4429).
        """
        place = self._where[member]
        echo = frames == 1 and place.hub.echoes(member)
        place.allowance.hear(size, self._clock(), echo, frames)

    def receive(self, member: Member, entries: Sequence[Entry]) -> bool:
        """Take what a member says of its own client ids, and tell the others.

        Returns:
            Whether it said anything new.

        Raises:
            Refused: the room is full or it sends too much (4429), or its id is somebody else's
                (4409).
        """
        place = self._where[member]
        now = self._clock()
        place.allowance.read(len(entries), now)
        wait = place.allowance.hold_for(now)
        if wait and not (entries := self._hold(member, place, entries, wait)):
            return False
        return self._tell(member, place, entries, now)

    def query(self, member: Member) -> None:
        """Answer a member that asks for everybody's state.

        Raises:
            Refused: it asks too often (4429).
        """
        hub, allowance = self._where[member][1:3]
        now = self._clock()
        allowance.ask(len(hub.room.feed), now)
        hub.send_snapshot(member, now)

    def tell(self, member: Member, frame: bytes) -> None:
        """Send a member something that is not a change of the room."""
        self._where[member].hub.members[member].tell(frame)

    def leave(self, member: Member, broken: bool) -> None:
        """End a connection; a broken one may come back within the grace as if nothing was."""
        room_id, hub, _, path = self._where.pop(member)
        hub.discard(member)
        grace = self.rules.reconnect_grace if broken else 0
        if hub.room.leave(member, self._clock(), grace):
            hub.changed()
        principal = self._principals.of(member.principal)
        principal.members.discard(member)
        end = partial(self._end, member, principal, room_id, path)
        if grace:
            self._timer(grace, end)
        else:
            end()
        self._allowances.leave(member.principal)
        self._free(room_id, hub)

    def deliver(self, room_id: str, entries: Sequence[Entry]) -> None:
        """Take what another process published; for rooms without members here it is nothing."""
        hub = self._hubs.get(room_id)
        if hub is not None and hub.room.deliver(entries, self._clock()):
            hub.changed()
            if room_id == LOBBY:
                self._give_way(entries)

    def retell(self, room_id: str, entries: Sequence[Entry]) -> None:
        """Take in other words what was delivered, of those who are still elsewhere."""
        hub = self._hubs.get(room_id)
        if hub is not None:
            still = [entry for entry in entries if hub.room.is_elsewhere(entry.client_id)]
            self.deliver(room_id, still)

    def local(self, room_id: str) -> tuple[int, list[Entry]]:
        """What other processes are to know of a room: up to which number, and who of here is seen.

        Of a room that has been freed: that nobody is.
        """
        hub = self._hubs.get(room_id)
        if hub is None:
            return int(self._clock() * 1e6), []
        feed = hub.room.feed
        seen = [item for item in feed.living() if item.local]
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
        self._allowances.sweep(now)

    def close(self) -> None:
        """The process ends: nobody comes back to it, so no grace outlives it."""
        for room_id, hub in list(self._hubs.items()):
            hub.room.expire(self._clock(), early=self.rules.reconnect_grace)
            self._free(room_id, hub)

    def _end(self, member: Member, principal: Principal, room_id: str, path: str | None) -> None:
        """Nothing is left of a connection, not even the grace in which it may come back."""
        self._note_color(member, None)
        if path is not None:
            if principal.close(path):
                self._resign(principal)
            if room_id.startswith(FILE):
                self._atlas.close(path)
        self._principals.forget(principal)

    def _open(self, principal: Principal, room_id: str, path: str | None) -> None:
        if path is not None:
            if room_id.startswith(FILE):
                self._atlas.open(path, room_id[len(FILE) :])
            if principal.open(path):
                self._resign(principal)

    def _resign(self, principal: Principal) -> None:
        """The documents have changed of which a person is shown where in them they are."""
        now = self._clock()
        for member in principal.members:
            place = self._where[member]
            before = place.hub.room.feed.number
            if place.hub.room.resign(member, now):
                self._spread(place, before, now)

    def _dress(self, member: Member) -> None:
        """Give whoever may come into sight now the colour that is theirs now."""
        color = self._color_of(member.user["username"])
        if color != member.user["color"]:
            member.user = {**member.user, "color": color}

    def _color_of(self, username: str) -> str:
        return self._colors.of(username, self._colors_elsewhere)

    def _colors_elsewhere(self) -> dict[str, str]:
        hub = self._hubs.get(LOBBY)
        return hub.room.colors_elsewhere() if hub else {}

    def _give_way(self, entries: Sequence[Entry]) -> None:
        """Who looks like somebody elsewhere, as both came at once, gets another colour."""
        for look in filter(None, (look_of(entry.state) for entry in entries)):
            for username in self._colors.clashing(*look):
                self._recolor(username, look[1])

    def _recolor(self, username: str, color: str) -> None:
        """Show a person in another colour, unless they chose the one that they have."""
        now = self._clock()
        another = self._colors.another(username, self._colors_elsewhere())
        for member, place in list(self._where.items()):
            user, before = member.user, place.hub.room.feed.number
            if (user["username"], user["color"]) == (username, color) != (username, another):
                member.user = {**user, "color": another}
                news = place.hub.room.resign(member, now)
                self._note_color(member, place.hub.room.color_of(member))
                if news:
                    self._spread(place, before, now)

    def _note_color(self, member: Member, color: str | None) -> None:
        """A member is seen in a colour, or (None) not any more."""
        if color == member.color:
            return
        if color is not None:
            self._colors.hold(member.user["username"], color)
        if member.color is not None:
            self._colors.give_back(member.user["username"])
        member.color = color

    def _tell(self, member: Member, place: Place, entries: Sequence[Entry], now: float) -> bool:
        hub, before = place.hub, place.hub.room.feed.number
        if place.allowance.held:
            for entry in entries:
                place.allowance.held.pop(entry.client_id, None)
        stranger = not member.introduced
        if member.color is None:
            self._dress(member)
        news = hub.room.receive(member, entries, now)
        self._note_color(member, hub.room.color_of(member))
        if stranger and member.introduced:
            hub.introduced(member, now)
        if news:
            self._spread(place, before, now)
        return news

    def _spread(self, place: Place, before: int, now: float) -> None:
        """Tell everybody what has changed since a number, at the expense of whose doing it is."""
        changes = place.hub.room.feed.since(before)
        place.allowance.change(sum(len(item.encoded) for item in changes), now)
        place.hub.changed()

    def _hold(
        self, member: Member, place: Place, entries: Sequence[Entry], wait: float
    ) -> Sequence[Entry]:
        """Keep the latest that a member says of itself until it may change again.

        Returns:
            What does not wait: who leaves, or hides, or has not been seen yet.
        """
        held = place.allowance.held
        urgent = []
        for entry in entries:
            if entry.client_id not in member.ids or place.hub.room.withdraws(entry):
                urgent.append(entry)
                continue
            if not held:
                self._timer(wait, partial(self._catch_up, member))
            before = held.get(entry.client_id)
            if before is None or before.clock < entry.clock:
                held[entry.client_id] = entry
        return urgent

    def _catch_up(self, member: Member) -> None:
        """Tell what was held, or hold it longer: the person has other connections.

        What was said of an id that is another's by now is dropped, and refused when said again.
        """
        place = self._where.get(member)
        if place is None or not place.allowance.held:
            return
        now = self._clock()
        wait = place.allowance.hold_for(now)
        if wait:
            self._timer(wait, partial(self._catch_up, member))
        else:
            own = [entry for id_, entry in place.allowance.held.items() if id_ in member.ids]
            place.allowance.held.clear()
            self._tell(member, place, own, now)

    def _free(self, room_id: str, hub: Hub) -> None:
        if not hub.members and hub.room.empty:
            hub.flush()  # other processes are told before this one listens no more
            del self._hubs[room_id]
            if _travels(room_id):
                self._broker.unsubscribe(room_id)

    def _tell_elsewhere(self, room_id: str, entries: Sequence[Entry]) -> None:
        if _travels(room_id):
            self._broker.publish(room_id, entries)

    def _new_hub(self, room_id: str) -> Hub:
        rules = self.rules
        if len(self._hubs) >= rules.max_rooms:
            reason = f"The server has all its {rules.max_rooms} rooms."
            raise Refused(CloseCode.TOO_MUCH, reason, "max_rooms")
        room = Room(rules.limits, rules.policy)
        publish = partial(self._tell_elsewhere, room_id)
        return Hub(room, self._pace, self._timer, self._stopwatch, publish, self._clock)


def kind_of(room_id: str) -> str:
    """What a room is of: ``lobby``, ``document`` or ``topic``."""
    return "document" if room_id.startswith(FILE) else room_id.partition(":")[0]


def _travels(room_id: str) -> bool:
    """Whether a room may have members on other servers.

    That of a document whose file is not known may not: its path is another's file on the next.
    """
    return not room_id.startswith("document:")
