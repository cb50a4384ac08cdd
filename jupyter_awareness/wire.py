"""WebSocket frames written straight to a tornado stream: in pieces, without a copy or a task.

First floor: knows streams, but no handler and no room. `WebSocketHandler.write_message` copies a
message twice and makes two futures and a task of every write, which costs four times the writing.
"""

from __future__ import annotations

import weakref
from asyncio import Future
from collections.abc import Callable
from functools import lru_cache

from tornado.iostream import IOStream, StreamClosedError
from tornado.websocket import WebSocketClosedError, WebSocketProtocol13

from .deflate import Deflated
from .protocol import Packet

__all__ = ["BINARY", "DEFLATED", "Wire"]

BINARY = 0x82  # the first byte of a message in one frame (RFC 6455, 5.2)
DEFLATED = 0xC2  # ... that is compressed (RFC 7692, 6)


class Wire:
    """The way out of one connection that tornado accepted.

    What the socket does not take at once goes through tornado's stream, as do pings and the close
    frame; while the stream has something left to write, everything goes through it.

    Args:
        protocol: the connection.
        clock: seconds.
    """

    __slots__ = ("_clock", "_protocol", "_sendmsg", "_stream", "_unread", "_unread_since")

    def __init__(self, protocol: WebSocketProtocol13, clock: Callable[[], float]) -> None:
        self._protocol = protocol
        self._clock = clock
        self._stream = protocol.stream
        self._unread: Callable[[], Future[None] | None] = _nothing
        self._unread_since = 0.0
        # TLS writes through its own object, and Windows cannot send pieces.
        plain = type(self._stream) is IOStream
        self._sendmsg = getattr(self._stream.socket, "sendmsg", None) if plain else None

    def write(self, packet: Packet) -> Future[None] | None:
        """Write one binary frame; None if the socket took it whole.

        Raises:
            WebSocketClosedError: the connection is closed, or about to be.
        """
        if self._protocol.is_closing():
            raise WebSocketClosedError
        length = sum(map(len, packet))
        pieces: Packet = (_header(length, isinstance(packet, Deflated)), *packet)
        sent = 0
        if self._sendmsg is None:
            pieces = (b"".join(pieces),)  # or each would be a record of TLS
        elif not self._stream.writing():
            try:
                sent = self._sendmsg(pieces)
            except OSError:
                pass  # it takes nothing now, or never again: the stream meets the same
            if sent == length + len(pieces[0]):
                return None
        return self._leave_to_stream(pieces, sent)

    def stalled_for(self) -> float:
        """Seconds since the oldest frame was written that the socket has not taken; 0 if none."""
        unread = self._unread()
        stalled = unread is not None and not unread.done()
        return self._clock() - self._unread_since if stalled else 0.0

    def _leave_to_stream(self, pieces: Packet, sent: int) -> Future[None] | None:
        written: Future[None] | None = None
        try:
            for piece in pieces:
                if sent < len(piece):
                    written = self._stream.write(memoryview(piece)[sent:])
                sent = max(sent - len(piece), 0)
        except StreamClosedError:
            raise WebSocketClosedError from None
        if written is None or (written.done() and written.exception() is None):
            return None
        before = self._unread()
        if before is None or before.done():
            # A reference to the future would hold whoever caused it to be written: its context.
            self._unread, self._unread_since = weakref.ref(written), self._clock()
        return written


def _nothing() -> None:
    """Stand for a frame that is not there."""


@lru_cache(4_096)
def _header(length: int, deflated: bool) -> bytes:
    """What RFC 6455 (5.2) and 7692 (6) put in front of a whole binary message from a server."""
    first = DEFLATED if deflated else BINARY
    if length < 126:
        return bytes((first, length))
    if length < 1 << 16:
        return bytes((first, 126)) + length.to_bytes(2, "big")
    return bytes((first, 127)) + length.to_bytes(8, "big")
