"""What every broker must do, whatever carries its messages; and how tests make one.

A test file gives a broker the contract that suits it by a class with a `connect` fixture:

    class TestMyBroker(ConnectedBrokerContract):
        @pytest.fixture
        def connect(self) -> Connect:
            return lambda: MyBroker(...)  # one more process of the same deployment
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import TypeAlias

import pytest
from sockets import until
from stage import settle

from jupyter_awareness.broker import Broker, BrokerOptions, Deliver, Digest, Snapshot
from jupyter_awareness.journal import Journal
from jupyter_awareness.protocol import Entry, decode_update, encode_entry, encode_update

Connect: TypeAlias = Callable[[], Broker]

LONGEST = 5  # seconds that a message may take in a test
SECRET = "0123456789abcdef" * 4

FIRST = Entry(1, 2**50 + 1, {"n": 1, "text": "\u00e9\u4e16\U0001f600"})
SECOND = Entry(2**53 - 1, 2**50 + 2, {"nested": [{"a": None}, True, 1.5]})
GONE = Entry(1, 2**50 + 3, None)
AGAIN = Entry(1, 2**50 + 4, {"n": 2})


def options(
    url: str, secret: str = SECRET, username: str = "", digest: Digest | None = None
) -> BrokerOptions:
    """What the settings of a test's server say."""
    return BrokerOptions(url, secret, Journal(logging.getLogger("brokers")), username, digest)


class Process:
    """A server process as a broker sees it: it notes what it was told."""

    def __init__(self, broker: Broker) -> None:
        self.broker = broker
        self.told: list[tuple[str, Entry]] = []
        self.here: dict[str, tuple[int, list[Entry]]] = {}
        self._news = asyncio.Event()

    def deliver(self, room: str, entries: Sequence[Entry]) -> None:
        self.told += [(room, entry) for entry in entries]
        self._news.set()

    def snapshot(self, room: str) -> tuple[int, list[Entry]]:
        return self.here.get(room, (2**50, []))

    def says(self, room: str, *entries: Entry) -> None:
        """Publish, as a process does: what it says it also knows when it is asked."""
        _, known = self.here.get(room, (0, []))
        now = {entry.client_id: entry for entry in [*known, *entries]}
        seen = [entry for entry in now.values() if entry.state is not None]
        self.here[room] = max(entry.clock for entry in entries), seen
        self.broker.publish(room, entries)

    async def hears(self, count: int) -> list[tuple[str, Entry]]:
        """Wait until so many entries came, and give them all."""
        while len(self.told) < count:
            self._news.clear()
            await asyncio.wait_for(self._news.wait(), LONGEST)
        return self.told


async def start(broker: Broker, *rooms: str) -> Process:
    """Start a broker for a process that has members in these rooms."""
    process = Process(broker)
    await broker.start(process.deliver, process.snapshot)
    for room in rooms:
        broker.subscribe(room)
    await until_listening(broker, *rooms)
    return process


async def until_listening(broker: Broker, *rooms: str) -> None:
    """Wait until a broker hears of these rooms; one without a network does so at once."""
    listening: set[str] = getattr(broker, "listening", set(rooms))
    await until(lambda: listening >= set(rooms))


class BrokerContract:
    """What holds for a process that is alone, too."""

    @pytest.fixture
    def connect(self) -> Connect:
        """Make a broker of one more process; all of them belong together."""
        raise NotImplementedError

    async def test_nobody_gets_back_what_it_published(self, connect: Connect) -> None:
        alone = await start(connect(), "lobby")
        alone.broker.publish("lobby", [FIRST])
        await settle()
        await alone.broker.stop()
        assert alone.told == []

    async def test_subscribing_and_unsubscribing_twice_is_allowed(self, connect: Connect) -> None:
        alone = await start(connect(), "lobby", "lobby")
        alone.broker.unsubscribe("lobby")
        alone.broker.unsubscribe("lobby")
        alone.broker.unsubscribe("never seen")
        await alone.broker.stop()

    async def test_stopping_twice_is_allowed(self, connect: Connect) -> None:
        alone = await start(connect())
        await alone.broker.stop()
        await alone.broker.stop()

    async def test_nothing_fails_that_comes_after_the_end(self, connect: Connect) -> None:
        alone = await start(connect(), "lobby")
        await alone.broker.stop()
        alone.broker.publish("lobby", [FIRST])
        alone.broker.subscribe("other")
        alone.broker.unsubscribe("lobby")
        await settle()

    async def test_nothing_fails_that_comes_before_the_start(self, connect: Connect) -> None:
        broker = connect()
        broker.subscribe("lobby")
        broker.publish("lobby", [FIRST])
        broker.unsubscribe("lobby")
        await (await start(broker)).broker.stop()


