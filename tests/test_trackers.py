"""`CursorTracker` and `OnlineStatusManager`, on documents and on an `Awareness` of others."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from datetime import datetime, timedelta, timezone
from typing import Any

import pycrdt
import pytest

from jupyter_awareness import (
    Awareness,
    CursorTracker,
    OnlineStatusManager,
    is_awareness_disconnect_message,
)
from jupyter_awareness.positions import Source, find
from jupyter_awareness.protocol import State, encode_entry, encode_update
from jupyter_awareness.trackers import Table

ADA: State = {"user": {"name": "Ada", "color": "#1a7f5a"}, "cursor": {"position": 4, "anchor": 2}}


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(coroutine)


def doc(client_id: int = 1) -> pycrdt.Doc[Any]:
    return pycrdt.Doc(client_id=client_id)


class Room:
    """Something that shares its `Awareness`, as a client's room does."""

    def __init__(self) -> None:
        self.awareness = Awareness(doc())


class Shown:
    """A display that keeps what it was shown."""

    def __init__(self) -> None:
        self.tables: list[Table] = []

    def __call__(self, table: Table) -> None:
        self.tables.append(table)


def receive(awareness: Awareness, client_id: int, state: State | None) -> None:
    known = awareness.meta.get(client_id, {"clock": 0})
    entry = encode_entry(client_id, known["clock"] + 1, state)
    awareness.apply_awareness_update(encode_update([entry]), "network")


def local(tracker: CursorTracker | OnlineStatusManager) -> State | None:
    return tracker.awareness.get_local_state()


# CursorTracker


def test_a_tracker_writes_its_user_and_a_cursor() -> None:
    async def main() -> None:
        tracker = CursorTracker(doc(), "Ada", "#1a7f5a")
        assert tracker.awareness.client_id == 1
        await tracker.start()
        assert local(tracker) == {
            "user": {"name": "Ada", "color": "#1a7f5a"},
            "cursor": {"position": 0, "anchor": 0},
        }
        tracker.move_cursor(10)
        assert local(tracker) == {
            "user": {"name": "Ada", "color": "#1a7f5a"},
            "cursor": {"position": 10, "anchor": 10},
        }
        tracker.move_cursor(30, 20, cell="c1", index=2)
        state = local(tracker)
        assert state is not None
        assert state["cursor"] == {"position": 30, "anchor": 20, "cell": "c1", "index": 2}
        await tracker.stop()

    run(main())


@pytest.mark.parametrize(("position", "anchor"), [(-1, None), (1, -1)])
def test_a_cursor_before_the_start_is_an_error(position: int, anchor: int | None) -> None:
    tracker = CursorTracker(doc(), "Ada", "#1a7f5a")
    with pytest.raises(ValueError, match="negative"):
        tracker.move_cursor(position, anchor)
    assert local(tracker) == {}


def test_a_cursor_moves_to_a_place_that_was_found() -> None:
    async def main() -> None:
        tracker = CursorTracker(doc(), "Ada")
        await tracker.start()
        place = find([Source("one two", "code", "c0", 3)], "two", select=True)
        assert place is not None
        tracker.move_cursor(place)
        state = local(tracker)
        assert state is not None
        assert state["cursor"] == place.cursor()
        assert (place.position, place.anchor, place.cell, place.index) == (7, 4, "c0", 3)
        await tracker.stop()

    run(main())


def test_cursors_come_move_and_leave() -> None:
    async def main() -> None:
        shown = Shown()
        tracker = CursorTracker(doc(), "Me", "#000000", display=shown)
        await tracker.start()
        tracker.move_cursor(3)
        assert shown.tables == []  # the own cursor is not one of the others
        receive(tracker.awareness, 2, ADA)
        assert tracker.cursors == {
            2: {"name": "Ada", "color": "#1a7f5a", "position": 4, "anchor": 2}
        }
        moved = {**ADA, "cursor": {"position": 9, "anchor": 9, "cell": "c1", "index": 3}}
        receive(tracker.awareness, 2, moved)
        assert tracker.cursors[2]["cell"] == "c1"
        assert tracker.cursors[2]["index"] == 3
        receive(tracker.awareness, 2, moved)  # a renewal
        receive(tracker.awareness, 2, None)
        assert tracker.cursors == {}
        assert [list(table) for table in shown.tables] == [[2], [2], []]
        await tracker.stop()
        receive(tracker.awareness, 2, ADA)
        assert tracker.cursors == {}

    run(main())


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"user": {}, "cursor": {"position": 1}},
        {"user": "Ada", "cursor": {"position": 1}},
        {"user": {"name": "Ada"}},
        {"user": {"name": "Ada"}, "cursor": None},
        {"user": {"name": "Ada"}, "cursor": {}},
        {"user": {"name": "Ada"}, "cursor": {"position": True}},
        {"user": {"name": "Ada"}, "cursor": {"position": -1}},
        {"user": {"name": "Ada"}, "cursor": {"position": "1"}},
        {"user": {"name": "Ada"}, "cursor": {"position": 1, "anchor": None}},
    ],
)
def test_a_malformed_cursor_is_left_out(state: State) -> None:
    room = Room()
    receive(room.awareness, 2, state)
    tracker = CursorTracker(room)
    run(tracker.start())
    assert tracker.cursors == {}


