"""Brokers over something that publishes and subscribes: what each process says of its people.

First floor: tasks of its own, so that what people on one server see never waits for the network.
Nothing is kept there but one short-lived key per process, the sign that it lives.
"""

from __future__ import annotations

import asyncio
import random
import ssl
import time
import uuid
from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

import anyio

from ..broker import Broker, BrokerOptions, Deliver, Snapshot
from ..letters import (
    Kind,
    Letter,
    LetterError,
    life_of,
    node_channel,
    room_channel,
    room_of,
    seal,
    unseal,
)
from ..nodes import Delivery, Nodes
from ..protocol import Entry

__all__ = ["Heard", "Link", "PubSubBroker", "place_of"]

FAREWELL = 1.0  # seconds at the end for what has not been said yet
FIRST_WAIT, LONGEST_WAIT = 0.1, 2.0  # seconds between two attempts to connect
COMPLAINT = 60.0  # seconds between two warnings of the same kind


class Heard(NamedTuple):
    """Bytes from a channel, or (None) that the channel is listened to from now on."""

    channel: str
    data: bytes | None


class Link(Protocol):
    """One connection. Use it once: open it, and close it when any of its verbs has raised."""

    async def open(self) -> None:
        """Connect."""

    async def close(self) -> None:
        """Let go of all sockets; of a connection that is lost, too."""

    async def listen(self, channels: Iterable[str]) -> None:
        """Listen to more channels; `receive` tells when each is listened to."""

    async def ignore(self, channels: Iterable[str]) -> None:
        """Listen to these channels no more."""

    async def receive(self) -> Heard | None:
        """Wait for what comes next; None if nothing came for a while."""

    async def send(self, letters: Sequence[tuple[str, bytes]]) -> None:
        """Publish on channels, in this order."""

    async def renew(self, key: str, seconds: float) -> None:
        """Keep a key for so many seconds more."""

    async def delete(self, key: str) -> None:
        """Remove a key."""

    async def present(self, keys: Sequence[str]) -> list[bool]:
        """Which of these keys are there."""


def place_of(url: str) -> str:
    """Where a URL leads, without who one is there: for logs."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def _why(error: BaseException) -> str:
    """What kind of failure it is; not what the other side said, which may repeat a password."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is refused: {cause.verify_message}"
        cause = cause.__cause__ or cause.__context__
    return type(error).__name__


