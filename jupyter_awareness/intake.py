"""Small binary frames taken off a tornado stream without tornado's frame loop.

First floor: knows streams, but no handler and no room. tornado reads a frame in four steps, each
with a future: some 60 microseconds for what takes 20.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from tornado.iostream import IOStream
from tornado.log import app_log
from tornado.util import _websocket_mask

from .deflate import inflate
from .journal import Journal
from .wire import BINARY, DEFLATED

__all__ = ["Intake"]

MASKED = 0x80
LONGEST = 32_768  # bytes of a frame that is worth waiting for here; half of what is read at once
# ... and of what a compressed one may become here; tornado inflates longer ones, one at a time.
MOST_INFLATED = 1_048_576  # bytes that all of one read may become here, before they are counted
LONGEST_HEADER = 14
MOST_IGNORED = 65_536  # bytes that are looked through for a goodbye once nothing else is wanted

Buffer: TypeAlias = bytearray | memoryview


class Intake:
    """Stands in front of a stream's ``read_from_fd``, which tornado documents for replacement.

    Whole binary frames go to ``take`` at once, those of one read together. All else tornado gets to
    read, byte by byte as it came: pings, pongs, closes, text, fragments, large frames, nonsense. A
    message never overtakes one that tornado is still reading: it tells of those with `delivered`.

    It must be put in place between two frames, with nothing in the stream's buffer.

    Args:
        stream: the connection.
        take: is handed the messages.
        longest: bytes of a message that may be sent at all.
        inflates: whether messages may be compressed, each by itself.
    """

    def __init__(
        self,
        stream: IOStream,
        take: Callable[[Sequence[bytes]], None],
        longest: int,
        inflates: bool = False,
    ) -> None:
        self._read = stream.read_from_fd
        self._stream = stream
        self._plain = type(stream) is IOStream
        self._take = take
        self._longest = min(longest, LONGEST)
        self._kinds = (BINARY, DEFLATED) if inflates else (BINARY,)
        self._held = b""  # the begin of a frame
        self._owed = 0  # bytes of a frame that tornado has begun to read
        self._passed = 0  # messages that tornado is reading
        self._unfinished = False  # whether the last of them has more fragments
        self._ended = False
        self._ignored = 0
        stream.read_from_fd = self.read  # type: ignore[assignment, method-assign]

    def delivered(self) -> None:
        """tornado has read a message and handed it over."""
        self._passed -= 1

    def end(self) -> None:
        """Nothing is wanted any more but the other side's goodbye."""
        self._ended = True

    def read(self, buffer: Buffer) -> int | None:
        """Read into a buffer what tornado shall see of it, as ``read_from_fd`` does."""
        while True:
            view = memoryview(buffer)[: len(buffer) - len(self._held)]
            size = self._read(view)
            if not size:
                return size
            if self._ended:
                self._ignored += size
            rest = self._sort(self._held + bytes(view[:size]))
            if rest:
                buffer[: len(rest)] = rest
                return len(rest)
            if self._plain:
                return None  # whatever more there is wakes the loop again; TLS may have it already

    def _sort(self, data: bytes) -> bytes:
        """Take what is for here; return what is for tornado."""
        self._held = b""
        if self._ignored > MOST_IGNORED:
            return b""  # a flood; looking through it would take time from the others
        place = min(self._owed, len(data))
        self._owed -= place
        passed, messages = [data[:place]], []
        left = MOST_INFLATED
        while place < len(data):
            header, length = _measure(data, place)
            end = place + header + length
            if not header:
                self._held = data[place:]
                break
            mine = self._mine(data, place, length)
            if mine and end > len(data):
                self._held = data[place:]
                break
            message = None
            if mine and not self._ended:
                message = self._open(data[place:end], header, left)
            if message is not None:
                left -= len(message)
                messages.append(message)
            elif not (mine and self._ended):
                passed.append(data[place:end])
                self._owed = max(end - len(data), 0)
                self._note(data[place])
            place = end
        if messages:
            self._deliver(messages)
        return b"".join(passed)

    def _deliver(self, messages: Sequence[bytes]) -> None:
        """Hand messages over; an error ends the connection, as in tornado's frame loop."""
        try:
            self._take(messages)
        except Exception:
            Journal(app_log).error("A message could not be taken.", exc_info=True)
            self._stream.close()

    def _mine(self, data: bytes, place: int, length: int) -> bool:
        return (
            data[place] in self._kinds
            and data[place + 1] >= MASKED
            and length <= self._longest
            and not self._passed
            and not self._unfinished
        )

    def _open(self, frame: bytes, header: int, most: int) -> bytes | None:
        """The message in a frame; None if it is compressed, but not in a way that is read here.

        That is so if it has more than ``most`` bytes, too.
        """
        message = _websocket_mask(frame[header - 4 : header], frame[header:])
        if frame[0] != DEFLATED:
            return message
        try:
            return inflate(message, min(self._longest, most)) if most > 0 else None
        except ValueError:
            return None

    def _note(self, first: int) -> None:
        """Remember a frame that tornado reads, by its first byte, if it is of a message."""
        if not first & 0x08:
            self._unfinished = not first & 0x80
            self._passed += not self._unfinished


def _measure(data: bytes, place: int) -> tuple[int, int]:
    """The bytes of a frame's header and of its payload; 0 for a header that is not whole."""
    if len(data) - place < 2:
        return 0, 0
    masked, length = divmod(data[place + 1], MASKED)
    extended = 2 if length == 126 else 8 if length == 127 else 0
    header = 2 + extended + 4 * masked
    if len(data) - place < header:
        return 0, 0
    if extended:
        length = int.from_bytes(data[place + 2 : place + 2 + extended], "big")
    return header, length
