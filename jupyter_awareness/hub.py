"""A room with its members' ways out: when it tells them what changed.

First floor: plain synchronous calls; no handler, no traits; the timer is handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from functools import partial
from typing import Protocol

from .feed import Frame, Item
from .outbox import Outbox, Write
from .pace import Pace
from .protocol import Entry, Packet, encode_awareness
from .room import Member, Room

__all__ = ["Hub", "Publish", "Timer"]

FEW = 8  # members that are told before the stopwatch is looked at
MOST_ECHOES = 200  # that may be on their way to us from one stock client
SLICE = 0.005  # seconds of the processor after which others get their turn
# Seconds. y-websocket says its state as soon as the socket is open, if it has one. An older
# connection of a client that has none may not be known to be dead before.
SILENCE = 15.0
NOBODY: Packet = (encode_awareness([]),)  # a frame all the same: a snapshot, or a sign of life


class Timer(Protocol):
    """Calls back once after a number of seconds; what it returns is not used."""

    def __call__(self, seconds: float, callback: Callable[[], None], /) -> object: ...


class Publish(Protocol):
    """Tells other processes what this one's members said."""

    def __call__(self, entries: Sequence[Entry], /) -> None: ...


class Hub:
    """One room, its outboxes, and the window in which changes are gathered.

    A first change leaves at once and may open a window; what changes in it leaves as one frame at
    its end. Whether it opens, and for how long, `Pace` says from what telling everybody cost. A
    frame is joined once for all who stand at the same place in the feed, and compressed once if it
    is large; who missed something gets theirs as it is. A large room is told in slices, between
    which the event loop does what else the server has to do.

    ``stopwatch`` counts the seconds that this thread has had of the processor.
    """

    def __init__(
        self,
        room: Room,
        pace: Pace,
        timer: Timer,
        stopwatch: Callable[[], float],
        publish: Publish,
        clock: Callable[[], float],
    ) -> None:
        self.room = room
        self.members: dict[Member, Outbox] = {}
        self._stock: set[Member] = set()
        self._pace = pace
        self._timer = timer
        self._stopwatch = stopwatch
        self._publish = publish
        self._flushed = 0
        self._late = False  # whether somebody missed a flush who can be written to again
        self._window_open = False
        self._clock = clock
        self._renewed = clock()

    def add(
        self, member: Member, write: Write, stock: bool, now: float, deflates: bool = False
    ) -> None:
        """Let a member read; its first frame is the snapshot of all others, also if empty."""
        drained = partial(self._drained, member)
        outbox = Outbox(self.room.feed.number, write, drained, deflates)
        self.members[member] = outbox
        if stock:
            self._stock.add(member)
            member.doubtful = frozenset(self.room.ids_of(member.principal))
            member.entered = self.room.feed.next_number(now)
        self.send_snapshot(member, now)

    def discard(self, member: Member) -> None:
        """Write no more to a member."""
        del self.members[member]
        self._stock.discard(member)

    def changed(self) -> None:
        """Tell everybody: at once, or at the end of the window if one is open."""
        if not self._window_open:
            self.flush()

    def flush(self) -> None:
        """Tell everybody now, and open the window in which further changes are gathered."""
        feed = self.room.feed
        changes = feed.since(self._flushed)
        if not changes and not self._late:
            return
        telling = self._tell(self._flushed, changes)
        self._flushed = feed.number
        self._late = False
        self._window_open = True
        self._go_on(telling)
        news = [Entry(item.client_id, item.number, item.state) for item in changes if item.local]
        if news:
            self._publish(news)

    def introduced(self, member: Member, now: float) -> None:
        """A stock client had its say which id is its own: show it what could have been its own."""
        member.spoke = member.introduced = True
        if self.room.ids_of(member.principal) - member.ids:
            self.send_snapshot(member, now)

    def echoes(self, member: Member) -> bool:
        """Whether a frame may be an echo: stock clients send every change back (yjs/yjs#732)."""
        outbox = self.members[member]
        if member not in self._stock or not outbox.echoes:
            return False
        outbox.echoes = min(outbox.echoes, MOST_ECHOES) - 1
        return True

    def stop_waiting(self, now: float) -> None:
        """Take it that stock clients that were silent for a while have no id of their own."""
        for member in self._stock:
            if not member.introduced and now - member.since >= SILENCE:
                self.introduced(member, now)

    def send_snapshot(self, member: Member, now: float) -> None:
        """Send all others' states, now or as soon as the member can be written to."""
        outbox = self.members[member]
        feed = self.room.feed
        if outbox.in_flight:
            outbox.owed = now
            return
        items = feed.snapshot(outbox.place)
        if member in self._stock:
            # It forgot the others when its last connection ended, but not their clocks.
            items = feed.renewed(items, now)
        frame = Frame(items, member.reads)
        outbox.send(frame.without(self._own(member)) or NOBODY, feed.number)

    def renew(self, now: float, interval: float) -> None:
        """Every ``interval`` seconds, show stock clients that the living are alive."""
        if now - self._renewed < interval:
            return
        self._renewed = now
        feed = self.room.feed
        frames: dict[tuple[int, bool], Frame] = {}
        for member in self._stock:
            outbox = self.members[member]
            if outbox.in_flight:
                outbox.owed = now
                continue
            frame = frames.get((outbox.place, member.reads))
            if frame is None:
                items = feed.renewed(feed.snapshot(outbox.place), now)
                frame = frames[outbox.place, member.reads] = Frame(items, member.reads)
            outbox.send(frame.without(self._own(member)) or NOBODY, feed.number)

    def forget(self) -> None:
        """Drop from the feed those who left and of whom every member, and the broker, was told."""
        places = (outbox.place for outbox in self.members.values())
        self.room.feed.forget(min((self._flushed, *places)))

    def _own(self, member: Member) -> Set[int]:
        """The ids that a member is not sent: its own, and all that may be until it said which."""
        if member.introduced:
            return member.ids
        return self.room.ids_of(member.principal) | member.doubtful

    def _go_on(self, telling: Iterator[None]) -> None:
        """Tell the next slice of members, and the others in a later turn of the event loop."""
        for _ in telling:
            self._timer(0, partial(self._go_on, telling))
            break

    def _tell(self, place: int, changes: Sequence[Item]) -> Iterator[None]:
        """Send everybody what they lack, a slice at a time, and open the window if there is one.

        ``changes`` are what those lack who stand at ``place``: who missed nothing.
        """
        feed = self.room.feed
        news = Frame(changes)
        frames = {place: (news, feed.number)}
        bare: dict[int, tuple[Frame, int]] = {}  # for those who may not know where people are
        longest, cost, started = 0, 0.0, self._stopwatch()
        for count, (member, outbox) in enumerate(list(self.members.items()), 1):
            if outbox.in_flight or outbox.place == feed.number or member not in self.members:
                continue
            known = frames if member.reads else bare
            if outbox.place not in known:
                known[outbox.place] = Frame(feed.since(outbox.place), member.reads), feed.number
            frame, number = known[outbox.place]
            shared = outbox.place == place
            if shared and outbox.deflates and frame.worth_deflating:
                packet: Packet | None = frame.deflated(self._own(member))
                length = frame.deflated_length
            else:
                packet, length = frame.without(self._own(member)), shared * len(frame)
            if packet is not None:
                longest = max(longest, length)
            outbox.send(packet, number)
            outbox.echoes += 1
            if count % FEW == 0 and self._stopwatch() - started > SLICE:
                cost += self._stopwatch() - started
                yield
                started = self._stopwatch()
        cost += self._stopwatch() - started
        wait = self._pace.begin(cost, len(changes), longest, self._clock())
        if wait:
            self._timer(wait, self._window_ends)
        else:
            self._window_ends()

    def _window_ends(self) -> None:
        self._window_open = False
        self._pace.end()
        self.flush()

    def _drained(self, member: Member) -> None:
        """A member can be written to again; what it missed leaves with what others are told."""
        outbox = self.members.get(member)
        feed = self.room.feed
        if outbox is None:
            return
        if outbox.owed is not None:
            now, outbox.owed = outbox.owed, None
            frame = Frame(feed.renewed(feed.snapshot(outbox.place), now), member.reads)
            outbox.send(frame.without(self._own(member)) or NOBODY, feed.number)
        elif outbox.place < self._flushed:
            self._late = True
            self.changed()
