"""Alice, Bob and Carol in the cells of one notebook: who is where, who types, whose run it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import nbformat
import pytest
from lab import CALM, Lab, Mark, until
from lab_server import LabServer
from raw_peer import Crowd, RawPeer

Pair = tuple[Lab, Lab]
CODE = "x = 1\ny = 2\nprint(x + y)"
SOURCES = [CODE, "second = 2", "third = 3"]
MANY = [f"cell = {number}\n# {'more ' * (number % 7)}" for number in range(60)]
TRACKER = "@jupyterlab/notebook-extension:tracker"
MODES = ("contentVisibility", "full", "defer", "none")
WAITS = """\
import os, time
print("running")
while not os.path.exists({name!r}):
    time.sleep(0.02)"""
STARTED = "started this cell, which runs or waits in their copy"
PARTS = (".jp-InputCollapser", ".jp-InputArea-editor")


@pytest.fixture
def notebook(pair: Pair, server: LabServer, request: pytest.FixtureRequest) -> Pair:
    """Open a notebook of three cells for both."""
    path = server.write_notebook(f"{request.node.name}.ipynb", SOURCES)
    for lab in pair:
        lab.open(path)
    return pair


def come(crowd: Crowd, person: str, path: str, client_id: int, **state: Any) -> RawPeer:
    """Let somebody without a browser into a notebook."""
    peer = crowd.come(person, f"document:{path}", client_id)
    peer.say(state)
    return peer


def at(cell: int, mode: str = "command", **state: Any) -> dict[str, Any]:
    """Return the state of somebody in a cell."""
    return {"cell": {"id": f"c{cell}", "index": cell, "mode": mode}, **state}


def test_everybody_is_at_their_cell(notebook: Pair, server: LabServer, crowd: Crowd) -> None:
    alice, bob = notebook
    bob.put_caret(1, 3)
    come(crowd, "carol", "test_everybody_is_at_their_cell.ipynb", 77, **at(2, status="idle"))
    alice.activate(0)
    marks = alice.sees_visitors({1: "Bob: editing.", 2: "Carol: selected, idle."})
    assert all(mark.describes for mark in marks.values())
    assert len({mark.colors for mark in marks.values()}) == 2
    # In command mode, and back; beside each other in one cell.
    bob.page.keyboard.press("Escape")
    alice.sees_visitors({1: "Bob: selected.", 2: "Carol: selected, idle."})
    bob.activate(2)
    (mark,) = alice.sees_visitors({2: "Bob: selected. Carol: selected, idle."}).values()
    assert len(mark.colors) == 2
    bob.put_caret(0, 0)
    alice.sees_visitors({0: "Bob: editing.", 2: "Carol: selected, idle."})


def test_an_idle_person_is_told_with_the_time(notebook: Pair, crowd: Crowd) -> None:
    alice, bob = notebook
    bob.activate(0)
    path = "test_an_idle_person_is_told_with_the_time.ipynb"
    come(crowd, "carol", path, 77, **at(2, status="away", seen=1_600_000_000_000))
    told = until(lambda: alice.visitors().get(2), "alice sees Carol")
    assert told.startswith("Carol: selected, away since sep 13")


def test_rendered_markdown_and_outputs_count(pair: Pair, server: LabServer) -> None:
    alice, bob = pair
    path = "rendered.ipynb"
    output = nbformat.v4.new_output("stream", text="an output\n")
    cells = [
        nbformat.v4.new_code_cell("first = 1", id="c0"),
        nbformat.v4.new_markdown_cell("# A title\n\nand text", id="c1"),
        nbformat.v4.new_code_cell("print('an output')", id="c2", outputs=[output]),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), server.documents / path)
    for lab in pair:
        lab.open(path)
    alice.activate(0)
    markdown, printed = ".jp-RenderedMarkdown p >> visible=true", ".jp-OutputArea-output pre"
    for text, cell in ((printed, 2), (markdown, 1)):
        bob.page.click(text)
        alice.sees_visitors({cell: "Bob: selected."})
    bob.page.keyboard.press("Enter")
    alice.sees_visitors({1: "Bob: editing."})


def test_who_types_is_marked_until_they_stop(notebook: Pair) -> None:
    alice, bob = notebook
    bob.put_caret(1, 0)
    alice.sees_visitors({1: "Bob: editing."})

    def types() -> Mark | None:
        bob.type("a")  # Again and again: a moment after the last key it is over.
        mark = alice.marks().get(1)
        return mark if mark and mark.told == "Bob: editing, typing." else None

    assert until(types, "alice sees that Bob types").typing == 1
    assert alice.sees_visitors({1: "Bob: editing."})[1].typing == 0


def test_marks_take_no_room_and_lie_over_nothing_of_jupyterlab(
    pair: Pair, server: LabServer, crowd: Crowd
) -> None:
    alice, bob = pair
    path = server.write_notebook("room.ipynb", MANY)
    bob.close_all()
    alice.open(path)
    alice.put_caret(0, 0)
    until(lambda: alice.ask("isDrawn"), "all cells are drawn")
    before = until(lambda: layout_at_rest(alice), "the layout is at rest")
    for number in range(20):
        state = at(number * 2, "edit" if number % 3 else "command")
        come(crowd, f"extra-{number}", path, 500 + number, **state)
    until(lambda: sum(len(mark.colors) for mark in alice.marks().values()) >= 4, "they are drawn")
    until(lambda: alice.edges()["below"] != [], "alice sees who is below")
    assert alice.ask("layout") == before
    edge = alice.page.locator(".jp-AwarenessEdge >> visible=true").bounding_box()
    assert edge
    assert edge["x"] + edge["width"] < alice.part(0, ".jp-InputArea-editor").left
    for cell, mark in alice.marks().items():
        for part in (alice.prompt(cell), *(alice.part(cell, name) for name in PARTS)):
            assert not mark.faces.overlaps(part), (cell, part)
            assert not mark.bar.overlaps(part), (cell, part)


def layout_at_rest(lab: Lab) -> Any:
    """Return where all cells are, None while they still move."""
    layout = lab.ask("layout")
    lab.ask("frames", CALM)
    return layout if lab.ask("layout") == layout else None


def test_one_movement_touches_one_cell(notebook: Pair) -> None:
    alice, bob = notebook
    bob.put_caret(1, 0)
    alice.sees_caret(1, 0)
    alice.activate(0)
    alice.sees_visitors({1: "Bob: editing."})
    alice.ask("watchCells")
    bob.put_caret(1, 4)
    alice.sees_caret(1, 4)
    assert [cell for cell in alice.ask("changedCells") if cell >= 0] == [1]
    bob.put_caret(2, 0)
    alice.sees_visitors({2: "Bob: editing."})
    alice.sees_caret(2, 0)
    assert [cell for cell in alice.ask("changedCells") if cell >= 0] == [1, 2]


@pytest.fixture
def running(pair: Pair, server: LabServer, request: pytest.FixtureRequest) -> Iterator[Pair]:
    """Bob has a notebook open with a kernel, in which a cell runs until a file is there."""
    alice, bob = pair
    name = request.node.name.replace(":", "-")
    path = server.write_notebook(f"{name}.ipynb", [WAITS.format(name="go"), "a = 1", "1 / 0"])
    go = server.documents / "go"
    go.unlink(missing_ok=True)
    alice.open(path)
    bob.open(path, with_kernel=True)
    until(lambda: bob.ask("kernelStatus") == "idle", "a kernel is ready", 30)
    alice.activate(0)
    yield pair
    bob.ask("shutdownAll")


def started(bob: Lab, alice: Lab, *cells: int) -> None:
    """Wait until exactly these cells have the mark that somebody has started them."""

    def marked() -> list[int]:
        return sorted(cell for cell, mark in alice.marks().items() if mark.running)

    try:
        until(lambda: marked() == list(cells), f"alice sees that {bob.person} runs {cells}", 20)
    except AssertionError as error:
        raise AssertionError(f"{error}; marked: {marked()}") from None


def test_runs_have_a_mark_until_their_end(running: Pair, server: LabServer) -> None:
    alice, bob = running
    bob.activate(2)
    bob.ask("start", "notebook:run-all-cells")
    started(bob, alice, 0, 1, 2)
    assert alice.visitors()[1] == f"Bob: {STARTED}."
    # All end when the first does; the last one with an error.
    (server.documents / "go").touch()
    started(bob, alice)


@pytest.mark.parametrize(
    "command", ["kernelmenu:interrupt", "kernelmenu:restart", "kernelmenu:shutdown"]
)
def test_runs_end_with_an_interrupt_a_restart_or_a_shutdown(running: Pair, command: str) -> None:
    alice, bob = running
    bob.activate(0)
    bob.ask("start", "notebook:run-all-cells")
    started(bob, alice, 0, 1, 2)
    bob.page.wait_for_selector(".jp-OutputArea-output >> text=running")
    bob.ask("start", command)
    if command == "kernelmenu:restart":
        bob.page.click("button:has-text('Restart')")
    started(bob, alice)


def test_a_cell_that_is_deleted_while_it_waits_has_no_run(running: Pair) -> None:
    alice, bob = running
    bob.activate(0)
    bob.ask("start", "notebook:run-all-cells")
    started(bob, alice, 0, 1, 2)
    bob.activate(1)
    bob.run("notebook:delete-cell")
    started(bob, alice, 0, 2)


def test_whoever_has_gone_runs_nothing(running: Pair) -> None:
    alice, bob = running
    bob.activate(0)
    bob.ask("start", "notebook:run-cell")
    started(bob, alice, 0)
    bob.close_all()
    started(bob, alice)


@pytest.fixture(params=MODES)
def windowing(pair: Pair, request: pytest.FixtureRequest) -> Iterator[str]:
    """Have notebooks drawn in one of JupyterLab's ways."""
    alice, _ = pair
    mode: str = request.param
    alice.configure("windowingMode", mode, TRACKER)
    yield mode
    alice.configure("windowingMode", MODES[0], TRACKER)


