"""What people are told while they are not connected, and why."""

from __future__ import annotations

import pytest
from guests import Guests
from lab import Lab, until
from lab_server import LabServer

NO_SERVER = "WebSocket connection to"  # what Chromium logs when there is none


def tells(lab: Lab, title: str, detail: str) -> None:
    """Wait until the panel says this, and the status bar its gist."""
    lab.show_people()
    panel = lab.page.locator("#jp-awareness-people")

    def says() -> bool:
        text = panel.inner_text()
        return title in text and detail in text

    until(says, f"the panel says {title!r} and {detail!r}")
    button = lab.page.get_by_role("button", name=f"{title}. Open the list of people")
    until(button.is_visible, f"the status bar says {title!r}")


def test_the_loss_of_the_server_is_told_and_its_return(
    guests: Guests, own_server: LabServer
) -> None:
    (alice,) = guests("alice", server=own_server, expected=(NO_SERVER,))
    alice.show_people()
    until(alice.people, "alice is connected")
    own_server.stop()
    tells(alice, "Connection lost", "keeps trying")
    own_server.start()
    panel = alice.page.locator("#jp-awareness-people")

    def is_well() -> bool:
        # If it has not come back by itself yet; JupyterLab's own dialog may lie over the button.
        alice.page.evaluate("document.querySelector('.jp-AwarenessBanner-retry')?.click()")
        return "1 person here" in panel.inner_text()

    until(is_well, "all is well")
    panel.get_by_text("You are alone here.").wait_for()


def test_who_may_not_see_others_is_told_so(guests: Guests) -> None:
    (erin,) = guests("erin")
    tells(erin, "You cannot see who is here", "You may not see who is here")


@pytest.mark.settings({"AwarenessExtension": {"enabled": False}})
def test_that_presence_is_switched_off_is_told(guests: Guests, own_server: LabServer) -> None:
    (alice,) = guests("alice", server=own_server)
    tells(alice, "You cannot see who is here", "switched off")


@pytest.mark.settings({"ServerApp": {"jpserver_extensions": {"jupyter_awareness": False}}})
def test_a_server_without_the_extension_is_told(guests: Guests, own_server: LabServer) -> None:
    (alice,) = guests("alice", server=own_server, expected=(NO_SERVER,))
    tells(alice, "Cannot reach others", "jupyter_awareness extension is enabled")
