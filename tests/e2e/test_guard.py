"""Two or three people in one file without co-editing: nobody overwrites anybody."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import nbformat
import pytest
from guests import Guests
from lab import Lab, until
from lab_server import LabServer
from nbformat.reader import NotJSONError
from playwright.sync_api import Route
from raw_peer import Crowd

Pair = tuple[Lab, Lab]
CELLS = ["first = 1", "second = 2", "third = 3", *(f"x{n} = {n}\n" * 6 for n in range(12))]


DOCUMENTS = "@jupyterlab/docmanager-extension:plugin"


@pytest.fixture
def calm(pair: Pair) -> Iterator[Pair]:
    """Alice and Bob, whose pages show nothing that they have not asked for."""
    for lab in pair:
        lab.configure("autoReload", False)
    yield pair
    for lab in pair:
        lab.configure("autoReload", True)


@pytest.fixture
def hasten(pair: Pair) -> Iterator[Callable[[], None]]:
    """Have Alice's documents saved every second from then on."""
    alice, _ = pair

    def save_every_second() -> None:
        alice.configure("autosaveInterval", 1, DOCUMENTS)

    yield save_every_second
    alice.configure("autosaveInterval", 120, DOCUMENTS)


@pytest.fixture
def notebook(pair: Pair, server: LabServer, request: pytest.FixtureRequest) -> str:
    """Write a notebook of fifteen cells, and open it for both."""
    path = server.write_notebook(f"{request.node.name}.ipynb", CELLS)
    for lab in pair:
        lab.open(path)
    return path


def write(lab: Lab, cell: int | None, text: str) -> None:
    """Type at the end of a cell, or of the file, and wait until it is there."""
    lab.put_caret(cell, None)
    before = lab.source(cell)
    lab.type(text)
    until(lambda: lab.source(cell) == before + text, f"{lab.person} has typed")


def sources(server: LabServer, path: str) -> list[str]:
    """Return the texts of the cells of a notebook on the disk."""

    def whole() -> list[str] | None:
        # The server writes into the file itself, so that half of it may be there.
        with contextlib.suppress(NotJSONError):
            notebook = nbformat.read(server.documents / path, as_version=4)
            return [cell.source for cell in notebook.cells]
        return None

    return until(whole, f"{path} is whole")


def rest(lab: Lab) -> None:
    """Take the hands off the keyboard, so that the document may be renewed."""
    lab.page.keyboard.press("Escape")


def test_unsaved_changes_are_told_both_ways_and_strengthen(pair: Pair, notebook: str) -> None:
    alice, bob = pair
    write(bob, 1, "0")
    bar = alice.sees_bar("Bob has unsaved changes here since")
    assert (bar.kind, bar.serious) == ("others", False)
    assert bob.bar() is None
    write(alice, 0, "0")
    for lab, other in ((alice, "Bob"), (bob, "Alice")):
        assert lab.sees_bar(f"You and {other} both have unsaved changes here").serious
    bob.close_all()
    until(lambda: alice.bar() is None, "nobody else has unsaved changes")


def test_opening_a_notebook_is_no_unsaved_work(pair: Pair, notebook: str) -> None:
    alice, bob = pair
    # JupyterLab fills in what the file says too little of the kernel.
    for lab in pair:
        until(partial(lab.ask, "isDirty"), f"{lab.person}'s page fills it in")
    write(bob, 0, "0")
    assert alice.sees_bar("unsaved").kind == "others"


def test_three_people_are_named(pair: Pair, notebook: str, guests: Guests) -> None:
    alice, bob = pair
    (carol,) = guests("carol")
    carol.open(notebook)
    write(bob, 0, "0")
    write(carol, 1, "0")
    alice.sees_bar("Bob and Carol have unsaved changes here")
    write(alice, 2, "0")
    assert bob.sees_bar("You have unsaved changes here, and so have Carol and Alice").serious
    carol.save_at_once()
    for lab in (alice, bob):
        assert lab.sees_bar("Carol saved a newer version").serious


