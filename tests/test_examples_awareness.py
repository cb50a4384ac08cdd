"""The programs of examples/awareness.md run as they stand, and print what they say they print."""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

import jupyter_awareness
from jupyter_awareness.trackers import Table

TEXT = (Path(__file__).parent / "examples" / "awareness.md").read_text("utf-8")
PROGRAMS: dict[str, str] = dict(
    re.findall(r"^## ([^\n]+)\n\n```python\n(.*?)^```$", TEXT, re.S | re.M)
)


def run(program: str, **names: Any) -> None:
    exec(compile(program, "example", "exec"), {"__name__": "example", **names})


def without_class(program: str, name: str) -> str:
    """Leave out the program's own class, so that it takes the one of its namespace."""
    shorter = re.sub(rf"^class {name}:\n(.*?)(?=^async def )", "", program, flags=re.S | re.M)
    assert shorter != program
    return shorter


def test_there_are_seven_programs() -> None:
    assert len(PROGRAMS) == 7


def test_basic_setup(capsys: pytest.CaptureFixture[str]) -> None:
    run(PROGRAMS["Basic Awareness Setup"])
    state = {
        "user": {
            "name": "Alice",
            "color": "#ff0000",
            "cursor": {"line": 5, "column": 10},
            "selection": {"start": 0, "end": 5},
        }
    }
    assert capsys.readouterr().out.splitlines() == [
        f"Local state: {state}",
        f"All client states: { {1: state} }",
    ]


def test_multi_client(capsys: pytest.CaptureFixture[str]) -> None:
    run(PROGRAMS["Multi-Client Awareness"])
    lines = capsys.readouterr().out.splitlines()
    everybody = [
        "  Client 1: Alice at {'line': 0, 'column': 0}",
        "  Client 2: Bob at {'line': 10, 'column': 5}",
        "  Client 3: Charlie at {'line': 20, 'column': 0}",
    ]
    assert (lines[0], lines[4]) == ("Client 1 sees:", "Client 2 sees:")
    assert sorted(lines[1:4]) == sorted(lines[5:]) == everybody


def test_event_observation(capsys: pytest.CaptureFixture[str]) -> None:
    run(PROGRAMS["Awareness Event Observation"])
    typing = "  Client 1: {'name': 'Alice', 'status': 'typing'}"
    idle = "  Client 1: {'name': 'Alice', 'status': 'idle'}"
    updated = "Clients updated: [1] (origin: local)"
    # Each change is told twice: as "change", on which the program prints the states only.
    assert capsys.readouterr().out.splitlines() == [typing, updated, typing, idle, updated, idle]


CURSOR_STORY = [
    "Alice moves cursor to position 10",
    "Bob makes a selection from 20 to 30",
    "Alice makes a selection from 5 to 15",
]


def test_cursor_tracking_with_the_class_of_the_program(
    capsys: pytest.CaptureFixture[str],
) -> None:
    run(PROGRAMS["Real-Time Cursor Tracking"])
    alice_at_10 = "--- Cursors for Bob ---\nAlice: cursor at 10"
    bob = "--- Cursors for Alice ---\nBob: selection 20-30"
    assert cursor_blocks(capsys.readouterr().out) == [
        *(CURSOR_STORY[0], alice_at_10),
        *(CURSOR_STORY[1], alice_at_10, bob),
        *(CURSOR_STORY[2], bob, "--- Cursors for Bob ---\nAlice: selection 5-15"),
    ]


def cursor_blocks(output: str) -> list[str]:
    story = "|".join(map(re.escape, CURSOR_STORY))
    parts = [part.strip() for part in re.split(rf"\n\n|({story})\n", output) if part]
    return [part for part, _ in groupby(part for part in parts if part)]


