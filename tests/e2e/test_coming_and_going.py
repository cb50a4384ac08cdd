"""People come, rename what they have open, leave, vanish, and return."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from guests import Guests
from lab import PATIENCE, Lab, until
from lab_server import LabServer
from playwright.sync_api import Browser, Playwright

GRACE = 3.0  # seconds; the default of the trait `reconnect_grace`
RETRY = 10.0  # seconds; the longest that a page waits before it tries to connect again
NO_SERVER = "WebSocket connection to"  # what Chromium logs when there is none
Pair = tuple[Lab, Lab]


def gone(lab: Lab) -> bool:
    """Whether nobody else is to be seen in the document."""
    return not lab.faces() and not lab.carets() and not lab.flags()


def gone_at_once(lab: Lab, since: float, what: str) -> None:
    """Wait for `gone`; who does not say goodbye would be seen until the grace is over."""
    until(lambda: gone(lab), what, since + GRACE - time.monotonic())


def test_who_closes_the_document_is_gone_from_it_at_once(pair: Pair, server: LabServer) -> None:
    alice, bob = pair
    path = server.write_notebook("closing.ipynb", ["x = 1"])
    for lab in pair:
        lab.open(path)
    alice.put_caret(0, 2)
    bob.sees_caret(0, 2)
    closed = time.monotonic()
    alice.close_all()
    gone_at_once(bob, closed, "alice is gone from the document")
    bob.show_people()
    until(lambda: "Elsewhere" in bob.people(), "alice is still on the server")


def test_who_closes_the_page_is_gone_at_once(pair: Pair, guests: Guests, server: LabServer) -> None:
    _, bob = pair
    (carol,) = guests("carol")
    path = server.write_notebook("leaving.ipynb", ["x = 1"])
    for lab in (bob, carol):
        lab.open(path)
    carol.put_caret(0, 2)
    bob.sees_caret(0, 2)
    closed = time.monotonic()
    carol.page.close()
    gone_at_once(bob, closed, "carol is gone")


@pytest.fixture
def doomed(
    playwright: Playwright, chromium: str, tmp_path: Path
) -> Iterator[tuple[Browser, subprocess.Popen[str]]]:
    """A browser in a process that a test may kill."""
    options = ["--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0"]
    command = [chromium, *options, f"--user-data-dir={tmp_path / 'profile'}"]
    # A session of its own: its many processes end together.
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stderr is not None
    mark = "DevTools listening on "
    address = next(line.partition(mark)[2] for line in process.stderr if line.startswith(mark))
    yield playwright.chromium.connect_over_cdp(address.strip()), process
    kill(process)
    process.stderr.close()


def kill(process: subprocess.Popen[str]) -> None:
    """End a process and all that it has started, without a word."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_who_vanishes_is_gone_after_the_grace(
    pair: Pair,
    guests: Guests,
    server: LabServer,
    doomed: tuple[Browser, subprocess.Popen[str]],
) -> None:
    alice, _ = pair
    browser, process = doomed
    path = server.write_notebook("vanishing.ipynb", ["x = 1"])
    (carol,) = guests("carol", browser=browser)
    for lab in (alice, carol):
        lab.open(path)
    carol.put_caret(0, 3)
    alice.sees_caret(0, 3)
    killed = time.monotonic()
    kill(process)
    # By pings it would be noticed later than this waits.
    until(lambda: gone(alice), "carol is gone")
    assert time.monotonic() - killed >= GRACE


def test_who_renames_the_document_is_found_under_its_new_name(
    pair: Pair, server: LabServer
) -> None:
    alice, bob = pair
    old, new = server.write_notebook("old name.ipynb", ["x = 1"]), "new näme.ipynb"
    for lab in pair:
        lab.open(old)
    alice.put_caret(0, 5)
    bob.sees_caret(0, 5)
    renamed = time.monotonic()
    alice.rename(old, new)
    gone_at_once(bob, renamed, "alice leaves no ghost under the old name")
    bob.show_people()
    until(
        lambda: any(new in row for rows in bob.people().values() for row in rows),
        "alice is at the new name",
    )
    bob.close_all()
    bob.open(new)
    # Alice has not moved meanwhile: what she last said holds in the new room.
    bob.sees_caret(0, 5)
    bob.put_caret(0, 1)
    alice.sees_caret(0, 1)


def test_after_a_restart_of_the_server_they_see_each_other_again(
    guests: Guests, own_server: LabServer
) -> None:
    path = own_server.write_notebook("restart.ipynb", ["x = 1"])
    alice, bob = guests("alice", "bob", server=own_server, expected=(NO_SERVER,))
    for lab in (alice, bob):
        lab.open(path)
    alice.put_caret(0, 1)
    bob.put_caret(0, 2)
    bob.sees_caret(0, 1)
    alice.sees_caret(0, 2)
    own_server.kill()
    until(lambda: bob.sees_caret(0, 1).offline, "alice is greyed, and still there")
    assert len(bob.faces()) == 1
    own_server.start()
    back = time.monotonic()
    for lab, place, what in ((alice, 2, "alice sees bob"), (bob, 1, "bob sees alice")):
        until(partial(online, lab, place), what, RETRY + PATIENCE)
    seconds = time.monotonic() - back
    print(f"both see each other {seconds:.2f} s after the server is back")  # noqa: T201 - a figure


def online(lab: Lab, place: int) -> bool:
    """Whether there is a caret in the first cell of somebody who is connected."""
    return any(not caret.offline for caret in lab.carets_at(0, place))
