"""The change feed of one room: numbered, so that one integer says what somebody has not seen yet.

Ground floor: pure; time is an argument.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .deflate import BLOCK, Blocks, Deflated
from .privacy import without_places
from .protocol import Packet, State, awareness_head, encode_again
from .states import same

__all__ = ["Feed", "Frame", "Item"]


class Item(NamedTuple):
    """The latest that the room says of one client id; a state of None says that it is gone.

    ``local`` is False for what another server process said.
    """

    client_id: int
    number: int
    state: State | None
    encoded: bytes
    local: bool


class Frame:
    """Some items as one awareness frame, joined once for everybody.

    A reader is sent views of the same bytes: whole, or what is before and after its own entry; of
    compressed ones, too, which are made when somebody asks for them.

    Args:
        items: what it says.
        places: False leaves out where people are, for readers who may not read documents.
    """

    __slots__ = ("_blocks", "_entries", "_spans", "_whole")

    def __init__(self, items: Sequence[Item], places: bool = True) -> None:
        if not places:
            items = [_bare(item) for item in items]
        entries = b"".join([item.encoded for item in items])
        self._entries = memoryview(entries)
        self._blocks: Blocks | None = None
        self._spans: dict[int, tuple[int, int]] = {}
        end = 0
        for item in items:
            start, end = end, end + len(item.encoded)
            self._spans[item.client_id] = (start, end)
        self._whole: Packet | None = (awareness_head(len(items), end), entries) if items else None

    def __len__(self) -> int:
        """The bytes of all entries."""
        return len(self._entries)

    @property
    def deflated_length(self) -> int:
        """The bytes that a reader is sent at most if they are compressed."""
        return len(self._deflate()) + BLOCK

    @property
    def worth_deflating(self) -> bool:
        """Whether there is so much that compressing it is less work than sending it as it is."""
        return len(self._entries) >= BLOCK

    def without(self, ids: Iterable[int]) -> Packet | None:
        """What a reader who owns ``ids`` is sent: nobody is sent their own entry.

        y-protocols would adopt it over newer local state (awareness.js, applyAwarenessUpdate).

        Returns:
            None if nothing is left to say.
        """
        cuts = self._cuts(ids)
        if not cuts:
            return self._whole
        left = len(self._spans) - len(cuts)
        if not left:
            return None
        pieces, place, length = [], 0, len(self._entries)
        for start, end in cuts:
            if start > place:
                pieces.append(self._entries[place:start])
            place = end
            length -= end - start
        if place < len(self._entries):
            pieces.append(self._entries[place:])
        return (awareness_head(left, length), *pieces)

    def deflated(self, ids: Iterable[int]) -> Deflated | None:
        """The same for a reader that takes compressed messages (RFC 7692)."""
        cuts = self._cuts(ids)
        left = len(self._spans) - len(cuts)
        if not left:
            return None
        length = len(self._entries) - sum(end - start for start, end in cuts)
        return self._deflate().without(awareness_head(left, length), cuts)

    def _cuts(self, ids: Iterable[int]) -> list[tuple[int, int]]:
        spans = self._spans
        return sorted([spans[client_id] for client_id in ids if client_id in spans])

    def _deflate(self) -> Blocks:
        if self._blocks is None:
            self._blocks = Blocks(self._entries, [end for _, end in self._spans.values()])
        return self._blocks


class Feed:
    """The latest of every client id, in the order of change.

    A number is both a place in the feed and the clock on the wire: microseconds since the epoch, at
    least one more than the last. It thus grows over a return and over a restart of the server, and
    no number has to be remembered for clients that left.
    """

    def __init__(self) -> None:
        self.number = 0
        self._items: dict[int, Item] = {}  # oldest change first
        self._gone: deque[Item] = deque()

    def __len__(self) -> int:
        """How many client ids have a state."""
        return len(self._items) - sum(
            self._items.get(item.client_id) is item for item in self._gone
        )

    def next_number(self, now: float) -> int:
        """Take the next number. ``now``: seconds since the epoch."""
        self.number = max(int(now * 1e6), self.number + 1)
        return self.number

    def advance(self, number: int) -> None:
        """Go on above a number that another process gave."""
        self.number = max(self.number, number)

    def record(self, client_id: int, state: State | None, now: float, local: bool = True) -> None:
        """Say something new of a client id: its state, or None when it left."""
        item = _item(client_id, state, self.next_number(now), local)
        self._items.pop(client_id, None)
        self._items[client_id] = item
        if state is None:
            self._gone.append(item)

    def state(self, client_id: int) -> State | None:
        """What the room last said of a client id."""
        item = self._items.get(client_id)
        return item.state if item else None

    def repeats(self, client_id: int, state: State | None) -> bool:
        """Whether the room said just this last, and this process is the one that said it."""
        item = self._items.get(client_id)
        if item is None:
            return state is None
        return (item.local or state is None) and same(state, item.state)

    def living(self) -> list[Item]:
        """Every item that has a state, the oldest change first."""
        return [item for item in self._items.values() if item.state is not None]

    def since(self, place: int) -> list[Item]:
        """What changed after ``place``, the oldest change first."""
        newer: list[Item] = []
        for item in reversed(self._items.values()):
            if item.number <= place:
                break
            newer.append(item)
        newer.reverse()
        return newer

    def snapshot(self, place: int) -> list[Item]:
        """All that somebody at ``place`` may lack: who left since, and everybody who is there."""
        return [item for item in self.since(place) if item.state is None] + self.living()

    def renewed(self, items: Iterable[Item], now: float) -> list[Item]:
        """The same items under one new number, which is nobody's change.

        y-protocols drops a peer whose clock has not moved for 30 s.
        """
        number = self.next_number(now)
        return [_item(i.client_id, i.state, number, i.local) for i in items]

    def forget(self, place: int) -> None:
        """Drop those who left and of whom everybody was told, all being at ``place`` or later."""
        while self._gone and self._gone[0].number <= place:
            item = self._gone.popleft()
            if self._items.get(item.client_id) is item:
                del self._items[item.client_id]


def _bare(item: Item) -> Item:
    """The same item without where the peer is."""
    state = item.state and without_places(item.state)
    return _item(item.client_id, state, item.number, item.local)


def _item(client_id: int, state: State | None, number: int, local: bool) -> Item:
    return Item(client_id, number, state, encode_again(client_id, number, state), local)
