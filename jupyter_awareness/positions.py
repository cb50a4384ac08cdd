"""Places in a document's text: where a caret stands, and the characters around it.

Ground floor: pure functions of text. Offsets are UTF-16 units, as browsers and editors count.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .peers import Quote

__all__ = ["Place", "Source", "find", "place_at", "sources", "utf16_length"]

QUOTE_LENGTH = 16  # characters on each side of a place that are sent along


@dataclass(frozen=True, slots=True)
class Source:
    """One text of a document: a cell of a notebook, or a whole file (no ``cell``, no ``index``).

    ``type`` is ``code``, ``markdown`` or ``raw`` for a cell, else ``file``. Notebooks older than
    nbformat 4.5 have no cell ids; JupyterLab finds such a cell by its index.
    """

    text: str
    type: str = "file"
    cell: str | None = None
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A caret (``position``) and the other end of its selection (``anchor``) in one source."""

    position: int
    anchor: int
    cell: str | None = None
    index: int | None = None
    quote: Quote | None = None

    def cursor(self) -> dict[str, Any]:
        """The place as the field `cursor` of a peer's state."""
        cursor: dict[str, Any] = {"position": self.position, "anchor": self.anchor}
        if self.cell is not None:
            cursor["cell"] = self.cell
        if self.index is not None:
            cursor["index"] = self.index
        if self.quote is not None:
            cursor["quote"] = {"before": self.quote.before, "after": self.quote.after}
        return cursor


def sources(model: Mapping[str, Any]) -> list[Source]:
    """The texts of a document, in order, from the model that Jupyter's contents API gives.

    Raises:
        ValueError: the model is of a directory, or of a file that is not text.
    """
    content = model.get("content")
    if model.get("type") == "notebook" and isinstance(content, Mapping):
        cells = content.get("cells") or []
        return [_source(index, cell) for index, cell in enumerate(cells)]
    if model.get("type") == "file" and isinstance(content, str) and model.get("format") == "text":
        return [Source(content)]
    raise ValueError("not a notebook and not a text file")


def place_at(source: Source, start: int, end: int | None = None) -> Place:
    """The place between two characters of a source's text; with ``end``, a selection up to there.

    Args:
        start: counted in characters of the Python string.
        end: likewise; the caret is there, and the anchor at ``start``.
    """
    caret = start if end is None else end
    quote = Quote(
        source.text[max(0, caret - QUOTE_LENGTH) : caret], source.text[caret : caret + QUOTE_LENGTH]
    )
    position, anchor = utf16_length(source.text[:caret]), utf16_length(source.text[:start])
    return Place(position, anchor, source.cell, source.index, quote)


def find(texts: Iterable[Source], text: str, *, select: bool = False) -> Place | None:
    """The first place where ``text`` stands: before it, or around it with ``select``."""
    for source in texts:
        start = source.text.find(text)
        if start >= 0:
            return place_at(source, start, start + len(text) if select else None)
    return None


def utf16_length(text: str) -> int:
    """How many UTF-16 units a text has: two for each character beyond U+FFFF."""
    return len(text) + sum(character > "\uffff" for character in text)


def _source(index: int, cell: Mapping[str, Any]) -> Source:
    text = cell.get("source", "")
    cell_id = cell.get("id")
    return Source(
        "".join(text) if isinstance(text, list) else str(text),
        str(cell.get("cell_type", "raw")),
        cell_id if isinstance(cell_id, str) else None,
        index,
    )
