"""What goes out to one member: one write in flight, and its place in the room's change feed.

First floor: may await sockets through what it is handed; knows no handler and no room.
"""

from __future__ import annotations

from asyncio import Future
from collections.abc import Callable
from typing import TypeAlias

from tornado.iostream import StreamClosedError
from tornado.websocket import WebSocketClosedError

from .protocol import Packet

__all__ = ["Outbox", "Write"]

MOST_TOLD = 8  # frames that may be on their way besides the feed's

Write: TypeAlias = Callable[[Packet], "Future[None] | None"]
"""Hands one binary frame to a socket: None if the socket took it, else a future of when it does.

Raises tornado's WebSocketClosedError at once if the socket is closed.
"""


class Outbox:
    """One member's way out.

    While a frame is in flight nothing else is written: the reader falls back in the feed, which is
    one integer, and gets the latest of everybody once it has read. tornado would otherwise buffer
    without a bound.

    ``owed`` is the time (seconds) since which a reader that could not be written to is due
    everybody's state. ``echoes`` counts changes that it was told and may still send back.

    Args:
        place: where in the feed it begins.
        write: hands a frame to the socket.
        drained: called whenever it could write again.
        deflates: whether the reader takes compressed frames.
    """

    __slots__ = ("_drained", "_told", "_write", "deflates", "echoes", "in_flight", "owed", "place")

    def __init__(
        self, place: int, write: Write, drained: Callable[[], None], deflates: bool = False
    ) -> None:
        self.place = place
        self.deflates = deflates
        self.in_flight = False
        self.owed: float | None = None
        self.echoes = 0
        self._write = write
        self._drained = drained
        self._told = 0

    def send(self, frame: Packet | None, place: int) -> None:
        """Write a frame that brings the reader to ``place``; None if there is nothing to read.

        Must not be called while a frame is in flight.
        """
        self.place = place
        if frame is None:
            return
        try:
            written = self._write(frame)
        except WebSocketClosedError:
            return  # the socket's own close callback ends the membership
        if written is not None:
            self.in_flight = True
            written.add_done_callback(self._written)

    def tell(self, frame: bytes) -> None:
        """Write a small frame that is not part of the feed, and so does not wait for it.

        A reader that leaves several of them unread asks for nothing that it lacks.
        """
        if self._told >= MOST_TOLD:
            return
        try:
            told = self._write((frame,))
        except WebSocketClosedError:
            return
        if told is not None:
            self._told += 1
            told.add_done_callback(self._heard)

    def _heard(self, told: Future[None]) -> None:
        self._told -= 1
        _retrieve(told)

    def _written(self, written: Future[None]) -> None:
        self.in_flight = False
        if _retrieve(written):
            self._drained()


def _retrieve(written: Future[None]) -> bool:
    """Look at a write's outcome, as asyncio wants of every future; False if the socket is gone."""
    if written.cancelled():
        return False
    error = written.exception()
    if error is None:
        return True
    if isinstance(error, WebSocketClosedError | StreamClosedError):
        return False
    raise error