def test_what_others_save_is_shown_at_once_if_one_is_not_at_work(pair: Pair, notebook: str) -> None:
    alice, bob = pair
    write(bob, 1, "0")
    bob.save_at_once()
    alice.sees_bar("Updated to what Bob saved", kind="updated")
    assert alice.source(1) == "second = 20"
    # And again: what Alice has is now what Bob's next version is made from.
    write(bob, 1, "1")
    bob.save_at_once()
    until(lambda: alice.source(1) == "second = 201", "alice sees the next version")
    assert alice.dialog() is None


def test_nothing_changes_under_the_hands_of_somebody_who_types(pair: Pair, notebook: str) -> None:
    alice, bob = pair
    alice.put_caret(1, 3)
    write(bob, 1, "0")
    bob.save_at_once()
    bar = alice.sees_bar("Bob saved a newer version")
    assert (bar.kind, bar.serious) == ("newer", False)
    assert alice.source(1) == "second = 2"
    rest(alice)
    alice.sees_bar("Updated to what Bob saved")
    assert alice.source(1) == "second = 20"


def test_reload_keeps_the_cell_the_caret_and_the_place(calm: Pair, server: LabServer) -> None:
    alice, bob = calm
    path = server.write_notebook("place.ipynb", CELLS)
    for lab in (alice, bob):
        lab.open(path)
    until(lambda: alice.ask("isDrawn"), "all cells are drawn")
    alice.put_caret(9, 12)
    before = alice.resting(9, 12)
    # Above of where Alice is, lines and a cell are added, and her own cell is changed.
    write(bob, 0, "\n" * 8)
    bob.put_caret(9, 0)
    bob.type("# Bob was here\n")
    rest(bob)
    bob.run("notebook:insert-cell-below")
    bob.save_at_once()
    alice.sees_bar("Bob saved a newer version")
    assert alice.source(9) == CELLS[9]
    alice.press("Reload")
    until(lambda: alice.bar() is None, "the bar is gone")
    until(lambda: alice.source(9) == "# Bob was here\n" + CELLS[9], "alice sees what Bob did")
    moved = 12 + len("# Bob was here\n")
    until(lambda: alice.ask("caret") == [9, moved], "the caret is at the same word")
    until(lambda: abs(alice.character(9, moved).top - before.top) < 2, "the text is where it was")
    until(lambda: not alice.ask("isDirty"), "nothing is unsaved")


def test_reload_keeps_the_line_in_a_file(calm: Pair, server: LabServer) -> None:
    alice, bob = calm
    lines = [f"line_{number:03} = {number}" for number in range(300)]
    text = "\n".join(lines)
    path = server.write_file("long.py", text)
    for lab in (alice, bob):
        lab.open(path)
    place = text.index("line_200") + 4
    alice.put_caret(None, place)
    before = alice.resting(None, place)
    bob.put_caret(None, 0)
    bob.type("# many\n# new\n# lines\n")
    write(bob, None, "\n# and one below")
    bob.save_at_once()
    alice.sees_bar("Bob saved a newer version")
    alice.press("Reload")
    until(lambda: "# many" in alice.source(None), "alice sees what Bob did")
    moved = place + len("# many\n# new\n# lines\n")
    until(lambda: alice.ask("caret") == [None, moved], "the caret is at the same word")
    until(lambda: abs(alice.character(None, moved).top - before.top) < 2, "the line is there")


def test_differences_are_shown(pair: Pair, notebook: str) -> None:
    alice, bob = pair
    write(alice, 0, "0")
    write(bob, 1, "0")
    bob.save_at_once()
    alice.sees_bar("Bob saved a newer version")
    alice.press("Show differences")
    shown = compared(alice, "2 cells differ.")
    assert shown["labels"][0] == "Yours (unsaved)"
    assert shown["labels"][1].startswith("Saved by Bob, ")
    assert shown["parts"] == [
        {"title": "Cell 1", "notes": [], "left": ["first = 10"], "right": ["first = 1"]},
        {"title": "Cell 2", "notes": [], "left": ["second = 2"], "right": ["second = 20"]},
    ]
    assert shown["equal"] == ["13 cells are the same"]


