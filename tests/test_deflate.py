"""Compressed messages, read by zlib as a WebSocket client reads them."""

from __future__ import annotations

import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_awareness.deflate import BLOCK, LONGEST, Blocks, Deflated, inflate

HEAD = b"head"


def read(message: Deflated) -> bytes:
    """What a client makes of it (RFC 7692, 7.2.2); zlib has read all of it."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    text = inflater.decompress(b"".join(message) + b"\x00\x00\xff\xff")
    assert not inflater.unused_data
    assert not inflater.eof
    return text


def blocks(parts: list[bytes]) -> Blocks:
    ends, end = [], 0
    for part in parts:
        end += len(part)
        ends.append(end)
    return Blocks(memoryview(b"".join(parts)), ends)


def cuts(parts: list[bytes], out: set[int]) -> list[tuple[int, int]]:
    starts = [sum(map(len, parts[:number])) for number in range(len(parts))]
    return [(starts[number], starts[number] + len(parts[number])) for number in sorted(out)]


def people(count: int, length: int = 300) -> list[bytes]:
    """Texts that are as alike as states are."""
    chance = random.Random(count)
    names = [b"%032x" % chance.getrandbits(128) for _ in range(count)]
    return [(b'{"user":{"username":"%s"},"cursor":{}}' % name).ljust(length) for name in names]


def test_what_is_left_out_is_all_that_is_missing() -> None:
    parts = people(100)
    whole = blocks(parts)
    for out in (set(), {0}, {50}, {99}, {0, 1, 2}, {3, 40, 41, 99}):
        left = [part for number, part in enumerate(parts) if number not in out]
        assert read(whole.without(HEAD, cuts(parts, out))) == HEAD + b"".join(left)


@given(
    st.lists(st.binary(min_size=1, max_size=3_000), min_size=1, max_size=12),
    st.sets(st.integers(0, 11)),
)
def test_any_parts_of_any_texts_may_be_left_out(parts: list[bytes], out: set[int]) -> None:
    out &= set(range(len(parts)))
    left = [part for number, part in enumerate(parts) if number not in out]
    assert read(blocks(parts).without(HEAD, cuts(parts, out))) == HEAD + b"".join(left)


def test_all_may_be_left_out() -> None:
    parts = people(3)
    assert read(blocks(parts).without(HEAD, cuts(parts, {0, 1, 2}))) == HEAD


def test_what_is_left_of_a_large_block_is_sent_in_several() -> None:
    parts = [b"a" * 10, bytes(range(256)) * 1_000]
    whole = Blocks(memoryview(b"".join(parts)), [len(b"".join(parts))])
    assert len(parts[1]) > LONGEST
    assert read(whole.without(HEAD, [(0, 10)])) == HEAD + parts[1]


def test_readers_share_what_is_compressed() -> None:
    parts = people(400)
    whole = blocks(parts)
    first, second = (whole.without(HEAD, cuts(parts, {number})) for number in (10, 300))
    shared = {id(piece.obj) for piece in first if isinstance(piece, memoryview)}
    assert shared == {id(piece.obj) for piece in second if isinstance(piece, memoryview)}


def test_it_is_a_third_of_the_text_or_less() -> None:
    parts = people(400)
    whole = blocks(parts)
    message = whole.without(HEAD, cuts(parts, {200}))
    assert sum(map(len, message)) - len(whole) < BLOCK + 400
    assert 3 * sum(map(len, message)) < sum(map(len, parts))


def deflate(text: bytes) -> bytes:
    """As a client that keeps no context."""
    compressor = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    data = compressor.compress(text) + compressor.flush(zlib.Z_SYNC_FLUSH)
    return data.removesuffix(b"\x00\x00\xff\xff")


@given(st.binary(max_size=2_000))
def test_what_clients_compress_is_read(text: bytes) -> None:
    assert inflate(deflate(text), 2_000) == text


def test_a_message_may_not_be_longer_than_that() -> None:
    assert inflate(deflate(b"a" * 1_000), 1_000) == b"a" * 1_000
    with pytest.raises(ValueError, match="more than 999 bytes"):
        inflate(deflate(b"a" * 1_000), 999)


def test_a_bomb_is_not_inflated() -> None:
    bomb = deflate(bytes(100_000_000))
    with pytest.raises(ValueError, match="more than 32768 bytes"):
        inflate(bomb, 32_768)


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody can read"):
        inflate(b"\xff\xff\xff", 100)
