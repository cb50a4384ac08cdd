"""Following people: to their documents, to what they see in them, and until one wants no more."""

from __future__ import annotations

import pytest
from following import (
    can_follow,
    chip,
    follow,
    frame_says,
    frame_text,
    goes_to,
    is_free,
    open_whole,
    path_of,
    prefer,
    reads_toast,
    row_of,
    scroll,
    scrolls,
    sees_all,
    sees_what,
    top_of,
    watch_scrolling,
    window,
)
from lab import CALM, Lab, until
from lab_server import LabServer

Trio = tuple[Lab, Lab, Lab]
COUNT_MOVES = """() => {
  window.e2eMoves = 0;
  window.jupyterapp.shell.currentChanged.connect(() => { window.e2eMoves += 1; });
}"""
ROUND = 90  # frames, in which a circle goes round several times
SOURCES = [f"# cell {number}\n" + "value = 1\n" * (number % 7 * 3) for number in range(40)]


@pytest.fixture
def notebook(server: LabServer, request: pytest.FixtureRequest) -> str:
    """A notebook of 40 cells of different heights."""
    return server.write_notebook(f"{request.node.name}.ipynb".replace("[", "-"), SOURCES)


def test_following_leads_across_documents(trio: Trio, server: LabServer, notebook: str) -> None:
    alice, bob, _ = trio
    text = "\n".join(f"line {number}" for number in range(400))
    file = server.write_file("across.txt", text)
    bob.open(notebook)
    scroll(bob, 3000)
    follow(alice, bob)
    goes_to(alice, notebook)
    sees_what(alice, bob, "what Bob sees in the notebook")
    bob.open(file)
    goes_to(alice, file)
    scroll(bob, 2500)
    sees_what(alice, bob, "what Bob sees in the file")
    bob.open(notebook)
    goes_to(alice, notebook)
    scroll(bob, -1700)
    sees_what(alice, bob, "what Bob sees in the notebook again")


@pytest.mark.parametrize("mode", ["full", "defer", "contentVisibility", "none"])
def test_following_goes_along_with_scrolling(trio: Trio, notebook: str, mode: str) -> None:
    alice, bob, _ = trio
    for lab in (alice, bob):
        window(lab, mode)
        lab.open(notebook)
        window(lab, "contentVisibility")  # JupyterLab's default, for the tests to come.
    follow(alice, bob)
    for way in (700, 5000, 30, -2400):
        scroll(bob, way)
        sees_what(alice, bob, f"what Bob sees after {way} pixels")
    scroll(bob, 60_000)  # Past the end, of which nobody needs to see more than there is.
    sees_all(alice, bob, len(SOURCES))
    scroll(bob, -60_000)
    sees_what(alice, bob, "the beginning")


def test_the_own_cursor_stays_where_it_was(trio: Trio, notebook: str) -> None:
    alice, bob, _ = trio
    for lab in (alice, bob):
        lab.open(notebook)
    alice.put_caret(1, 3)
    bob.sees_caret(1, 3)
    follow(alice, bob)
    bob.put_caret(30, 0)
    sees_what(alice, bob, "the cell in which Bob is")
    active = alice.page.evaluate("jupyterapp.shell.currentWidget.content.activeCellIndex")
    assert active == 1


def test_the_same_content_is_shown_where_texts_differ(trio: Trio, notebook: str) -> None:
    alice, bob, _ = trio
    for lab in (alice, bob):
        lab.open(notebook)
    alice.page.evaluate(
        """() => jupyterapp.shell.currentWidget.content.model.sharedModel.insertCells(0,
             [1, 2, 3].map(n => ({ cell_type: 'code', source: 'mine\\n'.repeat(9 * n) })))"""
    )
    follow(alice, bob)
    scroll(bob, 3000)
    sees_what(alice, bob, "Bob's cells below three of her own")


def test_the_same_lines_are_shown_where_texts_differ(trio: Trio, server: LabServer) -> None:
    alice, bob, _ = trio
    file = server.write_file("differ.txt", "\n".join(f"line {n} of it" for n in range(400)))
    for lab in (alice, bob):
        lab.open(file)
    alice.ask("replace", None, 0, 0, "more\n" * 25)
    follow(alice, bob)
    scroll(bob, 3000)
    sees_what(alice, bob, "Bob's lines below 25 of her own")


