"""What the REST interface answers: rooms, their peers, and people with where they are.

Ground floor: pure functions of what the feed says of each room.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from .feed import Item
from .peers import Location, Peer, parse_peer
from .privacy import without_places

__all__ = ["Census", "list_peers", "list_people", "list_rooms"]

Census: TypeAlias = Mapping[str, Sequence[Item]]
"""Who is seen in each room; rooms in which nobody is seen are not in it."""

LIVELIEST_FIRST = ("active", "idle", "away")


def list_rooms(census: Census, locations: bool) -> list[dict[str, Any]]:
    """One row per room: what it is of, how many peers are seen there, how many people.

    Args:
        census: who is seen where.
        locations: False leaves out documents. They are told only of people who tell where they are.
    """
    silent = _silent(census)
    rows = []
    for room_id, items in sorted(census.items()):
        room, names = describe(room_id), [peer.user.username for peer in _parsed(items)]
        if room["kind"] == "document":
            names = [name for name in names if locations and name not in silent]
        if names:
            rows.append({**room, "peers": len(names), "people": len(set(names))})
    return rows


def list_peers(items: Iterable[Item], locations: bool) -> list[dict[str, Any]]:
    """One row per peer of a room: its client id, when it last changed, its signed state.

    Args:
        locations: False leaves out what somebody looks at and has open.
    """
    return [
        {
            "id": item.client_id,
            "changed": item.number / 1e6,
            "state": state if locations else without_places(state),
        }
        for item in items
        if (state := item.state) is not None
    ]


def list_people(census: Census, locations: bool) -> list[dict[str, Any]]:
    """One row per person, over all rooms; people before agents, by name.

    Args:
        locations: False leaves out where they are.
    """
    peers: dict[str, list[tuple[str, Peer]]] = {}
    for room_id, items in census.items():
        for peer in _parsed(items):
            peers.setdefault(peer.user.username, []).append((room_id, peer))
    silent = _silent(census)
    rows = [
        _person(theirs, locations and username not in silent) for username, theirs in peers.items()
    ]
    rows.sort(key=lambda row: (row["kind"] == "agent", row["user"]["display_name"].casefold()))
    return rows


def describe(room_id: str) -> dict[str, str]:
    """What a room is of: its kind, and the document's path or the topic's name."""
    kind, _, subject = room_id.partition(":")
    return {"id": room_id, "kind": kind, "subject": subject}


def _person(theirs: list[tuple[str, Peer]], locations: bool) -> dict[str, Any]:
    peers = sorted((peer for _, peer in theirs), key=_liveliness)
    return {
        "user": peers[0].state["user"],
        "kind": "agent" if all(peer.kind == "agent" for peer in peers) else "person",
        "status": peers[0].status,
        "peers": len(peers),
        "where": _where(theirs) if locations else [],
    }


def _where(theirs: list[tuple[str, Peer]]) -> list[dict[str, Any]]:
    """What a person looks at, then what else they have open."""
    lobby = [peer for room_id, peer in theirs if room_id == "lobby"]
    places = [peer.location for peer in lobby if peer.location is not None]
    opened = {document.path for peer in lobby for document in peer.open}
    documents = (describe(room_id) for room_id, _ in theirs)
    paths = {room["subject"] for room in documents if room["kind"] == "document"}
    where = {place.path: _place(place) for place in reversed(places)}
    for path in sorted(paths | opened):
        where.setdefault(path, {"path": path})
    return list(where.values())


def _silent(census: Census) -> set[str]:
    """Who is in the lobby and does not tell there where they are, nor what they have open.

    Then their documents' rooms must not tell it either.
    """
    peers = list(_parsed(census.get("lobby", ())))
    telling = {peer.user.username for peer in peers if {"location", "open"} & peer.state.keys()}
    return {peer.user.username for peer in peers} - telling


def _place(location: Location) -> dict[str, Any]:
    fields = {"type": location.type, "cell": location.cell, "index": location.index}
    return {"path": location.path, **{k: v for k, v in fields.items() if v not in (None, "")}}


def _parsed(items: Iterable[Item]) -> Iterator[Peer]:
    for item in items:
        peer = parse_peer(item.client_id, item.state)
        if peer is not None:
            yield peer


def _liveliness(peer: Peer) -> int:
    return LIVELIEST_FIRST.index(peer.status)
