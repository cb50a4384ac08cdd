"""How often somebody may do something: a bucket of tokens that refills with time.

Ground floor: pure; time is an argument.
"""

from __future__ import annotations

__all__ = ["Rate"]


class Rate:
    """Allows ``per_second`` on average and twice as many at once (at least one); 0 allows all."""

    __slots__ = ("_last", "_most", "_per_second", "_tokens")

    def __init__(self, per_second: float, now: float) -> None:
        self._per_second = per_second
        self._most = self._tokens = max(2 * per_second, 1)
        self._last = now

    def allows(self, now: float) -> bool:
        """Take one token at ``now`` (seconds); False if there is none left."""
        if self._per_second <= 0:
            return True
        refill = (now - self._last) * self._per_second
        self._tokens = min(self._tokens + refill, self._most)
        self._last = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True