def test_nothing_scrolls_while_all_is_visible(trio: Trio, notebook: str) -> None:
    alice, bob, _ = trio
    size = bob.page.viewport_size
    assert size
    bob.page.set_viewport_size({"width": size["width"], "height": 420})
    try:
        for lab in (alice, bob):
            lab.open(notebook)
        follow(alice, bob)
        until(lambda: chip(bob) == "Alice follows you", "Bob is followed")
        watch_scrolling(alice)
        scroll(bob, 150)
        for place in (2, 4, 3, 5):  # Bob's carets come after what he sees, in the same room.
            bob.put_caret(1, place)
            alice.sees_caret(1, place)
        assert scrolls(alice) == 0
        scroll(bob, 4000)
        sees_all(alice, bob, len(SOURCES))
    finally:
        bob.page.set_viewport_size(size)


def test_a_smaller_window_shows_the_caret(trio: Trio, notebook: str) -> None:
    alice, bob, _ = trio
    size = alice.page.viewport_size
    assert size
    alice.page.set_viewport_size({"width": size["width"], "height": 420})
    try:
        alice.open(notebook)
        open_whole(bob, notebook, len(SOURCES))
        scroll(bob, 2000)
        follow(alice, bob)
        until(lambda: (top := top_of(alice)) and top.scrolled > 500, "Alice goes along")
        last = [cell for cell in range(len(SOURCES)) if bob.ask("isInSight", cell)][-1]
        assert not alice.ask("isInSight", last)
        bob.put_caret(last, 0)
        alice.sees_caret(last, 0)
        until(lambda: alice.ask("isInSight", last), "Alice sees the cell in which Bob is")
    finally:
        alice.page.set_viewport_size(size)


def act(lab: Lab, way: str, other: str) -> None:
    """Do something oneself in the followed document."""
    page = lab.page
    cell = page.locator(".jp-MainAreaWidget:not(.lm-mod-hidden) .cm-content >> visible=true").first
    if way == "typing":
        lab.put_caret(0, 0)
        page.keyboard.type("x")
    elif way == "click":
        cell.click()
    elif way == "wheel":
        scroll(lab, 120)
    elif way == "escape":
        page.keyboard.press("Escape")
    elif way == "stop":
        page.get_by_role("button", name="Stop following Bob").first.click()
    elif way == "command":
        lab.run("jupyter-awareness:stop-following")
    elif way == "elsewhere":
        lab.open(other)


ACTS = ["typing", "click", "wheel", "elsewhere"]
STOPS = ["escape", "stop", "command"]


@pytest.mark.parametrize("way", ACTS + STOPS)
def test_it_ends_with(trio: Trio, server: LabServer, notebook: str, way: str) -> None:
    alice, bob, _ = trio
    other = server.write_file(f"other-{way}.txt", "text")
    bob.open(notebook)
    follow(alice, bob)
    goes_to(alice, notebook)
    until(lambda: chip(bob) == "Alice follows you", "Bob is followed")
    act(alice, way, other)
    is_free(alice)
    until(lambda: chip(bob) == "", "Bob is followed by nobody")
    row = row_of(alice, "Bob")
    watch_scrolling(alice)
    scroll(bob, 3000)
    bob.put_caret(2, 1)
    # Where Bob is comes to Alice's page in the order in which he went there.
    until(lambda: "Cell 3" in row.inner_text(), "Alice knows where Bob is")
    if way != "elsewhere":
        alice.sees_caret(2, 1)
        assert path_of(alice) == notebook
    assert scrolls(alice) == 0 or way == "wheel"


def test_it_goes_on_in_spite_of_own_input_if_set_so(
    trio: Trio, server: LabServer, notebook: str
) -> None:
    alice, bob, _ = trio
    alice.configure("followEnds", "escape")
    try:
        bob.open(notebook)
        follow(alice, bob)
        goes_to(alice, notebook)
        other = server.write_file("in-spite.txt", "text")
        for way in ACTS:
            act(alice, way, other)
            assert frame_text(alice)
            scroll(bob, 1500)
            goes_to(alice, notebook)
            sees_what(alice, bob, f"what Bob sees, after {way}")
        alice.page.keyboard.press("Escape")
        is_free(alice)
    finally:
        alice.configure("followEnds", "input")


