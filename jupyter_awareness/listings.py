"""What the REST interface answers: rooms, their peers, and people with where they are.

Ground floor: pure functions of what the feed says of each room.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from .feed import Item
from .identity import PLACES
from .peers import Location, Peer, parse_peer

__all__ = ["Census", "list_peers", "list_people", "list_rooms"]

Census: TypeAlias = Mapping[str, Sequence[Item]]
"""Who is seen in each room; rooms in which nobody is seen are not in it."""

LIVELIEST_FIRST = ("active", "idle", "away")


def list_rooms(census: Census) -> list[dict[str, Any]]:
    """One row per room: what it is of, how many peers are seen there, how many people."""
    return [
        {
            **describe(room_id),
            "peers": len(items),
            "people": len({peer.user.username for peer in _parsed(items)}),
        }
        for room_id, items in sorted(census.items())
    ]


def list_peers(items: Iterable[Item], locations: bool) -> list[dict[str, Any]]:
    """One row per peer of a room: its client id, when it last changed, its signed state.

    Args:
        locations: False leaves out what somebody looks at and has open.
    """
    return [
        {
            "id": item.client_id,
            "changed": item.number / 1e6,
            "state": {k: v for k, v in (item.state or {}).items() if locations or k not in PLACES},
        }
        for item in items
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
    rows = [_person(theirs, locations) for theirs in peers.values()]
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
    """What a person looks at, then what else they have open.

    Whoever is in the lobby and tells neither does not share it: then the rooms of their documents
    are not told.
    """
    lobby = [peer for room_id, peer in theirs if room_id == "lobby"]
    places = [peer.location for peer in lobby if peer.location is not None]
    opened = {document.path for peer in lobby for document in peer.open}
    if lobby and not places and not opened:
        return []
    documents = (describe(room_id) for room_id, _ in theirs)
    paths = {room["subject"] for room in documents if room["kind"] == "document"}
    where = {place.path: _place(place) for place in reversed(places)}
    for path in sorted(paths | opened):
        where.setdefault(path, {"path": path})
    return list(where.values())


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