def test_people_out_of_sight_are_at_the_edges_and_a_click_goes_there(
    pair: Pair, server: LabServer, crowd: Crowd, windowing: str
) -> None:
    alice, bob = pair
    path = server.write_notebook(f"edges-{windowing}.ipynb", MANY)
    come(crowd, "carol", path, 77, **at(55))
    alice.open(path)
    bob.open(path)
    bob.activate(2)
    alice.put_caret(0, 0)
    alice.sees_visitors({2: "Bob: selected."})
    carol = "Carol is in cell 56, below. Go there"
    until(lambda: alice.edges() == {"above": [], "below": [carol]}, "Carol is below")
    alice.ask("clickEdge", "below")
    alice.sees_visitors({55: "Carol: selected."})
    until(lambda: alice.ask("isInSight", 55), "Alice sees the cell")
    bob_above = {"above": ["Bob is in cell 3, above. Go there"], "below": []}
    until(lambda: alice.edges() == bob_above, "Bob is above")
    # One's own cell stays what it was.
    assert alice.ask("activeCell") == 0
    alice.ask("clickEdge", "above")
    alice.sees_visitors({2: "Bob: selected."})
    # Where Bob goes while he is out of sight is followed as well.
    bob.activate(40)
    bob_below = "Bob is in cell 41, below. Go there"
    until(lambda: alice.edges() == {"above": [], "below": [bob_below, carol]}, "both are below")


