"""Proofs that a file was read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_awareness.proofs import NONE, WHOLE, digest_of, is_proof, parts_of, prove

DIGEST = digest_of(3, [b"abc"])


def test_the_same_bytes_prove_the_same_in_whatever_pieces() -> None:
    assert prove("n", digest_of(3, [b"a", b"", b"bc"])) == prove("n", DIGEST)


@pytest.mark.parametrize(
    ("nonce", "digest"),
    [("m", DIGEST), ("n", digest_of(3, [b"abd"])), ("n", digest_of(4, [b"abc"])), ("n", None)],
)
def test_other_bytes_or_another_nonce_prove_something_else(nonce: str, digest: bytes) -> None:
    assert prove(nonce, digest) != prove("n", DIGEST)


def test_whoever_cannot_read_has_no_proof() -> None:
    assert prove("n", None) == NONE


@given(st.integers(0, 4 * WHOLE))
def test_of_a_large_file_its_two_ends_are_read(size: int) -> None:
    parts = parts_of(size)
    assert sum(length for _, length in parts) == min(size, WHOLE)
    assert parts[0][0] == 0
    assert sum(parts[-1]) == size
    assert len(parts) == 1 + (size > WHOLE)


def test_what_can_be_a_proof() -> None:
    assert is_proof(prove("n", DIGEST))
    assert is_proof(NONE)
    odd: list[object] = [None, 1, [], "x", "\u00e9" * 64, "a" * 65, b"a" * 64]
    assert [is_proof(one) for one in odd] == [False] * len(odd)
