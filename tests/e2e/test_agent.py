"""A Python program as a peer: people see what it is, where it is, and that it goes."""

from __future__ import annotations

import signal

import agent
from lab import Caret, Lab, until
from lab_server import LabServer

CELLS = ["import csv\nimport math", "# Frogs\n\nThey sing.", "radius = 2", "area = 3"]
# Where it rests: at the beginning of each cell, and at the end of each line that is not empty.
STOPS = [(0, 0), (0, 10), (0, 22), (1, 0), (1, 7), (1, 19), (2, 0), (2, 10), (3, 0), (3, 8)]
IT = f"{agent.NAME}, agent, active"
GRACE = 3.0  # seconds; the default of the trait `reconnect_grace`


def test_an_agent_walks_through_a_notebook_before_peoples_eyes(
    pair: tuple[Lab, Lab], server: LabServer
) -> None:
    alice, _ = pair
    path = server.write_notebook("read.ipynb", CELLS)
    alice.open(path)
    alice.show_people()
    with agent.start_in_steps(server, path) as process:
        for cell, place in STOPS:
            caret = alice.sees_caret(cell, place)
            assert not caret.approximate
            if (cell, place) != STOPS[-1]:
                agent.go_on(process)
        until(lambda: alice.selections(), "alice sees which line it reads")
        alice.lists("Alice", IT)
        until(
            lambda: [face.startswith(IT) for face in alice.faces()] == [True], "alice sees its face"
        )
        until(
            lambda: any(f"{agent.NAME} (agent): " in told for told in alice.visitors().values()),
            "alice sees it at its cell",
        )
        for _ in range(2):  # It rests once more at the end.
            agent.go_on(process)
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
        assert process.wait(20) == 0
        # It has said goodbye: whoever vanishes is seen until the grace is over.
        until(lambda: gone(alice), "it is gone", GRACE - 0.5)


def gone(lab: Lab) -> bool:
    """Whether nobody else is to be seen in the document."""
    carets: list[Caret] = lab.carets()
    return not lab.faces() and not carets and not lab.marks()
