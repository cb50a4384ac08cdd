"""Without co-editing everybody has a text of their own: words say where a caret belongs."""

from __future__ import annotations

import pytest
from lab import Lab, until
from lab_server import LabServer

CODE = "import csv\n\n\ndef total(rows):\n    return sum(rows)\n\n\nprint(total([1, 2]))\n"
ABOVE = "import math\nimport os\n"
Pair = tuple[Lab, Lab]


@pytest.fixture(params=["notebook", "file"])
def cell(pair: Pair, server: LabServer, request: pytest.FixtureRequest) -> int | None:
    """Open a document for both; the cell that has the text, None in a file."""
    if request.param == "notebook":
        path = server.write_notebook("differing.ipynb", ["x = 1", CODE])
    else:
        path = server.write_file("differing.py", CODE)
    for lab in pair:
        lab.open(path)
    return 1 if request.param == "notebook" else None


def test_a_caret_is_at_its_word_below_unsaved_lines(pair: Pair, cell: int | None) -> None:
    alice, bob = pair
    alice.put_caret(cell, 0)
    alice.type(ABOVE)
    word = CODE.index("sum")
    bob.put_caret(cell, word)
    # All that Bob has around his caret is there: it is his place, though not his offset.
    assert not alice.sees_caret(cell, len(ABOVE) + word).approximate
    alice.put_caret(cell, len(ABOVE) + CODE.index("print"))
    assert not bob.sees_caret(cell, CODE.index("print")).approximate


def test_a_selection_is_over_its_words_below_unsaved_lines(pair: Pair, cell: int | None) -> None:
    alice, bob = pair
    alice.put_caret(cell, 0)
    alice.type(ABOVE)
    start, end = CODE.index("total"), CODE.index("(rows):")
    bob.put_caret(cell, position=end, anchor=start)
    alice.sees_caret(cell, len(ABOVE) + end)
    (box,) = until(alice.selections, "alice sees a selection")
    assert abs(box.left - alice.character(cell, len(ABOVE) + start).left) <= 1
    assert abs(box.right - alice.character(cell, len(ABOVE) + end).left) <= 1


def test_a_caret_beside_unsaved_words_is_approximate(pair: Pair, cell: int | None) -> None:
    alice, bob = pair
    place = CODE.index("sum")
    alice.put_caret(cell, place)
    alice.type("max(0, ")
    until(lambda: bob.sees_caret(cell, place).approximate, "the words beside the caret differ")
    for _ in "max(0, ":
        alice.page.keyboard.press("Backspace")
    until(lambda: not bob.sees_caret(cell, place).approximate, "the texts agree again")


def test_a_caret_in_words_that_only_its_owner_has_stays_in_the_text(
    pair: Pair, cell: int | None
) -> None:
    alice, bob = pair
    alice.put_caret(cell, len(CODE))
    alice.type("# " + "all of this is new " * 20)
    until(lambda: bob.sees_caret(cell, len(CODE)).approximate, "the words beside the caret differ")
