"""How a simulated person moves through a document: what they show, and for how long.

Top floor, but pure: chance is an argument, and nothing waits here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from .peers import Status
from .positions import Source, place_at

__all__ = ["Step", "walk"]

KEYSTROKE = (0.07, 0.19)  # seconds; a fluent typist
BETWEEN_WORDS = (0.15, 0.5)
THINKING = (0.8, 3.0)
READING = (1.2, 4.0)
IDLE = (6.0, 14.0)
RUNNING = (0.8, 3.0)
LONGEST_TYPING = 60  # characters typed in one go


@dataclass(frozen=True, slots=True)
class Step:
    """Fields of the state to show (None takes one back), then so many seconds of nothing.

    ``status`` is told apart because it counts in every room.
    """

    seconds: float
    fields: dict[str, Any] = field(default_factory=dict)
    status: Status | None = None


def walk(texts: Sequence[Source], chance: Random) -> Iterator[Step]:
    """Walk on and on, mostly from one cell to the next, beginning anywhere."""
    if not texts:
        yield Step(chance.uniform(*IDLE))
        return
    here = chance.randrange(len(texts))
    while True:
        yield from _visit(texts[here], chance)
        here = (here + chance.choice((1, 1, 1, 1, 1, 2, -1))) % len(texts)
        if chance.random() < 0.1:
            here = chance.randrange(len(texts))
        if chance.random() < 0.12:
            yield Step(chance.uniform(*IDLE), {"activity": None}, "idle")
            yield Step(chance.uniform(*THINKING), {}, "active")


def _visit(source: Source, chance: Random) -> Iterator[Step]:
    yield Step(chance.uniform(*READING), _selected(source))
    if source.type == "markdown" and chance.random() < 0.6:
        return
    if source.text:
        for _ in range(chance.randint(1, 3)):
            act = chance.choice((_type, _type, _select, _look_around))
            yield from act(source, chance)
    if source.type == "code" and source.cell and chance.random() < 0.5:
        running = {**_selected(source), "activity": {"running": [source.cell]}}
        yield Step(chance.uniform(*RUNNING), running)
        yield Step(chance.uniform(*THINKING), {"activity": None})


def _type(source: Source, chance: Random) -> Iterator[Step]:
    """Go over text that is there as if it was being typed; nothing is written."""
    line = chance.choice([*re.finditer(r"[^\n]+", source.text)] or [re.match("", source.text)])
    if line is None:
        return
    for at in range(line.start(), min(line.end(), line.start() + LONGEST_TYPING) + 1):
        pause = BETWEEN_WORDS if source.text[at - 1 : at].isspace() else KEYSTROKE
        yield Step(chance.uniform(*pause), {**_caret(source, at), "activity": "typing"})
    yield Step(chance.uniform(*THINKING), {"activity": None})


def _select(source: Source, chance: Random) -> Iterator[Step]:
    """Select some text with the mouse, look at it, and let go."""
    start, end = sorted(chance.randint(0, len(source.text)) for _ in range(2))
    end = min(end, start + 200)
    for part in range(1, 7):
        yield Step(0.06, _caret(source, start, start + (end - start) * part // 6))
    yield Step(chance.uniform(*READING))
    yield Step(chance.uniform(*THINKING), _caret(source, end))


def _look_around(source: Source, chance: Random) -> Iterator[Step]:
    """Click here and there."""
    for _ in range(chance.randint(1, 3)):
        at = chance.randint(0, len(source.text))
        yield Step(chance.uniform(*THINKING), _caret(source, at))


def _caret(source: Source, start: int, end: int | None = None) -> dict[str, Any]:
    cell = None
    if source.cell is not None:
        cell = {"id": source.cell, "index": source.index, "mode": "edit"}
    return {"cursor": place_at(source, start, end).cursor(), "cell": cell}


def _selected(source: Source) -> dict[str, Any]:
    """A cell in command mode has no caret; a file has one at its start."""
    if source.cell is None:
        return _caret(source, 0)
    cell = {"id": source.cell, "index": source.index, "mode": "command"}
    return {"cursor": None, "cell": cell}
