"""Alice and Bob in one text file: what is different from a notebook."""

from __future__ import annotations

import pytest
from lab import Lab, until
from lab_server import LabServer

LINES = [f"line_{number:03} = {number}" for number in range(300)]
TEXT = "\n".join(LINES)
Pair = tuple[Lab, Lab]


@pytest.fixture
def file(pair: Pair, server: LabServer) -> Pair:
    """Open a file of 300 lines for both."""
    path = server.write_file("long.py", TEXT)
    for lab in pair:
        lab.open(path)
    return pair


def lists_others(lab: Lab) -> None:
    """Wait until the panel has people in the document."""
    until(lambda: "In this document" in lab.people(), f"{lab.person} sees them in the panel")


def test_each_sees_the_other(file: Pair) -> None:
    alice, bob = file
    alice.put_caret(None, 4)
    bob.put_caret(None, TEXT.index("line_007"))
    alice.sees_caret(None, TEXT.index("line_007"))
    bob.sees_caret(None, 4)
    for lab, other in ((alice, "Bob"), (bob, "Alice")):
        (face,) = until(lab.faces, f"{lab.person} sees a face in the toolbar")
        assert face.startswith(f"{other}, active")
        lab.show_people()
        lists_others(lab)


@pytest.mark.usefixtures("lasting_names")
def test_a_caret_on_the_first_line_has_its_whole_name(file: Pair) -> None:
    alice, bob = file
    until(bob.faces, "bob sees Alice's face")
    bob.put_caret(None, 0)
    bob.put_caret(None, TEXT.index("line_009"))
    alice.put_caret(None, 8)
    bob.sees_caret(None, 8)
    (flag,) = until(bob.flags, "bob sees a name")
    assert flag.text == "Alice"
    assert flag.whole


def test_a_caret_far_down_is_there_after_scrolling(file: Pair) -> None:
    alice, bob = file
    bob.put_caret(None, 0)
    place = TEXT.index("line_250")
    alice.put_caret(None, place)
    until(bob.faces, "bob sees Alice's face")
    until(lambda: not bob.carets(), "her caret is far below")
    bob.put_caret(None, TEXT.index("line_252"))
    bob.sees_caret(None, place)


def test_the_line_one_reads_stays_where_it_is_when_somebody_comes(
    pair: Pair, server: LabServer
) -> None:
    alice, bob = pair
    path = server.write_file("steady.py", TEXT)
    line = TEXT.index("line_010")
    bob.open(path)
    bob.put_caret(None, line)
    before = bob.resting(None, line)
    alice.open(path)
    until(bob.faces, "bob sees Alice's face")
    until(lambda: bob.character(None, line) == before, "the toolbar's height changes nothing")
    alice.close_all()
    until(lambda: not bob.faces(), "bob sees nobody")
    until(lambda: bob.character(None, line) == before, "the toolbar's height changes nothing")
