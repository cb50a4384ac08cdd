"""Parts of the frontend that are loaded when they are needed, and cannot be had for a while."""

from __future__ import annotations

from following import reads_toast, toasts
from guests import Guests
from lab import until
from lab_server import LabServer
from raw_peer import Crowd

PARTS = "**/jupyter-awareness/static/**"
MISSING = "A part of the page could not be loaded"
CURSOR = {"cell": "c1", "index": 1, "position": 3, "anchor": 3}
CELL = {"id": "c1", "index": 1, "mode": "edit"}


def test_what_cannot_be_loaded_is_told_and_tried_again(
    guests: Guests, server: LabServer, crowd: Crowd
) -> None:
    first, second = (
        server.write_notebook(name, ["first = 1", "second = 2"])
        for name in ("without parts.ipynb", "with parts.ipynb")
    )
    (alice,) = guests("alice", expected=("net::ERR_FAILED",))
    alice.page.route(PARTS, lambda route: route.abort())
    alice.open(first)
    reads_toast(alice, MISSING)
    alice.show_people()
    panel = alice.page.locator("#jp-awareness-people")
    panel.get_by_text("The list of people could not be loaded").wait_for()
    # What was loaded with the page goes on, and so does JupyterLab.
    bob = crowd.come("bob", f"document:{first}", 71)
    bob.say({"cursor": CURSOR, "cell": CELL})
    alice.sees_caret(1, 3)
    until(lambda: len(alice.faces()) == 1, "alice sees bob's face")
    alice.put_caret(0, 9)
    alice.type("0")
    alice.save_at_once()
    assert "first = 10" in (server.documents / first).read_text()
    assert (alice.marks(), alice.bar()) == ({}, None)
    assert [toast.startswith(MISSING) for toast in toasts(alice)] == [True]
    # Each part comes as soon as it is needed again and can be had.
    alice.page.unroute(PARTS)
    panel.get_by_role("button", name="Try again now").click()
    until(lambda: len(alice.people().get("In this document", [])) == 2, "the panel is there")
    alice.put_caret(0, 10)
    alice.type("0")
    alice.save_at_once()
    bob.say({"cursor": CURSOR, "document": {"dirty": True, "saved": None}})
    alice.sees_bar("Bob has unsaved changes here")
    crowd.come("bob", f"document:{second}", 72).say({"cell": CELL})
    alice.open(second)
    alice.sees_visitors({1: "Bob: editing."})
