"""The name flags at carets: when they are there, and what they leave free."""

from __future__ import annotations

import time

import pytest
from lab import Box, Flag, Lab, until
from lab_server import LabServer
from raw_peer import Crowd

CODE = "first = 1\nsecond = 2\nthird = 3\nfourth = 4"
LINE = [0, 10, 21, 31]  # where each line begins
SHOWN = 2_000.0  # milliseconds; the default of the setting `flagSeconds`
Pair = tuple[Lab, Lab]


@pytest.fixture
def notebook(pair: Pair, server: LabServer, request: pytest.FixtureRequest) -> Pair:
    """Open a notebook for both; Bob is in its second cell."""
    path = server.write_notebook(f"{request.node.name}.ipynb", [CODE, CODE])
    for lab in pair:
        lab.open(path)
    pair[1].put_caret(1, 0)
    return pair


def flag_at(lab: Lab, cell: int | None, position: int) -> Flag:
    """Wait for the one flag that belongs to a caret at a place."""
    caret = lab.sees_caret(cell, position)

    def settled() -> Flag | None:
        flags = lab.flags()
        beside = len(flags) == 1 and abs(flags[0].left - caret.left) < 20
        return flags[0] if beside else None

    return until(settled, f"{lab.person} sees one name at {caret}")


def line_of(lab: Lab, cell: int | None, position: int) -> Box:
    """Return the whole line in which a character is."""
    place = lab.character(cell, position)
    return Box(place.left - 5_000, place.top, place.left + 5_000, place.bottom)


def test_a_name_comes_with_a_movement_and_fades(notebook: Pair) -> None:
    alice, bob = notebook
    moved = alice.put_caret(0, LINE[2])
    flag = flag_at(bob, 0, LINE[2])
    assert flag.text == "Alice"
    until(lambda: not bob.flags(), "the name fades")
    assert bob.ask("now") - moved >= SHOWN
    bob.sees_caret(0, LINE[2])
    alice.put_caret(0, LINE[2] + 1)
    flag_at(bob, 0, LINE[2] + 1)


@pytest.mark.usefixtures("lasting_names")
@pytest.mark.parametrize("line", [0, 1, 3])
def test_a_name_can_be_read_whole_on_every_line(notebook: Pair, line: int) -> None:
    alice, bob = notebook
    alice.put_caret(0, LINE[line] + 3)
    flag = flag_at(bob, 0, LINE[line] + 3)
    assert flag.whole
    assert not flag.overlaps(line_of(bob, 0, LINE[line]))


@pytest.mark.usefixtures("lasting_names")
@pytest.mark.parametrize("line", [0, 1, 2, 3])
def test_a_name_does_not_cover_the_line_in_which_one_writes(notebook: Pair, line: int) -> None:
    alice, bob = notebook
    bob.put_caret(0, LINE[1] + 4)
    alice.put_caret(0, LINE[line] + 4)
    flag = flag_at(bob, 0, LINE[line] + 4)
    assert flag.whole
    if line != 1:
        assert not flag.overlaps(line_of(bob, 0, LINE[1]))
    else:
        text = Box(0, flag.top, bob.character(0, LINE[2] - 1).left, flag.bottom)
        assert not (flag.overlaps(text) and flag.overlaps(line_of(bob, 0, LINE[1])))


@pytest.mark.usefixtures("lasting_names")
def test_the_name_of_somebody_below_keeps_off_the_line_while_one_types(notebook: Pair) -> None:
    alice, bob = notebook
    bob.put_caret(0, LINE[1])
    alice.put_caret(0, LINE[2])
    flag_at(bob, 0, LINE[2])
    for typed in "abc = 5 # ":
        bob.type(typed)
        alice.page.keyboard.press("ArrowRight")
        written = line_of(bob, 0, LINE[1])
        assert not any(flag.overlaps(written) for flag in bob.flags())


def test_a_name_under_the_pointer_can_be_read_again(notebook: Pair) -> None:
    alice, bob = notebook
    alice.put_caret(0, LINE[1] + 2)
    caret = bob.sees_caret(0, LINE[1] + 2)
    until(lambda: not bob.flags(), "the name fades")
    bob.page.mouse.move((caret.left + caret.right) / 2, caret.middle)
    assert flag_at(bob, 0, LINE[1] + 2).text == "Alice"
    bob.page.mouse.move(600, 700)
    until(lambda: not bob.flags(), "the name is gone")


@pytest.mark.usefixtures("lasting_names")
def test_a_flag_lets_clicks_through(notebook: Pair) -> None:
    alice, bob = notebook
    alice.put_caret(0, LINE[1])
    flag = flag_at(bob, 0, LINE[1])
    assert flag.top < bob.character(0, 0).bottom
    bob.page.mouse.click(flag.left + 3, flag.middle)
    alice.sees_caret(0, 0)


def test_the_caret_of_somebody_idle_is_pale_then_gone_and_back_at_once(
    notebook: Pair, crowd: Crowd, request: pytest.FixtureRequest
) -> None:
    _, bob = notebook
    carol = crowd.come("carol", f"document:{request.node.name}.ipynb", 77)
    pale = bob.page.locator(".jp-AwarenessCaret.jp-mod-idle")
    here = {"cursor": {"cell": "c0", "index": 0, "position": 3, "anchor": 3}}
    now = int(time.time() * 1000)
    # The default of the setting `idleCaretMinutes` is 10.
    carol.say({**here, "status": "idle", "seen": now - 11 * 60_000})
    until(lambda: len(bob.faces()) == 2, "bob sees that carol is there")
    assert bob.carets() == []
    carol.say({**here, "status": "active"})
    bob.sees_caret(0, 3)
    assert pale.count() == 0
    carol.say({**here, "status": "idle", "seen": now})
    pale.wait_for()
    bob.page.mouse.move(*_middle(bob.sees_caret(0, 3)))
    until(lambda: "Carol · Idle" in [flag.text for flag in bob.flags()], "bob reads why")


def _middle(box: Box) -> tuple[float, float]:
    return (box.left + box.right) / 2, box.middle
