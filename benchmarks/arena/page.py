"""The page that the figures are written into, between marks, by whoever has measured them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"


def put(name: str, body: str, page: Path = PAGE) -> None:
    """Replace what is between the marks of a name."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    before, found, after = page.read_text().partition(begin)
    _, closed, after = after.partition(end)
    if not (found and closed):
        raise ValueError(f"{page} has no marks for {name}")
    page.write_text(f"{before}{begin}\n\n{body}\n\n{end}{after}")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