def test_differences_of_a_file_are_shown(pair: Pair, server: LabServer) -> None:
    alice, bob = pair
    path = server.write_file("compare.py", "one = 1\ntwo = 2\n")
    for lab in pair:
        lab.open(path)
    write(alice, None, "# Alice")
    write(bob, None, "# Bob")
    bob.save_at_once()
    alice.sees_bar("Bob saved a newer version")
    alice.press("Show differences")
    shown = compared(alice, "The texts differ.")
    (part,) = shown["parts"]
    assert (part["left"], part["right"]) == (["# Alice"], ["# Bob"])


def compared(lab: Lab, summary: str) -> dict[str, Any]:
    """Wait for a comparison in front, and return it."""
    shown: dict[str, Any] = until(lambda: lab.ask("differences"), f"{lab.person} sees a comparison")
    assert shown["summary"] == summary
    return shown


def collide(pair: Pair) -> None:
    """Let Bob save a version that Alice, who has unsaved changes, has not seen."""
    alice, bob = pair
    write(alice, 0, " + 1")
    write(bob, 1, " + 2")
    bob.save_at_once()
    assert alice.sees_bar("Bob saved a newer version", "autosave waits").serious


ALICES = "first = 1 + 1"
BOBS = "second = 2 + 2"


def test_saving_over_an_unseen_version_asks(pair: Pair, server: LabServer, notebook: str) -> None:
    alice, _ = pair
    collide(pair)
    alice.save()
    dialog = until(alice.dialog, "alice is asked")
    assert dialog.title.startswith("Bob saved a newer version at ")
    assert dialog.buttons == (
        "Cancel",
        "Show differences",
        "Discard mine and reload",
        "Save mine as a copy",
        "Overwrite",
    )
    alice.answer("Cancel")
    # There is one question, not two.
    assert alice.saves_or_asks() == "saved"
    assert sources(server, notebook)[:2] == ["first = 1", BOBS]
    assert (alice.source(0), alice.source(1)) == (ALICES, "second = 2")
    alice.sees_bar("Bob saved a newer version")


def test_show_differences_saves_nothing(pair: Pair, server: LabServer, notebook: str) -> None:
    alice, _ = pair
    collide(pair)
    alice.save()
    until(alice.dialog, "alice is asked")
    alice.answer("Show differences")
    compared(alice, "2 cells differ.")
    assert alice.saves_or_asks() == "saved"
    assert sources(server, notebook)[:2] == ["first = 1", BOBS]


def test_discard_mine_and_reload(pair: Pair, server: LabServer, notebook: str) -> None:
    alice, _ = pair
    collide(pair)
    alice.save()
    until(alice.dialog, "alice is asked")
    alice.answer("Discard mine and reload")
    until(lambda: alice.source(1) == BOBS, "alice sees what Bob saved")
    assert alice.saves_or_asks() == "saved"
    assert alice.source(0) == "first = 1"
    assert not alice.ask("isDirty")
    assert sources(server, notebook)[:2] == ["first = 1", BOBS]


