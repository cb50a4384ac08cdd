"""How long rooms gather what changes before they tell it: as long as the machine needs, not longer.

Ground floor: pure; what telling costs is an argument.
"""

from __future__ import annotations

import math
from collections.abc import Callable

__all__ = ["Pace"]

PATIENCE = 0.02  # seconds; see `Pace`
MOST = 0.5  # share of the processor that all rooms together may take to tell what changed


class Pace:
    """The one measure for all rooms of a process.

    Telling a room takes c seconds of processor. If it then gathers for w seconds, what people see
    is up to w older, and a busy room takes the share c/(c+w) of the processor. ``w = sqrt(c *
    PATIENCE)`` weighs one against the other: c = 0.1 ms (a dozen people) waits 1.4 ms, c = 0.4 ms
    (fifty) 2.8. When that would take too much of the processor, w is what keeps within its share;
    and within the bytes that a connection may be sent.

    Args:
        least: seconds that every room gathers at least.
        bytes_per_second: what a connection may be sent of changes; 0 sets no limit.
        told: called with the seconds of processor that telling a room took.
    """

    __slots__ = ("_bytes_per_second", "_gathering", "_least", "_told")

    def __init__(
        self,
        least: float,
        bytes_per_second: float,
        told: Callable[[float], object] = lambda seconds: None,
    ) -> None:
        self._told = told
        self._least = least
        self._bytes_per_second = bytes_per_second
        self._gathering = 0

    def begin(self, cost: float, length: int) -> float:
        """A room begins to gather, having told ``length`` bytes in ``cost`` seconds.

        Returns:
            For how many seconds it does.
        """
        self._told(cost)
        self._gathering += 1
        crowded = cost * (self._gathering / MOST - 1)
        wait = max(math.sqrt(cost * PATIENCE), crowded, self._least)
        if self._bytes_per_second:
            wait = max(wait, length / self._bytes_per_second)
        return wait

    def end(self) -> None:
        """A room has gathered."""
        self._gathering -= 1
