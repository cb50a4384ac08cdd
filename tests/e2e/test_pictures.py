"""Two people in one notebook, as the README shows them: in light and in dark."""

from __future__ import annotations

import shutil
from pathlib import Path

from guests import Guests
from lab import Lab, until
from lab_server import LabServer

ROOT = Path(__file__).resolve().parents[2]
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
DRAWING = 5  # the cell that is in the middle of the pictures


def test_two_people_are_shown_in_each_theme(guests: Guests, own_server: LabServer) -> None:
    path = "pond.ipynb"
    shutil.copy(ROOT / "examples" / "demo.ipynb", own_server.documents / path)
    own_server.write_file("frogs.md", "Frogs like rain.")
    own_server.write_file("ducks.csv", "day,ducks\n")
    own_server.set("jupyter-awareness:plugin", {"idleAfter": 0, "nameFlags": "always"})
    alice, bob = guests("alice", "bob", server=own_server)
    for lab in (alice, bob):
        lab.open(path, with_kernel=lab is alice)
    alice.show_people()
    until(lambda: "In this document" in alice.people(), "alice sees who has the notebook open")
    until(
        lambda: "Python 3" in alice.page.inner_text(".jp-Toolbar-kernelName"), "a kernel is there"
    )
    folder = ROOT / "docs" / "images"
    for theme, name in THEMES.items():
        alice.run("apputils:change-theme", theme=name)
        pose(alice, bob)
        # Animations are shown as they end.
        alice.page.screenshot(
            path=folder / f"two-people-{theme}.png", animations="disabled", caret="initial"
        )


def pose(alice: Lab, bob: Lab) -> None:
    """Have Alice write in the drawing's cell, and Bob select a line of it."""
    source = alice.source(DRAWING)
    start = source.index("halves = ")
    end = source.index("\n", start)
    alice.put_caret(DRAWING, len(source))  # All of the cell comes into sight.
    alice.put_caret(DRAWING, source.index("defaultdict(list)"))
    bob.put_caret(DRAWING, 0)
    alice.sees_caret(DRAWING, 0)
    bob.put_caret(DRAWING, position=end, anchor=start)
    alice.sees_caret(DRAWING, end)
    until(alice.flags, "alice sees Bob's name")
