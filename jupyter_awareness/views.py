"""What concerns following: which part of a document a peer sees, and calls to come to a place.

Ground floor: pure functions of JSON values; imports nothing of this package but their readers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .values import PATH_LENGTH, fields_of, key, natural

__all__ = ["Call", "Edge", "Quote", "View", "cell_reference", "parse_call", "parse_quote"]
__all__ += ["parse_view"]

QUOTE_LENGTH = 64


@dataclass(frozen=True, slots=True)
class Quote:
    """A few characters on each side of a place, by which a reader with another text finds it."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Edge:
    """An end of what is seen: in a cell, or in the line of a file that begins at ``position``.

    ``part`` is how far into it, from 0 to 1.
    """

    part: float
    cell: str | None = None
    index: int | None = None
    position: int | None = None
    quote: Quote | None = None


@dataclass(frozen=True, slots=True)
class View:
    """The part of a document that a peer sees; ``tab`` is its client id in the lobby."""

    first: Edge
    last: Edge
    tab: int | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """ "Come here": a place, and when the caller asked, in milliseconds of their own clock."""

    at: int
    path: str
    cell: str | None = None
    index: int | None = None


def parse_view(value: object) -> View | None:
    """Read a ``view``; None unless both of its ends are usable."""
    fields = fields_of(value)
    first, last = _edge(fields_of(fields.get("first"))), _edge(fields_of(fields.get("last")))
    if first is None or last is None:
        return None
    return View(first, last, natural(fields.get("tab")))


def parse_call(value: object) -> Call | None:
    """Read a ``call``; None unless it says when and where to."""
    fields = fields_of(value)
    at, path = natural(fields.get("at")), key(fields.get("path"), PATH_LENGTH)
    if at is None or path is None:
        return None
    return Call(at, path, *cell_reference(fields))


def parse_quote(fields: Mapping[str, Any]) -> Quote | None:
    """Read a ``quote``; None unless it has both sides."""
    before, after = fields.get("before"), fields.get("after")
    if not isinstance(before, str) or not isinstance(after, str):
        return None
    # What is next to the place counts: the end of `before`, the start of `after`.
    return Quote(before[-QUOTE_LENGTH:], after[:QUOTE_LENGTH])


def cell_reference(fields: Mapping[str, Any]) -> tuple[str | None, int | None]:
    """Read ``cell`` and ``index``, each only if it is usable."""
    return key(fields.get("cell")), natural(fields.get("index"))


def _edge(fields: Mapping[str, Any]) -> Edge | None:
    cell, index = cell_reference(fields)
    position = natural(fields.get("position"))
    if cell is None and index is None and position is None:
        return None
    quote = parse_quote(fields_of(fields.get("quote")))
    return Edge(_part(fields.get("part")), cell, index, position, quote)


def _part(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return 0.0
    return float(min(max(0, value), 1))
