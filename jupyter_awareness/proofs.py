"""Proofs that somebody reads a file now, which tell nothing of what is in it.

Ground floor: plain functions on bytes.

A proof is an HMAC over a digest of the file, under a nonce that is new for each trial: what was
said for another one is worth nothing. To make it takes the bytes, or the digest of just these.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

__all__ = ["NONE", "digest_of", "is_proof", "parts_of", "prove"]

NONE = ""  # the proof of whoever cannot read the file
CHARACTERS = 64
WHOLE = 32 * 2**20  # bytes up to which a file is read whole
PIECE = 2**20  # bytes that are read at once


def parts_of(size: int) -> list[tuple[int, int]]:
    """What of a file is read: offsets and numbers of bytes; of a large one the two ends."""
    if size <= WHOLE:
        return [(0, size)]
    return [(0, WHOLE // 2), (size - WHOLE // 2, WHOLE // 2)]


def digest_of(size: int, pieces: Iterable[bytes]) -> bytes:
    """Digest a file: its size, and what was read of it."""
    digest = hashlib.sha256(size.to_bytes(8, "big"))
    for piece in pieces:
        digest.update(piece)
    return digest.digest()


def prove(nonce: str, digest: bytes | None) -> str:
    """Make the proof for a nonce; for a file that cannot be read, that one has none."""
    if digest is None:
        return NONE
    return hmac.new(nonce.encode(), digest, hashlib.sha256).hexdigest()


def is_proof(text: object) -> bool:
    """Whether something can be a proof at all, or the word that one has none."""
    return text == NONE or (isinstance(text, str) and text.isascii() and len(text) == CHARACTERS)
