"""Answers as text: aligned, plain where they should be, and harmless in a terminal."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_awareness.peers import parse_peer
from jupyter_awareness.tables import (
    Style,
    change_line,
    people_table,
    place,
    rooms_table,
    style_for,
)

PLAIN = Style()


def person(name: str, *where: dict[str, Any], kind: str = "person") -> dict[str, Any]:
    user = {"username": "u", "display_name": name}
    return {"user": user, "kind": kind, "status": "active", "where": list(where)}


def test_people_are_aligned_and_each_place_has_a_line() -> None:
    text = people_table(
        [
            person("Al", {"path": "a.ipynb", "index": 2}, {"path": "b.py"}),
            person("日本", kind="agent"),
            person("Jose\u0301"),
        ],
        PLAIN,
    )
    assert text.splitlines() == [
        "NAME          STATUS  WHERE",
        "Al            active  a.ipynb [cell 3]",
        "                      b.py",
        "日本 (agent)  active  -",
        "Jose\u0301          active  -",
    ]


def test_rooms_are_listed_with_their_counts() -> None:
    text = rooms_table([{"id": "lobby", "people": 2, "peers": 3}], PLAIN)
    assert text.splitlines() == ["ROOM   PEOPLE  PEERS", "lobby  2       3"]


def test_nobody_is_said_in_words() -> None:
    assert people_table([], PLAIN) == "Nobody is here."
    assert rooms_table([], PLAIN) == "Nobody is in any room."


def test_a_name_cannot_command_the_terminal() -> None:
    text = people_table(
        [person("\x1b[2JEve", {"path": "\x1b]0;x\x07.py"}), {**person(""), "user": None}], PLAIN
    )
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "[2JEve" in text


@pytest.mark.parametrize(
    ("terminal", "environ", "colored"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),
        (True, {"TERM": "dumb"}, False),
    ],
)
def test_colours_are_for_terminals_that_want_them(
    terminal: bool, environ: dict[str, str], colored: bool
) -> None:
    style = style_for(terminal, environ)
    assert ("\x1b[1m" in style.strong("x")) == colored
    assert ("\x1b[31m" in style.verdict("bad")) == colored
    assert "BAD" in style.verdict("bad")


def test_cells_are_counted_from_one() -> None:
    assert place("a.ipynb", 0) == "a.ipynb [cell 1]"
    assert place("a.ipynb", None) == "a.ipynb"
    assert place("", 4) == "[cell 5]"


@pytest.mark.parametrize(
    ("event", "state", "line"),
    [
        ("added", {}, "+ Bob active"),
        ("removed", {"status": "away", "kind": "agent"}, "- Bob (agent) away"),
        ("updated", {"location": {"path": "a.py"}}, "~ Bob active a.py"),
        (
            "updated",
            {
                "location": {"path": "a.ipynb", "index": 1},
                "cell": {"id": "c", "index": 4},
                "cursor": {"position": 7},
            },
            "~ Bob active a.ipynb [cell 2] at 7",
        ),
        ("updated", {"cell": {"id": "c", "index": 4}}, "~ Bob active [cell 5]"),
        ("updated", {"location": {"path": "a\x1b[2J\nb"}}, "~ Bob active a [2J b"),
    ],
)
def test_a_change_has_a_line(event: str, state: dict[str, Any], line: str) -> None:
    peer = parse_peer(1, {"user": {"username": "bob", "display_name": "Bob"}, **state})
    assert peer is not None
    assert change_line("12:34:56", event, peer) == f"12:34:56 {line}"
