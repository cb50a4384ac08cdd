"""A peer that says what no honest one would: the page stays as it was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from doormen import SCRIPT
from lab import Lab, until
from lab_server import LabServer
from playwright.sync_api import Dialog, Request
from raw_peer import Crowd

CODE = "first = 1\nsecond = 2"
HUGE = 2**53 - 1
PLACES: list[Any] = [None, -1, 1.5, "5", HUGE, 1e300, [], {}, True]
ABSURD: list[Any] = [
    *(None, 5, "x", [], True, {}),
    *({"position": place} for place in PLACES),
    {"cell": "c0", "position": HUGE, "anchor": HUGE},
    {"cell": "c0", "position": 3, "anchor": -7},
    {"cell": "nowhere", "index": HUGE, "position": 0},
    {"cell": "__proto__", "position": 0},
    {"cell": ["c0"], "index": "0", "position": 0},
    {"cell": SCRIPT, "index": 0, "position": 0},
    {"cell": "c0", "position": 1, "quote": 7},
    {"cell": "c0", "position": 1, "quote": {"before": "(" * 5000, "after": SCRIPT}},
    {"cell": "c0", "position": 1, "quote": {"before": None, "after": "\ud7ff\u0000"}},
]
STATES: list[dict[str, Any]] = [
    {"user": {"name": SCRIPT, "username": "alice", "color": "url(/attacked)"}},
    {"user": None},
    {"status": SCRIPT, "kind": {"a": 1}, "activity": {"running": [SCRIPT] * 50}},
    {"location": {"path": "../../" + SCRIPT, "type": SCRIPT, "cell": SCRIPT, "index": -1}},
    {"location": {"path": "javascript:window.attacked=1", "type": "file"}},
    {"location": {"path": "x" * 10_000, "type": 3}},
    {"cell": {"id": SCRIPT, "index": HUGE, "mode": SCRIPT}},
    {"document": {"dirty": SCRIPT, "saved": {"at": "now", "hash": [SCRIPT]}}},
    {"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}},
    {"cursors": [{"cell": "c0", "position": place} for place in range(300)]},
]


@pytest.fixture
def alarms(pair: tuple[Lab, Lab]) -> Iterator[list[str]]:
    """Note what Alice's page fetches, and what pops up in it."""
    page = pair[0].page
    noted: list[str] = []

    def fetched(request: Request) -> None:
        noted.append(request.url)

    def popped_up(dialog: Dialog) -> None:
        noted.append(dialog.message)

    page.on("request", fetched)
    page.on("dialog", popped_up)
    yield noted
    page.remove_listener("request", fetched)
    page.remove_listener("dialog", popped_up)


@pytest.mark.usefixtures("lasting_names")
@pytest.mark.parametrize("document", ["notebook", "file"])
def test_nothing_that_a_peer_says_breaks_or_enters_the_page(
    crowd: Crowd, pair: tuple[Lab, Lab], server: LabServer, alarms: list[str], document: str
) -> None:
    alice, _ = pair
    if document == "notebook":
        path, cell = server.write_notebook("hostile.ipynb", [CODE]), 0
    else:
        path, cell = server.write_file("hostile.py", CODE), None
    alice.show_people()
    alice.open(path)
    for room in ("lobby", f"document:{path}"):
        for number, state in enumerate([{"cursor": cursor} for cursor in ABSURD] + STATES, 1):
            crowd.come("mallory", room, number).say(state)
    where = {} if cell is None else {"cell": "c0"}
    crowd.come("carol", f"document:{path}", 1_000).say({"cursor": {**where, "position": 12}})
    until(lambda: any("Carol" in flag.text for flag in alice.flags()), "alice sees Carol")
    # One face with several tabs, which the panel lists on demand.
    alice.page.get_by_role("button", name="Tabs of <img").click()
    panel = alice.page.locator("#jp-awareness-people")
    until(lambda: SCRIPT in panel.inner_text() and "Carol" in panel.inner_text(), "all are listed")
    alice.put_caret(cell, 2)
    alice.type("ok")
    until(lambda: alice.source(cell) == "fiokrst = 1\nsecond = 2", "alice types as always")
    assert alice.page.evaluate("[window.attacked, {}.polluted]") == [None, None]
    assert not [what for what in alarms if "attacked" in what or not what.startswith(server.url)]
    crowd.leave()
    until(lambda: not alice.carets() and not alice.faces(), "all of them are gone")