def test_escape_first_closes_what_is_open(trio: Trio, notebook: str) -> None:
    alice, bob, _ = trio
    bob.open(notebook)
    follow(alice, bob)
    goes_to(alice, notebook)
    alice.page.get_by_text("File", exact=True).click()
    menu = alice.page.locator(".lm-Menu")
    menu.wait_for()
    alice.page.keyboard.press("Escape")
    menu.wait_for(state="detached")
    row_of(alice, "Bob").get_by_role("button", name="Stop Following Bob").focus()
    assert frame_text(alice)
    alice.page.keyboard.press("Escape")
    is_free(alice)


def test_the_keyboard_is_not_taken_from_a_panel(
    trio: Trio, server: LabServer, notebook: str
) -> None:
    alice, bob, _ = trio
    file = server.write_file("keyboard.txt", "text")
    bob.open(notebook)
    follow(alice, bob)
    goes_to(alice, notebook)
    button = alice.page.locator(".jp-AwarenessStatus button")
    button.focus()
    bob.open(file)
    goes_to(alice, file)
    alice.ask("frames", CALM)  # In these JupyterLab gives the keyboard to what it has opened.
    until(lambda: button.evaluate("button => button === document.activeElement"), "it stays")
    assert frame_text(alice)


def test_following_survives_that_they_leave_and_return(trio: Trio, notebook: str) -> None:
    alice, bob, _ = trio
    bob.open(notebook)
    follow(alice, bob)
    goes_to(alice, notebook)
    address = bob.page.url
    bob.page.goto("about:blank")
    frame_says(alice, "Bob is away, waiting… · Esc to stop")
    bob.page.goto(address)
    bob.wait_until_ready()
    bob.open(notebook)
    frame_says(alice, "Following Bob", 30)
    scroll(bob, 2500)
    sees_what(alice, bob, "what Bob sees after his return")


def test_a_place_without_a_document_is_waited_at(trio: Trio, notebook: str) -> None:
    alice, bob, _ = trio
    bob.open(notebook)
    follow(alice, bob)
    goes_to(alice, notebook)
    bob.close_all()
    frame_says(alice, "Bob looks at no document, waiting…")
    bob.open(notebook)
    frame_says(alice, "Following Bob")


def test_a_document_that_cannot_be_opened_is_waited_at(trio: Trio, server: LabServer) -> None:
    alice, bob, _ = trio
    here = server.write_file("here.txt", "here")
    gone = server.write_file("gone.txt", "gone")
    bob.open(here)
    follow(alice, bob)
    goes_to(alice, here)
    bob.open(gone)
    goes_to(alice, gone)
    alice.close_all()
    is_free(alice)
    (server.documents / gone).unlink()
    follow_again = "Bob is in gone.txt, which cannot be shown here"
    alice.run("jupyter-awareness:follow", username="bob")
    frame_says(alice, follow_again)
    assert alice.page.locator(".jp-Dialog").count() == 0
    bob.open(here)
    goes_to(alice, here)
    frame_says(alice, "Following Bob")


def test_two_who_follow_each_other_stand_still(
    trio: Trio, server: LabServer, notebook: str
) -> None:
    alice, bob, _ = trio
    other = server.write_notebook("mutual.ipynb", SOURCES)
    alice.open(notebook)
    bob.open(other)
    until(lambda: can_follow(alice, bob) and can_follow(bob, alice), "they can follow each other")
    alice.run("jupyter-awareness:follow", username="bob")
    bob.run("jupyter-awareness:follow", username="alice")
    frame_says(alice, "Following Bob")
    frame_says(bob, "Following Alice")
    until(lambda: chip(alice) and chip(bob), "both are followed")
    for lab in (alice, bob):
        lab.ask("frames", ROUND)
    paths = (path_of(alice), path_of(bob))
    for lab in (alice, bob):
        lab.page.evaluate(COUNT_MOVES)
        watch_scrolling(lab)
    for lab in (alice, bob):
        lab.ask("frames", ROUND)
    for lab in (alice, bob):
        assert lab.page.evaluate("window.e2eMoves") == 0
        assert scrolls(lab) == 0
    assert paths == (path_of(alice), path_of(bob))


