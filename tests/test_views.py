"""What concerns following: views of documents, and calls to come to a place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_awareness.views import Call, Edge, Quote, View, parse_call, parse_view

FIRST: dict[str, Any] = {"cell": "c1", "index": 2, "part": 0.25}
LAST: dict[str, Any] = {"index": 4, "part": 1}


def test_a_view_of_a_notebook_is_read_whole() -> None:
    assert parse_view({"tab": 7, "first": FIRST, "last": LAST}) == View(
        Edge(0.25, "c1", 2), Edge(1.0, index=4), 7
    )


def test_a_view_of_a_file_is_read_whole() -> None:
    quote = {"before": "a" * 99 + "b", "after": "c"}
    seen = {"first": {"position": 0}, "last": {"position": 90, "quote": quote, "part": 0.5}}
    last = Edge(0.5, position=90, quote=Quote("a" * 63 + "b", "c"))
    assert parse_view(seen) == View(Edge(0.0, position=0), last)


@pytest.mark.parametrize(
    "value",
    [None, [], {}, {"first": FIRST}, {"last": LAST}, {"first": FIRST, "last": {"part": 1}}],
)
def test_a_view_has_two_ends(value: object) -> None:
    assert parse_view(value) is None


@pytest.mark.parametrize(
    ("part", "read"),
    [(-1, 0.0), (2, 1.0), (True, 0.0), ("1", 0.0), (float("nan"), 0.0), (None, 0.0)],
)
def test_a_part_is_from_0_to_1(part: object, read: float) -> None:
    view = parse_view({"first": {**FIRST, "part": part}, "last": LAST})
    assert view is not None
    assert view.first.part == read


def test_a_quote_has_both_sides() -> None:
    edge = {"position": 3, "quote": {"before": "a"}}
    assert parse_view({"first": edge, "last": edge}) == View(
        Edge(0.0, position=3), Edge(0.0, position=3)
    )


def test_a_call_says_when_and_where() -> None:
    assert parse_call({"at": 5, "path": "a.ipynb", "cell": "c", "index": 1}) == Call(
        5, "a.ipynb", "c", 1
    )
    assert parse_call({"at": 5, "path": "a.py"}) == Call(5, "a.py")


@pytest.mark.parametrize(
    "value",
    [None, 5, {"at": 5}, {"path": "a"}, {"at": "5", "path": "a"}, {"at": 5, "path": "x" * 5_000}],
)
def test_a_call_without_a_time_or_a_place_is_none(value: object) -> None:
    assert parse_call(value) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.dictionaries(st.sampled_from(["first", "last", "index", "part"]), inner),
    max_leaves=8,
)


@given(JSON)
def test_nothing_is_raised_whatever_comes(value: object) -> None:
    parse_view(value)
    parse_call(value)
