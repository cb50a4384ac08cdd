"""What somebody does not want to tell reaches nobody; and who is not at the page is still here."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from guests import TOKENS, Guests
from lab import Lab, until
from lab_server import LabServer
from playwright.sync_api import Browser
from raw_peer import Crowd, RawPeer

Pair = tuple[Lab, Lab]
CODE = "import math\nradius = 2"
CURSOR = {"cell": "c0", "index": 0, "position": 3, "anchor": 3}
RED = "#d93025"
# As if nobody had ever chosen anything in this browser; pages are told as by another tab.
FORGET = """() => {
  localStorage.clear();
  window.dispatchEvent(new StorageEvent('storage', { key: null }));
}"""
HIDE = """() => {
  Object.defineProperty(document, 'visibilityState', { configurable: true, value: 'hidden' });
  document.dispatchEvent(new Event('visibilitychange'));
}"""
SHOW = """() => {
  delete document.visibilityState;
  document.dispatchEvent(new Event('visibilitychange'));
}"""


@pytest.fixture
def notebook(pair: Pair, server: LabServer, request: pytest.FixtureRequest) -> Iterator[str]:
    """A notebook that nobody has open; after the test both are as usual in what they choose."""
    path = server.write_notebook(f"{request.node.name}.ipynb", [CODE, "second = 2"])
    for lab in pair:
        lab.run("filebrowser:refresh")
    yield path
    for lab in pair:
        lab.page.evaluate(FORGET)


def switch(lab: Lab, name: str) -> Any:
    """Return a switch of the part of the panel that is about oneself."""
    lab.show_people()
    button = lab.page.get_by_role("button", name="You: privacy and colour")
    if button.get_attribute("aria-expanded") == "false":
        button.click()
    return lab.page.get_by_role("switch", name=name)


def choose(lab: Lab, name: str, on: bool) -> None:
    """Flip a switch."""
    box = switch(lab, name)
    if box.is_checked() != on:
        box.click()
    until(lambda: box.is_checked() == on, f"{lab.person}'s switch is flipped")


def row(lab: Lab, name: str) -> str | None:
    """Return what the open panel says of somebody; None if it says nothing."""
    rows = [row for section in lab.people().values() for row in section]
    return next((row for row in rows if row.startswith(f"{name},")), None)


def reads_row(lab: Lab, name: str, *words: str) -> str:
    """Wait until the open panel says something of somebody."""

    def fits() -> str | None:
        said = row(lab, name)
        return said if said and all(word in said for word in words) else None

    return until(fits, f"{lab.person} reads {words} of {name}")


def told(server: LabServer, person: str, path: str) -> str:
    """Return what the REST interface tells somebody, as the text of its answer."""
    headers = {"Authorization": f"token {TOKENS[person]}"}
    request = urllib.request.Request(f"{server.url}api/awareness/{path}", headers=headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        text: str = answer.read().decode()
    return text


def about(server: LabServer, person: str, of: str) -> dict[str, Any]:
    """Return what the REST interface tells a person of somebody."""
    people = json.loads(told(server, person, "people"))["people"]
    (found,) = (one for one in people if one["user"]["username"] == of)
    return dict(found)


def places(server: LabServer, person: str, of: str) -> list[list[str]]:
    """Return where the REST interface tells a person that somebody is, if they are there."""
    people = json.loads(told(server, person, "people"))["people"]
    return [
        [place["path"] for place in one["where"]] for one in people if one["user"]["username"] == of
    ]


def test_an_invisible_person_reaches_nobody(
    pair: Pair, server: LabServer, notebook: str, crowd: Crowd
) -> None:
    alice, bob = pair
    for lab in pair:
        lab.open(notebook)
    rooms = ("lobby", f"document:{notebook}")
    witnesses = [crowd.come("carol", room, 900) for room in rooms]
    alice.put_caret(0, 3)
    bob.sees_caret(0, 3)
    bob.show_people()
    reads_row(bob, "Alice", "active")
    opened = "Open by Alice"
    until(lambda: bob.files().get(notebook, "").startswith(opened), "bob sees it in the files too")
    choose(alice, "Invisible", True)
    until(lambda: not (bob.carets() or bob.faces() or bob.marks()), "alice is gone from the page")
    until(lambda: row(bob, "Alice") is None, "alice is gone from the panel")
    until(lambda: not (bob.files().get(notebook) or bob.tabs()), "alice is gone from the files")
    everywhere = ("people", "rooms/lobby", f"rooms/{quote(f'document:{notebook}', safe='')}")
    for path in everywhere:
        assert "bob" in told(server, "bob", path)
        assert "alice" not in told(server, "bob", path)
    # All that was said of her while she was seen has been heard when something later is.
    bob.put_caret(1, 0)
    until(lambda: all(b'"c1"' in one.heard for one in witnesses), "the witnesses are up to date")
    lengths = [len(one.heard) for one in witnesses]
    alice.put_caret(0, 5)
    alice.type("x")
    newcomers = [crowd.come("extra-1", room, 901) for room in rooms]
    until(lambda: all(b"bob" in one.heard for one in newcomers), "a newcomer is told of bob")
    assert not any(b"alice" in one.heard for one in newcomers)
    # She sees the others all the same.
    assert [face.split(",")[0] for face in alice.faces()] == ["Bob"]
    assert not any(b"alice" in one.heard[at:] for one, at in zip(witnesses, lengths, strict=True))
    alice.page.get_by_role("button", name="Show me").click()
    bob.sees_caret(0, 5)
    until(
        lambda: all(b"alice" in one.heard[at:] for one, at in zip(witnesses, lengths, strict=True)),
        "the witnesses hear of her again",
    )


def test_a_location_that_is_not_shared_is_told_nowhere(
    pair: Pair, server: LabServer, notebook: str
) -> None:
    alice, bob = pair
    alice.open(notebook)
    alice.put_caret(0, 3)
    bob.show_people()
    reads_row(bob, "Alice", notebook, "Cell 1")
    until(lambda: notebook in bob.files(), "bob sees the face in the file browser")
    assert about(server, "bob", "alice")["where"]
    choose(alice, "Share my location", False)
    reads_row(bob, "Alice", "Just looking around")
    until(lambda: notebook not in bob.files(), "the face is gone from the file browser")
    assert notebook not in told(server, "bob", "people")
    # Whoever opens the document too learns that she has it open, and not in which cell she is.
    bob.open(notebook)
    until(lambda: len(bob.faces()) == 1, "bob sees that alice has it open")
    assert "Cell" not in reads_row(bob, "Alice", "Has it open")
    assert (bob.marks(), bob.carets()) == ({}, [])
    choose(alice, "Share my location", True)
    bob.sees_caret(0, 3)
    reads_row(bob, "Alice", "Cell 1")


def test_a_cursor_that_is_not_shared_is_not_drawn(
    pair: Pair, server: LabServer, notebook: str
) -> None:
    alice, bob = pair
    for lab in pair:
        lab.open(notebook)
    bob.put_caret(1, 0)
    alice.put_caret(0, position=3, anchor=8)
    bob.sees_caret(0, 3)
    until(bob.selections, "bob sees the selection")
    choose(alice, "Share my cursor", False)
    until(lambda: not (bob.carets() or bob.selections() or bob.flags()), "the cursor is gone")
    until(lambda: list(bob.marks()) == [0], "her cell is told all the same")
    room = told(server, "bob", f"rooms/{quote(f'document:{notebook}', safe='')}")
    states = {
        peer["state"]["user"]["username"]: peer["state"] for peer in json.loads(room)["peers"]
    }
    assert "cell" in states["alice"]
    assert not {"cursor", "cursors"} & states["alice"].keys()
    alice.put_caret(1, 2)
    until(lambda: list(bob.marks()) == [1], "bob sees her in the second cell")
    assert bob.carets() == []
    choose(alice, "Share my cursor", True)
    bob.sees_caret(1, 2)


def test_who_appears_away_is_away_whatever_they_do(pair: Pair, notebook: str) -> None:
    alice, bob = pair
    for lab in pair:
        lab.open(notebook)
    bob.show_people()
    alice.put_caret(0, 3)
    bob.sees_caret(0, 3)
    choose(alice, "Appear away", True)
    assert "since" not in reads_row(bob, "Alice", "away")
    alice.put_caret(0, 5)
    alice.type("x")
    bob.sees_caret(0, 5)
    assert "since" not in reads_row(bob, "Alice", "away")
    alice.page.get_by_role("button", name="I am here").click()
    reads_row(bob, "Alice", "active")


def test_a_choice_holds_in_all_tabs_and_after_a_reload(
    pair: Pair,
    server: LabServer,
    notebook: str,
    another_tab: Callable[[Lab], Lab],
    crowd: Crowd,
) -> None:
    alice, bob = pair
    crowd.come("carol", "lobby", 904).say({"user": {"color": RED}})
    tab = another_tab(alice)
    for lab in (alice, tab, bob):
        lab.open(notebook)
    bob.show_people()
    until(lambda: len(bob.faces()) == 1, "bob sees alice")
    choose(alice, "Invisible", True)
    until(lambda: not bob.faces() and row(bob, "Alice") is None, "both tabs are gone")
    alice.page.get_by_title("Red, also Carol").click()
    reminder = tab.page.get_by_role("region", name="People").get_by_text("You are invisible")
    tab.show_people()
    reminder.wait_for()
    tab.page.reload(wait_until="commit")
    tab.wait_until_ready()
    tab.open(notebook)
    tab.show_people()
    reminder.wait_for()
    until(lambda: [face.split(",")[0] for face in tab.faces()] == ["Bob"], "the tab is connected")
    assert not bob.faces()
    assert "alice" not in told(server, "bob", "people")
    tab.page.get_by_role("button", name="Show me").click()
    for cell, lab in enumerate((alice, tab)):
        lab.put_caret(cell, 1)
        assert bob.sees_caret(cell, 1).colors == (RED,)


def test_whoever_may_not_read_documents_learns_no_path(
    pair: Pair, server: LabServer, notebook: str, crowd: Crowd
) -> None:
    alice, _ = pair
    reader, blind = crowd.come("carol", "lobby", 901), crowd.come("frank", "lobby", 902)
    alice.open(notebook)
    name = notebook.encode()
    until(lambda: name in reader.heard, "carol is told where alice is")
    choose(alice, "Appear away", True)
    until(lambda: b'"away"' in blind.heard, "frank is told of alice")
    late = crowd.come("frank", "lobby", 903)
    until(lambda: b"alice" in late.heard, "frank is told of alice as soon as he comes")
    assert name not in blind.heard + late.heard
    for path in ("people", "rooms", "rooms/lobby"):
        assert notebook not in told(server, "frank", path)
        assert notebook in told(server, "carol", path)


@pytest.fixture(scope="module")
def firm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabServer]:
    """A server whose admin decides for everybody, and which soon notices who is gone."""
    server = LabServer(tmp_path_factory.mktemp("firm"), RULES)
    server.start()
    yield server
    server.kill()


LIVELY = {"client_timeout": 2.5, "reconnect_grace": 0.2}
RULES = {
    "AwarenessExtension": {
        **LIVELY,
        "share_locations": "never",
        "share_cursors": "always",
        "allow_invisible": False,
    }
}
OTHER_RULES = {
    "AwarenessExtension": {**LIVELY, "share_locations": "always", "share_cursors": "never"}
}


@pytest.fixture(scope="module")
def staff(browser: Browser, firm: LabServer) -> Iterator[tuple[Lab, Lab]]:
    """Alice and Bob on the server above, in one notebook."""
    people = Guests(browser, firm)
    path = firm.write_notebook("work.ipynb", [CODE, "second = 2"])
    alice, bob = people("alice", "bob", expected=("WebSocket connection to",))
    for lab in (alice, bob):
        lab.open(path)
    yield alice, bob
    people.leave()


def test_a_hidden_page_is_away_and_stays_as_long_as_its_socket_lives(
    staff: tuple[Lab, Lab], firm: LabServer
) -> None:
    alice, bob = staff
    bob.show_people()
    reads_row(bob, "Alice", "active")
    # From now on none of her page's timers runs, as in a tab that was left for the night.
    alice.page.evaluate(HIDE)
    reads_row(bob, "Alice", "away since")
    browser = alice.page.context.new_cdp_session(alice.page)
    browser.send("Page.setWebLifecycleState", {"state": "frozen"})
    # Whoever answers no pings is soon gone.
    mute = RawPeer(firm, "extra-1", "lobby", 910)
    mute.say({"status": "active"})
    until(lambda: mute.attend() and row(bob, "Ben Abe"), "bob sees somebody else")
    until(lambda: row(bob, "Ben Abe") is None, "bob sees that they are gone")
    reads_row(bob, "Alice", "away since")
    browser.send("Page.setWebLifecycleState", {"state": "active"})
    alice.page.evaluate(SHOW)
    reads_row(bob, "Alice", "active")
    mute.leave()


def test_an_admin_forbids_and_forces(staff: tuple[Lab, Lab], firm: LabServer) -> None:
    alice, bob = staff
    for name, on in (("Invisible", False), ("Share my location", False), ("Share my cursor", True)):
        fixed = switch(alice, name)
        assert fixed.get_attribute("aria-disabled") == "true"
        assert fixed.is_checked() == on
    alice.put_caret(0, 3)
    bob.sees_caret(0, 3)
    assert bob.files() == {}
    assert about(firm, "bob", "alice")["where"] == []
    # Who says so without asking the page gets no further.
    defiant = RawPeer(firm, "carol", "document:work.ipynb", 920)
    defiant.say({"invisible": True, "privacy": {"cursor": False}, "cursor": CURSOR})
    until(
        lambda: defiant.attend() and [len(one.colors) for one in bob.carets_at(0, 3)] == [2],
        "bob sees alice and carol",
    )
    defiant.leave()
    firm.stop()
    firm.configure(OTHER_RULES)
    firm.start()
    for lab in staff:
        lab.wake()
    until(lambda: switch(alice, "Invisible").get_attribute("aria-disabled") == "false", "new rules")
    for name, on in (("Share my location", True), ("Share my cursor", False)):
        assert switch(alice, name).get_attribute("aria-disabled") == "true"
        assert switch(alice, name).is_checked() == on
    alice.put_caret(1, 2)
    until(lambda: list(bob.marks()) == [1], "bob sees her in the second cell")
    assert bob.carets() == []
    until(lambda: places(firm, "bob", "alice") == [["work.ipynb"]], "the server tells where she is")
