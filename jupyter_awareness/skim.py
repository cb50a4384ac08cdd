"""Which of several frames that came at once need not be read: a later one says the latest.

Ground floor: pure functions on bytes.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

from .protocol import integer_of

__all__ = ["outdated"]

# An awareness frame with one entry, up to its state: who, and at which clock.
_ENTRY = re.compile(
    rb"\x01[\x80-\xff]{0,7}[\x00-\x7f]\x01([\x80-\xff]{0,7}[\x00-\x7f])([\x80-\xff]{0,7}[\x00-\x7f])"
)


def outdated(frames: Sequence[bytes], ids: Container[int]) -> set[int]:
    """Give the places of frames after which another one says something later of the same client.

    Not more of them is looked at than that, so that it costs little to be behind.

    Args:
        frames: as they came, in order.
        ids: client ids that the sender owns; from what it says of others, more may follow.
    """
    latest: dict[bytes, bytes] = {}
    places = set()
    for place in range(len(frames) - 1, -1, -1):
        found = _ENTRY.match(frames[place])
        if found is None:
            continue
        who, clock = found.groups()
        later = latest.get(who)
        if later is None:
            if integer_of(who) in ids:
                latest[who] = clock
        elif len(clock) == len(later) and clock[::-1] < later[::-1]:
            places.add(place)  # of the bytes of an integer the last ones count most
    return places
