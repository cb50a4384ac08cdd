"""Most pictures of the documentation: `pytest tests/e2e/pictures.py --screenshots`.

What is in them is tested elsewhere, so they are taken only if this file is named.
"""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import agent
import pytest
import test_other_extensions
from guests import Guests
from lab import Lab, until
from lab_server import LabServer
from playwright.sync_api import FloatRect
from raw_peer import Crowd
from test_notebook7 import go_to_notebook
from test_pictures import ROOT, THEMES

POND = "pond.ipynb"
IMAGES = ROOT / "docs" / "images"
Take = Callable[..., None]
HIGH_CONTRAST = {"dark": "JupyterLab Dark High Contrast"}

extended, raise_hand = test_other_extensions.extended, test_other_extensions.raise_hand


@pytest.fixture
def take(tmp_path: Path, pytestconfig: pytest.Config) -> Take:
    """Take a picture of a part of a page in each theme; shown are animations as they end."""
    folder = IMAGES if pytestconfig.getoption("screenshots") else tmp_path

    def take(
        lab: Lab, name: str, clip: FloatRect, themes: Mapping[str, str] = MappingProxyType(THEMES)
    ) -> None:
        for theme, full_name in themes.items():
            lab.run("apputils:change-theme", theme=full_name)
            lab.page.wait_for_selector("#jupyterlab-splash", state="detached")
            lab.page.mouse.move(0, 0)
            lab.page.screenshot(
                path=folder / f"{name}-{theme}.png",
                clip=clip,
                animations="disabled",
                caret="initial",
            )

    return take


@pytest.fixture
def people(guests: Guests, own_server: LabServer) -> tuple[Lab, Lab, Lab]:
    """Alice, Bob and Carol, with the files of a small project."""
    shutil.copy(ROOT / "examples" / "demo.ipynb", own_server.documents / POND)
    own_server.write_file("frogs.md", "# Frogs\n\nFrogs like rain.\n")
    own_server.write_file("ducks.csv", "day,ducks\n")
    own_server.write_file("heron.py", "def wait():\n    ...\n")
    (own_server.documents / "winter").mkdir()
    own_server.write_file("winter/ice.md", "Thin.\n")
    alice, bob, carol = guests("alice", "bob", "carol", server=own_server)
    for lab in (alice, bob, carol):
        lab.page.set_viewport_size({"width": 1080, "height": 680})
    return alice, bob, carol


@pytest.fixture
def visitors(own_server: LabServer) -> Iterator[Crowd]:
    """Peers without a browser."""
    crowd = Crowd(own_server)
    yield crowd
    crowd.leave()


def whole(lab: Lab) -> FloatRect:
    """Return the page without the menu."""
    size = lab.page.viewport_size
    assert size
    return {"x": 0, "y": 0, "width": size["width"], "height": size["height"]}


def box(lab: Lab, selector: str, margin: int = 0) -> FloatRect:
    """Return where a part of the page is, with something around it."""
    found = lab.page.locator(f"{selector} >> visible=true").first.bounding_box()
    assert found
    return {
        "x": max(0, found["x"] - margin),
        "y": max(0, found["y"] - margin),
        "width": found["width"] + 2 * margin,
        "height": found["height"] + 2 * margin,
    }


def upper(part: FloatRect, height: float) -> FloatRect:
    """Return the upper part of a part of the page."""
    return {**part, "height": min(height, part["height"])}


DOCUMENT = ".jp-MainAreaWidget:not(.lm-mod-hidden)"


def write(lab: Lab, cell: int | None, text: str) -> None:
    """Type at the end of a cell, or of the file."""
    lab.put_caret(cell, len(lab.source(cell)))
    lab.type(text)


def go_to_start(lab: Lab, cell: int) -> None:
    """Put the caret where a cell begins, with all of the cell in sight."""
    lab.put_caret(cell, len(lab.source(cell)))
    lab.put_caret(cell, 0)


def meet_at_pond(alice: Lab, bob: Lab) -> None:
    """Have both open the notebook and see names all the time, and Alice the list of people."""
    for lab in (alice, bob):
        lab.open(POND)
        lab.configure("nameFlags", "always")
    alice.run("application:toggle-left-area")
    alice.show_people()


