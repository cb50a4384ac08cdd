"""A room: who owns which client id, in which order a client's entries count, who is still there.

Ground floor: pure; no socket, no loop, no clock: time is an argument.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .feed import Feed
from .identity import Policy, User, look_of, sign
from .protocol import MAX_INTEGER, SERVER_CLOCK_FLOOR, CloseCode, Entry, Refused, State
from .states import Change, judge

__all__ = ["Member", "Room", "RoomLimits"]


UNHEARD = -1  # before any clock: what a connection says first always counts, also clock 0


def taken() -> Refused:
    """Say that a client id is in use, once and the same to everybody."""
    return Refused(CloseCode.ID_TAKEN, "This client id belongs to somebody else.")


class RoomLimits(NamedTuple):
    """How much one room holds, of everybody and of one person."""

    peers: int = 1_000
    clients_per_connection: int = 1
    peers_per_user: int = 100


@dataclass(slots=True, eq=False)
class Member:
    """The server's end of one connection in one room.

    ``principal`` is what the connection proved: whoever proves the same may take over its ids.
    ``since`` is the time of joining (seconds since the epoch), ``writes`` whether others see it,
    ``reads`` whether it may know of documents at all, ``documents`` which ones it was let into:
    only of those it is shown where it is. ``spoke`` says whether it has said anything,
    ``introduced`` whether it is known which client id is its own, if any; until then it may be one
    of ``doubtful``. ``named`` is the one that it named when it connected. What it was told has
    numbers above ``entered``. ``color`` is the one in which it is seen, None while it is not.
    """

    user: User
    principal: str
    since: float
    writes: bool = True
    reads: bool = True
    documents: Container[str] = frozenset()
    ids: set[int] = field(default_factory=set)
    spoke: bool = False
    introduced: bool = False
    doubtful: frozenset[int] = frozenset()
    named: int | None = None
    entered: int = MAX_INTEGER
    color: str | None = None


@dataclass(slots=True)
class Slot:
    """A client id that is bound: to its owner, or during the grace to the person it belonged to.

    ``clock`` and ``claimed`` are the client's own, as last accepted on the owner's connection.
    """

    principal: str
    owner: Member | None
    clock: int = UNHEARD
    claimed: State | None = None
    ends: float | None = None  # seconds since the epoch; set during the grace


class Room:
    """The states of those who joined, and the numbered feed of what changed."""

    def __init__(self, limits: RoomLimits, policy: Policy) -> None:
        self.feed = Feed()
        self._limits = limits
        self._policy = policy
        self._slots: dict[int, Slot] = {}
        self._ids: dict[str, set[int]] = {}  # by principal

    @property
    def empty(self) -> bool:
        """Whether nobody owns anything here, not even for the length of a grace."""
        return not self._slots

    def join(self, member: Member, client_id: int) -> None:
        """Bind the client id that a member named when it connected.

        Raises:
            Refused: it belongs to somebody else (4409), or the room is full (4429); nothing has
                changed then.
        """
        if member.writes and not self._claim(client_id, member):
            raise taken()
        member.spoke = member.introduced = True
        member.named = client_id

    def ids_of(self, principal: str) -> set[int]:
        """The client ids that are bound to whoever proves the same."""
        return self._ids.get(principal, set())

    def receive(self, member: Member, entries: Sequence[Entry], now: float) -> bool:
        """Take what a member says of the client ids that it owns.

        Entries for other ids are ignored, not punished: stock y-websocket clients send everybody's
        entries back (yjs/yjs#732), and relay those of other tabs. But a client whose first word is
        of its own id alone must know that it is somebody else's, or it would never be seen.

        Returns:
            Whether there is something new to tell the others.

        Raises:
            Refused: the room is full (4429), or the client id is somebody else's (4409), be it that
                the one that the member named became so while it was hidden.
        """
        before = self.feed.number
        first, member.spoke = not member.spoke, True
        if member.writes:
            for entry in entries:
                if self._owns(member, entry, first):
                    self._apply(entry, member, now)
            if first and len(entries) == 1 and self._is_anothers(entries[0], member):
                raise taken()
        # Whoever only sends back what others said may own an id all the same, from an older
        # connection; shown to a stock client, it would be taken for the client's own words.
        member.introduced = member.introduced or bool(member.ids) or not member.writes
        return self.feed.number != before

    def withdraws(self, entry: Entry) -> bool:
        """Whether somebody leaves or hides, or keeps more to themselves than they did so far."""
        if entry.state is None:
            return True
        slot = self._slots.get(entry.client_id)
        if slot is None or slot.claimed is None:
            return False
        return self._policy.hides_more(entry.state, slot.claimed)

    def resign(self, member: Member, now: float) -> bool:
        """Sign anew what a member claims: what may be shown of it has changed.

        Returns:
            Whether there is something new to tell the others.
        """
        before = self.feed.number
        for client_id in sorted(member.ids):
            claimed = self._slots[client_id].claimed
            if claimed is not None:
                self._show(client_id, claimed, member, now)
        return self.feed.number != before

    def color_of(self, member: Member) -> str | None:
        """The colour in which a member is seen, None if it is not."""
        for client_id in member.ids:
            state = self.feed.state(client_id)
            if state is not None:
                return _user(state).get("color")
        return None

    def colors_elsewhere(self) -> dict[str, str]:
        """The colours in which people are seen on other server processes, by username."""
        looks = (look_of(item.state) for item in self.feed.living() if not item.local)
        return dict(look for look in looks if look)

    def leave(self, member: Member, now: float, grace: float = 0) -> bool:
        """End a member's part; its peers leave at once, or after ``grace`` seconds.

        Returns:
            Whether there is something new to tell the others.
        """
        before = self.feed.number
        for client_id in sorted(member.ids):
            slot = self._slots[client_id]
            if grace > 0 and slot.claimed is not None:
                slot.owner, slot.ends = None, now + grace
            else:
                self._release(client_id, now)
        member.ids.clear()
        return self.feed.number != before

    def expire(self, now: float, early: float = 0) -> bool:
        """End the graces that are over, or will be in ``early`` seconds.

        Returns:
            Whether there is something new to tell the others.
        """
        before = self.feed.number
        over = [
            client_id
            for client_id, slot in self._slots.items()
            if slot.ends is not None and slot.ends <= now + early
        ]
        for client_id in over:
            self._release(client_id, now)
        return self.feed.number != before

    def deliver(self, entries: Iterable[Entry], now: float) -> bool:
        """Take what another server process says of its own peers; it has signed them.

        Returns:
            Whether there is something new to tell those who are here.
        """
        before = self.feed.number
        for entry in entries:
            if self._lives_elsewhere(entry):
                self.feed.advance(entry.clock)
                self.feed.record(entry.client_id, entry.state, now, local=False)
        return self.feed.number != before

    def is_elsewhere(self, client_id: int) -> bool:
        """Whether a client id is seen here that another server process has said is there."""
        return client_id not in self._slots and self.feed.state(client_id) is not None

    def _lives_elsewhere(self, entry: Entry) -> bool:
        """Whether an entry is another process's to say; a peer that came back there goes there."""
        known = self.feed.state(entry.client_id)
        slot = self._slots.get(entry.client_id)
        if slot is None:
            return entry.state is not None or known is not None
        if entry.state is None or known is None or _username(known) != _username(entry.state):
            return False
        if slot.owner is not None:
            slot.owner.ids.discard(entry.client_id)
        self._unbind(entry.client_id)
        return True

    def _owns(self, member: Member, entry: Entry, first: bool) -> bool:
        """Whether a member may say this; with its ``first`` entries it says who it is.

        Its own clock may be a number of ours: another tab of the same browser can have passed its
        own entry on to it. But not one that was given after it came.
        """
        if entry.client_id in member.ids:
            return True
        echo = entry.clock >= SERVER_CLOCK_FLOOR and (not first or entry.clock > member.entered)
        if echo or entry.state is None or len(member.ids) >= self._limits.clients_per_connection:
            return False
        if self._claim(entry.client_id, member):
            return True
        if entry.client_id == member.named and not self._is_of(entry.client_id, member.principal):
            raise taken()
        return False

    def _is_of(self, client_id: int, principal: str) -> bool:
        slot = self._slots.get(client_id)
        return slot is not None and slot.principal == principal

    def _is_anothers(self, entry: Entry, member: Member) -> bool:
        """Whether a client takes for its own what is not; an echo has a server's clock."""
        if entry.state is None or entry.clock >= SERVER_CLOCK_FLOOR:
            return False
        slot, known = self._slots.get(entry.client_id), self.feed.state(entry.client_id)
        if slot is not None:
            return slot.principal != member.principal
        return known is not None and _username(known) != member.user["username"]

    def _claim(self, client_id: int, member: Member) -> bool:
        """Bind an id, unless it is somebody else's; the same person's newest connection wins.

        An id under which somebody hides is free: a refusal would tell that they are there.
        """
        slot = self._slots.get(client_id)
        if slot is None:
            elsewhere = self.feed.state(client_id)
            if elsewhere is not None and _username(elsewhere) != member.user["username"]:
                return False
            self._check_limits(member)
            slot = self._bind(client_id, member)
        elif slot.principal != member.principal:
            if slot.claimed is None or self.feed.state(client_id) is not None:
                return False
            self._check_limits(member)
            if slot.owner is not None:
                slot.owner.ids.discard(client_id)
            self._unbind(client_id)
            slot = self._bind(client_id, member)
        elif slot.owner is not None:
            if slot.owner.since > member.since:
                return False
            slot.owner.ids.discard(client_id)
        slot.owner, slot.clock, slot.ends = member, UNHEARD, None
        member.ids.add(client_id)
        return True

    def _check_limits(self, member: Member) -> None:
        """Also those who are away for a grace count, or the room could be filled with them.

        And the ids of those who hide, so that claiming one is answered as claiming a free one is.
        """
        limits = self._limits
        if len(self._slots) >= limits.peers:
            reason = f"The room is full ({limits.peers} peers)."
            raise Refused(CloseCode.TOO_MUCH, reason, "max_peers_per_room")
        if len(self.ids_of(member.principal)) >= limits.peers_per_user:
            reason = f"You have all your {limits.peers_per_user} peers in this room."
            raise Refused(CloseCode.TOO_MUCH, reason, "max_peers_per_user")

    def _apply(self, entry: Entry, member: Member, now: float) -> None:
        slot = self._slots[entry.client_id]
        change = judge(slot.clock, slot.claimed, entry)
        if change is Change.STALE:
            return
        first, slot.clock, slot.claimed = slot.clock == UNHEARD, entry.clock, entry.state
        if change is Change.RENEWED and not first:
            return
        # A connection that takes over may be signed otherwise, though it claims the same.
        self._show(entry.client_id, entry.state, member, now)

    def _show(self, client_id: int, claimed: State | None, member: Member, now: float) -> None:
        """Say of a client id what may be shown of a claim, if that is new."""
        state = None
        if claimed is not None:
            state = sign(claimed, member.user, self._policy, member.documents)
        if not self.feed.repeats(client_id, state):
            self.feed.record(client_id, state, now)

    def _bind(self, client_id: int, member: Member) -> Slot:
        slot = self._slots[client_id] = Slot(member.principal, member)
        self._ids.setdefault(member.principal, set()).add(client_id)
        return slot

    def _unbind(self, client_id: int) -> None:
        principal = self._slots.pop(client_id).principal
        self._ids[principal].discard(client_id)
        if not self._ids[principal]:
            del self._ids[principal]

    def _release(self, client_id: int, now: float) -> None:
        self._unbind(client_id)
        if self.feed.state(client_id) is not None:
            self.feed.record(client_id, None, now)


def _username(signed: State) -> object:
    return _user(signed).get("username")


def _user(signed: State) -> dict[str, Any]:
    user = signed.get("user")
    return user if isinstance(user, dict) else {}
