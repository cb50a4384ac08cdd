"""Following as the documentation shows it: in light and in dark."""

from __future__ import annotations

import shutil

from following import chip, close_toasts, follow, frame_says, reads_toast, scroll, sees_what
from guests import Guests
from lab import until
from lab_server import LabServer
from test_pictures import DRAWING, ROOT, THEMES


def test_following_is_shown_in_each_theme(guests: Guests, own_server: LabServer) -> None:
    path = "pond.ipynb"
    shutil.copy(ROOT / "examples" / "demo.ipynb", own_server.documents / path)
    own_server.write_file("frogs.md", "Frogs like rain.")
    alice, bob, carol = guests("alice", "bob", "carol", server=own_server)
    for lab in (bob, carol):
        lab.open(path)
    bob.put_caret(DRAWING, 0)
    alice.show_people()
    alice.open("frogs.md")
    follow(alice, bob)
    follow(carol, alice)
    frame_says(carol, "Following Alice, who follows Bob")
    until(lambda: chip(alice) == "Carol follows you", "Alice is followed")
    scroll(bob, 200)
    sees_what(alice, bob, "what Bob sees")
    folder = ROOT / "docs" / "images"
    for theme, name in THEMES.items():
        alice.run("apputils:change-theme", theme=name)
        bob.put_caret(DRAWING, 4)
        alice.sees_caret(DRAWING, 4)
        if theme == "light":
            carol.run("jupyter-awareness:call-others")
            reads_toast(alice, "Carol asks you to come to pond.ipynb")
        # Animations are shown as they end.
        picture = folder / f"follow-{theme}.png"
        alice.page.screenshot(path=picture, animations="disabled", caret="initial")
        close_toasts(alice)