def test_save_mine_as_a_copy(pair: Pair, server: LabServer, notebook: str) -> None:
    alice, bob = pair
    collide(pair)
    alice.save()
    until(alice.dialog, "alice is asked")
    alice.answer("Save mine as a copy")
    copy = notebook.replace(".ipynb", " (Alice's copy).ipynb")
    until(lambda: alice.ask("isOpen", copy), "the copy is open, and in front")
    assert sources(server, copy)[:2] == [ALICES, "second = 2"]
    assert sources(server, notebook)[:2] == ["first = 1", BOBS]
    # The document itself has nothing unsaved any more, and follows the file.
    alice.open(notebook)
    until(lambda: alice.source(1) == BOBS, "the document shows what Bob saved")
    # A second copy has another name.
    write(alice, 0, " + 3")
    write(bob, 1, " + 4")
    bob.save_at_once()
    alice.sees_bar("Bob saved a newer version")
    alice.press("Save mine as a copy")
    second = notebook.replace(".ipynb", " (Alice's copy 2).ipynb")
    until(lambda: (server.documents / second).exists(), "there is a second copy")
    assert sources(server, copy)[0] == ALICES
    until(lambda: sources(server, second)[0] == "first = 1 + 3", "it has what Alice wrote")
    until(lambda: alice.ask("isOpen", second), "the second copy is in front")


def test_overwrite(pair: Pair, server: LabServer, notebook: str) -> None:
    alice, bob = pair
    collide(pair)
    alice.save()
    until(alice.dialog, "alice is asked")
    alice.answer("Overwrite")
    until(lambda: sources(server, notebook)[:2] == [ALICES, "second = 2"], "it is overwritten")
    assert alice.saves_or_asks() == "saved"
    until(lambda: alice.bar() is None, "alice has nothing to decide any more")
    # Bob, whose version is now nowhere but on his screen, is told, and nothing of it goes away.
    bar = bob.sees_bar("Alice saved over your version", "no longer in the file")
    assert bar.serious
    rest(bob)
    bob.press("Reload")
    question = until(bob.dialog, "bob is asked")
    assert "would be lost" in question.body
    bob.answer("Save mine as a copy")
    copy = notebook.replace(".ipynb", " (Bob's copy).ipynb")
    until(lambda: (server.documents / copy).exists(), "there is a copy")
    until(lambda: sources(server, copy)[:2] == ["first = 1", BOBS], "it has what Bob wrote")
    until(lambda: bob.source(0) == ALICES, "bob sees what Alice saved")


def test_autosave_never_overwrites_nor_asks(
    calm: Pair, hasten: Callable[[], None], server: LabServer
) -> None:
    alice, bob = calm
    path = server.write_notebook("auto.ipynb", CELLS)
    for lab in (alice, bob):
        lab.open(path)
    write(bob, 1, "0")
    write(alice, 0, "0")
    hasten()
    until(lambda: sources(server, path)[0] == "first = 10", "autosave works")
    bob.sees_bar("Alice saved a newer version")
    bob.save()
    until(bob.dialog, "bob is asked")
    bob.answer("Overwrite")
    alice.sees_bar("Bob saved over your version")
    alice.ask("countAutosaves")
    write(alice, 0, "5")
    # JupyterLab lets ten times as long pass as the last save has taken.
    until(lambda: alice.ask("autosaves"), "autosave has been due", 30)
    assert alice.sees_bar("autosave waits").serious
    alice.press("Save mine as a copy")
    copy = "auto (Alice's copy).ipynb"
    until(lambda: (server.documents / copy).exists(), "there is a copy")
    until(lambda: sources(server, copy)[:2] == ["first = 105", "second = 2"], "it is whole")
    until(lambda: alice.ask("isOpen", copy), "it is in front")
    # Whatever had begun when autosave was due is over by now.
    assert sources(server, path)[:2] == ["first = 1", "second = 20"]
    assert alice.dialog() is None


def test_autosave_does_not_overwrite_what_nobody_tells_of(
    pair: Pair, hasten: Callable[[], None], server: LabServer
) -> None:
    alice, _ = pair
    path = server.write_file("quiet.txt", "one")
    alice.open(path)
    write(alice, None, " two")
    server.write_file("quiet.txt", "three")
    write(alice, None, " four")
    hasten()
    alice.sees_bar("by nobody who is here", "autosave waits")
    alice.ask("countAutosaves")
    # What had begun the first time is over when it is due again.
    until(lambda: alice.ask("autosaves") > 1, "autosave has been due twice")
    assert (server.documents / path).read_text() == "three"
    assert alice.dialog() is None
    assert alice.source(None) == "one two four"


