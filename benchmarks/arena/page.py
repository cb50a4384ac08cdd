"""The page that the figures are written into, between marks, by whoever has measured them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))

import marks  # noqa: E402 - after the path to it

PAGE = ROOT / "docs" / "performance.md"


def put(name: str, body: str, page: Path = PAGE) -> None:
    """Replace what is between the marks of a name; what is there may be more than one paragraph."""
    marks.write(page, name, f"\n{body}\n")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
