"""The programs of docs/awareness-examples.md run as they stand, and print what the page says."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pages
import pytest

import jupyter_awareness
from jupyter_awareness.trackers import Table

SECTIONS = re.findall(
    r"^## ([^\n]+)\n.*?^```python\n(.*?)^```\n\n```text\n(.*?)^```$",
    (pages.DOCS / "awareness-examples.md").read_text("utf-8"),
    re.S | re.M,
)
PROGRAMS: dict[str, str] = {name: program for name, program, _ in SECTIONS}
PRINTED: dict[str, str] = {name: printed for name, _, printed in SECTIONS}


def run(program: str, **names: Any) -> None:
    exec(compile(program, "example", "exec"), {"__name__": "example", **names})


def without_class(program: str, name: str) -> str:
    """Leave out the program's own class, so that it takes the one of its namespace."""
    shorter = re.sub(rf"^class {name}:\n(.*?)(?=^async def )", "", program, flags=re.S | re.M)
    assert shorter != program
    return shorter


def parts(text: str) -> list[str]:
    """Cut a text at each line "…", which stands for lines left out; times of day are all alike."""
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+", "<time>", text).split("…\n")


def test_there_are_the_seven_programs_of_pycrdt_and_one_of_ours() -> None:
    assert len(PROGRAMS) == len(PRINTED) == 8


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_prints_what_the_page_says(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    run(PROGRAMS[name])
    (printed,) = parts(capsys.readouterr().out)
    first, *others = parts(PRINTED[name])
    assert printed.startswith(first)
    assert printed.endswith((first, *others)[-1])
    place = 0
    for part in (first, *others):
        place = printed.index(part, place) + len(part)
    assert others or place == len(printed)


CURSOR_STORY = [
    "Alice moves cursor to position 10",
    "Bob makes a selection from 20 to 30",
    "Alice makes a selection from 5 to 15",
]


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


def test_the_blocks_of_the_manual(capsys: pytest.CaptureFixture[str]) -> None:
    async def main() -> None:
        names: dict[str, Any] = {}
        for block in pages.blocks("awareness-api.md", "python"):
            await pages.run(block, names)
        await names["left"].stop()
        await names["right"].stop()

    asyncio.run(main(), debug=True)
    table = {2: {"name": "Bob", "color": "#00ff00", "position": 7, "anchor": 7}}
    assert capsys.readouterr().out == f"{table}\n"
