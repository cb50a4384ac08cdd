"""How long a movement takes from one person's screen to the other's."""

from __future__ import annotations

import statistics

from lab import Lab, until
from lab_server import LabServer

MOVES = 30
Pair = tuple[Lab, Lab]


def test_every_movement_reaches_the_other_screen(pair: Pair, server: LabServer) -> None:
    alice, bob = pair
    path = server.write_notebook("latency.ipynb", ["x" * (MOVES + 1)])
    for lab in pair:
        lab.open(path)
    alice.put_caret(0, 0)
    bob.sees_caret(0, 0)
    milliseconds = []
    for position in range(1, MOVES + 1):
        bob.ask("watchCarets")
        moved = alice.put_caret(0, position)
        seen = until(lambda: bob.page.evaluate("window.e2eMoved"), "bob's screen changes")
        bob.sees_caret(0, position)
        milliseconds.append(seen - moved)
    median, worst = statistics.median(milliseconds), max(milliseconds)
    print(f"movement to screen: median {median:.0f} ms, worst {worst:.0f} ms of {MOVES}")  # noqa: T201