def test_cells(people: tuple[Lab, Lab, Lab], visitors: Crowd, take: Take) -> None:
    alice, bob, carol = people
    for lab in people:
        lab.open(POND)
    ids = alice.ask("cellIds")
    carol.activate(2)
    bob.put_caret(3, position=24, anchor=7)
    for number, cell in enumerate([3, 4, 7, 9]):
        place = {"id": ids[cell], "index": cell, "mode": "edit" if number < 2 else "command"}
        peer = visitors.come(f"extra-{number * 11}", f"document:{POND}", 60 + number)
        activity = {"running": [ids[3]]} if number == 0 else {"typing": True}
        peer.say({"cell": place, **({"activity": activity} if number < 2 else {})})
    alice.activate(9)
    alice.activate(2)
    alice.sees_caret(3, 24)
    until(lambda: {2, 3, 4} <= alice.marks().keys(), "alice sees who is where")
    until(lambda: alice.edges()["below"], "alice sees who is below")
    take(alice, "cells", box(alice, DOCUMENT))


def test_agent(people: tuple[Lab, Lab, Lab], own_server: LabServer, take: Take) -> None:
    alice, bob, _ = people
    meet_at_pond(alice, bob)
    source = alice.source(3)
    alice.put_caret(5, 0)
    alice.put_caret(3, 0)
    bob.put_caret(3, len(source))
    alice.sees_caret(3, len(source))
    with agent.start(own_server, POND, seconds=0.3) as process:
        try:
            until(
                lambda: (
                    len([caret for caret in alice.carets() if caret.cell == 3]) == 2
                    and any(agent.NAME in flag.text for flag in alice.flags())
                ),
                "it is where Alice and Bob are",
                40,
            )
            process.send_signal(signal.SIGSTOP)  # It holds still for the picture.
            take(alice, "agent", whole(alice))
        finally:
            process.kill()


def test_guard(people: tuple[Lab, Lab, Lab], own_server: LabServer, take: Take) -> None:
    alice, bob, _ = people
    for lab in (alice, bob):
        lab.open(POND)
    alice.run("application:toggle-left-area")
    write(bob, 3, "\nprint(len(year))")
    alice.sees_bar("Bob has unsaved changes here since")
    take(alice, "guard-others", upper(box(alice, DOCUMENT), 240))
    write(alice, 3, "  # five of them")
    alice.sees_bar("You and Bob both have unsaved changes here")
    take(alice, "guard-both", upper(box(alice, DOCUMENT), 240))
    bob.save_at_once()
    alice.sees_bar("Bob saved a newer version")
    take(alice, "guard-newer", upper(box(alice, DOCUMENT), 240))
    alice.save()
    until(alice.dialog, "alice is asked")
    take(alice, "guard-question", box(alice, ".jp-Dialog-content", 24))
    alice.answer("Show differences")
    until(lambda: alice.ask("differences"), "alice sees a comparison")
    take(alice, "guard-differences", upper(box(alice, DOCUMENT), 420))


def test_glance(people: tuple[Lab, Lab, Lab], visitors: Crowd, take: Take) -> None:
    alice, bob, carol = people
    for path in ("heron.py", "frogs.md", POND):
        alice.open(path)
    for path in ("winter/ice.md", "heron.py", POND):
        bob.open(path)
    for path in ("heron.py", "frogs.md"):
        carol.open(path)
    write(carol, None, "They sing.")
    bob.put_caret(3, 0)
    until(lambda: len(alice.files()) == 4, "alice sees who has what open")
    until(lambda: len(alice.tabs()) == 3, "alice sees it on the tabs")
    alice.page.set_viewport_size({"width": 1000, "height": 420})
    take(alice, "glance", whole(alice))


def test_privacy(people: tuple[Lab, Lab, Lab], take: Take) -> None:
    alice, bob, carol = people
    alice.open(POND)
    bob.open(POND)
    carol.open("frogs.md")
    alice.show_people()
    alice.page.get_by_role("button", name="You: privacy and colour").click()
    alice.page.get_by_role("switch", name="Share my cursor").click()
    alice.page.set_viewport_size({"width": 1080, "height": 840})
    take(alice, "privacy", box(alice, "#jp-awareness-people"))