def test_cells_are_found_by_place_where_ids_differ(
    pair: Pair, server: LabServer, crowd: Crowd
) -> None:
    alice, bob = pair
    path = "old.ipynb"
    old = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in MANY])
    for cell in old.cells:
        del cell["id"]
    old.nbformat_minor = 4
    nbformat.write(old, server.documents / path)
    for lab in pair:
        lab.open(path)
    assert alice.ask("cellIds")[:3] != bob.ask("cellIds")[:3]
    alice.activate(0)
    bob.put_caret(1, 0)
    alice.sees_visitors({1: "Bob: editing."})
    bob.activate(50)
    until(lambda: alice.edges()["below"] != [], "Bob is below")
    alice.ask("clickEdge", "below")
    alice.sees_visitors({50: "Bob: selected."})


def test_marks_stay_with_cells_that_are_moved_and_leave_those_that_are_deleted(
    notebook: Pair, crowd: Crowd
) -> None:
    alice, bob = notebook
    path = bob.ask("documents")[0]
    come(crowd, "carol", path, 77, **at(2))
    bob.activate(1)
    alice.activate(0)
    alice.sees_visitors({1: "Bob: selected.", 2: "Carol: selected."})
    alice.run("notebook:insert-cell-above")
    alice.sees_visitors({2: "Bob: selected.", 3: "Carol: selected."})
    alice.activate(3)
    alice.run("notebook:move-cell-up")
    alice.sees_visitors({2: "Carol: selected.", 3: "Bob: selected."})
    alice.activate(2)
    alice.run("notebook:delete-cell")
    # Carol's cell is not in Alice's copy any more: what is in its place is as near as it gets.
    alice.sees_visitors({2: "Bob: selected. Carol: selected."})


