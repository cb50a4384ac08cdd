"""Readers for JSON that somebody else wrote."""

from __future__ import annotations

import pytest

from jupyter_awareness.values import fields_of, key, label, natural


@pytest.mark.parametrize("value", [None, 5, "x", [], [1], True])
def test_what_is_no_object_has_no_fields(value: object) -> None:
    assert fields_of(value) == {}
    assert fields_of({"a": 1}) == {"a": 1}


@pytest.mark.parametrize(
    ("value", "number"),
    [(0, 0), (5, 5), (3.0, 3), (2**53 - 1, 2**53 - 1), (2**53, None), (-1, None)]
    + [(1.5, None), (True, None), ("5", None), (None, None), (float("inf"), None)],
)
def test_a_natural_number_is_one_that_javascript_can_count_to(
    value: object, number: int | None
) -> None:
    assert natural(value) == number


def test_a_key_is_taken_whole_or_not_at_all() -> None:
    assert key("a") == "a"
    assert key("abc", 3) == "abc"
    assert (key("abcd", 3), key(""), key(5), key("x" * 256)) == (None, None, None, None)


def test_a_label_is_one_line_without_invisible_marks() -> None:
    assert label(" a\n\tb\u202ec ") == "a b c"
    assert label("abcdef", 3) == "abc"
    assert (label(None), label("\u200e"), label("")) == ("", "", "")
    assert len(label("x" * 5_000)) == 200
