"""What happened, in plain numbers: whoever wants to show them reads them when it is asked.

Ground floor: pure; counting costs an addition.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field

__all__ = ["FLUSH_BOUNDS", "Tally"]

FLUSH_BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25)  # seconds


@dataclass(slots=True)
class Tally:
    """Counts since the process began.

    ``refused`` counts by cause: the name of the bound that was reached, else of the close code.
    ``flushes`` counts by the first of `FLUSH_BOUNDS` that is not less, the last is for the rest.
    """

    frames_in: int = 0
    frames_out: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    flushes: list[int] = field(default_factory=lambda: [0] * (len(FLUSH_BOUNDS) + 1))
    flush_seconds: float = 0.0

    def flushed(self, seconds: float) -> None:
        """A room has told its members what changed, in so many seconds of processor."""
        self.flushes[bisect_left(FLUSH_BOUNDS, seconds)] += 1
        self.flush_seconds += seconds
