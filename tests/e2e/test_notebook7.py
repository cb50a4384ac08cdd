"""Notebook 7, which shows one document at a time, and consoles: what applies there works there."""

from __future__ import annotations

import re
from functools import partial

from following import chip, follow, is_free
from guests import Guests
from lab import Lab, until
from lab_server import LabServer
from raw_peer import Crowd

CODE = "import math\nradius = 2"


def go_to_notebook(lab: Lab, server: LabServer, path: str) -> None:
    """Open a notebook in Notebook 7 instead of JupyterLab."""
    lab.page.goto(f"{server.url}notebooks/{path}")
    lab.wait_until_ready()
    lab.page.wait_for_function("path => window.e2e.isOpen(path)", arg=path)
    lab.page.wait_for_selector(".cm-content >> visible=true")


def test_a_notebook_page_and_a_lab_page_show_each_other(
    guests: Guests, server: LabServer, crowd: Crowd
) -> None:
    path = server.write_notebook("seven.ipynb", [CODE, "second = 2"])
    alice, bob = guests("alice", "bob")
    go_to_notebook(alice, server, path)
    bob.open(path)
    alice.put_caret(0, 3)
    bob.sees_caret(0, 3)
    bob.put_caret(1, 6)
    alice.sees_caret(1, 6)
    until(lambda: [flag.text for flag in alice.flags()] == ["Bob"], "alice sees Bob's name")
    for lab, other in ((alice, "Bob"), (bob, "Alice")):
        (face,) = until(lab.faces, f"{lab.person} sees a face in the toolbar")
        assert face.startswith(f"{other}, active")
    until(lambda: list(alice.marks()) == [1], "alice sees in which cell bob is")
    carol = crowd.come("carol", f"document:{path}", 77)
    carol.say({"cell": {"id": "c0", "index": 0, "mode": "command"}})
    until(lambda: list(alice.marks()) == [0, 1], "alice sees in which cell carol is")
    until(lambda: len(alice.faces()) == len(bob.faces()) == 2, "both see carol's face")
    follow(alice, bob)
    until(lambda: chip(bob) == "Alice follows you", "bob sees that alice follows")
    alice.page.keyboard.press("Escape")
    is_free(alice)
    bob.type("0")
    alice.sees_bar("Bob has unsaved changes here")
    bob.save_at_once()
    until(lambda: alice.source(1) == bob.source(1), "alice sees what bob saved")
    alice.show_people()
    alice.lists("Alice", "Bob", "Carol")
    alice.page.close()
    until(lambda: len(bob.faces()) == 1, "alice has left")


def test_the_tree_of_notebook_7_says_who_is_here(
    guests: Guests, server: LabServer, crowd: Crowd
) -> None:
    path = server.write_notebook("seen.ipynb", [CODE])
    alice, bob = guests("alice", "bob")
    bob.open(path)
    crowd.come("carol", f"document:{path}", 77)
    crowd.come("carol", "lobby", 78).say({"open": [{"path": path, "dirty": True}]})
    alice.page.goto(f"{server.url}tree")
    alice.wait_until_ready()
    alice.page.get_by_role("button", name=re.compile(r"^Bob, active.*seen\.ipynb")).wait_for()
    said = "Open by Bob and Carol; Carol has unsaved changes"
    until(lambda: alice.files().get(path) == said, "alice sees them at the file")


def looks_around(lab: Lab, name: str) -> bool:
    """Whether the open panel says of somebody that they are in no document."""
    here = f"{name}, active, Just looking around"
    return any(row.startswith(here) for row in lab.people().get("Everyone", []))


def test_a_console_is_a_place_without_a_document(
    guests: Guests, server: LabServer, crowd: Crowd
) -> None:
    crowd.come("carol", "lobby", 78).say({})
    alice, bob = guests("alice", "bob")
    alice.run("console:create", kernelPreference={"name": "python3"})
    prompt = alice.page.locator(".jp-CodeConsole-promptCell .cm-content")
    prompt.click()
    alice.type("1 + 1")
    bob.show_people()
    for name in ("Alice", "Carol"):
        until(partial(looks_around, bob, name), f"bob sees that {name} is in no document")
    assert alice.carets() == []