def test_malformed_details_are_replaced_or_left_out() -> None:
    room = Room()
    cursor = {"position": 1, "cell": 5, "index": -1}
    receive(room.awareness, 2, {"user": {"name": 5, "color": None}, "cursor": cursor})
    tracker = CursorTracker(room)
    run(tracker.start())
    assert tracker.cursors == {
        2: {"name": "User 2", "color": "#000000", "position": 1, "anchor": 1}
    }


def test_a_tracker_starts_and_stops_the_awareness_that_it_made() -> None:
    async def main() -> None:
        tracker = CursorTracker(doc(), "Ada", "#1a7f5a")
        with pytest.raises(RuntimeError, match="^CursorTracker not started$"):
            await tracker.stop()
        for _ in range(2):
            await tracker.start()
            with pytest.raises(RuntimeError, match="Awareness already started"):
                await tracker.awareness.start()
            with pytest.raises(RuntimeError, match="^CursorTracker already started$"):
                await tracker.start()
            await tracker.stop()
            with pytest.raises(RuntimeError, match="Awareness not started"):
                await tracker.awareness.stop()

    run(main())


def test_a_tracker_leaves_an_awareness_of_others_running() -> None:
    async def main() -> None:
        room = Room()
        await room.awareness.start()
        receive(room.awareness, 2, ADA)
        shown = Shown()
        tracker = CursorTracker(room, display=shown)
        assert tracker.awareness is room.awareness
        await tracker.start()
        assert [list(table) for table in shown.tables] == [[2]]  # who is there already
        await tracker.stop()
        await room.awareness.stop()

    run(main())


def test_a_tracker_in_a_shared_state_writes_only_what_is_its_own() -> None:
    async def main() -> None:
        room = Room()
        before = {"kind": "agent", "user": {"username": "ada", "color": "#222222"}}
        room.awareness.set_local_state(before)
        tracker = CursorTracker(room)
        await tracker.start()
        assert local(tracker) == before
        tracker.move_cursor(3, cell="c1")
        assert local(tracker) == {
            **before,
            "cursor": {"position": 3, "anchor": 3, "cell": "c1"},
        }
        await tracker.stop()
        assert local(tracker) == before
        await tracker.start()
        await tracker.stop()
        assert local(tracker) == before

    run(main())


def test_a_name_and_a_colour_in_a_shared_state_join_what_is_known_of_the_user() -> None:
    async def main() -> None:
        states: list[tuple[State | None, State]] = [
            ({"user": {"username": "ada"}}, {"username": "ada", "color": "#111111"}),
            ({"user": 5}, {"color": "#111111"}),
            (None, {"color": "#111111"}),
        ]
        for before, after in states:
            room = Room()
            room.awareness.set_local_state(before)
            await CursorTracker(room, user_color="#111111").start()
            assert room.awareness.states[1]["user"] == after

    run(main())


def test_a_tracker_whose_room_was_left_stops_all_the_same() -> None:
    async def main() -> None:
        room = Room()
        tracker = CursorTracker(room)
        await tracker.start()
        room.awareness.set_local_state(None)
        await tracker.stop()
        assert local(tracker) is None

    run(main())


# OnlineStatusManager


