"""WebSocket frames written straight to a tornado stream: in pieces, without a copy or a task.

First floor: knows streams, but no handler and no room. `WebSocketHandler.write_message` copies a
message twice and makes two futures and a task of every write, which costs four times the writing.
"""

from __future__ import annotations

from asyncio import Future
from functools import lru_cache

from tornado.iostream import IOStream, StreamClosedError
from tornado.websocket import WebSocketClosedError, WebSocketProtocol13

from .protocol import Packet

__all__ = ["Wire"]


class Wire:
    """The way out of one connection that tornado accepted and does not compress.

    What the socket does not take at once goes through tornado's stream, as do pings and the close
    frame; while the stream has something left to write, everything goes through it.
    """

    __slots__ = ("_protocol", "_sendmsg", "_stream")

    def __init__(self, protocol: WebSocketProtocol13) -> None:
        self._protocol = protocol
        self._stream = protocol.stream
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
        pieces: Packet = (_header(length), *packet)
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
        return written


@lru_cache(4_096)
def _header(length: int) -> bytes:
    """What RFC 6455 (5.2) puts in front of a whole binary message from a server."""
    if length < 126:
        return bytes((0x82, length))
    if length < 1 << 16:
        return b"\x82\x7e" + length.to_bytes(2, "big")
    return b"\x82\x7f" + length.to_bytes(8, "big")
