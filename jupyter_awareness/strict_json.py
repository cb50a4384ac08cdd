"""JSON as RFC 8259 and JavaScript both read it: what orjson lets through besides is refused.

Ground floor: pure functions; imports nothing of this package.
"""

from __future__ import annotations

import json
from typing import Any

import orjson

# Digits become "0", brackets "{" and all else " ": then two quick searches tell whether the text
# may be nested too deep or hold too long an integer. Only if so, the exact checks are made.
_OUTLINE = bytes(48 if chr(b).isdecimal() else 123 if b in b"{[" else 32 for b in range(128))
_OUTLINE += b" " * 128
_LONG_INTEGER = b"0" * 19
_PASS_THROUGH = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME


class TooDeep(ValueError):
    """A text with too many objects and arrays inside of each other."""


def loads(text: bytes, max_depth: int) -> Any:
    """Read one JSON text of at most `max_depth` nested objects and arrays.

    Refused: NaN, infinite numbers (also 1e400), integers beyond 64 bits (orjson makes another
    number of them), lone surrogates, invalid UTF-8. Of equal keys the last counts, as in
    JavaScript.

    Raises:
        ValueError: with a reason that repeats nothing of the text; `TooDeep` if it is too deep.
    """
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ValueError("not valid JSON") from error
    outline = text.translate(_OUTLINE)
    # `replace` and `rfind` take half the time of the more obvious `count` and `in`.
    brackets = len(outline) - len(outline.replace(b"{", b""))
    if brackets > max_depth and _depth(value) > max_depth:
        raise TooDeep(f"nested deeper than {max_depth} levels")
    if outline.rfind(_LONG_INTEGER) >= 0:
        json.loads(text, parse_int=_bounded_integer)
    return value


def dumps(value: object) -> bytes:
    """Write a value as compact UTF-8 JSON.

    Tuples become arrays; numbers and strings of a subclass (str and int enums too) are written
    as what they are. Refused: NaN, infinite numbers, integers beyond 64 bits, lone surrogates,
    keys that are not str, dates, UUIDs and every other type that JSON does not have.

    Raises:
        ValueError: with a reason that names what is not JSON.
    """
    try:
        text = orjson.dumps(value, _plain, _PASS_THROUGH)
        # orjson writes NaN as null and a UUID as a string. What reads back as an equal value
        # was JSON; for the rest (a tuple is not equal to its array) a stricter encoder decides.
        if orjson.loads(text) != value:
            json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"not JSON: {error}") from error
    return text


def rewrite(value: object) -> bytes:
    """Write a value as `dumps` does that is made of what `loads` gave: it is not checked again."""
    return orjson.dumps(value)


def _plain(value: object) -> object:
    """Let through the two subclasses that orjson refuses and `json` does not."""
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, float):
        return float(value)
    raise TypeError(f"{type(value).__name__} is not a JSON type")


def _depth(value: Any) -> int:
    depth = 0
    level = [value]
    while level:
        depth += 1
        level = [
            child
            for parent in level
            for child in (parent.values() if isinstance(parent, dict) else parent)
            if isinstance(child, (dict, list))
        ]
    return depth


def _bounded_integer(digits: str) -> int:
    # The length comes first: int() of very many digits is slow, or refused by Python itself.
    if len(digits) > 20 or not -(2**63) <= int(digits) < 2**64:
        raise ValueError("an integer beyond 64 bits")
    return 0