def test_nothing_is_lost_when_two_save_at_the_same_moment(
    pair: Pair, server: LabServer, notebook: str
) -> None:
    alice, bob = pair
    write(alice, 0, " + 1")
    write(bob, 1, " + 2")
    # Alice's page has seen that nobody has saved, and is about to write, when Bob's does it all.
    held: list[Route] = []
    alice.page.route("**/api/contents/**", lambda route: hold(route, held))
    alice.save()
    until(lambda: alice.ask("now") and held, "alice's page writes")
    bob.save_at_once()
    assert sources(server, notebook)[:2] == ["first = 1", BOBS]
    for route in held:
        route.continue_()
    alice.page.unroute("**/api/contents/**")
    until(lambda: sources(server, notebook)[0] == ALICES, "alice's page has written")
    # It could not know. But Bob is told, and has all that he wrote.
    assert bob.sees_bar("Alice saved over your version", "no longer in the file").serious
    assert bob.source(1) == BOBS
    rest(bob)
    bob.press("Save mine as a copy")
    copy = notebook.replace(".ipynb", " (Bob's copy).ipynb")
    until(lambda: (server.documents / copy).exists(), "there is a copy")
    until(lambda: sources(server, copy)[1] == BOBS, "it has what Bob wrote")
    until(lambda: bob.ask("isOpen", copy), "it is in front")


def hold(route: Route, held: list[Route]) -> None:
    """Keep what writes for later, and let through what reads."""
    if route.request.method == "PUT":
        held.append(route)
    else:
        route.continue_()


def test_two_tabs_of_one_person_do_not_overwrite_each_other(
    pair: Pair, server: LabServer, notebook: str, another_tab: Callable[[Lab], Lab]
) -> None:
    alice, _ = pair
    other = another_tab(alice)
    other.open(notebook)
    write(alice, 0, " + 1")
    write(other, 1, " + 2")
    alice.sees_bar("You have unsaved changes here in two tabs")
    other.save_at_once()
    assert alice.sees_bar("You saved a newer version in another tab").serious
    alice.save()
    until(alice.dialog, "alice is asked")
    alice.answer("Cancel")
    assert alice.saves_or_asks() == "saved"
    assert sources(server, notebook)[:2] == ["first = 1", BOBS]


def test_a_file_open_in_two_ways_on_one_page(pair: Pair, server: LabServer) -> None:
    alice, _ = pair
    path = server.write_notebook("two ways.ipynb", CELLS)
    alice.open(path)
    write(alice, 0, " + 1")
    alice.run("docmanager:open", path=path, factory="Editor")
    alice.page.wait_for_selector(".jp-FileEditor .cm-content >> visible=true")
    until(lambda: "third" in alice.source(None), "the text is there")
    alice.put_caret(None, alice.source(None).index("third"))
    alice.type("changed_")
    alice.save_at_once()
    alice.ask("reveal", path, "notebook")
    assert alice.sees_bar("You saved a newer version in another tab").serious
    alice.save()
    until(alice.dialog, "alice is asked")
    alice.answer("Cancel")
    assert alice.saves_or_asks() == "saved"
    assert sources(server, path)[:3] == ["first = 1", "second = 2", "changed_third = 3"]


def test_without_the_guard_everything_is_as_jupyterlab_has_it(pair: Pair, notebook: str) -> None:
    alice, bob = pair
    for lab in pair:
        lab.configure("guard", False)
    try:
        write(alice, 0, "0")
        write(bob, 1, "0")
        bob.save_at_once()
        alice.save()
        dialog = until(alice.dialog, "JupyterLab asks")
        assert dialog.title == "File Changed"
        assert alice.bar() is None
        alice.answer("Cancel")
    finally:
        for lab in pair:
            lab.configure("guard", True)


