"""Places are found in a document's text, and counted as browsers count."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_awareness.peers import Quote
from jupyter_awareness.positions import Place, Source, find, place_at, sources, utf16_length

NOTEBOOK: dict[str, Any] = {
    "type": "notebook",
    "format": "json",
    "content": {
        "cells": [
            {"id": "a", "cell_type": "markdown", "source": "# Title"},
            {"id": "b", "cell_type": "code", "source": ["x = 1\n", "😀 y = 2"]},
            {"cell_type": "code", "source": "old"},
        ]
    },
}


def test_a_notebook_has_a_source_per_cell() -> None:
    assert sources(NOTEBOOK) == [
        Source("# Title", "markdown", "a", 0),
        Source("x = 1\n😀 y = 2", "code", "b", 1),
        Source("old", "code", None, 2),
    ]


def test_a_file_is_one_source() -> None:
    model = {"type": "file", "format": "text", "content": "hello"}
    assert sources(model) == [Source("hello", "file", None, None)]


@pytest.mark.parametrize(
    "model",
    [
        {"type": "directory", "content": []},
        {"type": "file", "format": "base64", "content": "AAAA"},
        {"type": "notebook", "content": None},
    ],
)
def test_what_has_no_text_is_refused(model: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not a notebook and not a text file"):
        sources(model)


def test_a_text_is_found_in_utf16_units() -> None:
    place = find(sources(NOTEBOOK), "y = 2")
    assert place == Place(9, 9, "b", 1, Quote("x = 1\n😀 ", "y = 2"))
    assert place.cursor() == {
        "position": 9,
        "anchor": 9,
        "cell": "b",
        "index": 1,
        "quote": {"before": "x = 1\n😀 ", "after": "y = 2"},
    }


def test_a_found_text_can_be_selected() -> None:
    place = find(sources(NOTEBOOK), "y", select=True)
    assert place is not None
    assert (place.anchor, place.position) == (9, 10)


def test_a_text_that_is_not_there_is_not_found() -> None:
    assert find(sources(NOTEBOOK), "z = 3") is None


def test_a_quote_has_sixteen_characters_on_each_side() -> None:
    place = place_at(Source("a" * 40 + "b" * 40), 40)
    assert place.quote == Quote("a" * 16, "b" * 16)


def test_a_place_in_a_file_names_no_cell() -> None:
    assert Place(3, 1).cursor() == {"position": 3, "anchor": 1}


def test_characters_beyond_the_basic_plane_count_twice() -> None:
    assert [utf16_length(text) for text in ("", "aé€", "😀", "a😀b")] == [0, 3, 2, 4]