def test_cursor_tracking_with_the_tracker_of_the_library(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shown: list[tuple[str, Table]] = []

    def tracker(doc: Any, name: str, color: str) -> jupyter_awareness.CursorTracker:
        return jupyter_awareness.CursorTracker(
            doc, name, color, display=lambda cursors: shown.append((name, cursors))
        )

    program = without_class(PROGRAMS["Real-Time Cursor Tracking"], "CursorTracker")
    run(program, CursorTracker=tracker)
    assert capsys.readouterr().out.splitlines() == CURSOR_STORY
    alice = {"name": "Alice", "color": "#ff0000"}
    bob = {"name": "Bob", "color": "#00ff00"}
    assert shown == [
        ("Bob", {1: {**alice, "position": 10, "anchor": 10}}),
        ("Alice", {2: {**bob, "position": 30, "anchor": 20}}),
        ("Bob", {1: {**alice, "position": 15, "anchor": 5}}),
    ]


def test_online_status_with_the_class_of_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    run(PROGRAMS["Online Status Management"])
    before, alice, charlie, bob = stories(capsys.readouterr().out)
    assert {"Alice"} in before
    assert {"Bob"} in before
    assert {"Charlie"} in before
    assert before[-3:] == alice[-3:] == [{"Alice", "Bob", "Charlie"}] * 3
    assert set(map(frozenset, charlie)) == {frozenset({"Alice", "Bob"})}
    # At the end Alice and Bob go too, each seeing the other until then.
    assert {"Alice", "Bob"} in bob
    assert bob[-1] == {"Alice"}


def stories(output: str) -> list[list[set[str]]]:
    """Who was online in each list that was printed, by the line of narrative before it."""
    parts = re.split(r"^(?:Alice updates|Charlie goes|Bob updates) .*\n", output, flags=re.M)
    return [
        [
            set(re.findall(r"^🟢 (\w+) \(last seen: \d{4}-", text, re.M))
            for text in re.split(r"^--- Online Users \(\d\) ---$", part, flags=re.M)[1:]
        ]
        for part in parts
    ]


def test_online_status_with_the_manager_of_the_library(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shown: list[tuple[str, list[str]]] = []

    def manager(doc: Any, user: dict[str, Any]) -> jupyter_awareness.OnlineStatusManager:
        def display(users: Table) -> None:
            shown.append((user["name"], sorted(row["name"] for row in users.values())))

        return jupyter_awareness.OnlineStatusManager(doc, user, display=display)

    program = without_class(PROGRAMS["Online Status Management"], "OnlineStatusManager")
    run(program, OnlineStatusManager=manager)
    assert capsys.readouterr().out.splitlines() == [
        "Alice updates activity",
        "Charlie goes offline",
        "Bob updates activity",
    ]
    everybody = ["Alice", "Bob", "Charlie"]
    assert shown[:3] == [(name, [name]) for name in everybody]
    for name in everybody:
        assert (name, everybody) in shown
    assert shown[-5:] == [
        ("Bob", ["Alice", "Bob"]),  # Bob updates activity
        ("Bob", ["Alice", "Bob"]),
        ("Alice", ["Alice", "Bob"]),
        ("Alice", ["Bob"]),
        ("Bob", ["Alice"]),
    ]


def test_disconnect_detection(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {}
    exec(PROGRAMS["Disconnect Detection"], names)
    assert capsys.readouterr().out == "This is a disconnect message\n"
    other = jupyter_awareness.Awareness(names["Doc"]())
    names["handle_awareness_message"](names["disconnect_update"], other)
    assert names["awareness"].client_id in other.states
    names["handle_awareness_message"](names["disconnect_message"], other)
    assert capsys.readouterr().out == "Received disconnect message\n"


def test_error_handling(capsys: pytest.CaptureFixture[str]) -> None:
    program = PROGRAMS["Error Handling"]
    run(program)
    out = capsys.readouterr().out
    assert re.fullmatch(r"Awareness error: a state is not JSON: .*object\n", out)
    # What is not JSON raises at once; the rest of the program is reached without that line.
    line = '        awareness.set_local_state({"invalid": object()})  # May cause issues\n'
    assert line in program
    run(program.replace(line, ""))
    update, observer = capsys.readouterr().out.splitlines()
    assert re.fullmatch("Update error: .+", update)
    assert re.fullmatch(
        r"Observer error: awareness observers raised \(2 sub-exceptions\)", observer
    )


def test_the_program_of_the_manual() -> None:
    manual = (Path(__file__).parent.parent / "docs" / "awareness-api.md").read_text("utf-8")
    imports, program = re.findall(r"^```python\n(.*?)^```$", manual, re.S | re.M)[:2]
    names: dict[str, Any] = {}
    exec(imports + program, names)
    value, _, said = program.splitlines()[-1].partition("  # ")
    assert repr(eval(value, names)) == said
