"""The ordering rule and strict comparison."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_awareness.protocol import Entry
from jupyter_awareness.states import Change, judge, same

A = {"a": 1}
B = {"a": 2}


@pytest.mark.parametrize(
    ("clock", "state", "new_clock", "new_state", "change"),
    [
        (None, None, 0, A, Change.ADDED),
        (None, None, 9, A, Change.ADDED),
        (None, None, 9, None, Change.STALE),
        (5, A, 4, B, Change.STALE),
        (5, A, 4, None, Change.STALE),
        (5, A, 5, B, Change.STALE),
        (5, A, 5, None, Change.REMOVED),
        (5, None, 5, None, Change.STALE),
        (5, None, 5, A, Change.STALE),
        (5, A, 6, None, Change.REMOVED),
        (5, None, 6, None, Change.RENEWED),
        (5, None, 6, A, Change.ADDED),
        (5, A, 6, dict(A), Change.RENEWED),
        (5, A, 6, B, Change.UPDATED),
        (5, A, 6, {"a": True}, Change.UPDATED),
    ],
)
def test_judge(
    clock: int | None,
    state: dict[str, int] | None,
    new_clock: int,
    new_state: dict[str, int] | None,
    change: Change,
) -> None:
    assert judge(clock, state, Entry(1, new_clock, new_state)) is change


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (1, 1.0),
        (None, None),
        (True, True),
        ({"a": 1, "b": [2]}, {"b": [2.0], "a": 1}),
        ([], []),
        ("é", "é"),
        (-0.0, 0),
    ],
)
def test_equal_json_is_the_same(a: object, b: object) -> None:
    assert same(a, b)
    assert same(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (True, 1),
        (False, 0),
        (False, 0.0),
        ({"a": True}, {"a": 1}),
        ({"a": {"b": [0]}}, {"a": {"b": [False]}}),
        ([1, True], [True, 1]),
        ([1], [1, 1]),
        ({"a": 1}, {"a": 1, "b": None}),
        ({}, []),
        (None, False),
        (1, "1"),
        (2**53, 2**53 + 1),
    ],
)
def test_different_json_is_not_the_same(a: object, b: object) -> None:
    assert not same(a, b)
    assert not same(b, a)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(0, 1) | st.text(max_size=1),
        lambda values: st.lists(values) | st.dictionaries(st.text(max_size=1), values),
        max_leaves=6,
    )
)
def test_a_copy_is_the_same(value: object) -> None:
    assert same(value, copy.deepcopy(value))
