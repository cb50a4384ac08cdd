"""Calling others to where one is: they are asked, never forced."""

from __future__ import annotations

import pytest
from following import (
    goes_to,
    path_of,
    prefer,
    reads_no_more,
    reads_toast,
    row_of,
    toasts,
)
from guests import Guests
from lab import Lab, until
from lab_server import LabServer
from raw_peer import Crowd

Trio = tuple[Lab, Lab, Lab]
CELLS = [f"# cell {number}\n" * 10 for number in range(20)]
ASKED = "Bob asks you to come to {}, cell 16"


@pytest.fixture
def notebook(trio: Trio, server: LabServer, request: pytest.FixtureRequest) -> str:
    """A notebook in which Bob is in the 16th cell."""
    path = server.write_notebook(f"{request.node.name}.ipynb", CELLS)
    bob = trio[1]
    bob.open(path)
    bob.put_caret(15, 0)
    until(lambda: can_call(bob), "Bob can call")
    return path


def can_call(lab: Lab) -> bool:
    """Whether the command is enabled."""
    enabled: bool = lab.page.evaluate(
        "jupyterapp.commands.isEnabled('jupyter-awareness:call-others')"
    )
    return enabled


def call(lab: Lab) -> None:
    """Call the others, as soon as that is possible again."""
    until(lambda: can_call(lab), f"{lab.person} can call", 20)
    lab.run("jupyter-awareness:call-others")


def press(lab: Lab, button: str) -> None:
    """Press a button of a notification."""
    lab.page.locator(".Toastify__toast").get_by_role("button", name=button).click()


def reads_instead(lab: Lab, text: str) -> None:
    """Wait for a notification to which all former ones give way."""
    until(
        lambda: [text in toast for toast in toasts(lab)] == [True], f"{lab.person} reads {text!r}"
    )


def test_a_call_is_answered_by_going_there(trio: Trio, notebook: str) -> None:
    alice, bob, carol = trio
    call(bob)
    reads_toast(bob, f"You asked the others to come to {notebook}, cell 16")
    for lab in (alice, carol):
        reads_toast(lab, ASKED.format(notebook))
        assert path_of(lab) is None
    press(alice, "Go there")
    goes_to(alice, notebook)
    until(lambda: alice.ask("isInSight", 15), "Alice sees the cell")
    until(lambda: toasts(alice) == [], "the notification is gone")
    assert path_of(carol) is None


def test_a_call_can_be_dismissed(trio: Trio, notebook: str) -> None:
    alice, bob, carol = trio
    call(bob)
    for lab in (alice, carol):
        reads_toast(lab, ASKED.format(notebook))
    press(alice, "Dismiss")
    until(lambda: toasts(alice) == [], "the notification is gone")
    assert path_of(alice) is None


def test_calls_can_be_muted(trio: Trio, notebook: str) -> None:
    alice, bob, carol = trio
    prefer(alice, calls=False)
    call(bob)
    reads_toast(carol, ASKED.format(notebook))
    # Where Bob goes after it comes in the same state, or in a later one.
    bob.put_caret(5, 0)
    until(lambda: "Cell 6" in row_of(alice, "Bob").inner_text(), "Alice knows where Bob is")
    reads_no_more(alice)


def test_whoever_comes_later_is_not_called(trio: Trio, guests: Guests, notebook: str) -> None:
    alice, bob, carol = trio
    call(bob)
    for lab in (alice, carol):
        reads_toast(lab, ASKED.format(notebook))
    (late,) = guests("carol")
    late.show_people()
    until(lambda: "Bob" in str(late.people()), "the newcomer sees Bob")
    reads_no_more(late)


def test_one_cannot_call_all_the_time(trio: Trio, notebook: str) -> None:
    alice, bob, carol = trio
    button = row_of(bob, "Bob").get_by_role("button", name="Call Others Here")
    call(bob)
    assert not can_call(bob)
    until(lambda: button.get_attribute("aria-disabled") == "true", "the button is disabled")
    for lab in (alice, carol):
        reads_toast(lab, ASKED.format(notebook))
    bob.put_caret(5, 0)
    call(bob)
    for lab in (alice, carol):
        reads_instead(lab, f"{notebook}, cell 6")


def test_who_calls_too_often_is_heard_once(trio: Trio, crowd: Crowd, server: LabServer) -> None:
    alice, bob, _ = trio
    server.write_file("loud.txt", "loud")
    crowd.come("carol", "document:loud.txt", 4710)
    loud = crowd.come("carol", "lobby", 4711)
    for number in range(50):
        loud.say({"call": {"at": number, "path": "loud.txt"}})
    for lab in (alice, bob):
        reads_toast(lab, "Carol asks you to come to loud.txt")
    loud.say({"call": {"at": 99, "path": "x" * 5_000}, "location": {"path": "loud.txt"}})
    for lab in (alice, bob):
        lab.show_people()
        heard = row_of(lab, "Carol").get_by_text("loud.txt")
        heard.wait_for()
        reads_no_more(lab, "Carol asks you to come to loud.txt")