def test_names_are_read_with_the_mouse_and_with_the_keyboard(notebook: Pair) -> None:
    alice, bob = notebook
    bob.activate(1)
    alice.activate(0)
    alice.sees_visitors({1: "Bob: selected."})
    tip = alice.page.locator(".jp-AwarenessTip")
    alice.page.hover(".jp-AwarenessCell-face")
    until(lambda: tip.all_inner_texts() == ["Bob\nSelected"], "the tip says who it is")
    alice.page.mouse.move(700, 600)
    until(lambda: tip.count() == 0, "the tip is gone")
    # Somebody who reads with the keyboard comes past the cell.
    alice.page.keyboard.press("ArrowDown")
    until(lambda: tip.all_inner_texts() == ["Bob\nSelected"], "the tip is there again")
    alice.page.keyboard.press("ArrowDown")
    until(lambda: tip.count() == 0, "the tip is gone")


def test_a_click_on_a_face_opens_the_panel_and_changes_nothing_else(notebook: Pair) -> None:
    alice, bob = notebook
    bob.activate(1)
    alice.put_caret(0, 3)
    alice.sees_visitors({1: "Bob: selected."})
    alice.hide_people()
    alice.page.click(".jp-AwarenessCell-face")
    alice.page.locator("#jp-awareness-people").wait_for()
    until(lambda: "In this document" in alice.people(), "the panel shows who is here")
    assert alice.ask("activeCell") == 0


@pytest.mark.parametrize(
    ("setting", "gone"),
    [
        ("cellMarks", ".jp-AwarenessCell"),
        ("typingMarks", ".jp-AwarenessTyping"),
        ("runMarks", ".jp-AwarenessRun"),
        ("edgeAvatars", ".jp-AwarenessEdge"),
    ],
)
def test_each_part_can_be_switched_off(
    pair: Pair, server: LabServer, crowd: Crowd, setting: str, gone: str
) -> None:
    alice, bob = pair
    path = server.write_notebook(f"{setting}.ipynb", MANY)
    bob.close_all()
    alice.open(path)
    alice.activate(0)
    come(crowd, "bob", path, 71, **at(1, "edit", activity="typing"))
    come(crowd, "carol", path, 72, **at(50, activity={"running": ["c2"]}))
    parts = alice.page.locator(f".jp-Notebook {gone}, .jp-NotebookPanel > * > {gone}")
    until(lambda: parts.count() > 0, "the part is there")
    alice.configure(setting, value=False)
    try:
        until(lambda: parts.count() == 0, "the part is gone")
    finally:
        alice.configure(setting, value=True)
    until(lambda: parts.count() > 0, "the part is there again")
