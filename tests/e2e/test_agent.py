"""A Python program as a peer: people see what it is, where it is, and that it goes."""

from __future__ import annotations

import signal
import time

import agent
from lab import Caret, Lab, until
from lab_server import LabServer

CELLS = ["import csv\nimport math", "# Frogs\n\nThey sing.", "radius = 2", "area = 3"]
LINES = [(0, "import csv"), (0, "import csv\nimport math"), (1, CELLS[1]), (2, CELLS[2])]


def test_an_agent_walks_through_a_notebook_before_peoples_eyes(
    pair: tuple[Lab, Lab], server: LabServer
) -> None:
    alice, _ = pair
    path = server.write_notebook("read.ipynb", CELLS)
    alice.open(path)
    alice.show_people()
    # At each line twice as long as a page may rest between two drawings, and more.
    with agent.start(server, path, seconds=0.8) as process:
        for cell, text in LINES:
            caret = alice.sees_caret(cell, len(text))
            assert not caret.approximate
        until(lambda: alice.selections(), "alice sees which line it reads")
        (row,) = alice.people()["In this document"][1:]
        assert row.startswith(f"{agent.NAME}, agent, active")
        (face,) = alice.faces()
        assert face.startswith(f"{agent.NAME}, agent, active")
        assert any(told.startswith(f"{agent.NAME} (agent): ") for told in alice.visitors().values())
        assert process.wait(20) == 0
        assert process.stdout
        assert process.stdout.read() == f"{agent.NAME} reads {path}; Alice can see it.\n"
    until(lambda: gone(alice), "it is gone when the program ends")


def test_an_agent_that_is_interrupted_is_gone_at_once(
    pair: tuple[Lab, Lab], server: LabServer
) -> None:
    alice, _ = pair
    path = server.write_notebook("interrupted.ipynb", CELLS)
    alice.open(path)
    with agent.start(server, path, seconds=30) as process:
        until(lambda: alice.faces() and alice.marks(), "alice sees it")
        process.send_signal(signal.SIGINT)
        begin = time.monotonic()
        until(lambda: gone(alice), "it is gone")
        # Far less than the grace of somebody who vanishes, 3 s.
        assert time.monotonic() - begin < 2
        assert process.wait(20) == 0


def gone(lab: Lab) -> bool:
    """Whether nobody else is to be seen in the document."""
    carets: list[Caret] = lab.carets()
    return not lab.faces() and not carets and not lab.marks()
