"""The frames that are kept: those that reached something new."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

__all__ = ["keep", "read"]

FILE = Path(__file__).with_suffix(".txt")


def read() -> list[bytes]:
    """Give the frames."""
    return [bytes.fromhex(line) for line in FILE.read_text().split()]


def keep(frames: Iterable[bytes]) -> None:
    """Keep these frames instead."""
    FILE.write_text("".join(data.hex() + "\n" for data in frames))
