"""Frames that chance makes of other frames, from a seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

from jupyter_awareness.protocol import encode_awareness, encode_entry

INTERESTING = (0, 1, 2, 3, 0x7B, 0x7D, 0x22, 0x5C, 0x7F, 0x80, 0xC3, 0xED, 0xFE, 0xFF)
TOKENS = (
    *(b"{}", b"[]", b"null", b"true", b'"', b"\\u", b"\\ud800", b"1e400", b"-0", b"NaN", b"\x00"),
    *(b'{"__proto__":1}', b'"user":{"username":"alice"}', b'"invisible":true', b"9" * 30),
    *(b"\xff" * 8, b"\x80" * 8, b"\xff\xff\xff\xff\xff\xff\xff\x0f", b"\xef\xbb\xbf", b"\xf0\x9f"),
)

T = TypeVar("T")


class Mutations:
    """An endless supply; ``seeds`` is what is begun with."""

    def __init__(self, seed: int, seeds: Sequence[bytes]) -> None:
        self._chance = random.Random(seed)
        self._seeds = list(seeds)

    def next(self) -> bytes:
        """Give one more."""
        data = bytearray(self._one(self._seeds))
        for _ in range(self._one((1, 1, 1, 2, 3, 8))):
            self._change(data)
        if self._chance.random() < 0.3:  # in a frame whose lengths are right, for what lies deeper
            return _framed(bytes(data), self._one((1, 2, 3, 7)))
        return bytes(data)

    def _change(self, data: bytearray) -> None:
        place = self._below(len(data) + 1)
        end = min(len(data), place + self._one((1, 1, 2, 4, 16)))
        kind = self._below(7)
        if kind == 0:
            data[place:end] = bytes(self._one(INTERESTING) for _ in range(end - place))
        elif kind == 1:
            data[place:place] = self._one(TOKENS)
        elif kind == 2:
            del data[place:end]
        elif kind == 3:
            data[place:place] = data[place:end]
        elif kind == 4:
            other = self._one(self._seeds)
            data[place:] = other[self._below(len(other) + 1) :]
        elif kind == 5 and place < len(data):
            data[place] ^= 1 << self._below(8)
        else:
            data[place:place] = self._chance.randbytes(end - place)

    def _below(self, number: int) -> int:
        """Half the time of `randrange`, and as even as it needs to be."""
        return int(self._chance.random() * number)

    def _one(self, items: Sequence[T]) -> T:
        return items[self._below(len(items))]


def _framed(text: bytes, client_id: int) -> bytes:
    """A frame with one entry whose state is this text, be it JSON or not."""
    entry = encode_entry(client_id, 5, None)[:-5]  # without the length and text of null
    length = bytearray()
    size = len(text)
    while size > 0x7F:
        length.append(size & 0x7F | 0x80)
        size >>= 7
    length.append(size)
    return encode_awareness([entry + bytes(length) + text])
