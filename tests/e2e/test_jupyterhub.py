"""Two people on a real JupyterHub, each with a server of their own, in a folder that they share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from conftest import look_back
from guests import Guests
from hub_process import HubProcess
from lab import Lab, until
from lab_server import LabServer
from playwright.sync_api import Browser

CELLS = ["first = 1", "second = 2", "third = 3"]
FOUND = 30.0  # seconds until a file is found in a central server's words
HIDDEN_WITHIN = 20.0  # seconds; 8 and what a busy machine needs

pytestmark = pytest.mark.timeout(300)


class HubGuests(Guests):
    """Lets people in by the Hub's door."""

    def __init__(self, browser: Browser, hub: HubProcess) -> None:
        super().__init__(browser, None)  # type: ignore[arg-type]
        self._hub = hub

    def _enter(self, lab: Lab, server: LabServer) -> None:
        start = f"/user/{lab.person}/lab/workspaces/test-{next(self._numbers)}"
        lab.page.goto(f"{self._hub.url}hub/login?next={start}")
        if "/hub/" not in lab.page.url:
            return  # is known by a cookie
        lab.page.fill("#username_input", lab.person)
        lab.page.fill("#password_input", "any")
        lab.page.click("#login_submit", no_wait_after=True)


REDIS = "Each server speaks for its own people"
CENTRAL = "A central presence server, for people who do not trust each other's servers"


@pytest.fixture(scope="module", params=[REDIS, CENTRAL], ids=["redis", "central"])
def hub(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[HubProcess]:
    """Start the Hub as an admin does who follows the documentation."""
    started = HubProcess(tmp_path_factory.mktemp("hub"), ("alice", "bob"), request.param)
    try:
        started.start()
        yield started
    finally:
        started.kill()


@pytest.fixture(scope="module")
def people(browser: Browser, hub: HubProcess) -> Iterator[Guests]:
    """Open a page for both."""
    guests = HubGuests(browser, hub)
    guests("alice", "bob")
    yield guests
    guests.leave()


@pytest.fixture
def pair(
    people: Guests, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[tuple[Lab, Lab]]:
    """Alice and Bob, each on their own server; fails if the extension caused an error there."""
    alice, bob = people.labs
    yield alice, bob
    faults = look_back(people, tmp_path, request)
    assert not faults, "\n\n".join(faults)


Pair = tuple[Lab, Lab]


def test_both_see_each_other_in_the_notebook_that_they_share(pair: Pair, hub: HubProcess) -> None:
    alice, bob = pair
    path = hub.write_notebook("a.ipynb", CELLS)
    for lab in pair:
        lab.show_people()
    bob.open(path)
    alice.browse("shared")
    until(
        lambda: "bob" in alice.files().get("a.ipynb", ""), "bob's face in the file browser", FOUND
    )
    alice.open(path)
    alice.put_caret(1, 3)
    bob.put_caret(2, 5)
    alice.sees_caret(2, 5)
    bob.sees_caret(1, 3)
    until(lambda: "bob" in str(alice.people()), "bob's row")


def test_the_guard_works_across_servers(pair: Pair, hub: HubProcess) -> None:
    alice, bob = pair
    alice.put_caret(0, len(CELLS[0]))
    alice.type("1")
    bob.sees_bar("alice", "unsaved")
    alice.save_at_once()
    assert nbformat.read(hub.shared / "a.ipynb", as_version=4).cells[0].source == "first = 11"
    bob.sees_bar("alice saved a newer version")
    bob.press("Reload")
    until(lambda: bob.source(0) == "first = 11", "bob's copy is renewed")


def test_redis_may_go_and_come_back(pair: Pair, hub: HubProcess, people: Guests) -> None:
    if not hub.uses_redis:
        pytest.skip("here is none")
    alice, bob = pair
    alice.put_caret(1, 3)
    bob.put_caret(2, 5)
    tab = people.another_tab(alice)
    tab.open("shared/a.ipynb")
    tab.sees_caret(1, 3)
    assert not alice.sees_caret(2, 5).offline
    hub.redis.kill()
    until(lambda: alice.sees_caret(2, 5).offline, "bob's caret is grey")
    until(lambda: "out of reach" in str(alice.people()), "bob's row says so")
    alice.put_caret(1, 4)
    assert not tab.sees_caret(1, 4).offline
    bob.put_caret(2, 6)
    hub.redis.start()
    assert not until(
        lambda: [caret for caret in alice.carets_at(2, 6) if not caret.offline],
        "bob's caret is where it is",
    )[0].offline
    until(lambda: "out of reach" not in str(alice.people()), "bob's row says so no more")
    tab.page.close()
    people.labs.remove(tab)


def test_whose_server_is_stopped_is_gone(pair: Pair, hub: HubProcess) -> None:
    alice, bob = pair
    until(lambda: "bob" in str(alice.people()), "bob is there")
    bob.expected = ("",)  # their page loses its server
    hub.stop_server("bob")
    until(lambda: "bob" not in str(alice.people()), "bob is gone", HIDDEN_WITHIN)
    until(lambda: not alice.carets(), "his caret is gone too")
