"""What the documents say of the code is what the code says, and what they point to is there."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pages
import pytest

from jupyter_awareness.app import AwarenessExtension

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])

sys.path.insert(0, str(ROOT / "scripts"))

import attacks_table  # noqa: E402
import marks  # noqa: E402
import settings_table  # noqa: E402


def links(text: str) -> list[str]:
    """Give the targets of Markdown links and images that are files of this repository."""
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)\s]+)\)|src(?:set)?=\"([^\"]+)\"", prose)
    found = (link or picture for link, picture in targets)
    return [t.partition("#")[0] for t in found if not re.match(r"[a-z]+:|#", t)]


def test_the_settings_in_the_readme_are_those_of_the_code() -> None:
    text = settings_table.README.read_text(encoding="utf-8")
    anew = marks.put(text, settings_table.NAME, settings_table.table())
    assert anew == text, "run: python scripts/settings_table.py"


def test_every_setting_has_a_row_with_its_meaning() -> None:
    rows = [row.split(" | ") for row in settings_table.table().splitlines()[2:]]
    assert {"| `enabled`", "| `flush_interval`", "| `broker_class`"} <= {row[0] for row in rows}
    assert all(len(row) == 3 and len(row[2]) > 20 for row in rows)


def test_the_attacks_in_the_documents_are_those_that_were_tried() -> None:
    text, noted = attacks_table.DOCUMENT.read_text(encoding="utf-8"), attacks_table.read()
    anew = marks.put(text, attacks_table.NAME, attacks_table.table(noted))
    assert anew == text, "run: python scripts/attacks_table.py"
    assert not any(one["wrong"] for one in noted)


@pytest.mark.parametrize(
    "text", ["# Nothing here\n", "<!-- a:begin --><!-- a:begin --><!-- a:end -->"]
)
def test_a_document_without_its_two_marks_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a:begin"):
        marks.put(text, "a", "| table |")


def test_every_limit_is_explained() -> None:
    text = attacks_table.DOCUMENT.read_text(encoding="utf-8")
    limits = [name for name in AwarenessExtension.class_own_traits(config=True) if "max_" in name]
    assert [name for name in limits if f"`{name}`" not in text] == []


def test_every_attack_that_harms_others_is_told_of() -> None:
    text = attacks_table.DOCUMENT.read_text(encoding="utf-8")
    told = text.partition("<!-- elsewhere:begin -->")[2].partition("<!-- elsewhere:end -->")[0]
    harm = json.loads((ROOT / "docs" / "attacks_elsewhere.json").read_text(encoding="utf-8"))
    harmful = [name for name, servers in harm.items() if any(servers.values())]
    assert re.findall(r"^\| (.+?) \|", told, re.MULTILINE)[1:] == harmful


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_document_points_to_is_there(document: Path) -> None:
    found = links(document.read_text(encoding="utf-8"))
    assert [link for link in found if not (document.parent / link).exists()] == []


def test_links_are_seen() -> None:
    text = "[a](b.md#c) ![d](e.png) [f](https://g.example) [h](#i)\n```\n[j](k)\n```\n"
    assert links(text) == ["b.md", "e.png"]


async def test_what_a_block_says_of_a_value_is_compared() -> None:
    names: dict[str, Any] = {}
    await pages.run("import asyncio\nawait asyncio.sleep(0, 5)  # 5\nx = 1  # 2\nx  # one", names)
    assert names["x"] == 1
    with pytest.raises(AssertionError):
        await pages.run("[x]  # [2]", names)
