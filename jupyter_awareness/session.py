"""One connection that was let in, from its upgrade to its end.

Top floor: tornado's WebSocket protocol; the request that it began with is forgotten.
"""

from __future__ import annotations

import asyncio
import logging
import weakref
from asyncio import Future
from collections.abc import Callable, Collection, Sequence
from contextvars import Context
from dataclasses import dataclass, field
from typing import Any, cast

from tornado.ioloop import IOLoop
from tornado.websocket import WebSocketProtocol13

from .documents import RoomName
from .events import Events
from .identity import User
from .intake import Intake
from .journal import Journal
from .keys import DocumentKeys
from .protocol import (
    CloseCode,
    Limits,
    MessageType,
    Packet,
    ProtocolError,
    Refused,
    decode_message,
    encode_hello,
    encode_sync_reply,
)
from .rate import Rate
from .room import Member
from .rooms import Rooms, Visitor
from .skim import outdated
from .tally import Tally
from .turns import Turns
from .wire import Wire

__all__ = ["Door", "Line", "Session"]

LONGEST_REASON = 123  # bytes of UTF-8 in a close frame (RFC 6455, 5.5)
COMPLAINTS = 5  # warnings a second, so that nobody fills a disk with them; the others are debug
LINGER = 1.0  # seconds in which a client may answer our close frame
READS_PER_UPDATE = 16  # tornado's reads of frames of all kinds, for each update that is allowed
PINGS_PER_TIMEOUT = 3
TURNS_PER_PING = 8  # in which some are asked, for not all to be asked at once


@dataclass(frozen=True, slots=True)
class Door:
    """What is needed to let people in; times in seconds."""

    enabled: bool
    rooms: Rooms
    limits: Limits
    clock: Callable[[], float]
    topics_allowed: list[str]
    keys: DocumentKeys
    client_timeout: float
    hello: dict[str, Any]
    on_activity: Callable[[], None]
    events: Events
    log: Journal
    tally: Tally = field(default_factory=Tally)
    sockets: set[Session] = field(default_factory=set)
    leaving: set[Session] = field(default_factory=set)  # until they have said goodbye
    complaints: Rate = field(default_factory=lambda: Rate(COMPLAINTS, 0))

    @property
    def ping_interval(self) -> float:
        """Seconds between two pings of one connection."""
        return self.client_timeout / PINGS_PER_TIMEOUT

    @property
    def turn(self) -> float:
        """Seconds between two calls of `ping`."""
        return self.ping_interval / TURNS_PER_PING

    def shut(self) -> None:
        """Tell everybody that the server goes away; wait no more for those who had to go before."""
        for session in list(self.leaving):
            session.line.on_connection_close()
        for session in list(self.sockets):
            session.close(CloseCode.GOING_AWAY, "The server is shutting down.")

    def ping(self) -> None:
        """Ask everybody whose turn it is for a sign of life."""
        now = IOLoop.current().time()
        for session in list(self.sockets):
            if now >= session.due:
                session.send_ping()


class Line(WebSocketProtocol13):
    """tornado's protocol, which lets go of the request once it is answered.

    tornado receives in a task of the request's, with its handler, headers and cookies, which are
    more than half of all that a silent connection holds.
    """

    handler: Any  # the request's, and then the session
    receiving: asyncio.Task[None] | None = None

    async def _receive_frame_loop(self) -> None:
        """Go on in a task of its own, without the context of the request's."""
        receiving = super()._receive_frame_loop()
        self.receiving = Context().run(asyncio.ensure_future, receiving)
        self.receiving.add_done_callback(self._received)

    def close(self, code: int | None = None, reason: str | None = None) -> None:
        """Notice a close frame: one without a code looks like a broken socket in `close_code`."""
        if self.client_terminated and not self.server_terminated:
            self.handler.said_goodbye = True
        super().close(code, reason)

    def _received(self, receiving: Future[None]) -> None:
        self.receiving = None
        error = None if receiving.cancelled() else receiving.exception()
        if isinstance(error, ValueError):
            self.handler.door.log.debug("Malformed frame received", exc_info=error)
        elif error is not None:
            self.handler.door.log.error("A connection failed.", exc_info=error)
        if error is not None or receiving.cancelled():
            self._abort()


