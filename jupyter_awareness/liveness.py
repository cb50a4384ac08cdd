"""Whether the other end of a connection is still there, by what it says and answers.

Ground floor: pure; time is an argument, in seconds.
"""

from __future__ import annotations

from enum import Enum, auto

__all__ = ["Liveness", "Verdict"]


class Verdict(Enum):
    """What is known of the other end when its turn has come."""

    THERE = auto()
    UNKNOWN = auto()  # it is to be asked with a ping
    GONE = auto()


class Liveness:
    """The signs of life of one connection.

    Args:
        now: when it was opened.
        interval: between two turns.
    """

    __slots__ = ("_answered", "_asked", "due", "heard")

    def __init__(self, now: float, interval: float) -> None:
        self.heard = False  # of anything since the last turn
        self.due = now + interval  # when its turn comes
        self._asked = self._answered = now

    def answered(self, now: float) -> None:
        """Note an answer to a ping."""
        self._answered = now

    def judge(self, now: float, interval: float, patience: float) -> Verdict:
        """Take its turn; who is UNKNOWN is expected to be asked now.

        Args:
            now: the time.
            interval: until its next turn.
            patience: how long there may be no sign of it before it is GONE.
        """
        self.due = now + interval
        if self.heard or now - self._asked > 2 * interval:
            self._answered = now  # or nobody asked for long: this process was blocked
        if not self.heard and now - self._answered > patience:
            return Verdict.GONE
        verdict = Verdict.THERE if self.heard else Verdict.UNKNOWN
        self.heard, self._asked = False, now
        return verdict
