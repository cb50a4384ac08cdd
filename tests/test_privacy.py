"""What of a claim is shown, and to whom."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_awareness.privacy import (
    CURSORS,
    PLACES,
    Sharing,
    keep_to,
    paths_in,
    renamed,
    withheld,
    without_places,
)

BOTH = PLACES | CURSORS


def test_places_and_cursors_are_told_apart() -> None:
    assert PLACES & CURSORS == set()
    assert {"location", "open", "cell", "view"} <= PLACES
    assert {"cursor", "cursors"} <= CURSORS


# What is shown to nobody


@pytest.mark.parametrize(
    ("privacy", "hidden"),
    [
        (None, set()),
        ({}, set()),
        ({"location": True, "cursor": True}, set()),
        ({"location": False}, BOTH),  # A cursor tells the cell.
        ({"cursor": False}, CURSORS),
        ({"location": False, "cursor": False}, BOTH),
        ({"location": False, "cursor": True, "other": 1}, BOTH),
    ],
)
def test_a_person_chooses(privacy: object, hidden: set[str]) -> None:
    assert withheld(privacy, "choice", "choice") == hidden


@pytest.mark.parametrize("value", [0, 1, None, "false", "yes", [], {}])
def test_a_choice_that_cannot_be_read_withholds(value: object) -> None:
    assert withheld({"location": value}, "choice", "choice") == BOTH
    assert withheld({"cursor": value}, "choice", "choice") == CURSORS


@pytest.mark.parametrize("privacy", [True, False, 0, "", "location", ["cursor"]])
def test_a_wish_that_cannot_be_read_withholds_both(privacy: object) -> None:
    assert withheld(privacy, "choice", "choice") == BOTH


@pytest.mark.parametrize("privacy", [None, {}, {"location": False, "cursor": True}, "x"])
def test_a_deployment_can_decide_for_everybody(privacy: object) -> None:
    assert withheld(privacy, "never", "never") == BOTH
    assert withheld(privacy, "always", "always") == set()
    assert withheld(privacy, "never", "always") == PLACES
    assert withheld(privacy, "always", "never") == CURSORS
    assert withheld(privacy, "never", "choice") == BOTH


# Which paths are named


def kept(state: dict[str, Any], *documents: str) -> dict[str, Any]:
    keep_to(frozenset(documents), state)
    return state


@pytest.mark.parametrize("field", ["location", "call"])
def test_only_documents_that_somebody_was_let_into_are_named(field: str) -> None:
    state = {field: {"path": "a.ipynb", "index": 1}, "x": 1}
    assert kept(dict(state), "a.ipynb", "b") == state
    assert kept(dict(state), "b") == {"x": 1}
    assert kept(dict(state)) == {"x": 1}


@pytest.mark.parametrize(
    "value", ["b.ipynb", None, 5, [], {}, {"path": ""}, {"path": None}, {"path": ["a.ipynb"]}]
)
def test_a_place_without_a_known_path_is_left_out(value: object) -> None:
    assert kept({"location": value}, "a.ipynb") == {}


@pytest.mark.parametrize(
    ("claimed", "shown"),
    [
        (["a", "secret", "b"], ["a", "b"]),
        ([{"path": "a", "dirty": True}, {"path": "secret"}], [{"path": "a", "dirty": True}]),
        (["secret"], None),
        ([], None),
        ([1, None, {}, ["a"]], None),
        ("a", None),
        ({"path": "a"}, None),
        (None, None),
    ],
)
def test_of_a_list_of_documents_the_known_ones_are_kept(claimed: object, shown: object) -> None:
    assert kept({"open": claimed, "x": 1}, "a", "b") == (
        {"x": 1} if shown is None else {"open": shown, "x": 1}
    )


def test_nothing_else_is_touched() -> None:
    state = {"user": {}, "cell": {"id": "c"}, "path": "secret"}
    assert kept(dict(state)) == state


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["a", "secret", ""]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["path", "cell"]), inner)
    ),
    max_leaves=8,
)
NAMED = st.sampled_from(["location", "open", "call"])


@given(st.dictionaries(NAMED, JSON))
def test_no_claim_names_a_document_as_its_place_that_is_not_known(state: dict[str, Any]) -> None:
    keep_to({"a"}, state)
    places = [state[field] for field in ("location", "call") if field in state]
    for place in places + state.get("open", []):
        assert place == "a" or place["path"] == "a"


# What is told to whom


def test_whoever_may_not_read_documents_is_told_no_places() -> None:
    state = dict.fromkeys(BOTH | {"user", "status", "document"})
    assert set(without_places(state)) == {"user", "status", "document"}
    assert set(state) == BOTH | {"user", "status", "document"}


def test_there_are_three_ways_to_share() -> None:
    assert Sharing.__args__ == ("never", "choice", "always")  # type: ignore[attr-defined]


# Other names for paths


def test_every_path_is_renamed_and_what_has_no_other_name_is_left_out() -> None:
    state = {
        "n": 1,
        "location": {"path": "a", "cell": "c"},
        "call": {"at": 1, "path": "secret"},
        "open": [{"path": "a", "dirty": True}, {"path": "secret"}, "b"],
    }
    before = str(state)
    assert renamed(state, {"a": "A", "b": "B"}.get) == {
        "n": 1,
        "location": {"path": "A", "cell": "c"},
        "open": [{"path": "A", "dirty": True}, "B"],
    }
    assert str(state) == before
    assert renamed({"open": ["secret"]}, lambda path: None) == {}
    assert paths_in(state) == ["a", "secret", "a", "secret", "b"]


@pytest.mark.parametrize("state", [{}, {"n": 1}, {"open": 5}, {"location": {"cell": "c"}}])
def test_a_state_without_paths_is_what_it_was(state: dict[str, Any]) -> None:
    assert paths_in(state) == []
    assert renamed(state, lambda path: pytest.fail(path)) is state


@pytest.mark.parametrize("odd", [5, None, "x", {"path": "x"}])
def test_an_odd_list_of_open_documents_names_nothing(odd: Any) -> None:
    assert renamed({"open": odd, "location": "a"}, {"a": "A", "x": "X"}.get) == {"location": "A"}
