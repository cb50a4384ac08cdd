"""Answers as text for a terminal: tables, and the few colours.

Ground floor: pure functions of what the REST interface answers.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .peers import Peer, parse_user
from .values import PATH_LENGTH, label

__all__ = ["Style", "change_line", "people_table", "place", "rooms_table", "style_for"]

SIGNS = {"added": "+", "updated": "~", "removed": "-"}


@dataclass(frozen=True, slots=True)
class Style:
    """How text is set off; plain for files, pipes and those who want no colours."""

    colored: bool = False

    def strong(self, text: str) -> str:
        """A heading."""
        return f"\x1b[1m{text}\x1b[0m" if self.colored else text

    def verdict(self, verdict: str) -> str:
        """``ok``, ``note`` or ``bad``, in four columns."""
        text = {"ok": "ok  ", "note": "note", "bad": "BAD "}[verdict]
        color = {"ok": 32, "note": 36, "bad": 31}[verdict]
        return f"\x1b[{color}m{text}\x1b[0m" if self.colored else text


def style_for(terminal: bool, environ: Mapping[str, str]) -> Style:
    """Colours only on a terminal that has them, and not against ``NO_COLOR`` (no-color.org)."""
    return Style(terminal and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb")


def people_table(people: Sequence[Mapping[str, Any]], style: Style) -> str:
    """One line per person and place."""
    rows: list[tuple[str, ...]] = []
    for person in people:
        user = parse_user(person["user"])
        name = user.display_name if user else "?"
        if person["kind"] == "agent":
            name += " (agent)"
        where = [place(label(w["path"], PATH_LENGTH), w.get("index")) for w in person["where"]] or [
            "-"
        ]
        rows.append((name, person["status"], where[0]))
        rows += [("", "", more) for more in where[1:]]
    return _table(("NAME", "STATUS", "WHERE"), rows, style) if rows else "Nobody is here."


def rooms_table(rooms: Sequence[Mapping[str, Any]], style: Style) -> str:
    """One line per room."""
    rows = [
        (label(room["id"], PATH_LENGTH), str(room["people"]), str(room["peers"])) for room in rooms
    ]
    return _table(("ROOM", "PEOPLE", "PEERS"), rows, style) if rows else "Nobody is in any room."


def place(path: str, index: int | None) -> str:
    """A document, and which cell of it, counted from 1 as people do."""
    return path if index is None else f"{path} [cell {index + 1}]".strip()


def change_line(time: str, event: str, peer: Peer) -> str:
    """One line for a peer that was ``added``, ``updated`` or ``removed``."""
    words = [time, SIGNS[event], peer.user.display_name]
    if peer.kind == "agent":
        words.append("(agent)")
    words.append(peer.status)
    if peer.location is not None:
        words.append(place(peer.location.path, peer.location.index))
    elif peer.cell is not None:
        words.append(place("", peer.cell.index))
    if peer.cursor is not None:
        words.append(f"at {peer.cursor.position}")
    return " ".join(map(_path, words))


def _path(text: object) -> str:
    return label(text, PATH_LENGTH)


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]], style: Style) -> str:
    widths = [max(map(_width, column)) for column in zip(head, *rows, strict=True)]
    lines = [
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
        )
        for row in (head, *rows)
    ]
    return "\n".join([style.strong(lines[0].rstrip()), *(line.rstrip() for line in lines[1:])])


def _width(text: str) -> int:
    """Columns that a text takes: two for each wide character, none for a combining one."""
    return sum(
        0
        if unicodedata.combining(character)
        else 2
        if unicodedata.east_asian_width(character) in "WF"
        else 1
        for character in text
    )
