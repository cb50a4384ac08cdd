"""The doorman: who may come in. What they say is heard by a `Session`.

Top floor: tornado and Jupyter Server's handlers.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any, cast

from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import ws_authenticated
from jupyter_server.base.call_context import CallContext
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from tornado.websocket import WebSocketHandler, WebSocketProtocol, WebSocketProtocol13

from .documents import RoomName, admit
from .door import Door
from .journal import Journal
from .line import Line
from .protocol import MAX_INTEGER, SUBPROTOCOL, CloseCode, Refused
from .rooms import Visitor
from .session import Session

__all__ = ["AUTH_RESOURCE", "RoomHandler"]

AUTH_RESOURCE = "awareness"

# An offer that we can keep to: of windows only the client's may be smaller.
_DEFLATE = re.compile(
    r"permessage-deflate(?: *; *(?:client_max_window_bits(?:=(?:[89]|1[0-5]))?"
    r"|(?:client|server)_no_context_takeover))* *(?:,|$)"
)


class RoomHandler(WebSocketMixin, WebSocketHandler, JupyterHandler):
    """The request for a connection to one room."""

    auth_resource = AUTH_RESOURCE
    ping_interval = 0  # the door asks for signs of life

    def initialize(self, door: Door) -> None:
        """Take what the application hands in."""
        super().initialize()
        self.door = door
        self.refusal: Refused | None = None
        self.visitor: Visitor | None = None
        self.name = RoomName("lobby", "")

    @property
    def log(self) -> Journal:  # type: ignore[override]
        """The server's log; the mixin's and Jupyter's own lines go there, too."""
        return Journal(super().log)

    @property
    def max_message_size(self) -> int:
        """Bytes; tornado drops the connection when a frame is larger.

        Its close frame is overtaken by the reset of a socket with bytes unread, and a client that
        sees no code comes back with the same frame. So what is somewhat too large is read, and
        refused by `decode_message`.
        """
        return 2 * self.door.limits.frame_bytes

    def get_compression_options(self) -> dict[str, Any] | None:
        """Agree to permessage-deflate (RFC 7692), whatever the server's setting, if it is free.

        A large room's news are compressed once for everybody who reads with the usual window.
        """
        offered = self.request.headers.get("Sec-WebSocket-Extensions", "")
        readable = self.visitor is None or self.visitor.principal not in self.door.unreadable
        return {} if readable and _DEFLATE.match(offered) else None

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
        """Hand over to a session, which joins, or closes with the reason why not."""
        super().open(room)
        self.set_nodelay(True)
        line, username = cast(Line, self.ws_connection), str(self.current_user.username)
        session = Session(self.door, line, self.name, username, self.max_message_size)
        if self.refusal is not None:
            session.refuse(self.refusal)
        elif self.visitor is not None:
            session.join(self.room_id, self.visitor)
        self.ui.clear()  # it refers to this handler, as does the context of the request
        CallContext.set(CallContext.JUPYTER_HANDLER, None)

    def get_websocket_protocol(self) -> WebSocketProtocol | None:
        """Let the request go once it is answered."""
        protocol = super().get_websocket_protocol()
        if isinstance(protocol, WebSocketProtocol13):
            return Line(self, False, protocol.params)
        return None

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
