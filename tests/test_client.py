"""A Python peer joins rooms of a real server, and behaves as a browser's tab does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import nbformat
import pytest

from jupyter_awareness import AwarenessClient, CursorTracker
from jupyter_awareness.client import ClientRoom
from jupyter_awareness.peers import CellPlace, Cursor, Location, Peer, Quote

DEADLINE = 20  # seconds; a test that needs it has failed

ALICE, BOB = "alice-token", "bob-token"


@pytest.fixture(autouse=True)
def notebook(jp_root_dir) -> str:
    """A notebook with a cell in which a character counts twice."""
    cells = [
        nbformat.v4.new_markdown_cell("# Title", id="intro"),
        nbformat.v4.new_code_cell("import numpy\n😀 x = 1", id="work"),
    ]
    (jp_root_dir / "sub dir").mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=cells), jp_root_dir / "sub dir" / "a.ipynb")
    return "sub dir/a.ipynb"


@pytest.fixture(autouse=True)
def _nothing_is_left(jp_asyncio_loop) -> Iterator[None]:
    """No test may leave a task of the client behind."""
    yield
    jp_asyncio_loop.run_until_complete(asyncio.sleep(0))
    left = [task for task in asyncio.all_tasks(jp_asyncio_loop) if "client" in repr(task)]
    assert left == []


async def until(room: ClientRoom, condition: Callable[[], object]) -> None:
    """Wait for the peers of a room to be as they should."""
    changes = room.changes()
    while not condition():
        await asyncio.wait_for(anext(changes), DEADLINE)


async def until_connection(room: ClientRoom, kind: str) -> None:
    """Wait for the way to a room to be as it should."""
    reached = asyncio.Event()
    end = room.observe_connection(lambda it: reached.set() if it.kind == kind else None)
    if room.connection.kind != kind:
        await asyncio.wait_for(reached.wait(), DEADLINE)
    end()


def only(room: ClientRoom) -> Peer:
    """The only other peer of a room."""
    (peer,) = room.peers
    return peer


def cut(extension, username: str) -> None:
    """Break this person's connections, as a network does."""
    for socket in list(extension.door.sockets):
        if socket.member is not None and socket.member.user["username"] == username:
            socket.ws_connection.stream.close()


async def test_two_see_each_other_with_signed_names(server_url: str) -> None:
    async with AwarenessClient(server_url, ALICE) as alice:
        async with AwarenessClient(server_url, BOB) as bob:
            await until(alice.lobby, lambda: alice.lobby.peers)
            assert alice.user is not None
            assert alice.user.display_name == "Alice"
            peer = only(bob.lobby)
            assert peer.user == alice.user
            assert (peer.kind, peer.status) == ("agent", "active")
            assert only(alice.lobby).user.username == "bob"
        await until(alice.lobby, lambda: not alice.lobby.peers)


async def test_moving_shows_cursor_cell_and_location(server_url: str, notebook: str) -> None:
    room_id = f"document:{notebook}"
    async with AwarenessClient(server_url, ALICE) as alice, AwarenessClient(server_url, BOB) as bob:
        mine, theirs = await alice.join(room_id), await bob.join(room_id)
        await until(theirs, lambda: theirs.peers)
        mine.move(cell="work", index=1, position=3, anchor=1)
        await until(theirs, lambda: only(theirs).cursor)
        assert only(theirs).cursor == Cursor(3, 1, "work", 1)
        assert only(theirs).cell == CellPlace("work", 1, "edit")
        looks = Location(notebook, "notebook", "work", 1)
        await until(bob.lobby, lambda: only(bob.lobby).location == looks)
        await mine.leave()
        await until(bob.lobby, lambda: only(bob.lobby).location is None)


async def test_a_caret_is_placed_by_a_text_of_the_document(server_url: str, notebook: str) -> None:
    async with AwarenessClient(server_url, ALICE) as alice, AwarenessClient(server_url, BOB) as bob:
        room = await alice.join(f"document:/{notebook}")
        theirs = await bob.join(f"document:{notebook}")
        place = await room.find("x = 1", select=True)
        assert place is not None
        room.move(place)
        await until(theirs, lambda: theirs.peers and only(theirs).cursor)
        quote = Quote("rt numpy\n😀 x = 1", "")
        assert only(theirs).cursor == Cursor(21, 16, "work", 1, quote)
        assert await room.find("nowhere") is None
        assert [source.type for source in await room.sources()] == ["markdown", "code"]
        with pytest.raises(ValueError, match="not the room of a document"):
            await alice.lobby.sources()


async def test_a_cursor_tracker_moves_a_caret_that_others_see(
    server_url: str, notebook: str
) -> None:
    async with AwarenessClient(server_url, ALICE) as alice, AwarenessClient(server_url, BOB) as bob:
        mine = await alice.join(f"document:{notebook}")
        theirs = await bob.join(f"document:{notebook}")
        tracker, other = CursorTracker(mine), CursorTracker(theirs)
        await tracker.start()
        await other.start()
        tracker.move_cursor(5, cell="work", index=1)
        await until(theirs, lambda: other.cursors)
        assert other.cursors[mine.client_id]["name"] == "Alice Example"
        assert other.cursors[mine.client_id]["position"] == 5
        await until(bob.lobby, lambda: only(bob.lobby).location.cell == "work")  # type: ignore[union-attr]
        await tracker.stop()
        await other.stop()


async def test_changes_are_told_to_callbacks_and_to_loops(server_url: str) -> None:
    async with AwarenessClient(server_url, ALICE) as alice:
        told: list[Any] = []
        end = alice.lobby.observe(told.append)
        changes = alice.lobby.changes()
        async with AwarenessClient(server_url, BOB) as bob:
            added = await asyncio.wait_for(anext(changes), DEADLINE)
            assert [peer.user.username for peer in added.added] == ["bob"]
            bob.set_status("idle")
            updated = await asyncio.wait_for(anext(changes), DEADLINE)
            assert [peer.status for peer in updated.updated] == ["idle"]
            end()
        removed = await asyncio.wait_for(anext(changes), DEADLINE)
        assert [peer.user.username for peer in removed.removed] == ["bob"]
        assert told == [added, updated]
    with pytest.raises(StopAsyncIteration):
        await anext(changes)
    assert [change async for change in alice_left(alice)] == []


def alice_left(client: AwarenessClient) -> Any:
    """Changes of a room that was left: there are none."""
    room = ClientRoom.__new__(ClientRoom)
    del room
    from jupyter_awareness.client import Changes

    changes = Changes()
    changes.end(None)
    return changes
