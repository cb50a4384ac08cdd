"""The doorman: who may come in, and what to do with what they say. Everything else is in `Rooms`.

Top floor: tornado and Jupyter Server's handlers.
"""

from __future__ import annotations

import hashlib
import logging
import weakref
from asyncio import Future
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import ws_authenticated
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from tornado.httputil import HTTPHeaders
from tornado.ioloop import IOLoop, PeriodicCallback
from tornado.websocket import WebSocketHandler, WebSocketProtocol, WebSocketProtocol13

from .documents import RoomName, admit
from .events import Events
from .identity import User
from .intake import Intake
from .journal import Journal
from .keys import DocumentKeys
from .protocol import (
    MAX_INTEGER,
    SUBPROTOCOL,
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
from .tally import Tally
from .turns import Turns
from .wire import Wire

__all__ = ["AUTH_RESOURCE", "Door", "RoomHandler"]

AUTH_RESOURCE = "awareness"
NO_HEADERS = HTTPHeaders()
LONGEST_REASON = 123  # bytes of UTF-8 in a close frame (RFC 6455, 5.5)
COMPLAINTS = 5  # warnings a second, so that nobody fills a disk with them; the others are debug
LINGER = 1.0  # seconds in which a client may answer our close frame
READS_PER_UPDATE = 16  # tornado's reads of frames of all kinds, for each update that is allowed


@dataclass(frozen=True, slots=True)
class Door:
    """What a handler needs to let people in; times in seconds."""

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
    tally: Tally = field(default_factory=Tally)
    sockets: set[RoomHandler] = field(default_factory=set)
    complaints: Rate = field(default_factory=lambda: Rate(COMPLAINTS, 0))


class RoomHandler(WebSocketMixin, WebSocketHandler, JupyterHandler):
    """One connection to one room."""

    auth_resource = AUTH_RESOURCE
    ping_callback: PeriodicCallback | None = None  # type: ignore[assignment]

    def initialize(self, door: Door) -> None:
        """Take what the application hands in."""
        super().initialize()
        self.door = door
        self.member: Member | None = None
        self.wire: Wire | None = None
        self.intake: Intake | None = None
        self.refusal: Refused | None = None
        self.greeted: User | None = None
        self.name = RoomName("lobby", "")
        self.said_goodbye = False
        self.heard = False  # of anything since the last ping was due
        self.turns: Turns | None = None
        self.unread: Callable[[], Future[None] | None] = lambda: None
        self.unread_since = 0.0

    @property
    def log(self) -> Journal:  # type: ignore[override]
        """The server's log; the mixin's and Jupyter's own lines go there, too."""
        return Journal(super().log)

    @property
    def ping_interval(self) -> float:
        """Milliseconds, as the mixin has it."""
        return self.door.client_timeout * 1_000 / 3

    @property
    def ping_timeout(self) -> float:
        """Milliseconds, as the mixin has it."""
        return self.door.client_timeout * 1_000

    @property
    def max_message_size(self) -> int:
        """Bytes; tornado drops the connection when a frame is larger.

        Its close frame is overtaken by the reset of a socket with bytes unread, and a client that
        sees no code comes back with the same frame. So what is somewhat too large is read, and
        refused by `decode_message`.
        """
        return 2 * self.door.limits.frame_bytes

    def get_compression_options(self) -> dict[str, Any] | None:
        """Never compress, whatever the server's setting: it would be done for every reader anew.

        And zlib would keep some 300 kB for each connection.
        """
        return None

    def set_default_headers(self) -> None:
        """An upgrade's answer has no content to protect."""

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        """Speak ours with those who offer it."""
        return SUBPROTOCOL if SUBPROTOCOL in subprotocols else None

    @ws_authenticated
    async def get(self, room: str) -> None:
        """Check everything before anything is done; a refusal is told in a close frame.

        A browser cannot read the status of a refused upgrade, but it can read a close code.
        """
        try:
            await self._check(room)
        except Refused as refusal:
            self.refusal = refusal
        await super().get(room)

    def open(self, room: str) -> None:
        """Join, or close with the reason why not."""
        super().open(room)
        self.set_nodelay(True)
        self._take_short_cuts()
        self._set_turns()
        try:
            if self.refusal is not None:
                raise self.refusal
            self.member = self.door.rooms.join(self.room_id, self.visitor, self._write)
            self.door.sockets.add(self)
            user = self.member.user["username"]
            self.door.events.joined(user, self.name.text, self.member.writes)
        except Refused as refusal:
            self._refuse(refusal)
            return
        self._greet(self.member)
        self._forget_the_upgrade()

    def on_message(self, message: str | bytes) -> None:
        """Hear what tornado has read."""
        if self.intake is not None:
            self.intake.delivered()
        self.hear(message)

    def hear(self, message: str | bytes) -> None:
        """Decode the whole frame, then act on it; close with a reason if it cannot be done."""
        self.heard = True
        if self.member is None:
            return
        self.door.tally.frames_in += 1
        try:
            self.door.rooms.hear(self.member, len(message))
            self._act(self.member, message)
        except (ProtocolError, Refused) as error:
            self._refuse(error)

    def send_ping(self) -> None:
        """Ask for a sign of life, unless there was one.

        A frame that is not read for as long as a ping is none: pongs and updates can be sent
        without reading, and whoever does so would keep a frame in our memory.
        """
        if self._is_stalled() and self.door.clock() - self.unread_since > self.door.client_timeout:
            self.close()
            return
        now = IOLoop.current().time()
        if self.heard or now - self.last_ping > 2 * self.ping_interval / 1_000:
            self.last_pong = now  # or nobody asked for long: this process was blocked
        if self.heard:
            self.heard, self.last_ping = False, now
        else:
            super().send_ping()

    def close(self, code: int | None = None, reason: str | None = None) -> None:
        """Close the socket, and leave now: tornado waits up to 5 s for the other side's answer.

        A connection that does not answer pings is closed without a code; it is broken.
        """
        super().close(code, reason and _cut(reason))
        self._stop_listening()
        self._leave(broken=code is None)

    def on_close(self) -> None:
        """Leave; a socket that ended without a close frame is broken and may come back."""
        self._stop_listening()
        self._leave(broken=not self.said_goodbye)

    def get_websocket_protocol(self) -> WebSocketProtocol | None:
        """Notice a close frame: one without a code looks like a broken socket in `close_code`.

        And leave the pings to the mixin: tornado takes the same property for seconds.
        """
        protocol = super().get_websocket_protocol()
        if isinstance(protocol, WebSocketProtocol13):
            protocol.params.ping_interval = 0
            close = protocol.close

            def closing(code: int | None = None, reason: str | None = None) -> None:
                if protocol.client_terminated and not protocol.server_terminated:
                    self.said_goodbye = True
                close(code, reason)

            protocol.close = closing  # type: ignore[method-assign]
        return protocol

    async def _check(self, room: str) -> None:
        """Authorize and find the room, without side effects.

        Raises:
            Refused: what is asked for is not there or not allowed.
        """
        if not self.door.enabled:
            raise Refused(CloseCode.NOT_ALLOWED, "Presence is switched off on this server.")
        if not await self._may("read", AUTH_RESOURCE):
            raise Refused(CloseCode.NOT_ALLOWED, "You may not see who is here.")
        self.name = name = RoomName.parse(room)
        reads = await self._may("read", "contents")
        if name.kind == "document" and not reads:
            raise Refused(CloseCode.NOT_ALLOWED, "You may not read documents.")
        self.room_id = await admit(
            name, self.contents_manager, self.door.topics_allowed, self.door.keys
        )
        self.visitor = Visitor(
            model=self.identity_provider.identity_model(self.current_user),
            principal=await self._principal(),
            writes=await self._may("write", AUTH_RESOURCE),
            reads=reads,
            client_id=self._client_id(),
            path=name.path,
        )

    async def _may(self, action: str, resource: str) -> bool:
        allowed = self.authorizer.is_authorized(self, self.current_user, action, resource)
        return bool(await ensure_async(allowed))

    async def _principal(self) -> str:
        """What the connection proved: who it is by its cookie, else that it knows the token.

        Without a cookie, Jupyter's shared token gives every request another anonymous username.
        """
        if self.token_authenticated:
            known = self.identity_provider.get_user_cookie(self)
            if await ensure_async(known) is None:
                token = self.identity_provider.get_token(self) or ""
                return "token:" + hashlib.sha256(token.encode()).hexdigest()
        return "user:" + str(self.current_user.username)

    def _client_id(self) -> int | None:
        offered = self.request.headers.get("Sec-WebSocket-Protocol", "")
        if SUBPROTOCOL not in (protocol.strip() for protocol in offered.split(",")):
            return None
        text = self.get_query_argument("client", "")
        number = int(text) if text.isascii() and text.isdigit() and len(text) <= 16 else 0
        if not 0 < number <= MAX_INTEGER:
            raise Refused(CloseCode.BAD_FRAME, "Name your client id: ?client=<number below 2^53>.")
        return number

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
        if self.visitor.client_id is not None:
            hello = {
                **self.door.hello,
                "client": self.visitor.client_id,
                "user": member.user,
                "write": member.writes,
            }
            self.door.rooms.tell(member, encode_hello(hello))

    def _set_turns(self) -> None:
        stream = getattr(self.ws_connection, "stream", None)
        if stream is not None:
            limit = READS_PER_UPDATE * self.door.rooms.rules.allowed.updates_per_second
            self.turns = Turns(stream.read_bytes, limit, self.door.clock, self._flooded)
            stream.read_bytes = self.turns

    def _flooded(self) -> None:
        if self.member is not None:
            reason = "You send more frames a second than is allowed."
            self._refuse(Refused(CloseCode.TOO_MUCH, reason, "max_updates_per_second"))

    def _refuse(self, why: ProtocolError | Refused) -> None:
        door = self.door
        door.tally.refused[why.cause] += 1
        told = door.complaints.allows(door.clock())
        level = logging.WARNING if told else logging.DEBUG
        self.log.log(level, "Closing a connection to %s: %s", self.name.kind, why.reason)
        if told:
            username = str(self.current_user.username)
            door.events.refused(username, self.name.kind, why.code, why.cause)
        self.close(why.code, why.reason)

    def _stop_listening(self) -> None:
        """Ask for no more signs of life, and do not read on: what still comes has no meaning."""
        if self.ping_callback is not None:
            self.ping_callback.stop()  # or it would hold this object until the next ping is due
        if self.intake is not None:
            self.intake.end()
        if self.turns is not None and not self.turns.ended:
            self.turns.ended = True
            stream = getattr(self.ws_connection, "stream", None)
            if stream is not None and not stream.closed():
                stream.io_loop.call_later(LINGER, stream.close)

    def _leave(self, broken: bool) -> None:
        member, self.member = self.member, None
        if member is not None:
            self.door.sockets.discard(self)
            self.door.rooms.leave(member, broken)
            self.door.events.left(member.user["username"], self.name.text, broken)

    def _write(self, packet: Packet) -> Future[None] | None:
        self.door.tally.frames_out += 1
        if self.wire is not None:
            written = self.wire.write(packet)
        else:
            written = self.write_message(b"".join(packet), binary=True)
        if written is not None and not self._is_stalled():
            # A reference to the future would hold whoever caused it to be written: its context.
            self.unread, self.unread_since = weakref.ref(written), self.door.clock()
        return written

    def _is_stalled(self) -> bool:
        unread = self.unread()
        return unread is not None and not unread.done()

    def _forget_the_upgrade(self) -> None:
        """It is answered: what it came with, and was answered with, is a quarter of all memory."""
        self.request.headers = self._headers = NO_HEADERS
        self.request.arguments = self.request.query_arguments = {}
        self.__dict__.pop("_new_cookie", None)

    def _take_short_cuts(self) -> None:
        """Read and write around tornado's frame loop, where its protocol is the usual one."""
        protocol = self.ws_connection
        if isinstance(protocol, WebSocketProtocol13) and self.get_compression_options() is None:
            self.wire = Wire(protocol)
            if getattr(protocol.stream, "_read_buffer_size", 1) == 0:
                self.intake = Intake(protocol.stream, self.hear, self.max_message_size)


def _cut(reason: str) -> str:
    return reason.encode()[:LONGEST_REASON].decode(errors="ignore")
