"""What an entry changes in a table of states: the one copy of the ordering rule.

Ground floor: pure functions of `protocol` values; imports no tornado, no asyncio, no clock.
"""

from __future__ import annotations

from enum import Enum

from .protocol import Entry, State


class Change(str, Enum):
    """What one entry did to a client's state."""

    ADDED = "added"
    UPDATED = "updated"
    RENEWED = "renewed"
    REMOVED = "removed"
    STALE = "stale"


# By their own names, for what runs on every update: looking one up in the class is a call
# (Python 3.11), and costs more than comparing clocks does.
ADDED, UPDATED, RENEWED, REMOVED, STALE = Change


def judge(clock: int | None, state: State | None, entry: Entry) -> Change:
    """Say what `entry` does to a client whose last clock is `clock` and whose state is `state`.

    y-protocols' rule (PROTOCOL.md) with three corrections: a client that is not known is
    accepted at any clock, also 0; a client that returns is added, not updated; and what does
    not differ is a renewal under strict JSON equality.

    Args:
        clock: the last clock accepted from this client, None if nothing is remembered of it.
        state: its state, None if it has none.
        entry: what came in.

    Returns:
        STALE when nothing must change. Else the clock is `entry.clock` from now on, and the
        state is `entry.state` (RENEWED: equal to the old one).
    """
    _, new_clock, new_state = entry
    if clock is None:
        return STALE if new_state is None else ADDED
    if new_clock < clock:
        return STALE
    if new_state is None:
        if state is not None:
            return REMOVED
        return STALE if new_clock == clock else RENEWED
    if new_clock == clock:
        return STALE
    if state is None:
        return ADDED
    return RENEWED if same(state, new_state) else UPDATED


def same(a: object, b: object) -> bool:
    """Compare two JSON values as JSON does: 1 is 1.0, but neither is true.

    The order of an object's keys does not count. Values must be JSON of bounded depth, as
    `protocol` lets them in.
    """
    # Python's own comparison is quick and only errs in taking booleans for integers.
    return a == b and _booleans_match(a, b)


def _booleans_match(a: object, b: object) -> bool:
    """Of two equal values, say whether booleans stand at the same places."""
    if isinstance(a, dict) and isinstance(b, dict):
        return all(_booleans_match(value, b[key]) for key, value in a.items())
    if isinstance(a, list) and isinstance(b, list):
        return all(map(_booleans_match, a, b))
    return isinstance(a, bool) == isinstance(b, bool)
