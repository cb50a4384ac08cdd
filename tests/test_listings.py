"""What the REST interface says of rooms, peers and people."""

from __future__ import annotations

from typing import Any

from jupyter_awareness.feed import Feed, Item
from jupyter_awareness.listings import list_peers, list_people, list_rooms


def seen(*peers: tuple[str, dict[str, Any]]) -> list[Item]:
    feed = Feed()
    for client_id, (username, fields) in enumerate(peers, 1):
        user = {"username": username, "display_name": username.title()}
        feed.record(client_id, {"user": user, **fields}, now=1_000.0 + client_id)
    return feed.living()


def at(path: str, **more: Any) -> dict[str, Any]:
    return {"location": {"path": path, "type": "notebook", **more}}


def test_a_room_counts_peers_and_people() -> None:
    census = {
        "topic:chat": seen(("bob", {})),
        "document:a.ipynb": seen(("bob", {}), ("bob", {}), ("alice", {})),
    }
    assert list_rooms(census, locations=True) == [
        {
            "id": "document:a.ipynb",
            "kind": "document",
            "subject": "a.ipynb",
            "peers": 3,
            "people": 2,
        },
        {"id": "topic:chat", "kind": "topic", "subject": "chat", "peers": 1, "people": 1},
    ]


def test_documents_are_no_rooms_for_whoever_may_not_know_of_them() -> None:
    census = {"topic:chat": seen(("bob", {})), "document:a.ipynb": seen(("bob", {}))}
    assert [row["id"] for row in list_rooms(census, locations=False)] == ["topic:chat"]


def test_a_document_is_told_only_of_people_who_tell_where_they_are() -> None:
    census = {
        "lobby": seen(("alice", {}), ("bob", at("b.ipynb")), ("carol", {"open": ["a.ipynb"]})),
        "document:a.ipynb": seen(("alice", {}), ("bob", {}), ("carol", {}), ("agent", {})),
        "document:hers.ipynb": seen(("alice", {})),
    }
    rows = {row["id"]: row["people"] for row in list_rooms(census, locations=True)}
    assert rows == {"lobby": 3, "document:a.ipynb": 3}


def test_a_peer_is_told_with_its_state_and_when_it_changed() -> None:
    [row] = list_peers(seen(("bob", at("a.ipynb"))), locations=True)
    assert (row["id"], row["changed"]) == (1, 1_001.0)
    assert row["state"]["location"]["path"] == "a.ipynb"
    fields = {**at("a.ipynb"), "open": [{"path": "a.ipynb"}], "cursor": {"position": 1}}
    [row] = list_peers(seen(("bob", fields)), locations=False)
    assert set(row["state"]) == {"user"}


def test_who_left_is_not_listed() -> None:
    feed = Feed()
    feed.record(1, {"user": {"username": "bob"}}, now=1.0)
    feed.record(1, None, now=2.0)
    assert list_peers(feed.since(0), locations=True) == []


def test_a_person_is_told_once_with_the_liveliest_status() -> None:
    census = {
        "lobby": seen(("bob", {"status": "idle"}), ("bob", {"status": "active"})),
        "topic:chat": seen(("bob", {"status": "away", "kind": "agent"})),
    }
    [row] = list_people(census, locations=True)
    assert (row["user"]["username"], row["status"], row["kind"]) == ("bob", "active", "person")
    assert row["peers"] == 3


def test_people_come_before_agents_and_by_name() -> None:
    agent = {"kind": "agent"}
    census = {"lobby": seen(("aa", agent), ("zoe", {}), ("bob", {}), ("robot", agent))}
    names = [row["user"]["username"] for row in list_people(census, locations=True)]
    assert names == ["bob", "zoe", "aa", "robot"]


def test_what_somebody_looks_at_comes_before_what_else_is_open() -> None:
    census = {
        "lobby": seen(("bob", at("b.ipynb", cell="c", index=2))),
        "document:a.py": seen(("bob", {})),
        "document:b.ipynb": seen(("bob", {})),
    }
    [row] = list_people(census, locations=True)
    assert row["where"] == [
        {"path": "b.ipynb", "type": "notebook", "cell": "c", "index": 2},
        {"path": "a.py"},
    ]


def test_what_is_open_is_told_also_if_nothing_is_looked_at() -> None:
    background = {"open": [{"path": "b.py", "dirty": True}, {"path": "a.py"}]}
    census = {"lobby": seen(("bob", background)), "document:b.py": seen(("bob", {}))}
    [row] = list_people(census, locations=True)
    assert row["where"] == [{"path": "a.py"}, {"path": "b.py"}]


def test_who_is_not_in_the_lobby_is_where_their_documents_are() -> None:
    [row] = list_people({"document:a.py": seen(("bob", {}))}, locations=True)
    assert row["where"] == [{"path": "a.py"}]


def test_who_shares_no_location_is_nowhere() -> None:
    census = {"lobby": seen(("bob", {})), "document:a.py": seen(("bob", {}))}
    [row] = list_people(census, locations=True)
    assert row["where"] == []


def test_nobody_is_anywhere_where_locations_are_not_told() -> None:
    census = {"lobby": seen(("bob", at("a.py"))), "document:a.py": seen(("bob", {}))}
    [row] = list_people(census, locations=False)
    assert row["where"] == []


def test_a_peer_without_a_usable_name_is_left_out() -> None:
    feed = Feed()
    feed.record(1, {"user": {"username": 5}}, now=1.0)
    assert list_people({"lobby": feed.living()}, locations=True) == []
