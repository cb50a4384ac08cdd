"""Alice and Bob in one notebook: faces, names, carets, selections."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lab import Lab, until
from lab_server import LabServer
from raw_peer import Crowd

CODE = "import math\n\nradius = 2.5\narea = math.pi * radius ** 2\nprint(area)"
# A tab, wide characters, one outside of the basic plane, combining ones, and a line that wraps.
ODD = f'if x:\n\ty = "日本語"\nz = "🦉 owl", "e\u0301te\u0301"\nwrapped = {"very_" * 60}long'
Pair = tuple[Lab, Lab]


@pytest.fixture
def notebook(pair: Pair, server: LabServer, request: pytest.FixtureRequest) -> Pair:
    """Open a notebook of three cells for both."""
    path = server.write_notebook(f"{request.node.name}.ipynb", [CODE, "second = 2", ""])
    for lab in pair:
        lab.open(path)
    return pair


def test_each_sees_the_other(notebook: Pair) -> None:
    alice, bob = notebook
    alice.put_caret(0, 12)
    bob.put_caret(1, 9)
    assert alice.sees_caret(1, 9).colors != bob.sees_caret(0, 12).colors
    for lab, other in ((alice, "Bob"), (bob, "Alice")):
        (face,) = until(lab.faces, f"{lab.person} sees a face in the toolbar")
        assert face.startswith(f"{other}, active")
        lab.show_people()
        lab.lists(lab.person.capitalize(), other)


def test_carets_follow_typing_in_different_cells(notebook: Pair) -> None:
    alice, bob = notebook
    alice.put_caret(0, len(CODE))
    bob.put_caret(2, 0)
    for typed in ("\n", "x = ", "1", "0"):
        alice.type(typed)
        bob.type(typed)
    # Neither has what the other typed: the end of their own text is as near as it gets.
    until(lambda: bob.sees_caret(0, len(CODE)).approximate, "bob sees that it is near")
    until(lambda: alice.sees_caret(2, 0).approximate, "alice sees that it is near")
    assert alice.source(2) == ""
    assert bob.source(0) == CODE


def test_a_caret_stays_at_its_word_while_the_other_types_in_the_same_cell(notebook: Pair) -> None:
    alice, bob = notebook
    place = CODE.index("radius ** 2")
    bob.put_caret(0, place)
    alice.sees_caret(0, place)
    alice.put_caret(0, 11)
    for typed in ("\n", "import ", "os", ".path"):
        alice.type(typed)
    moved = alice.source(0).index("radius ** 2")
    assert moved == place + len("\nimport os.path")
    assert not alice.sees_caret(0, moved).approximate


@pytest.mark.parametrize("source", [CODE, ODD], ids=["code", "odd"])
def test_a_caret_is_drawn_at_its_character(pair: Pair, server: LabServer, source: str) -> None:
    alice, bob = pair
    path = server.write_notebook("pixels.ipynb", [source])
    for lab in pair:
        lab.open(path)
    bob.put_caret(0, 0)
    # CodeMirror counts in UTF-16 units, as the wire does, and never stops inside a character.
    for at in range(0, len(source) + 1, 3 if source is CODE else 11):
        units = len(source[:at].encode("utf-16-le")) // 2
        alice.put_caret(0, units)
        assert not bob.sees_caret(0, units).approximate


def test_a_selection_is_drawn_over_its_characters(notebook: Pair) -> None:
    alice, bob = notebook
    bob.put_caret(1, 0)
    start, end = CODE.index("2.5"), CODE.index("math.pi") + 4
    alice.put_caret(0, position=end, anchor=start)
    bob.sees_caret(0, end)
    first, *_, last = until(bob.selections, "bob sees a selection")
    for box, position in ((first, start), (last, end)):
        place = bob.character(0, position)
        assert box.top <= place.middle <= box.bottom
    assert abs(first.left - bob.character(0, start).left) <= 1
    assert abs(last.right - bob.character(0, end).left) <= 1
    alice.put_caret(0, 0)
    until(lambda: not bob.selections(), "the selection is gone")


@pytest.mark.usefixtures("lasting_names")
def test_every_cursor_of_a_multiple_selection_is_drawn(notebook: Pair) -> None:
    alice, bob = notebook
    bob.put_caret(1, 0)
    alice.put_caret(0, 13)
    bob.sees_caret(0, 13)
    alice.page.keyboard.press("Control+Alt+ArrowDown")
    alice.page.keyboard.press("Control+Alt+ArrowDown")
    until(lambda: len(bob.carets()) == 3, "bob sees three carets")
    assert len(until(bob.flags, "bob sees a name")) == 1


# How often each editor of the current notebook is told anything from now on.
COUNT = """() => {
  window.e2eTold = window.jupyterapp.shell.currentWidget.content.widgets.map(() => 0);
  window.jupyterapp.shell.currentWidget.content.widgets.forEach(({ editor }, at) => {
    const view = editor.editor;
    view.dispatch = (...told) => {
      window.e2eTold[at] += 1;
      return Object.getPrototypeOf(view).dispatch.apply(view, told);
    };
  });
}"""


def test_one_movement_touches_one_editor(notebook: Pair) -> None:
    alice, bob = notebook
    alice.put_caret(2, 0)
    bob.put_caret(0, 3)
    alice.sees_caret(0, 3)
    alice.page.evaluate(COUNT)
    bob.put_caret(0, 5)
    alice.sees_caret(0, 5)
    until(lambda: alice.page.evaluate("window.e2eTold") == [1, 0, 0], "one editor is told of it")
    bob.put_caret(1, 2)
    alice.sees_caret(1, 2)
    # The one that it left, and the one in which it is.
    until(lambda: alice.page.evaluate("window.e2eTold") == [2, 1, 0], "two editors are told of it")


def test_two_tabs_of_one_person_are_one_face(
    pair: Pair, server: LabServer, another_tab: Callable[[Lab], Lab], crowd: Crowd
) -> None:
    alice, bob = pair
    path = server.write_notebook("tabs.ipynb", [CODE, "second = 2"])
    crowd.come("carol", f"document:{path}", 77).say({"kind": "agent"})
    tabs = [bob, another_tab(bob)]
    for lab in (alice, *tabs):
        lab.open(path)
    for position, tab in enumerate(tabs):
        tab.put_caret(1, position)
    for position in (0, 1):
        alice.sees_caret(1, position)
    until(lambda: len(alice.faces()) == 2, "alice sees bob and carol's agent")
    alice.show_people()
    alice.lists("Alice", "Bob", "Carol, agent, active")
    # One's own other tab is drawn as well, and is no face.
    tabs[0].sees_caret(1, 1)
    until(
        lambda: [face.split(",")[0] for face in tabs[0].faces()] == ["Alice", "Carol"],
        "bob sees the others",
    )
