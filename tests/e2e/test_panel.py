"""The panel of people: a click leads to where somebody is. Nothing of it is loaded at the start."""

from __future__ import annotations

import gzip
import re

import pytest
from lab import Lab, until
from lab_server import LabServer

Pair = tuple[Lab, Lab]
START = 60_000  # bytes, gzipped


def go_to(lab: Lab, row: str) -> None:
    """Click on a person in the panel."""
    lab.show_people()
    panel = lab.page.locator("#jp-awareness-people")
    panel.get_by_role("button", name=re.compile(row)).click()


def test_a_click_on_a_person_opens_their_document_at_their_cell(
    pair: Pair, server: LabServer
) -> None:
    alice, bob = pair
    sources = [f"# cell {number}\n" * 6 for number in range(40)]
    path = server.write_notebook("far.ipynb", sources)
    bob.open(path)
    bob.put_caret(30, 9)
    go_to(alice, r"^Bob, active, far\.ipynb.*Cell 31")
    until(lambda: alice.ask("isOpen", path), "alice has the notebook open")
    until(lambda: alice.ask("isInSight", 30), "alice sees the cell")
    alice.sees_caret(30, 9)


def test_a_click_on_a_person_goes_to_their_line_in_a_file(pair: Pair, server: LabServer) -> None:
    alice, bob = pair
    text = "\n".join(f"line_{number:03}" for number in range(300))
    path = server.write_file("far.py", text)
    for lab in pair:
        lab.open(path)
    bob.put_caret(None, text.index("line_250"))
    go_to(alice, "^Bob, active, Line 251")
    alice.sees_caret(None, text.index("line_250"))


def test_one_s_own_caret_stays_where_it_was_after_a_click_on_a_person(
    pair: Pair, server: LabServer
) -> None:
    alice, bob = pair
    path = server.write_notebook("own.ipynb", [f"x = {number}\n" * 12 for number in range(30)])
    for lab in pair:
        lab.open(path)
    bob.put_caret(25, 4)
    alice.put_caret(0, 3)
    bob.show_people()
    here = "Alice, active, Cell 1. Go there"
    until(lambda: here in bob.people().get("In this document", []), "bob sees where alice is")
    go_to(alice, "^Bob, active, Cell 26")
    until(lambda: alice.ask("isInSight", 25), "alice sees Bob's cell")
    assert alice.ask("caret") == [0, 3]
    assert here in bob.people()["In this document"]


def test_a_page_with_nothing_open_loads_little(pair: Pair) -> None:
    alice, _ = pair
    files = {url: alice.page.request.get(url).body() for url in alice.at_start}
    if any(b"\n//# sourceMappingURL=" in body for body in files.values()):
        pytest.skip("built for development, which is larger: npm run build:prod")
    sizes = {url.rsplit("/")[-1]: len(gzip.compress(body)) for url, body in files.items()}
    assert any(name.startswith("remoteEntry") for name in sizes)
    assert sum(sizes.values()) < START, f"load it when it is needed: {sizes}"