def test_the_local_user_is_online_until_stop_which_returns_the_update_that_says_so() -> None:
    async def main() -> None:
        shown = Shown()
        manager = OnlineStatusManager(
            doc(), {"name": "Ada", "role": "editor"}, display=shown, timestamp=lambda: "noon"
        )
        await manager.start()
        assert local(manager) == {
            "user": {"name": "Ada", "role": "editor"},
            "online": True,
            "last_seen": "noon",
        }
        assert manager.online_users == {1: {"name": "Ada", "last_seen": "noon"}}
        other = Awareness(doc(2))
        other.apply_awareness_update(manager.awareness.encode_awareness_update([1]), "network")
        assert other.states[1]["online"]
        goodbye = await manager.stop()
        assert manager.online_users == {}
        assert not is_awareness_disconnect_message(goodbye)  # offline, but still there
        other.apply_awareness_update(goodbye, "network")
        assert not other.states[1]["online"]
        assert [list(table) for table in shown.tables] == [[1], []]

    run(main())


def test_last_seen_is_the_time_in_utc_and_update_activity_moves_it() -> None:
    async def main() -> None:
        manager = OnlineStatusManager(doc(), {"name": "Ada"})
        await manager.start()
        seen = datetime.fromisoformat(manager.online_users[1]["last_seen"])
        assert timedelta(0) <= datetime.now(timezone.utc) - seen < timedelta(minutes=1)
        times = iter(["one", "two"])
        manager._timestamp = lambda: next(times)
        for time in ("one", "two"):
            manager.update_activity()
            assert manager.online_users[1]["last_seen"] == time
        await manager.stop()

    run(main())


@pytest.mark.parametrize(
    ("state", "row"),
    [
        ({"user": {"name": "Bob"}, "online": True}, {"name": "Bob", "last_seen": "unknown"}),
        ({"user": {"role": "x"}, "online": True}, {"name": "User 2", "last_seen": "unknown"}),
        (
            {"user": {"name": 5}, "online": True, "last_seen": 5},
            {"name": "User 2", "last_seen": "unknown"},
        ),
        ({"user": {"name": "Bob"}, "online": False}, None),
        ({"user": {"name": "Bob"}}, None),
        ({"user": {}, "online": True}, None),
        ({"user": "Bob", "online": True}, None),
        ({"online": True}, None),
    ],
)
def test_who_is_online_in_a_document(state: State, row: dict[str, str] | None) -> None:
    async def main() -> None:
        manager = OnlineStatusManager(doc(), {"name": "Ada"})
        await manager.start()
        receive(manager.awareness, 2, state)
        assert manager.online_users.get(2) == row
        await manager.stop()

    run(main())


def test_in_a_shared_awareness_who_is_there_is_online_unless_the_state_says_no() -> None:
    async def main() -> None:
        room = Room()
        room.awareness.set_local_state({"kind": "agent"})
        receive(room.awareness, 2, {"user": {"name": "Bob"}})
        receive(room.awareness, 3, {"user": {"name": "Eve"}, "online": False})
        manager = OnlineStatusManager(room)
        await manager.start()
        assert list(manager.online_users) == [2]
        state = local(manager)
        assert state is not None
        assert state["kind"] == "agent"
        assert "user" not in state
        await manager.stop()
        receive(room.awareness, 2, None)
        assert list(manager.online_users) == [2]  # stopped: nothing is followed any more

    run(main())


def test_stop_without_start_is_an_error_and_says_nothing() -> None:
    manager = OnlineStatusManager(doc(), {"name": "Ada"})
    with pytest.raises(RuntimeError, match="^OnlineStatusManager not started$"):
        run(manager.stop())
    assert local(manager) == {}


def test_stop_stops_even_if_an_observer_raises() -> None:
    async def main() -> None:
        manager = OnlineStatusManager(doc(), {"name": "Ada"})
        await manager.start()
        manager.awareness.observe(lambda topic, event: 1 / 0)  # type: ignore[arg-type]
        with pytest.raises(Exception, match="observers raised"):
            await manager.stop()
        with pytest.raises(RuntimeError, match="Awareness not started"):
            await manager.awareness.stop()

    run(main())


def test_nothing_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    async def main() -> None:
        tracker = CursorTracker(doc(), "Ada", "#1a7f5a")
        manager = OnlineStatusManager(doc(2), {"name": "Bob"})
        await tracker.start()
        await manager.start()
        receive(tracker.awareness, 2, ADA)
        await tracker.stop()
        json.dumps(list(await manager.stop()))

    run(main())
    assert capsys.readouterr() == ("", "")
