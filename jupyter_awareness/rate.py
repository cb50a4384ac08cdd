"""How often somebody may do something: a bucket of tokens that refills with time.

Ground floor: pure; time is an argument.
"""

from __future__ import annotations

__all__ = ["Rate"]


class Rate:
    """Allows ``per_second`` on average, and at once what is saved up in ``saving`` seconds.

    At least one is allowed at once; a rate of 0 allows all.
    """

    __slots__ = ("_last", "_most", "_per_second", "_tokens")

    def __init__(self, per_second: float, now: float, saving: float = 2) -> None:
        self._per_second = per_second
        self._most = self._tokens = max(saving * per_second, 1)
        self._last = now

    def allows(self, now: float, cost: float = 1) -> bool:
        """Take tokens at ``now`` (seconds); False, and nothing is taken, if there is none left.

        What costs more than there are is allowed, and is a debt that time pays.
        """
        if self._per_second <= 0:
            return True
        self._refill(now)
        if self._tokens < 1:
            return False
        self._tokens -= cost
        return True

    def spend(self, now: float, cost: float) -> None:
        """Take tokens whether or not there are any."""
        self._refill(now)
        self._tokens -= cost

    def wait(self, now: float) -> float:
        """Seconds until something is allowed, 0 if it is."""
        if self._per_second <= 0:
            return 0
        self._refill(now)
        return max(0, 1 - self._tokens) / self._per_second

    def rested(self, now: float) -> bool:
        """Whether all that was used has come back."""
        self._refill(now)
        return self._per_second <= 0 or self._tokens >= self._most

    def _refill(self, now: float) -> None:
        tokens = self._tokens + (now - self._last) * self._per_second
        self._tokens = tokens if tokens < self._most else self._most
        self._last = now