class Session:
    """The server's end of one connection to one room: what tornado calls a handler, but small.

    Args:
        door: what all have in common.
        line: the connection, which is open.
        name: the room, as the client calls it.
        username: who came.
        longest: bytes of a frame that is read at all.
    """

    __slots__ = (
        "__weakref__",
        "client_id",
        "door",
        "due",
        "greeted",
        "heard",
        "intake",
        "last_ping",
        "last_pong",
        "line",
        "member",
        "name",
        "open",
        "said_goodbye",
        "turns",
        "unread",
        "unread_since",
        "username",
        "wire",
    )

    def __init__(self, door: Door, line: Line, name: RoomName, username: str, longest: int) -> None:
        self.door = door
        self.line = line
        self.open = True
        self.name = name
        self.username = username
        self.client_id: int | None = None  # the one that a client of our subprotocol named
        self.member: Member | None = None
        self.greeted: User | None = None
        self.said_goodbye = False
        self.heard = False  # of anything since the last ping was due
        self.unread: Callable[[], Future[None] | None] = _nothing
        self.unread_since = 0.0
        self.last_ping = self.last_pong = IOLoop.current().time()
        self.due = self.last_ping + door.ping_interval
        line.handler = self
        stream = line.stream
        self.wire = Wire(line)
        self.intake: Intake | None = None
        if getattr(stream, "_read_buffer_size", 1) == 0:
            self.intake = Intake(stream, self.hear_all, longest)
        limit = READS_PER_UPDATE * door.rooms.rules.allowed.updates_per_second
        self.turns = Turns(stream.read_bytes, limit, door.clock, self._flooded)
        stream.read_bytes = self.turns  # type: ignore[method-assign]

    def join(self, room_id: str, visitor: Visitor) -> None:
        """Join, or close with the reason why not."""
        try:
            self.member = self.door.rooms.join(room_id, visitor, self._write)
        except Refused as refusal:
            self.refuse(refusal)
            return
        self.client_id = visitor.client_id
        self.door.sockets.add(self)
        user = self.member.user["username"]
        self.door.events.joined(user, self.name.text, self.member.writes)
        self._greet(self.member)

    def refuse(self, why: ProtocolError | Refused) -> None:
        """Close with a reason, and note it, though not so often that it fills a disk."""
        door = self.door
        door.tally.refused[why.cause] += 1
        told = door.complaints.allows(door.clock())
        level = logging.WARNING if told else logging.DEBUG
        door.log.log(level, "Closing a connection to %s: %s", self.name.kind, why.reason)
        if told:
            door.events.refused(self.username, self.name.kind, why.code, why.cause)
        self.close(why.code, why.reason)

    def hear_all(self, messages: Sequence[bytes]) -> None:
        """Hear what came at once: if we are behind, only the latest that was said of somebody."""
        unread: Collection[int] = ()
        if len(messages) > 1 and self.member is not None:
            unread = outdated(messages, self.member.ids)
        if unread:
            self._count(len(unread), sum(len(messages[place]) for place in unread))
        for place, message in enumerate(messages):
            if place not in unread:
                self.hear(message)

    def hear(self, message: str | bytes) -> None:
        """Decode the whole frame, then act on it; close with a reason if it cannot be done."""
        self.heard = True
        self._count(1, len(message))
        if self.member is None:
            return
        try:
            self._act(self.member, message)
        except (ProtocolError, Refused) as error:
            self.refuse(error)

    def close(self, code: int | None = None, reason: str | None = None) -> None:
        """Close the socket, and leave now: tornado waits up to 5 s for the other side's answer.

        A connection that does not answer pings is closed without a code; it is broken.
        """
        if self.open:
            self.open = False
            self.door.leaving.add(self)
            self.line.close(code, reason and _cut(reason))
            self._stop_listening()
        self._leave(broken=code is None)

    def send_ping(self) -> None:
        """Ask for a sign of life, unless there was one.

        A frame that is not read for as long as a ping is none: pongs and updates can be sent
        without reading, and whoever does so would keep a frame in our memory.
        """
        now, patience = IOLoop.current().time(), self.door.client_timeout
        self.due = now + self.door.ping_interval
        stalled = self._is_stalled() and self.door.clock() - self.unread_since > patience
        if stalled or self.line.client_terminated:
            self.close()
            return
        if self.heard or now - self.last_ping > 2 * self.door.ping_interval:
            self.last_pong = now  # or nobody asked for long: this process was blocked
        if self.heard:
            self.heard, self.last_ping = False, now
        elif now - self.last_pong > patience:
            self.door.log.warning("A connection has not answered for %g s.", patience)
            self.close()
        else:
            self.last_ping = now
            self.line.write_ping(b"")

    # What tornado calls.

    def on_message(self, message: str | bytes) -> None:
        """Hear what tornado has read."""
        if self.intake is not None:
            self.intake.delivered()
        self.hear(message)

    def on_ping(self, data: bytes) -> None:
        """tornado has answered."""

    def on_pong(self, data: bytes) -> None:
        """Note a sign of life."""
        self.last_pong = IOLoop.current().time()

    def on_ws_connection_close(
        self, close_code: int | None = None, close_reason: str | None = None
    ) -> None:
        """Leave; a socket that ended without a close frame is broken and may come back."""
        self.open = False
        self.door.leaving.discard(self)
        self.line.on_connection_close()
        self._stop_listening()
        self._leave(broken=not self.said_goodbye)

    def log_exception(self, *error: Any) -> None:
        """Say what went wrong; tornado ends the connection."""
        self.door.log.error("A connection failed.", exc_info=cast(Any, error))

    # How it is done.

    def _count(self, frames: int, size: int) -> None:
        """Count frames of so many bytes, before anything is made of them."""
        if self.member is None:
            return
        self.door.tally.frames_in += frames
        try:
            self.door.rooms.hear(self.member, size, frames)
        except Refused as error:
            self.refuse(error)

    def _act(self, member: Member, message: str | bytes) -> None:
        if isinstance(message, str):
            raise ProtocolError("Frames are binary, not text.")
        frame = decode_message(message, self.door.limits)
        if frame.type == MessageType.AWARENESS:
            if self.door.rooms.receive(member, frame.entries):
                self.door.on_activity()
            if member.user is not self.greeted:
                self._greet(member)  # somebody else got the colour meanwhile
        elif frame.type == MessageType.QUERY:
            self.door.rooms.query(member)
        elif frame.type == MessageType.SYNC and frame.sync_step == 0:
            self.door.rooms.tell(member, encode_sync_reply())

    def _greet(self, member: Member) -> None:
        """Tell a client of our subprotocol who it is, and what holds here."""
        self.greeted = member.user
        if self.client_id is not None:
            hello = {
                **self.door.hello,
                "client": self.client_id,
                "user": member.user,
                "write": member.writes,
            }
            self.door.rooms.tell(member, encode_hello(hello))

    def _flooded(self) -> None:
        if self.member is not None:
            reason = "You send more frames a second than is allowed."
            self.refuse(Refused(CloseCode.TOO_MUCH, reason, "max_updates_per_second"))

    def _stop_listening(self) -> None:
        """Do not read on: what still comes has no meaning but the other side's goodbye."""
        if self.intake is not None:
            self.intake.end()
        if not self.turns.ended:
            self.turns.ended = True
            stream = self.line.stream
            if not stream.closed():
                stream.io_loop.call_later(LINGER, stream.close)

    def _leave(self, broken: bool) -> None:
        member, self.member = self.member, None
        if member is not None:
            self.door.sockets.discard(self)
            self.door.rooms.leave(member, broken)
            self.door.events.left(member.user["username"], self.name.text, broken)

    def _write(self, packet: Packet) -> Future[None] | None:
        self.door.tally.frames_out += 1
        written = self.wire.write(packet)
        if written is not None and not self._is_stalled():
            # A reference to the future would hold whoever caused it to be written: its context.
            self.unread, self.unread_since = weakref.ref(written), self.door.clock()
        return written

    def _is_stalled(self) -> bool:
        unread = self.unread()
        return unread is not None and not unread.done()


def _nothing() -> None:
    """Stand for a frame that is not there."""


def _cut(reason: str) -> str:
    return reason.encode()[:LONGEST_REASON].decode(errors="ignore")