def test_people(people: tuple[Lab, Lab, Lab], visitors: Crowd, take: Take) -> None:
    alice, bob, _ = people
    for lab in (alice, bob):
        lab.open(POND)
    for number in range(60):
        peer = visitors.come(f"extra-{number}", "lobby", 100 + number)
        quiet = (
            {"status": "idle", "seen": int(time.time() - 60 * number) * 1000}
            if number % 7 == 3
            else {}
        )
        agent = {"kind": "agent"} if number % 20 == 19 else {}
        peer.say({**quiet, **agent})
    alice.show_people()
    until(lambda: "Elsewhere" in alice.people(), "alice sees the others")
    take(alice, "people", box(alice, "#jp-awareness-people"))


def test_idle(people: tuple[Lab, Lab, Lab], visitors: Crowd, take: Take) -> None:
    alice, bob, _ = people
    meet_at_pond(alice, bob)
    ids = alice.ask("cellIds")
    go_to_start(alice, 3)
    bob.put_caret(3, 20)
    now = int(time.time() * 1000)
    for number, status, minutes in ((0, "idle", 4), (11, "away", 75)):
        quiet = {"status": status, "seen": now - minutes * 60_000}
        visitors.come(f"extra-{number}", "lobby", 60 + number).say(quiet)
        caret = {"cell": ids[3], "index": 3, "position": 60, "anchor": 60}
        cell = {"id": ids[3], "index": 3, "mode": "edit"}
        document = visitors.come(f"extra-{number}", f"document:{POND}", 80 + number)
        document.say({"cell": cell, "cursor": caret, **quiet})
    alice.page.locator(".jp-AwarenessCaret.jp-mod-idle").wait_for()
    alice.page.get_by_role("button", name="5 people here. Open the list of people").wait_for()
    until(lambda: len(alice.faces()) == 3, "alice sees who has it open")
    until(lambda: "Ben Brandt" in str(alice.tabs()), "and on the tab")
    take(alice, "idle", whole(alice))


def test_keyboard(people: tuple[Lab, Lab, Lab], take: Take) -> None:
    alice, bob, carol = people
    for lab in people:
        lab.open(POND)
    bob.put_caret(3, 20)
    carol.put_caret(4, 2)
    alice.show_people()
    until(lambda: "Cell 4" in str(alice.people()), "alice sees where bob is")
    alice.page.set_viewport_size({"width": 1080, "height": 420})
    panel = alice.page.locator("#jp-awareness-people")
    panel.get_by_role("button", name="Alice, you").focus()
    alice.page.keyboard.press("ArrowDown")
    alice.page.keyboard.press("Tab")
    take(alice, "keyboard", box(alice, "#jp-awareness-people"))


def test_contrast(people: tuple[Lab, Lab, Lab], take: Take) -> None:
    alice, bob, carol = people
    for lab in people:
        lab.open(POND)
        lab.configure("nameFlags", "always")
    alice.show_people()
    alice.run("application:toggle-left-area")
    go_to_start(alice, 3)
    bob.put_caret(3, position=24, anchor=7)
    carol.put_caret(4, 2)
    alice.sees_caret(3, 24)
    take(alice, "contrast", whole(alice), HIGH_CONTRAST)


def test_notebook7(people: tuple[Lab, Lab, Lab], own_server: LabServer, take: Take) -> None:
    alice, bob, carol = people
    for lab in (bob, carol):
        lab.open(POND)
        lab.configure("nameFlags", "always")
    go_to_notebook(alice, own_server, POND)
    alice.show_people()
    go_to_start(alice, 3)
    bob.put_caret(3, position=24, anchor=7)
    carol.activate(2)
    alice.sees_caret(3, 24)
    until(lambda: list(alice.marks()) == [2, 3], "alice sees who is where")
    take(alice, "notebook7", whole(alice))


def test_raise_hand(extended: LabServer, guests: Guests, take: Take) -> None:
    shutil.copy(ROOT / "examples" / "demo.ipynb", extended.documents / POND)
    alice, bob, carol = guests("alice", "bob", "carol", server=extended)
    for lab in (alice, bob, carol):
        lab.page.set_viewport_size({"width": 1080, "height": 420})
        lab.open(POND)
    for lab in (bob, carol):
        lab.page.get_by_role("button", name="✋").click()
    until(
        lambda: test_other_extensions.hand(alice) == "✋ Bob Carol",
        "alice sees whose hands are raised",
    )
    take(alice, "raise-hand", box(alice, DOCUMENT))
