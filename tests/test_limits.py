"""Every limit: what reaches it is told which, as the documents say; and nobody honest does."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from stage import Clock

from jupyter_awareness.allowance import Allowed
from jupyter_awareness.app import AwarenessExtension
from jupyter_awareness.broker import LocalBroker
from jupyter_awareness.protocol import (
    Limits,
    Packet,
    ProtocolError,
    Refused,
    State,
    decode_message,
    decode_state,
    encode_awareness,
    encode_entry,
)
from jupyter_awareness.room import Member, RoomLimits
from jupyter_awareness.rooms import Rooms, Rules, Visitor

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "tests" / "simulation"))

from peers import StockClient  # noqa: E402

Told = list[tuple[int, str]]
"""Close codes with the names of the limits that were reached."""


class Place:
    """Rooms in which people come and talk, with a clock that the test winds."""

    def __init__(self, cost: float = 0.0, **rules: Any) -> None:
        self.clock = Clock()
        self._cost = cost
        self._spent = 0.0
        clock, timer = self.clock, self.clock.timer
        self.rooms = Rooms(Rules(**rules), LocalBroker(), clock, timer, self._stopwatch)

    def enter(
        self,
        name: str,
        number: int | None,
        room: str = "lobby",
        write: Callable[[Packet], None] = lambda packet: None,
    ) -> Member:
        visitor = Visitor({"username": name}, f"user:{name}", True, True, number)
        return self.rooms.join(room, visitor, write)

    def hear(self, member: Member, frame: bytes) -> bool:
        """Do what the handler does; give whether others were told something new, now."""
        self.rooms.hear(member, len(frame))
        entries = decode_message(frame).entries
        return bool(entries) and self.rooms.receive(member, entries)

    def _stopwatch(self) -> float:
        self._spent += self._cost
        return self._spent


def word(number: int, clock: int, state: State) -> bytes:
    return encode_awareness([encode_entry(number, clock, state)])


# Each limit is reached


def told(*acts: Callable[[], object]) -> Told:
    """What each of these is told."""
    found: Told = []
    for act in acts:
        with pytest.raises((ProtocolError, Refused)) as refused:
            act()
        assert isinstance(refused.value, ProtocolError | Refused)
        found.append((int(refused.value.code), refused.value.cause))
    return found


def too_large() -> Told:
    return told(
        lambda: decode_message(bytes(1_025), Limits(frame_bytes=1_024)),
        lambda: decode_state(b"{%300s}" % b"", Limits(state_bytes=256)),
        lambda: decode_state(b'{"n":[[[1]]]}', Limits(depth=3)),
        lambda: decode_message(encode_awareness([encode_entry(1, 1, {})] * 2), Limits(entries=1)),
    )


def too_many_peers() -> Told:
    place = Place(limits=RoomLimits(peers=2, peers_per_user=1))
    place.enter("alice", 1)
    found = told(lambda: place.enter("alice", 2))
    place.enter("bob", 3)
    return found + told(lambda: place.enter("carol", 4))


def too_many_rooms() -> Told:
    place = Place(max_rooms=1)
    place.enter("alice", 1)
    return told(lambda: place.enter("alice", 1, "topic:one more"))


def too_many_connections() -> Told:
    place = Place(allowed=Allowed(connections=2, connections_per_user=1))
    place.enter("alice", 1)
    found = told(lambda: place.enter("alice", 2))
    place.enter("bob", 3)
    return found + told(lambda: place.enter("carol", 4))


def too_fast() -> Told:
    found: Told = []
    for allowed in (
        Allowed(updates_per_second=5),
        Allowed(updates_per_second_per_user=5),
        Allowed(received_bytes_per_second=5),
    ):
        place = Place(allowed=allowed)
        alice = place.enter("alice", 1)
        found += told(partial(hear_often, place, alice))
    return found


def hear_often(place: Place, member: Member) -> None:
    for _ in range(20):
        place.rooms.hear(member, 100)


def documented() -> dict[str, str]:
    """What the table of limits says that happens, by setting."""
    table = (ROOT / "docs" / "security.md").read_text("utf-8").partition("## The limits")[2]
    rows = [line.split(" | ") for line in table.splitlines() if line.startswith("| `")]
    return {name: row[2] for row in rows for name in re.findall(r"`(\w+)`", row[0])}


def test_whoever_reaches_a_limit_is_told_as_the_documents_say() -> None:
    reached: dict[str, set[str]] = {}
    for reach in (too_large, too_many_peers, too_many_rooms, too_many_connections, too_fast):
        for code, cause in reach():
            reached.setdefault(cause, set()).add(str(code))
    said = {name: set(re.findall(r"\d{4}", what)) for name, what in documented().items()}
    assert reached == {name: codes for name, codes in said.items() if codes}


def test_every_limit_is_a_setting_and_every_setting_that_limits_is_explained() -> None:
    traits = AwarenessExtension.class_own_traits(config=True)
    limits = {name for name in traits if name.startswith("max_")}
    assert set(documented()) == limits | {"client_timeout"}


# Nobody honest reaches any


def defaults() -> dict[str, Any]:
    """The rules that hold if no setting is set."""
    app = AwarenessExtension()
    return app._rules()._asdict()


def test_a_fast_typist_never_waits_and_is_never_refused() -> None:
    place = Place(**defaults())
    alice = place.enter("alice", 1)
    quote = {"before": "x" * 120, "after": "y" * 120}
    for clock in range(1, 20 * 60):  # for a minute
        caret = {"cell": "c0", "index": 0, "position": clock, "anchor": clock, "quote": quote}
        state: State = {"cursor": caret, "cursors": [caret] * 3, "activity": "typing"}
        assert place.hear(alice, word(1, clock, state))
        place.clock.wind(0.05)


def crowd(size: int, times: int, seconds: float, cost: float) -> float:
    """Let people move so many times a second beside a stock client; give its frames a second.

    ``cost`` is the time (seconds) that telling them takes the processor.
    """
    place = Place(cost, **defaults())
    stock, back = StockClient(1, "stock", "lobby"), list[bytes]()

    def write(packet: Packet) -> None:
        back.extend(stock.heard(b"".join(packet), place.clock.now))

    member = place.enter("stock", None, write=write)
    for frame in stock.opened(place.clock.now):
        place.hear(member, frame)
    people = [place.enter(f"user{number}", number) for number in range(2, size + 2)]
    sent = 0
    for clock in range(1, round(seconds * times) + 1):
        for number, person in enumerate(people, 2):
            state: State = {"cursor": {"cell": "c0", "position": clock, "anchor": clock}}
            assert place.hear(person, word(number, clock, state))
            place.clock.wind(1 / times / size)
            for frame in back:
                place.hear(member, frame)
            sent += len(back)
            back.clear()
    assert len(stock.view) == size
    return sent / seconds


def test_a_stock_client_among_a_few_who_type_sends_all_of_it_back_and_is_not_refused() -> None:
    assert crowd(12, 20, seconds=10, cost=0.0001) > 2 * Allowed().updates_per_second


def test_a_room_of_400_with_a_stock_client_in_it_meets_no_limit() -> None:
    assert crowd(400, 10, seconds=2, cost=0.00002) > 4


def test_an_echo_that_nobody_asked_for_is_an_update() -> None:
    place = Place(allowed=Allowed(updates_per_second=5))
    stock, alice = place.enter("stock", None), place.enter("alice", 1)
    for clock in range(1, 8):
        place.hear(alice, word(1, clock, {"n": clock}))
        place.clock.wind(0.2)
    echo = word(1, 2**51, {"n": 1})
    for _ in range(7 + 2 * 5):
        place.hear(stock, echo)
    with pytest.raises(Refused) as refused:
        place.hear(stock, echo)
    assert refused.value.cause == "max_updates_per_second"


def test_a_client_of_this_project_sends_nothing_back() -> None:
    place = Place(allowed=Allowed(updates_per_second=5))
    bob, alice = place.enter("bob", 2), place.enter("alice", 1)
    place.hear(alice, word(1, 1, {"n": 1}))
    for clock in range(2 * 5):
        place.hear(bob, word(2, clock, {"n": clock}))
    with pytest.raises(Refused):
        place.hear(bob, word(2, 10, {"n": 10}))
