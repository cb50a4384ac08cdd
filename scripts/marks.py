"""Tables that programs write into documents, each between two marks of its name."""

from __future__ import annotations

from pathlib import Path

__all__ = ["put", "write"]


def put(text: str, name: str, table: str) -> str:
    """Give a document's text with a table between its two marks.

    Raises:
        ValueError: the marks are not there once each.
    """
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    if text.count(begin) != 1 or text.count(end) != 1:
        raise ValueError(f"There are no marks {begin} and {end}, or not once each.")
    before, _, rest = text.partition(begin)
    after = rest.partition(end)[2]
    return f"{before}{begin}\n{table}\n{end}{after}"


def write(document: Path, name: str, table: str) -> None:
    """Put a table into a document."""
    text = document.read_text(encoding="utf-8")
    document.write_text(put(text, name, table), encoding="utf-8")
