"""One connection that was let in, from its upgrade to its end.

Top floor: tornado's WebSocket protocol; the request that it began with is forgotten.
"""

from __future__ import annotations

from asyncio import Future
from collections.abc import Collection, Sequence
from typing import Any, cast

from tornado.ioloop import IOLoop

from .documents import RoomName
from .door import Door
from .identity import User
from .intake import Intake
from .line import Line
from .liveness import Liveness, Verdict
from .protocol import (
    CloseCode,
    MessageType,
    Packet,
    ProtocolError,
    Refused,
    decode_message,
    encode_hello,
    encode_sync_reply,
)
from .room import Member
from .rooms import Visitor
from .skim import outdated
from .turns import Turns
from .wire import Wire

__all__ = ["Session"]

LONGEST_REASON = 123  # bytes of UTF-8 in a close frame (RFC 6455, 5.5)
LINGER = 1.0  # seconds in which a client may answer our close frame
READS_PER_UPDATE = 16  # tornado's reads of frames of all kinds, for each update that is allowed


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
        "greeted",
        "intake",
        "line",
        "liveness",
        "member",
        "name",
        "open",
        "principal",
        "said_goodbye",
        "turns",
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
        self.principal = ""
        self.greeted: User | None = None
        self.said_goodbye = False
        self.liveness = Liveness(IOLoop.current().time(), door.ping_interval)
        line.handler = self
        stream = line.stream
        self.wire = Wire(line, door.clock)
        self.intake: Intake | None = None
        if getattr(stream, "_read_buffer_size", 1) == 0:
            self.intake = Intake(stream, self.hear_all, longest, line.deflates)
        limit = READS_PER_UPDATE * door.rooms.rules.allowed.updates_per_second
        self.turns = Turns(stream.read_bytes, limit, door.clock, self._flooded)
        stream.read_bytes = self.turns  # type: ignore[method-assign]

    def join(self, room_id: str, visitor: Visitor) -> None:
        """Join, or close with the reason why not."""
        try:
            deflates = self.line.deflates
            self.member = self.door.rooms.join(room_id, visitor, self._write, deflates)
        except Refused as refusal:
            self.refuse(refusal)
            return
        self.client_id = visitor.client_id
        self.principal = visitor.principal
        self.door.connections.add(self)
        user = self.member.user["username"]
        self.door.events.joined(user, self.name.text, self.member.writes)
        self._greet(self.member)

    def refuse(self, why: ProtocolError | Refused) -> None:
        """Close with a reason, and note it."""
        self.door.note(self.username, self.name.kind, why)
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
        self.liveness.heard = True
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

    def ask(self) -> None:
        """Ask for a sign of life, unless there was one.

        A frame that is not read for as long as a ping is none: pongs and updates can be sent
        without reading, and whoever does so would keep a frame in our memory.
        """
        if self.member is not None and self.member.user is not self.greeted:
            self._greet(self.member)  # gave way to somebody elsewhere who has the same colour
        patience = self.door.client_timeout
        if self.wire.stalled_for() > patience or self.line.client_terminated:
            self.close()
            return
        now = IOLoop.current().time()
        verdict = self.liveness.judge(now, self.door.ping_interval, patience)
        if verdict is Verdict.GONE:
            self.door.log.warning("A connection has not answered for %g s.", patience)
            self.close()
        elif verdict is Verdict.UNKNOWN:
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
        self.liveness.answered(IOLoop.current().time())

    def on_ws_connection_close(
        self, close_code: int | None = None, close_reason: str | None = None
    ) -> None:
        """Leave; a socket that ended without a close frame is broken and may come back."""
        self.open = False
        self.door.leaving.discard(self)
        self.line.on_connection_close()
        self._stop_listening()
        self._leave(broken=not self.said_goodbye)

    def misread(self) -> None:
        """Note that a compressed message cannot be inflated; it ends this connection."""
        self.door.misread(self.principal)

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
            self.door.connections.discard(self)
            self.door.rooms.leave(member, broken)
            self.door.events.left(member.user["username"], self.name.text, broken)

    def _write(self, packet: Packet) -> Future[None] | None:
        self.door.tally.frames_out += 1
        return self.wire.write(packet)


def _cut(reason: str) -> str:
    return reason.encode()[:LONGEST_REASON].decode(errors="ignore")