class PubSubBroker(Broker):
    """One process's end.

    Attributes:
        lost: what a link raises when the connection is of no use any more.
        node: this process's name among the others.
        listening: the rooms of which news arrive now; empty while the network is lost.

    Args:
        options: where to, the secret that letters are sealed with, and the log.
        interval: seconds between two signs of life; a process that gave none for three of them
            counts as dead, and its people are hidden.
        clock: seconds since the epoch.
    """

    lost: tuple[type[BaseException], ...] = (OSError, asyncio.TimeoutError)

    def __init__(
        self,
        options: BrokerOptions,
        *,
        interval: float = 2.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.node = uuid.uuid4().hex
        self.listening: set[str] = set()
        self.options = options
        self._secret = options.secret.encode()
        self._interval = interval
        self._clock = clock
        self._nodes = Nodes()
        self._rooms: set[str] = set()
        self._asked: set[str] = set()  # the rooms that Redis was asked to tell of
        self._left: set[str] = set()  # rooms that ended, until the others were told of it
        self._news: dict[str, dict[int, Entry]] = {}
        self._letters: dict[tuple[Kind, str, str], None] = {}  # kind, channel, room; in order
        self._due = asyncio.Event()
        self._link: Link | None = None
        self._task: asyncio.Task[None] | None = None
        self._ending = False
        self._complaints: dict[str, float] = {}

    @classmethod
    def make(cls, options: BrokerOptions) -> PubSubBroker:
        """Make one as the settings say."""
        return cls(options)

    @abstractmethod
    def new_link(self) -> Link:
        """Give a connection that is not opened yet."""

    async def start(self, deliver: Deliver, snapshot: Snapshot) -> None:
        """Begin to connect, and try again until the end."""
        self._deliver, self._snapshot = deliver, snapshot
        # anyio loads most of itself at its first use, which must not be when a connection is lost.
        with anyio.fail_after(FAREWELL):
            await asyncio.sleep(0)
        self._task = asyncio.ensure_future(self._run())

    async def stop(self) -> None:
        """Say what is still to be said, if that does not take long, and end."""
        task, self._task, self._ending = self._task, None, True
        if task is None:
            return
        try:
            if self._link is not None:
                # Not asyncio.wait_for, which until Python 3.12 may lose a cancellation.
                with anyio.fail_after(FAREWELL):
                    await self._say_goodbye(self._link)
        except self.lost:
            self.options.log.warning("The broker could not be told that this process ends.")
        finally:
            task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    def subscribe(self, room: str) -> None:
        """Listen to a room, and ask who is in it elsewhere."""
        self._rooms.add(room)
        self._left.discard(room)
        if room in self._asked:  # still: it was left a moment ago
            self._listens_to(room)
        self._due.set()

    def unsubscribe(self, room: str) -> None:
        """Listen to a room no more."""
        if room in self._rooms:
            self._rooms.remove(room)
            self.listening.discard(room)
            self._nodes.drop(room)
            self._left.add(room)
            self._due.set()

    def publish(self, room: str, entries: Sequence[Entry]) -> None:
        """Tell the others soon. While they cannot be reached nothing is kept: when they can be
        again, they are told everything.
        """
        if self._link is not None:
            self._news.setdefault(room, {}).update((entry.client_id, entry) for entry in entries)
            self._due.set()

    async def _run(self) -> None:
        attempt = 0
        while not self._ending:
            started = self._clock()
            try:
                await self._connected()
            except self.lost as error:
                self._complain("%s cannot be reached: %s", _why(error))
            self.listening.clear()
            self._tell(self._nodes.lose(self._clock()))
            attempt = 0 if self._clock() - started > LONGEST_WAIT else attempt + 1
            wait = min(FIRST_WAIT * 2**attempt, LONGEST_WAIT)
            await asyncio.sleep(wait * (0.5 + random.random() / 2))

    async def _connected(self) -> None:
        """Connect, and work until the connection is lost.

        Raises:
            what `lost` has: it is.
        """
        link = self.new_link()
        tasks: list[asyncio.Future[None]] = []
        try:
            await link.open()
            await link.listen([node_channel(self.node)])
            if self._ending:
                return
            self._begin(link)
            tasks = [asyncio.ensure_future(one(link)) for one in (self._read, self._write)]
            tasks.append(asyncio.ensure_future(self._live(link)))
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            # redis-py may swallow a cancellation that comes with an answer: tasks look, too.
            self._link = None
            self._due.set()
            for task in tasks:
                task.cancel()
            try:
                await asyncio.gather(*tasks, return_exceptions=True)
            finally:
                await link.close()

    def _begin(self, link: Link) -> None:
        """On a new connection everything is said and asked again."""
        self._asked = set()
        self._news, self._letters = {}, {}
        for room in [*self._rooms, *self._left]:
            self._letters[Kind.ALL, room_channel(room), room] = None
        self._link = link
        self._due.set()

    async def _read(self, link: Link) -> None:
        while self._link is link:
            heard = await link.receive()
            if heard is not None:
                self._take(heard)

    def _take(self, heard: Heard) -> None:
        if heard.data is None:
            # Asked only now: what is said from here on is heard.
            room = room_of(heard.channel)
            if room in self._rooms:
                self._listens_to(room)
            return
        try:
            letter = unseal(heard.data, self._secret, self._clock())
        except LetterError as error:
            self._complain("A letter from another process at %s is refused: %s.", str(error))
            return
        if letter.node == self.node or letter.room not in self._rooms:
            return
        if letter.kind is Kind.ASK:
            self._write_soon(Kind.ALL, node_channel(letter.node), letter.room)
        self._tell(self._nodes.hear(letter, self._clock()))

    async def _write(self, link: Link) -> None:
        while self._link is link:
            self._due.clear()
            # What is said of a room is said while it is listened to: first and last words, too.
            fresh, over = self._rooms - self._asked, self._asked - self._rooms
            self._asked = set(self._rooms)
            await link.listen(room_channel(room) for room in fresh)
            await self._send(link)
            await link.ignore(room_channel(room) for room in over)
            await self._due.wait()

    async def _send(self, link: Link) -> None:
        told = self._left.copy()
        news, self._news = self._news, {}
        letters, self._letters = self._letters, {}
        sealed = [
            (
                room_channel(room),
                self._seal(Letter(Kind.NEWS, self.node, room, 0, [*entries.values()])),
            )
            for room, entries in news.items()
        ]
        for kind, channel, room in letters:
            place, entries = self._snapshot(room) if kind is Kind.ALL else (0, [])
            sealed.append((channel, self._seal(Letter(kind, self.node, room, place, entries))))
        if sealed:
            await link.send(sealed)
        self._left -= told

    async def _live(self, link: Link) -> None:
        """Give signs of life, and look for those of others.

        After a loss the others need a moment to come back, too.
        """
        alone_until = self._clock() + 3 * self._interval
        while self._link is link:
            await link.renew(life_of(self.node), 3 * self._interval)
            if self._clock() >= alone_until:
                names = self._nodes.known()
                present = await link.present([life_of(name) for name in names])
                living = [name for name, is_there in zip(names, present, strict=True) if is_there]
                self._tell(self._nodes.check(living, self._clock()))
            await asyncio.sleep(self._interval)

    async def _say_goodbye(self, link: Link) -> None:
        await self._send(link)
        await link.delete(life_of(self.node))

    def _listens_to(self, room: str) -> None:
        """Take it that whatever is said in a room from now on is heard; ask for what was."""
        self.listening.add(room)
        self._write_soon(Kind.ASK, room_channel(room), room)

    def _write_soon(self, kind: Kind, channel: str, room: str) -> None:
        self._letters[kind, channel, room] = None
        self._due.set()

    def _tell(self, deliveries: Iterable[Delivery]) -> None:
        for room, entries in deliveries:
            self._deliver(room, entries)

    def _seal(self, letter: Letter) -> bytes:
        return seal(letter, self._secret, self._clock())

    def _complain(self, text: str, why: str) -> None:
        """Warn, but not of the same thing again and again."""
        now = self._clock()
        if now - self._complaints.get(why, -COMPLAINT) >= COMPLAINT:
            self._complaints = {k: t for k, t in self._complaints.items() if now - t < COMPLAINT}
            self._complaints[why] = now
            self.options.log.warning(text, place_of(self.options.url), why)