def test_the_text_one_reads_stays_where_it_is_when_the_bar_comes_and_goes(
    pair: Pair, server: LabServer
) -> None:
    alice, bob = pair
    path = server.write_notebook("steady.ipynb", CELLS)
    for lab in pair:
        lab.open(path)
    until(lambda: alice.ask("isDrawn"), "all cells are drawn")
    alice.put_caret(9, 4)
    before = alice.resting(9, 4)
    write(bob, 1, "0")
    alice.sees_bar("unsaved")
    until(lambda: alice.character(9, 4) == before, "the bar moves nothing")
    bob.close_all()
    until(lambda: alice.bar() is None, "the bar is gone")
    until(lambda: alice.character(9, 4) == before, "nor does its going")


def test_the_bar_can_be_used_with_the_keyboard_and_hidden(pair: Pair, notebook: str) -> None:
    alice, bob = pair
    write(bob, 9, "0")
    alice.sees_bar("Bob has unsaved changes")
    bar = alice.page.locator(".jp-MainAreaWidget:not(.lm-mod-hidden) .jp-AwarenessGuard")
    bar.get_by_text("Go to Bob").focus()
    alice.page.keyboard.press("Enter")
    until(lambda: alice.ask("isInSight", 9), "alice sees where Bob is")
    alice.page.keyboard.press("Tab")
    alice.page.keyboard.press("Enter")
    until(lambda: alice.bar() is None, "the bar is hidden")
    write(alice, 0, "0")
    assert alice.sees_bar("both").serious


def test_what_a_peer_claims_does_no_harm(
    pair: Pair, server: LabServer, notebook: str, crowd: Crowd
) -> None:
    alice, _ = pair
    liar = crowd.come("carol", f"document:{notebook}", 4242)
    saved = {"at": 2**52, "hash": "no such version", "from": ["x"]}
    liar.say({"document": {"dirty": True, "since": 2**52, "saved": saved}})
    bar = alice.sees_bar("Carol has unsaved changes here since")
    assert bar.kind == "others"
    write(alice, 0, "0")
    alice.save_at_once()
    assert sources(server, notebook)[0] == "first = 10"
    assert alice.dialog() is None


def test_two_people_who_alternate_for_an_hour_lose_nothing(
    pair: Pair, server: LabServer, notebook: str
) -> None:
    """Many rounds in which both edit; each decides in another way when they collide."""
    alice, bob = pair
    lines: list[str] = []
    answers = ("Overwrite", "Save mine as a copy", "Cancel", "Show differences")
    for number in range(12):
        first, second = (alice, bob) if number % 2 else (bob, alice)
        for lab in (first, second) if number % 3 else (first,):
            lines.append(f"# {lab.person} {number}")
            add(lab, number % 3, lines[-1])
        first.save()
        settle(first, answers[number % 4])
        if number % 4 == 0:
            second.save()
            settle(second, answers[(number // 4) % 4])
        for lab in pair:
            rest(lab)
        for lab in pair:
            lab.open(notebook)  # Not a copy, and not the differences.
        # What is nowhere now was lost.
        until(lambda: not missing(lines, pair, server), f"nothing is lost in round {number}")


def add(lab: Lab, cell: int, line: str) -> None:
    """Type a line at the end of a cell; the document may be renewed until one begins."""
    lab.put_caret(cell, None)
    lab.type(f"\n{line}")
    until(lambda: line in lab.source(cell), f"{lab.person} has typed {line!r}")


def settle(lab: Lab, answer: str) -> None:
    """Give an answer if there is a question."""
    while lab.saves_or_asks() == "asks":
        lab.answer(answer)


def missing(lines: list[str], pair: Pair, server: LabServer) -> list[str]:
    """Return the lines that are in no file, no copy and no open document."""
    found = "\n".join(
        [path.read_text() for path in server.documents.glob("*.ipynb")]
        + [text for lab in pair for text in lab.ask("texts")]
    )
    return [line for line in lines if line not in found]
