"""Readers for JSON that somebody else wrote: a bounded value of the right type, or nothing.

Ground floor: pure functions; imports nothing of this package.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

__all__ = ["KEY_LENGTH", "NAME_LENGTH", "PATH_LENGTH", "fields_of", "key", "label", "natural"]

NAME_LENGTH = 200
KEY_LENGTH = 255
PATH_LENGTH = 4_096

# Control characters, and the marks that reorder or hide what follows them (a name could imitate
# another; in a terminal a control character could do more than that).
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")


def fields_of(value: object) -> Mapping[str, Any]:
    """The value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def natural(value: object) -> int | None:
    """An integer as JSON has it (1 is 1.0) from 0 to 2^53 - 1, else None."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53:
        return value
    return None


def key(value: object, longest: int = KEY_LENGTH) -> str | None:
    """The value if it is a string that is neither empty nor too long, else None: never cut."""
    return value if isinstance(value, str) and 0 < len(value) <= longest else None


def label(value: object, longest: int = NAME_LENGTH) -> str:
    """A string for people: on one line, without invisible marks, cut; empty if it is none."""
    if not isinstance(value, str):
        return ""
    return _INVISIBLE.sub(" ", value[: 4 * longest]).strip()[:longest].strip()
