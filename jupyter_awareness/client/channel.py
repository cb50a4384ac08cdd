"""The way to one room, kept open: frames come in, one's own state goes out.

Top floor: one task per room, for as long as one is in it.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from typing import Literal, Protocol

from ..protocol import ProtocolError
from .access import Access
from .errors import ClientError
from .line import Ending, Line
from .reconnect import LOST, Reaction, delay, reaction
from .throttle import Throttle

__all__ = ["Channel", "Connection", "End"]

SEND_INTERVAL = 0.05  # seconds between two frames of ours
STEADY = 10.0  # a connection that held so many seconds starts its back-off from the beginning
PROTOCOL_ERROR = 1002  # RFC 6455, 7.4.1


@dataclass(frozen=True, slots=True)
class Connection:
    """How the way to a room is; ``off`` is final. ``reason`` is for people to read."""

    kind: Literal["connecting", "connected", "reconnecting", "off"]
    code: int | None = None
    reason: str = ""


class End(Protocol):
    """Who speaks and listens on a channel."""

    @property
    def client_id(self) -> int:
        """The client id under which one speaks."""

    def opened(self) -> None:
        """A new connection: its first frame will be a snapshot, and nothing was said on it."""

    def heard(self, frame: bytes | str) -> None:
        """Take a frame.

        Raises:
            ProtocolError: it is not one.
        """

    def say(self) -> bytes | None:
        """One's own state as a frame, None if this connection has carried it."""

    def rename(self) -> None:
        """Take another client id: the present one belongs to somebody else."""

    def connection_changed(self, connection: Connection) -> None:
        """The way to the room has changed."""


class Channel:
    """Connects when started and until it is closed; tells its end what it hears."""

    def __init__(self, access: Access, room: str, end: End) -> None:
        self.connection = Connection("connecting")
        self._access = access
        self._room = room
        self._end = end
        self._throttle = Throttle(self._announce, SEND_INTERVAL)
        self._line: Line | None = None
        self._task: asyncio.Task[None] | None = None
        self._since: float | None = None  # when the present connection was known to hold
        self._known = False
        self._owes = False  # there was something to say when the line was busy

    def start(self) -> None:
        """Begin to connect."""
        self._task = asyncio.ensure_future(self._run())

    def announce(self) -> None:
        """One's own state has changed: send it, soon if not now, and on every new connection."""
        self._throttle.invoke()

    def allow(self, updates_per_second: float) -> None:
        """Send no more than the server accepts (0 is no limit), with a quarter to spare."""
        least = 1.25 / updates_per_second if updates_per_second > 0 else 0
        self._throttle.interval = max(SEND_INTERVAL, least)

    def holds(self) -> None:
        """The server has let us in."""
        self._since = asyncio.get_running_loop().time()
        self._known = True
        self._report(Connection("connected"))

    async def close(self) -> None:
        """Leave: the server withdraws us at once."""
        self._throttle.stop()
        try:
            if self._task is not None:
                self._task.cancel()
                await asyncio.wait([self._task])  # whoever cancels this wait is heard
        finally:
            self._report(Connection("off"))

    async def _run(self) -> None:
        attempt = 0
        while True:
            ending = await self._connect()
            why = reaction(ending.code, self._known)
            if why is Reaction.STOP:
                self._throttle.stop()
                self._report(Connection("off", *ending))
                return
            if why is Reaction.RENAME:
                self._end.rename()
            if self._since is not None and self._lasted(self._since) >= STEADY:
                attempt = 0
            self._report(self._pending(ending))
            await asyncio.sleep(delay(attempt, why, random.random()))
            attempt += 1

    async def _connect(self) -> Ending:
        if self._known:
            # The server may be another process than before, which does not know our cookie.
            try:
                await self._access.login()
            except ClientError as error:
                return Ending(error.code or LOST, error.reason)
        self._since = None
        self._line = line = Line(self._heard, self._free)
        self._end.opened()
        path = f"api/awareness/room/{self._room}"
        request = self._access.upgrade(path, client=str(self._end.client_id))
        try:
            return await line.talk(request, self._throttle.invoke)
        finally:
            self._line = None

    def _heard(self, frame: bytes | str) -> None:
        try:
            self._end.heard(frame)
        except ProtocolError as error:
            if self._line is not None:
                self._line.fail(PROTOCOL_ERROR, error.reason[:100])

    def _announce(self) -> None:
        if self._line is None:
            return
        self._owes = self._line.busy
        if not self._owes:
            frame = self._end.say()
            if frame is not None:
                self._line.send(frame)

    def _free(self) -> None:
        if self._owes:
            self._throttle.invoke()

    def _pending(self, ending: Ending) -> Connection:
        return Connection("reconnecting" if self._known else "connecting", *ending)

    def _report(self, connection: Connection) -> None:
        if connection != self.connection and self.connection.kind != "off":
            self.connection = connection
            self._end.connection_changed(connection)

    @staticmethod
    def _lasted(since: float) -> float:
        return asyncio.get_running_loop().time() - since
