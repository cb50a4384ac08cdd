"""One WebSocket, from its opening to its end.

Top floor: tornado's WebSocket client.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import NamedTuple

from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import (
    WebSocketClientConnection,
    WebSocketClosedError,
    WebSocketError,
    websocket_connect,
)

from ..protocol import SUBPROTOCOL
from .reconnect import LOST

__all__ = ["LARGEST_FRAME", "Ending", "Line"]

PING_INTERVAL = 10.0  # seconds; a server that does not answer a ping until the next one is lost
LARGEST_FRAME = 2**26  # bytes: a snapshot of the fullest room that servers have by default

Heard = Callable[[bytes | str], None]


class Ending(NamedTuple):
    """How a connection ended: the close code or HTTP status, and what was said."""

    code: int
    reason: str


class Line:
    """A connection that is used once.

    Args:
        heard: called with every frame.
        free: called when another frame may be sent.
    """

    def __init__(self, heard: Heard, free: Callable[[], None]) -> None:
        self._heard = heard
        self._free = free
        self._socket: WebSocketClientConnection | None = None
        self._over = asyncio.Event()
        self._writing: asyncio.Future[None] | None = None
        self._fault: Ending | None = None

    @property
    def busy(self) -> bool:
        """Whether no frame can be sent now: not open, or the last one is still on its way."""
        return self._socket is None or self._over.is_set() or self._writing is not None

    async def talk(self, request: HTTPRequest, opened: Callable[[], None]) -> Ending:
        """Connect, and listen until the end. When cancelled, say goodbye first."""
        try:
            self._socket = await _connect(request, self._on_message)
        except HTTPClientError as error:
            return Ending(error.code, str(error.message))
        except (OSError, WebSocketError) as error:
            return Ending(LOST, str(error) or type(error).__name__)
        try:
            if self._fault is None:
                opened()
                await self._over.wait()
            code = self._socket.close_code or LOST
            return self._fault or Ending(code, self._socket.close_reason or "")
        finally:
            await self._hang_up()

    def send(self, frame: bytes) -> None:
        """Send a frame; on a line that has ended it is dropped."""
        assert self._socket is not None
        try:
            self._writing = asyncio.ensure_future(self._socket.write_message(frame, binary=True))
        except WebSocketClosedError:
            return
        self._writing.add_done_callback(self._written)

    def fail(self, code: int, reason: str) -> None:
        """End because of what the server sent."""
        self._fault = Ending(code, reason)
        if self._socket is not None:
            self._socket.close(code, reason)

    async def _hang_up(self) -> None:
        assert self._socket is not None
        # Also after the end: tornado warns of a connection that its user did not close.
        self._socket.close(1000)
        await self._over.wait()  # tornado gives the server five seconds to answer

    def _on_message(self, message: bytes | str | None) -> None:
        if message is None:
            self._over.set()
        else:
            self._heard(message)

    def _written(self, future: asyncio.Future[None]) -> None:
        self._writing = None
        # A failed write needs no answer: the end of the connection says the same.
        if not future.cancelled() and future.exception() is None:
            self._free()


async def _connect(
    request: HTTPRequest, on_message: Callable[[bytes | str | None], None]
) -> WebSocketClientConnection:
    connecting = asyncio.ensure_future(
        websocket_connect(
            request,
            on_message_callback=on_message,
            ping_interval=PING_INTERVAL,
            max_message_size=LARGEST_FRAME,
            subprotocols=[SUBPROTOCOL],
        )
    )
    try:
        # Cancelled, tornado's future would leave an open connection to nobody.
        return await asyncio.shield(connecting)
    except asyncio.CancelledError:
        connecting.add_done_callback(_hang_up)
        raise


def _hang_up(connecting: asyncio.Future[WebSocketClientConnection]) -> None:
    if not connecting.cancelled() and connecting.exception() is None:
        connecting.result().close(1000)