def test_who_acts_leads_the_one_who_follows_too(trio: Trio, notebook: str) -> None:
    alice, bob, _ = trio
    for lab in (alice, bob):
        lab.open(notebook)
    follow(alice, bob)
    follow(bob, alice)
    until(lambda: chip(alice) and chip(bob), "both are followed")
    scroll(bob, 3000)
    is_free(bob)
    sees_what(alice, bob, "what Bob sees")
    assert frame_text(alice)


def test_whoever_is_led_passes_nothing_on(trio: Trio, server: LabServer, notebook: str) -> None:
    alice, bob, carol = trio
    file = server.write_file("chain.txt", "\n".join(map(str, range(400))))
    bob.open(notebook)
    carol.open(file)
    follow(alice, bob)
    goes_to(alice, notebook)
    follow(bob, carol)
    goes_to(alice, file)
    frame_says(alice, "Following Bob, who follows Carol")
    scroll(carol, 2000)
    sees_what(alice, carol, "what Carol sees")
    sees_what(bob, carol, "what Carol sees")


def test_the_followed_person_sees_it(trio: Trio, notebook: str) -> None:
    alice, bob, carol = trio
    bob.open(notebook)
    follow(alice, bob)
    until(lambda: chip(bob) == "Alice follows you", "Bob sees who follows")
    follow(carol, bob)
    until(lambda: chip(bob) == "Alice and Carol follow you", "Bob sees who follow")
    until(lambda: "Follows you" in row_of(bob, "Alice").inner_text(), "Bob sees it in the row")
    assert row_of(bob, "Alice").get_by_role("button", name="follows you").count() == 1
    carol.page.keyboard.press("Escape")
    until(lambda: chip(bob) == "Alice follows you", "Carol no longer follows")


def test_being_followed_can_be_switched_off(trio: Trio, notebook: str) -> None:
    alice, bob, _ = trio
    bob.open(notebook)
    follow(alice, bob)
    goes_to(alice, notebook)
    prefer(bob, followable=False)
    is_free(alice)
    reads_toast(alice, "Bob does not want to be followed any more.")
    button = row_of(alice, "Bob").get_by_role(
        "button", name="Follow Bob (Bob does not want to be followed)"
    )
    until(lambda: button.get_attribute("aria-disabled") == "true", "the button says why")
    assert not can_follow(alice, bob)


def test_who_shows_no_document_cannot_be_followed(trio: Trio) -> None:
    alice, _, _ = trio
    button = row_of(alice, "Carol").get_by_role(
        "button", name="Follow Carol (Carol shows no document)"
    )
    button.click(force=True)
    assert button.get_attribute("aria-disabled") == "true"
    assert frame_text(alice) is None


def test_following_can_be_started_from_the_row_by_keyboard(trio: Trio, notebook: str) -> None:
    alice, bob, _ = trio
    bob.open(notebook)
    button = row_of(alice, "Bob").get_by_role("button", name="Follow Bob", exact=True)
    button.wait_for(state="attached")
    row_of(alice, "Bob").get_by_role("button", name="Bob, active").focus()
    alice.page.keyboard.press("Tab")
    assert button.evaluate("button => button === document.activeElement")
    alice.page.keyboard.press("Enter")
    frame_says(alice, "Following Bob · Esc to stop")
    pressed = row_of(alice, "Bob").get_by_role("button", name="Stop Following Bob")
    until(lambda: pressed.get_attribute("aria-pressed") == "true", "the button is pressed")
    pressed.click()
    is_free(alice)


def test_following_can_be_started_from_a_face(trio: Trio, notebook: str) -> None:
    alice, bob, _ = trio
    for lab in (alice, bob):
        lab.open(notebook)
    # Where he is, is told in another room than his face.
    until(lambda: can_follow(alice, bob), "Alice can follow Bob")
    face = alice.page.locator(".jp-NotebookPanel .jp-AwarenessStack-face >> visible=true").first
    face.click(button="right")
    alice.page.locator(".lm-Menu-item", has_text="Follow Bob").click()
    frame_says(alice, "Following Bob")
    face.click(button="right")
    alice.page.locator(".lm-Menu-item", has_text="Stop Following Bob").click()
    is_free(alice)