class ConnectedBrokerContract(BrokerContract):
    """What holds between processes."""

    async def test_what_one_publishes_reaches_the_others_as_it_was(self, connect: Connect) -> None:
        here, there, third = [await start(connect(), "lobby") for _ in range(3)]
        here.says("lobby", FIRST, SECOND)
        for other in (there, third):
            await other.hears(2)
        here.says("lobby", GONE)
        for other in (there, third):
            assert await other.hears(3) == [("lobby", entry) for entry in (FIRST, SECOND, GONE)]
            await other.broker.stop()
        await here.broker.stop()
        assert here.told == []

    async def test_rooms_are_kept_apart(self, connect: Connect) -> None:
        here = await start(connect(), "lobby", "document:\u00e9 *?[a].ipynb")
        there = await start(connect(), "document:\u00e9 *?[a].ipynb")
        here.says("lobby", FIRST)
        here.says("document:\u00e9 *?[b].ipynb", FIRST)
        here.says("document:\u00e9 *?[a].ipynb", SECOND)
        assert await there.hears(1) == [("document:\u00e9 *?[a].ipynb", SECOND)]
        await here.broker.stop()
        await there.broker.stop()

    async def test_a_room_that_was_left_is_heard_no_more(self, connect: Connect) -> None:
        here = await start(connect(), "left", "kept")
        there = await start(connect(), "left", "left", "kept")
        here.says("left", FIRST)
        await there.hears(1)
        there.broker.unsubscribe("left")
        here.says("left", SECOND)
        here.says("kept", SECOND)
        assert await there.hears(2) == [("left", FIRST), ("kept", SECOND)]
        there.broker.subscribe("left")
        await until_listening(there.broker, "left")
        here.says("left", AGAIN)
        await until(lambda: ("left", AGAIN) in there.told)
        await here.broker.stop()
        await there.broker.stop()

    async def test_a_room_joined_before_the_start_is_heard(self, connect: Connect) -> None:
        here = await start(connect(), "lobby")
        broker = connect()
        broker.subscribe("lobby")
        there = await start(broker)
        await until_listening(broker, "lobby")
        here.says("lobby", FIRST)
        assert await there.hears(1) == [("lobby", FIRST)]
        await here.broker.stop()
        await there.broker.stop()

    async def test_nothing_is_delivered_after_the_end(self, connect: Connect) -> None:
        here, there, third = [await start(connect(), "lobby") for _ in range(3)]
        await there.broker.stop()
        here.says("lobby", FIRST)
        await third.hears(1)
        assert there.told == []
        await here.broker.stop()
        await third.broker.stop()


class Wire:
    """Joins brokers of one test as a network does: by bytes, in order, and a little later."""

    def __init__(self) -> None:
        self.ends: set[WiredBroker] = set()

    def connect(self) -> WiredBroker:
        """Make one more end."""
        return WiredBroker(self)


class WiredBroker(Broker):
    """One end of a `Wire`."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._rooms: set[str] = set()
        self._deliver: Deliver | None = None

    async def start(self, deliver: Deliver, snapshot: Snapshot) -> None:
        self._deliver = deliver
        self._wire.ends.add(self)

    async def stop(self) -> None:
        self._wire.ends.discard(self)

    def subscribe(self, room: str) -> None:
        self._rooms.add(room)

    def unsubscribe(self, room: str) -> None:
        self._rooms.discard(room)

    def publish(self, room: str, entries: Sequence[Entry]) -> None:
        data = encode_update([encode_entry(*entry) for entry in entries])
        for end in self._wire.ends - {self}:
            asyncio.get_running_loop().call_soon(end.receive, room, data)

    def receive(self, room: str, data: bytes) -> None:
        """Take from the wire what another end sent."""
        if self._deliver and self in self._wire.ends and room in self._rooms:
            self._deliver(room, decode_update(data))
