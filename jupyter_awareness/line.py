"""tornado's end of a WebSocket connection, without the request that it began with.

First floor: knows tornado's protocol; what it is to tell of is handed in.
"""

from __future__ import annotations

import asyncio
import zlib
from asyncio import Future
from contextvars import Context
from typing import Any

from tornado.websocket import WebSocketProtocol13

__all__ = ["Line"]


class Line(WebSocketProtocol13):
    """tornado's protocol, which lets go of the request once it is answered.

    tornado receives in a task of the request's, with its handler, headers and cookies, which are
    more than half of all that a silent connection holds.
    """

    handler: Any  # the request's, and then the session
    receiving: asyncio.Task[None] | None = None

    @property
    def deflates(self) -> bool:
        """Whether both ends may send compressed messages."""
        return self._decompressor is not None

    def _create_compressors(
        self, side: str, agreed_parameters: dict[str, Any], *options: Any
    ) -> None:
        """Agree that each message is compressed by itself: no end keeps a context for it."""
        agreed_parameters["server_no_context_takeover"] = None
        agreed_parameters["client_no_context_takeover"] = None
        super()._create_compressors(side, agreed_parameters, *options)
        self._compressor = None  # what is worth compressing comes compressed

    def _handle_message(self, opcode: int, data: bytes) -> Future[None] | None:
        """Take a message. One that cannot be inflated is malformed as any other.

        tornado's own client keeps a context all the same, and jupyter-server-proxy uses it.
        """
        try:
            return super()._handle_message(opcode, data)
        except zlib.error as error:
            self.handler.misread()
            raise ValueError("A message was not compressed as agreed.") from error

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
