"""Remote states become typed peers; whatever is malformed in them is left out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_awareness.peers import (
    NEUTRAL_COLOR,
    Activity,
    Call,
    CellPlace,
    Cursor,
    DocumentState,
    Location,
    OpenDocument,
    Peer,
    PeerUser,
    Quote,
    RunningCell,
    View,
    label,
    parse_peer,
    parse_user,
)
from jupyter_awareness.views import Edge

USER = {"username": "alice", "name": "Alice Example", "color": "#D93025"}


def peer(**fields: Any) -> Peer:
    parsed = parse_peer(7, {"user": USER, **fields})
    assert parsed is not None
    return parsed


def test_a_whole_state_is_read_whole() -> None:
    whole = peer(
        kind="agent",
        status="idle",
        location={"path": "a.ipynb", "type": "notebook", "cell": "c1", "index": 2},
        open=[{"path": "a.ipynb", "dirty": True}, {"path": "b.py"}],
        cursor={"cell": "c1", "index": 2, "position": 5, "anchor": 1},
        cursors=[{"position": 9, "quote": {"before": "x", "after": "y"}}],
        cell={"id": "c1", "index": 2, "mode": "edit"},
        document={"dirty": True, "since": 1800, "saved": {"at": 1700, "hash": "ab", "from": ["a"]}},
        activity={"running": ["c1", "", 5]},
        view={"first": {"index": 0}, "last": {"index": 1, "part": 1}},
        following="bob",
        followable=False,
        call={"at": 5, "path": "a.ipynb"},
        mine="untouched",
    )
    assert whole.user == PeerUser("alice", "Alice Example", "Alice Example", "AE", None, "#d93025")
    assert (whole.id, whole.kind, whole.status) == (7, "agent", "idle")
    assert whole.location == Location("a.ipynb", "notebook", "c1", 2)
    assert whole.open == (OpenDocument("a.ipynb", True), OpenDocument("b.py"))
    assert whole.cursor == Cursor(5, 1, "c1", 2)
    assert whole.cursors[1] == Cursor(9, 9, None, None, Quote("x", "y"))
    assert whole.cell == CellPlace("c1", 2, "edit")
    assert whole.document == DocumentState(True, 1700, "ab", 1800, ("a",))
    assert whole.activity == Activity(running=(RunningCell("c1"),))
    assert whole.view == View(Edge(0.0, index=0), Edge(1.0, index=1))
    assert (whole.following, whole.followable, whole.call) == ("bob", False, Call(5, "a.ipynb"))
    assert whole.state["mine"] == "untouched"


def test_an_empty_state_has_defaults() -> None:
    bare = peer()
    assert (bare.kind, bare.status, bare.cursor, bare.cursors) == ("person", "active", None, ())
    assert bare.open == ()
    assert (bare.location, bare.cell, bare.document, bare.activity) == (None, None, None, None)
    assert (bare.view, bare.following, bare.followable, bare.call) == (None, None, True, None)


@pytest.mark.parametrize("state", [None, 5, [], {}, {"user": 1}, {"user": {"username": ""}}])
def test_without_a_username_there_is_no_peer(state: object) -> None:
    assert parse_peer(7, state) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"cursor": {"position": -1}},
        {"cursor": {"position": True}},
        {"cursor": {"position": 1.5}},
        {"cursor": {"position": 2**53}},
        {"cursor": "5"},
        {"cursors": {"position": 1}},
        {"location": {"path": ""}},
        {"location": {"path": "x" * 5_000}},
        {"open": {"path": "a"}},
        {"open": ["a", {"path": ""}, {"dirty": True}, {"path": "x" * 5_000}]},
        {"cell": {"id": "a"}},
        {"cell": {"id": 5, "index": 1}},
        {"document": {"dirty": "yes"}},
        {"activity": {"running": [5]}},
        {"activity": {"running": "c1"}},
        {"activity": "dancing"},
        {"status": "asleep"},
        {"kind": "robot"},
        {"view": {"first": {"index": 1}}},
        {"following": ""},
        {"following": 5},
        {"followable": 0},
        {"call": {"path": "a.ipynb"}},
    ],
)
def test_a_malformed_field_is_left_out(fields: dict[str, Any]) -> None:
    assert peer(**fields) == peer()


def test_parts_of_a_field_are_left_out_alone() -> None:
    assert peer(cursor={"position": 3.0, "anchor": "x", "cell": 5, "quote": {}}).cursor == Cursor(
        3, 3
    )
    assert peer(document={"dirty": False, "saved": {"at": 1}}).document == DocumentState(False)
    assert peer(document={"dirty": False, "since": 5}).document == DocumentState(False)
    line = {"at": 1, "hash": "h", "from": ["a", 5, "", "b"]}
    saved = peer(document={"dirty": True, "since": "x", "saved": line}).document
    assert saved == DocumentState(True, 1, "h", None, ("a", "b"))
    assert peer(cell={"id": "c", "index": 0, "mode": "?"}).cell == CellPlace("c", 0, "command")
    assert peer(open=[5, {"path": "a", "dirty": "yes"}]).open == (OpenDocument("a"),)
    assert peer(status="away", activity="typing").activity == Activity(typing=True)
    assert peer(status="away").status == "away"
    assert peer(unreachable=True).unreachable
    assert not peer(unreachable=1).unreachable


@pytest.mark.parametrize(
    ("fields", "seen"),
    [
        ({"status": "idle", "seen": 1_800_000_000_000}, 1_800_000_000_000),
        ({"status": "away", "seen": 5.0}, 5),
        ({"status": "active", "seen": 5}, None),
        ({"seen": 5}, None),
        ({"status": "idle", "seen": -1}, None),
        ({"status": "idle", "seen": "noon"}, None),
        ({"status": "idle"}, None),
    ],
)
def test_somebody_who_is_not_active_was_last_seen_then(
    fields: dict[str, Any], seen: int | None
) -> None:
    assert peer(**fields).seen == seen


def test_there_is_a_bound_to_everything() -> None:
    assert len(peer(cursors=[{"position": 1}] * 500).cursors) == 63
    assert len(peer(open=[{"path": "a"}] * 500).open) == 32
    activity = peer(activity={"running": ["c"] * 5_000, "indices": [1] * 9_000}).activity
    assert activity is not None
    assert len(activity.running) == 256
    saved = peer(document={"dirty": True, "saved": {"at": 1, "hash": "", "from": ["x"] * 99}})
    assert saved.document is not None
    assert len(saved.document.saved_from) == 6
    quote = peer(cursor={"position": 1, "quote": {"before": "a" * 99 + "b", "after": "c" * 99}})
    assert quote.cursor is not None
    assert quote.cursor.quote == Quote("a" * 63 + "b", "c" * 64)
    assert len(label("x" * 5_000)) == 200


def test_names_fall_back_on_each_other_and_hide_nothing() -> None:
    user = parse_user({"username": "bob", "name": "\u202eBob\x1b[31m", "avatar_url": "/me.png"})
    assert user == PeerUser("bob", "Bob [31m", "Bob [31m", "B", "/me.png", NEUTRAL_COLOR)
    nameless = parse_user({"username": "\u200e"})
    assert nameless is not None
    assert (nameless.name, nameless.initials) == ("?", "?")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "//evil.example/x", "/\\evil", 5, ""])
def test_an_avatar_is_an_image_of_the_web_or_of_the_server(url: object) -> None:
    user = parse_user({**USER, "avatar_url": url})
    assert user is not None
    assert user.avatar_url is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
FIELDS = st.sampled_from(
    [
        "kind",
        "status",
        "seen",
        "location",
        "open",
        "cursor",
        "cursors",
        "cell",
        "document",
        "activity",
    ]
    + ["view", "following", "followable", "call"]
)


@given(st.dictionaries(FIELDS, JSON))
def test_nothing_is_raised_whatever_comes(fields: dict[str, Any]) -> None:
    assert peer(**fields).user.username == "alice"


def test_an_activity_may_be_typing_and_running_at_once() -> None:
    both = {"running": ["a", 5, "b", "c"], "indices": [7, 8, "x"], "typing": True}
    assert peer(activity=both).activity == Activity(
        True, (RunningCell("a", 7), RunningCell("b"), RunningCell("c"))
    )
    assert peer(activity={"running": [], "typing": 1}).activity is None
