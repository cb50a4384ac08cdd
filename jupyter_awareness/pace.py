"""How long rooms gather what changes before they tell it: as long as the machine needs, not longer.

Ground floor: pure; what telling costs is an argument, and so is time.
"""

from __future__ import annotations

import math
from collections.abc import Callable

__all__ = ["Pace"]

PATIENCE = 0.08  # seconds; see `Pace`
MOST = 0.5  # share of the processor that all rooms together may take to tell what changed
SAVED = 0.01  # seconds of processor that may be saved up for a moment, or owed
SHORTEST = 0.001  # seconds; a timer is not more precise, so that shorter windows add up first


class Pace:
    """The one measure for all rooms of a process.

    As long as telling each change by itself takes no more than its share of the processor, nobody
    waits. What it would take beyond is owed, and who owes gathers: until that has come back, or
    for less if the debt is large.

    Telling a room takes c seconds of processor. If it then gathers for w seconds, what people see
    is up to w older, and a busy room takes the share c/(c+w) of the processor. ``w = sqrt(c *
    PATIENCE)`` weighs one against the other: c = 0.8 ms waits 8 ms, c = 5 ms waits 20. When that
    would take too much of the processor, w is what keeps within its share; and within the bytes
    that a connection may be sent.

    Args:
        least: seconds that every room gathers at least.
        bytes_per_second: what a connection may be sent of changes; 0 sets no limit.
        now: seconds.
        told: called with the seconds of processor that telling a room took.
    """

    __slots__ = ("_bytes_per_second", "_credit", "_gathering", "_last", "_least", "_told")

    def __init__(
        self,
        least: float,
        bytes_per_second: float,
        now: float,
        told: Callable[[float], object] = lambda seconds: None,
    ) -> None:
        self._told = told
        self._least = least
        self._bytes_per_second = bytes_per_second
        self._last = now
        self._credit = SAVED
        self._gathering = 0

    def begin(self, cost: float, changes: int, length: int, now: float) -> float:
        """A room begins to gather, having told some changes of ``length`` bytes.

        Args:
            cost: seconds of processor that it took.
            changes: how many there were: told one by one, each would have taken as long.
            length: the bytes of all of them.
            now: when that was done (seconds).

        Returns:
            For how many seconds it does.
        """
        self._told(cost)
        self._gathering += 1
        crowded = cost * (self._gathering / MOST - 1)
        wait = max(min(self._owe(cost * changes, now) / MOST, math.sqrt(cost * PATIENCE)), crowded)
        if wait < SHORTEST:
            wait = 0
        if self._bytes_per_second:
            wait = max(wait, length / self._bytes_per_second)
        return max(wait, self._least)

    def end(self) -> None:
        """A room has gathered."""
        self._gathering -= 1

    def _owe(self, cost: float, now: float) -> float:
        """Pay for telling; return what is owed then, less than 0 if there is something left."""
        saved = min(self._credit + (now - self._last) * MOST, SAVED)
        self._last, self._credit = now, max(saved - cost, -SAVED)
        return -self._credit
