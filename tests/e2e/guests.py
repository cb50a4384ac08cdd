"""The people of one test: their pages, opened together and closed when the test ends."""

from __future__ import annotations

import itertools
from pathlib import Path

from doormen import STRANGERS
from identities import PEOPLE
from lab import Lab
from lab_server import LabServer
from playwright.sync_api import Browser, BrowserContext, Error, Page

HERE = Path(__file__).resolve().parent
SIZE = (1280, 800)
TOKENS = {user.username: token for token, user in (PEOPLE | STRANGERS).items()}


class Guests:
    """Lets people in: ``alice, bob = guests("alice", "bob")``."""

    _numbers = itertools.count(1)

    def __init__(self, browser: Browser, server: LabServer, slowness: float = 1) -> None:
        self._browser = browser
        self._server = server
        self._slowness = slowness
        self._contexts: list[BrowserContext] = []
        self.labs: list[Lab] = []

    def __call__(
        self,
        *people: str,
        server: LabServer | None = None,
        browser: Browser | None = None,
        expected: tuple[str, ...] = (),
    ) -> list[Lab]:
        """Sign people in, each with cookies and a workspace of their own.

        Args:
            people: usernames; the pages load at the same time.
            server: another one than all tests share.
            browser: likewise.
            expected: parts of messages of errors that are no faults here.
        """
        labs = [self._come(person, server, browser, expected) for person in people]
        for lab in labs:
            lab.wait_until_ready()
        return labs

    def another_tab(self, lab: Lab) -> Lab:
        """Open a second page with the same cookies, in a workspace of its own."""
        page = self._page(lab.page.context)
        other = Lab(page, lab.person)
        self.labs.append(other)
        self._enter(other, self._server)
        other.wait_until_ready()
        return other

    def take_pictures(self, folder: Path) -> list[Path]:
        """Save what each page looks like now; a page that is gone has no picture."""
        pictures = []
        for number, lab in enumerate(self.labs, 1):
            try:
                path = folder / f"{number}-{lab.person}.png"
                lab.page.screenshot(path=path)
                pictures.append(path)
            except Error:
                continue
        return pictures

    def faults(self) -> list[str]:
        """Return the errors that the extension caused in the pages since the last call."""
        return [f"{lab.person}: {fault}" for lab in self.labs for fault in lab.take_faults()]

    def leave(self) -> None:
        """Close all pages."""
        for context in self._contexts:
            context.close()

    def _come(
        self,
        person: str,
        server: LabServer | None,
        browser: Browser | None,
        expected: tuple[str, ...],
    ) -> Lab:
        width, height = SIZE
        context = (browser or self._browser).new_context(
            viewport={"width": width, "height": height}
        )
        self._contexts.append(context)
        context.add_init_script(path=HERE / "probe.js")
        lab = Lab(self._page(context), person, expected)
        self.labs.append(lab)
        self._enter(lab, server or self._server)
        return lab

    def _enter(self, lab: Lab, server: LabServer) -> None:
        """Begin to load the page."""
        lab.page.goto(self._address(lab.person, server), wait_until="commit")

    def _page(self, context: BrowserContext) -> Page:
        page = context.new_page()
        if self._slowness != 1:
            rate = {"rate": self._slowness}
            context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", rate)
        return page

    def _address(self, person: str, server: LabServer) -> str:
        workspace = f"test-{next(self._numbers)}"
        return f"{server.url}lab/workspaces/{workspace}?token={TOKENS[person]}"
