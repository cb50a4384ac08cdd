"""What is counted."""

from __future__ import annotations

import pytest

from jupyter_awareness.tally import FLUSH_BOUNDS, Tally


def test_flushes_are_counted_by_how_long_they_took() -> None:
    tally = Tally()
    for seconds in (0.0, FLUSH_BOUNDS[0], 0.0009, FLUSH_BOUNDS[-1], 5.0):
        tally.flushed(seconds)
    assert tally.flushes == [2, 1, *[0] * (len(FLUSH_BOUNDS) - 3), 1, 1]
    assert tally.flush_seconds == pytest.approx(5.2514)


def test_nothing_has_happened_at_first() -> None:
    tally = Tally()
    assert (tally.frames_in, tally.frames_out, sum(tally.refused.values())) == (0, 0, 0)
