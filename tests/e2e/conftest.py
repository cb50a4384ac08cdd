"""A server, a browser, and people in it: each test gets fresh pages, the rest is shared.

Run as `pytest tests/e2e`: Playwright's event loop does not go with the tests of the server, which
is why these tests are not collected unless they are asked for.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from following import close_toasts, prefer
from guests import Guests
from lab import Lab
from lab_server import LabServer
from playwright.sync_api import Browser, Playwright, sync_playwright
from raw_peer import Crowd

HERE = Path(__file__).resolve().parent
CHROMIUMS = (
    *("chromium-headless-shell", "chromium", "chromium-browser"),
    *("google-chrome", "google-chrome-stable"),
)
FAILED = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that renew the pictures of the documentation and slow the pages down."""
    parser.addoption(
        "--screenshots", action="store_true", help="with test_*pictures.py, into docs/images"
    )
    parser.addoption(
        "--slow", type=float, default=1, help="pages as on a processor so many times slower"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Name the mark that sets up `own_server`."""
    config.addinivalue_line("markers", "settings(traits): traits of `own_server`, by class name")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Collect these tests only if they, or this folder, are named; pictures only if wanted."""
    if collection_path.stem.endswith("_pictures") and not config.getoption("screenshots"):
        return True
    named = (Path(config.invocation_params.dir, arg.split("::")[0]) for arg in config.args)
    asked = any(HERE in (path.resolve(), *path.resolve().parents) for path in named)
    return None if asked else True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember that a test failed, so that there are pictures of it."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture
def jp_asyncio_loop() -> None:
    """No event loop of pytest-jupyter's: Playwright has its own in this thread."""


@pytest.fixture
def jp_server_cleanup() -> None:
    """No server of pytest-jupyter's, so nothing to clean up after."""


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright's driver."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium: in $AWARENESS_CHROMIUM, or on the PATH."""
    installed = filter(None, map(shutil.which, CHROMIUMS))
    found = os.environ.get("AWARENESS_CHROMIUM") or next(installed, None)
    if found is None:
        pytest.fail("No Chromium here; say where one is in $AWARENESS_CHROMIUM.")
    return found


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    """One browser for all."""
    launched = playwright.chromium.launch(executable_path=chromium)
    yield launched
    launched.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabServer]:
    """The server that most tests share."""
    shared = LabServer(tmp_path_factory.mktemp("server"), {})
    shared.start()
    yield shared
    shared.kill()


@pytest.fixture
def own_server(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[LabServer]:
    """A server for one test, to be ended and started again, or set up in its own way.

    Its settings are the argument of the mark `settings`.
    """
    mark = request.node.get_closest_marker("settings")
    own = LabServer(tmp_path / "server", mark.args[0] if mark else {})
    own.start()
    yield own
    own.kill()


@pytest.fixture
def guests(
    browser: Browser, server: LabServer, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Guests]:
    """Let people in on fresh pages. Fails if the extension caused an error in one of them."""
    if "own_server" in request.fixturenames:
        request.getfixturevalue("own_server")  # Set up first, so that it outlives the pages.
    people = Guests(browser, server, slowness(request))
    yield people
    faults = look_back(people, tmp_path, request)
    people.leave()
    assert not faults, "\n\n".join(faults)


@pytest.fixture
def crowd(server: LabServer) -> Iterator[Crowd]:
    """Let in peers without a browser."""
    peers = Crowd(server)
    yield peers
    peers.leave()


@pytest.fixture(scope="session")
def regulars(
    browser: Browser, server: LabServer, request: pytest.FixtureRequest
) -> Iterator[Guests]:
    """Alice and Bob, on pages that tests share: a page takes longer to load than a test to run."""
    people = Guests(browser, server, slowness(request))
    people("alice", "bob")
    yield people
    people.leave()


@pytest.fixture
def pair(
    regulars: Guests, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[tuple[Lab, Lab]]:
    """Alice and Bob with nothing open. Fails if the extension caused an error in their pages, or
    if one is left with a dialog: with that, nothing can be done in the tests that follow.
    """
    alice, bob = regulars.labs
    yield alice, bob
    faults = look_back(regulars, tmp_path, request)
    for lab in (alice, bob):
        faults += lab.close_dialogs()
        lab.close_all()
    assert not faults, "\n\n".join(faults)


@pytest.fixture
def lasting_names(pair: tuple[Lab, Lab]) -> Iterator[None]:
    """Names at carets stay; otherwise they may have faded before a busy machine looks at them."""
    for lab in pair:
        lab.configure("nameFlags", "always")
    yield
    for lab in pair:
        lab.configure("nameFlags", "fade")


@pytest.fixture(scope="module")
def three(browser: Browser, server: LabServer, request: pytest.FixtureRequest) -> Iterator[Guests]:
    """Alice, Bob and Carol, on pages that the tests of one file share."""
    people = Guests(browser, server, slowness(request))
    people("alice", "bob", "carol")
    yield people
    people.leave()


@pytest.fixture
def trio(
    three: Guests, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[tuple[Lab, Lab, Lab]]:
    """Alice, Bob and Carol with nothing open, following nobody and as usual in what they prefer."""
    alice, bob, carol = three.labs
    yield alice, bob, carol
    faults = look_back(three, tmp_path, request)
    for lab in three.labs:
        faults += lab.close_dialogs()
        lab.run("jupyter-awareness:stop-following")
        prefer(lab, followable=True, calls=True)
        lab.close_all()
        close_toasts(lab)
    assert not faults, "\n\n".join(faults)


@pytest.fixture
def another_tab(regulars: Guests) -> Iterator[Callable[[Lab], Lab]]:
    """Open a second page of somebody of the pair; it is closed after the test."""
    tabs: list[Lab] = []

    def open_tab(lab: Lab) -> Lab:
        tabs.append(regulars.another_tab(lab))
        return tabs[-1]

    yield open_tab
    for tab in tabs:
        tab.page.close()
        regulars.labs.remove(tab)


def slowness(request: pytest.FixtureRequest) -> float:
    """Return how many times slower than this machine the pages are to be."""
    rate: float = request.config.getoption("--slow")
    return rate


def look_back(people: Guests, folder: Path, request: pytest.FixtureRequest) -> list[str]:
    """Show what the pages of a failed test look like; return the faults in those of any."""
    if request.node.stash.get(FAILED, False):
        pictures = people.take_pictures(folder)
        print("What the pages looked like:", *pictures, sep="\n")  # noqa: T201 - pytest shows it
    return people.faults()
