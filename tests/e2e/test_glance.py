"""Presence at a glance: in the file browser and on the tabs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from guests import Guests
from lab import Lab, until
from lab_server import LabServer
from raw_peer import Crowd

Pair = tuple[Lab, Lab]
UNSAVED = "Open by Bob; Bob has unsaved changes"


@pytest.fixture
def folder(pair: Pair, server: LabServer, request: pytest.FixtureRequest) -> Iterator[str]:
    """Show Alice a folder with the files a.md, b.md and sub/c.md."""
    alice, _ = pair
    name = request.node.name
    (server.documents / name / "sub").mkdir(parents=True)
    for file in ("a.md", "b.md", "sub/c.md"):
        server.write_file(f"{name}/{file}", "some text")
    alice.browse(name)
    until(lambda: "b.md" in alice.ask("rows"), "alice sees the files")
    yield name
    alice.browse("/")


def test_rows_show_who_has_a_file_open_also_in_the_background(pair: Pair, folder: str) -> None:
    alice, bob = pair
    before = alice.ask("rows")
    bob.open(f"{folder}/a.md")
    until(lambda: alice.files() == {"a.md": "Open by Bob"}, "alice sees that bob has it open")
    assert alice.ask("rows") == before, "no row has moved or grown"
    bob.open(f"{folder}/b.md")
    until(
        lambda: alice.files() == {"a.md": "Open by Bob", "b.md": "Open by Bob"},
        "alice sees both, of which one is in the background",
    )
    bob.close_all()
    until(lambda: not alice.files(), "alice sees that bob has closed them")


def test_rows_show_unsaved_work_until_it_is_saved(pair: Pair, folder: str) -> None:
    alice, bob = pair
    bob.open(f"{folder}/a.md")
    bob.put_caret(None, 0)
    bob.type("x")
    until(lambda: alice.files() == {"a.md": UNSAVED}, "alice sees that there is unsaved work")
    pencil = alice.page.locator(".jp-DirListing-item .jp-AwarenessGlance-unsaved")
    pencil.wait_for()
    bob.run("docmanager:save")
    until(lambda: alice.files() == {"a.md": "Open by Bob"}, "alice sees that it is saved")
    pencil.wait_for(state="detached")


def test_rows_follow_a_rename(pair: Pair, folder: str) -> None:
    alice, bob = pair
    bob.open(f"{folder}/a.md")
    until(lambda: "a.md" in alice.files(), "alice sees the face")
    bob.rename(f"{folder}/a.md", f"{folder}/z.md")
    alice.run("filebrowser:refresh")
    until(lambda: alice.files() == {"z.md": "Open by Bob"}, "the face is at the new name")


def test_folders_show_that_somebody_is_somewhere_below(pair: Pair, folder: str) -> None:
    alice, bob = pair
    bob.open(f"{folder}/sub/c.md")
    inside = "Bob has something open in here"
    until(lambda: alice.files() == {"sub": inside}, "alice sees it on the folder")
    alice.browse(f"{folder}/sub")
    until(lambda: alice.files() == {"c.md": "Open by Bob"}, "alice sees it in the folder")
    alice.browse("/")
    until(lambda: alice.files().get(folder) == inside, "alice sees it on the folder above")


def test_rows_show_three_people_and_count_the_rest(
    pair: Pair, folder: str, crowd: Crowd, guests: Guests
) -> None:
    alice, bob = pair
    (carol,) = guests("carol")
    for lab in (bob, carol):
        lab.open(f"{folder}/a.md")
    until(lambda: alice.files() == {"a.md": "Open by Bob and Carol"}, "alice sees both")
    path = f"{folder}/a.md"
    alice.open(path)
    until(lambda: alice.tabs() == {"a.md": "Open by Bob and Carol"}, "her tab shows both")
    alice.page.get_by_role("button", name="3 people here. Open the list of people").wait_for()
    top_bar = alice.page.get_by_role("group", name="People who are here")
    for name in ("Alice, you", "Bob", "Carol"):
        top_bar.get_by_role("button", name=f"{name}, active").wait_for()
    for number in range(5):
        crowd.come(f"extra-{number}", f"document:{path}", 8_000 + number)
        peer = crowd.come(f"extra-{number}", "lobby", 7_000 + number)
        peer.say({"open": [{"path": path, "dirty": number == 0}]})
    until(
        lambda: (
            alice.files()
            == {"a.md": "Open by Ada Abe, Ben Abe and 5 others; Ada Abe has unsaved changes"}
        ),
        "alice sees how many there are",
    )
    row = alice.page.locator(".jp-DirListing-item", has_text="a.md")
    faces = row.locator(".jp-AwarenessGlance-slot")
    shown = until(faces.count, "alice sees faces")
    more = row.locator(".jp-AwarenessGlance-more")
    assert more.inner_text() == f"+{7 - shown}"
    assert 1 <= shown <= 3


def test_a_setting_hides_all_of_it(pair: Pair, folder: str) -> None:
    alice, _ = pair
    for lab in pair:
        lab.open(f"{folder}/a.md")
    until(lambda: alice.files() and alice.tabs(), "alice sees bob in both places")
    alice.ask("change", "fileBrowser", False)
    until(lambda: not alice.files(), "the rows are as always")
    alice.ask("change", "tabs", False)
    until(lambda: not alice.tabs(), "the tabs are as always")
    for part in ("tabs", "fileBrowser"):
        alice.ask("change", part, True)
    until(lambda: alice.files() and alice.tabs(), "both are back at once")


def test_tabs_show_who_else_is_there_and_keep_their_names(
    pair: Pair, folder: str, server: LabServer
) -> None:
    alice, bob = pair
    for name in ("b.md", "a.md"):
        alice.open(f"{folder}/{name}")
    bob.open(f"{folder}/a.md")
    until(lambda: alice.tabs() == {"a.md": "Open by Bob"}, "alice's tab shows bob")
    bob.put_caret(None, 0)
    bob.type("x")
    until(lambda: alice.tabs() == {"a.md": UNSAVED}, "alice's tab shows his unsaved work")
    bob.run("docmanager:save")
    until(lambda: alice.tabs() == {"a.md": "Open by Bob"}, "alice's tab shows that it is saved")
    bob.close_all()
    until(lambda: not alice.tabs(), "alice's tab is as before")
    names = sorted(path.name for path in (server.documents / folder).glob("*.md"))
    assert names == ["a.md", "b.md"], "no file was renamed"


def test_tabs_show_them_also_where_they_are_dragged_to(pair: Pair, folder: str) -> None:
    alice, bob = pair
    for name in ("b.md", "a.md"):
        for lab in pair:
            lab.open(f"{folder}/{name}")
    both = {"a.md": "Open by Bob", "b.md": "Open by Bob"}
    until(lambda: alice.tabs() == both, "alice's tabs show bob")
    drag_to_the_right(alice, "a.md")
    bars = alice.page.locator(".lm-DockPanel-tabBar")
    until(lambda: bars.count() == 2, "the area is split")
    until(lambda: alice.tabs() == both, "both tabs show bob after it")
    bob.close_all()
    until(lambda: not alice.tabs(), "both tabs show that he left")


def drag_to_the_right(lab: Lab, label: str) -> None:
    """Drag a tab to the right edge of the main area, which splits it."""
    mouse = lab.page.mouse
    tab = lab.page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab", has_text=label).bounding_box()
    area = lab.page.locator("#jp-main-dock-panel").bounding_box()
    assert tab is not None
    assert area is not None
    mouse.move(tab["x"] + 20, tab["y"] + tab["height"] / 2)
    mouse.down()
    mouse.move(tab["x"] + 20, tab["y"] + 200, steps=5)
    mouse.move(area["x"] + area["width"] - 10, area["y"] + area["height"] / 2, steps=10)
    mouse.up()


def test_three_hundred_people_can_be_walked_through_and_searched(
    pair: Pair, crowd: Crowd, folder: str
) -> None:
    alice, _ = pair
    path = f"{folder}/sub/c.md"
    crowd.come("extra-217", f"document:{path}", 217)
    for number in range(300):
        peer = crowd.come(f"extra-{number}", "lobby", 20_000 + number)
        peer.say({"location": {"path": path, "type": "file"}} if number == 217 else {})
    alice.show_people()
    panel = alice.page.locator("#jp-awareness-people")
    panel.get_by_text("302 people here").wait_for(timeout=30_000)
    rows = panel.locator(".jp-AwarenessPerson")
    until(lambda: 5 < rows.count() < 60, "only a part of them is in the page")
    focused = panel.locator(".jp-AwarenessPerson:focus-within")
    rows.first.locator("button").first.focus()
    alice.page.keyboard.press("End")
    focused.get_by_text("Jonas Jansen III").wait_for()
    assert focused.get_attribute("aria-posinset") == focused.get_attribute("aria-setsize") == "302"
    alice.page.keyboard.press("ArrowUp")
    focused.get_by_text("Jonas Jansen II", exact=True).wait_for()
    alice.page.keyboard.press("Home")
    focused.get_by_text("You", exact=True).wait_for()
    search = panel.get_by_role("searchbox")
    search.fill("jansen iii")
    until(lambda: rows.count() == 10, "ten people have that name")
    search.fill("sub/c.md")
    until(lambda: rows.count() == 1, "one person is there")
    assert "c.md" in rows.inner_text()
    search.fill("nobody of this name")
    panel.get_by_text("Nobody matches").wait_for()
    search.press("Escape")
    until(lambda: rows.count() > 5, "all are listed again")


def listen(lab: Lab) -> None:
    """Note what is told of those who come after the page has seen who is there."""
    until(lambda: lab.ask("isInRooms"), f"{lab.person} is in the document's room")
    # The page looks who is there at latest half a second later; its own timers come in their order.
    lab.page.evaluate("() => new Promise(resolve => setTimeout(resolve, 600))")
    lab.ask("listen")


def test_who_opens_and_closes_the_document_is_told_once(
    pair: Pair, folder: str, another_tab: Callable[[Lab], Lab]
) -> None:
    alice, bob = pair
    path = f"{folder}/a.md"
    alice.open(path)
    listen(alice)
    bob.open(path)
    second = another_tab(bob)
    second.open(path)
    opened, closed = ["Bob opened this document"], ["Bob closed this document"]
    until(lambda: alice.ask("heard") == opened, "alice is told that bob came", 20)
    # Back again sooner than a reload of a page takes.
    for lab in (bob, second):
        lab.close_all()
    until(lambda: not alice.faces(), "nobody else is there for a moment")
    second.open(path)
    until(alice.faces, "bob is back")
    second.close_all()
    until(lambda: alice.ask("heard") == opened + closed, "alice is told that bob left", 30)


def test_nobody_is_told_who_was_there_before(
    pair: Pair, folder: str, guests: Guests, crowd: Crowd
) -> None:
    alice, bob = pair
    path = f"{folder}/a.md"
    bob.open(path)
    witness = crowd.come("extra-1", f"document:{path}", 9_000)
    until(lambda: b'"bob"' in witness.heard, "bob is there")
    alice.ask("listen")
    alice.open(path)
    until(alice.faces, "alice sees bob")
    (carol,) = guests("carol")
    carol.open(path)
    until(lambda: alice.ask("heard"), "alice is told that somebody came", 20)
    assert alice.ask("heard") == ["Carol opened this document"]


def test_a_message_says_it_to_the_eye_too_if_one_wants(pair: Pair, folder: str) -> None:
    alice, bob = pair
    alice.open(f"{folder}/a.md")
    alice.ask("change", "announceVisibly", True)
    listen(alice)
    bob.open(f"{folder}/a.md")
    message = alice.page.locator(".jp-toastContainer", has_text="Bob opened this document")
    message.wait_for(timeout=20_000)
    message.wait_for(state="detached", timeout=20_000)
    alice.ask("change", "announceVisibly", False)
