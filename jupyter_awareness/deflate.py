"""Compressed WebSocket messages (permessage-deflate, RFC 7692), compressed once for all readers.

Ground floor: pure functions on bytes.
"""

from __future__ import annotations

import zlib
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache

__all__ = ["BLOCK", "Blocks", "Deflated", "inflate"]

LEVEL = 1  # of 9; states are so alike that more finds little more
BLOCK = 4_096  # bytes of text that are compressed together, or more
LONGEST = 65_535  # bytes in a block that is not compressed (RFC 1951, 3.2.4)
END = b"\x00\x00\xff\xff"  # what senders leave out at a message's end (RFC 7692, 7.2.1)


class Deflated(tuple[bytes | memoryview, ...]):
    """The pieces of one compressed message, which follow each other."""

    __slots__ = ()


class Blocks:
    """A text that is compressed once, and then sent to many who each lack another part of it.

    A block begins at a byte and refers to nothing before it, so that any of them may be left out.
    Of one of which a reader lacks a part, the rest is sent as it is: nothing is compressed again.

    Args:
        text: all of it.
        ends: where a part ends that may have to be left out, in order; the last one is the text's.
    """

    __slots__ = ("_data", "_places", "_starts", "_text")

    def __init__(self, text: memoryview, ends: Iterable[int]) -> None:
        compressor = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._text = text
        self._starts, self._places = [0], [0]  # of each block: in the text, in what is sent
        data = bytearray()
        for end in ends:
            start = self._starts[-1]
            if end - start >= BLOCK or end == len(text):
                data += compressor.compress(text[start:end]) + compressor.flush(zlib.Z_FULL_FLUSH)
                self._starts.append(end)
                self._places.append(len(data))
        data += b"\x00"  # the begin of an empty block, of which `END` is the rest
        self._data = memoryview(bytes(data))

    def __len__(self) -> int:
        """The bytes of all blocks."""
        return len(self._data)

    def without(self, head: bytes, cuts: Sequence[tuple[int, int]]) -> Deflated:
        """A message: what stands before the text, and the text without some of its parts.

        Args:
            head: at most `LONGEST` bytes.
            cuts: from where to where, in order.
        """
        data, places, starts = self._data, self._places, self._starts
        pieces: list[bytes | memoryview] = [_head(len(head)) + head]
        todo = place = end_of_block = 0  # the first block not in the message; the rest of the last
        for start, end in cuts:
            if start >= end_of_block:
                _add(pieces, self._text[place:end_of_block])
                block = bisect_right(starts, start) - 1
                pieces.append(data[places[todo] : places[block]])
                todo, place, end_of_block = block + 1, starts[block], starts[block + 1]
            _add(pieces, self._text[place:start])
            place = end
        _add(pieces, self._text[place:end_of_block])
        pieces.append(data[places[todo] :])
        return Deflated(pieces)


def inflate(data: bytes, most: int) -> bytes:
    """Read a compressed message that refers to no other.

    Raises:
        ValueError: it is malformed, or longer than ``most`` bytes.
    """
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        text = inflater.decompress(data + END, most)
    except zlib.error as error:
        raise ValueError("The message is compressed in a way that nobody can read.") from error
    if inflater.unconsumed_tail:
        raise ValueError(f"The message has more than {most} bytes.")
    return text


def _add(pieces: list[bytes | memoryview], text: memoryview) -> None:
    """Add blocks that are not compressed."""
    while len(text) > LONGEST:
        pieces += (_head(LONGEST), text[:LONGEST])
        text = text[LONGEST:]
    if text:
        pieces += (_head(len(text)), text)


@lru_cache(4_096)
def _head(length: int) -> bytes:
    """What stands before a block that is not compressed: its length, and that once more negated."""
    return b"\x00" + length.to_bytes(2, "little") + (length ^ LONGEST).to_bytes(2, "little")
