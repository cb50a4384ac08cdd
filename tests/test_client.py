"""A Python peer joins rooms of a real server, and behaves as a browser's tab does."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import pages
import pytest
import sockets

from jupyter_awareness import AwarenessClient, CursorTracker
from jupyter_awareness.client import ClientError, ClientRoom, Denied, NoServer
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
    # Who hangs up while connecting waits for the end of that.
    jp_asyncio_loop.run_until_complete(
        sockets.until(lambda: not sockets.tasks_of_clients(jp_asyncio_loop))
    )


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
    for socket in list(extension.door.connections):
        if socket.member is not None and socket.member.user["username"] == username:
            socket.line.stream.close()


async def test_two_see_each_other_with_signed_names(server_url: str) -> None:
    async with AwarenessClient(server_url, ALICE) as alice:
        async with AwarenessClient(server_url, BOB) as bob:
            await until(alice.lobby, lambda: alice.lobby.peers)
            assert alice.user is not None
            assert alice.user.display_name == "Alice"
            await until(bob.lobby, lambda: bob.lobby.peers)
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
        lobby = alice.lobby
        end = lobby.observe(told.append)
        changes = lobby.changes()
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
    assert [change async for change in lobby.changes()] == []


async def test_joining_again_is_the_same_room_however_it_is_spelled(
    server_url: str, notebook: str
) -> None:
    async with AwarenessClient(server_url, ALICE) as alice:
        room = await alice.join(f"document:{notebook}")
        assert await alice.join(f"document:/{notebook}/") is room
        assert (room.id, room.path) == (f"document:{notebook}", notebook)
        assert await alice.join("lobby") is alice.lobby
        assert [room.id for room in alice.rooms] == ["lobby", room.id]
        await room.leave()
        assert [room.id for room in alice.rooms] == ["lobby"]
        assert await alice.join(f"document:{notebook}") is not room


async def test_peers_are_iterated_over(server_url: str) -> None:
    async with AwarenessClient(server_url, ALICE) as alice, AwarenessClient(server_url, BOB) as bob:
        for client in (alice, bob):
            await until(client.lobby, lambda client=client: client.lobby.peers)  # type: ignore[misc]
        assert [peer.user.display_name for peer in alice.lobby] == ["Bob"]
        assert [peer.id for peer in bob.lobby] == [alice.lobby.client_id]


async def test_a_tracker_goes_where_a_text_stands(server_url: str, notebook: str) -> None:
    room_id = f"document:{notebook}"
    async with AwarenessClient(server_url, ALICE) as alice, AwarenessClient(server_url, BOB) as bob:
        mine, theirs = await alice.join(room_id), await bob.join(room_id)
        tracker = CursorTracker(mine)
        await tracker.start()
        place = await mine.find("x = 1")
        assert place is not None
        tracker.move_cursor(place)
        await until(theirs, lambda: theirs.peers and only(theirs).cursor)
        assert only(theirs).cursor == Cursor(16, 16, "work", 1, place.quote)
        await tracker.stop()


async def test_nowhere_is_no_place(server_url: str, notebook: str) -> None:
    async with AwarenessClient(server_url, ALICE) as alice:
        room = await alice.join(f"document:{notebook}")
        for nowhere in (lambda: room.move(), lambda: room.move(None, anchor=3)):
            with pytest.raises(ValueError, match="say where to"):
                nowhere()
        room.move(index=0)
        state = room.awareness.get_local_state()
        assert state is not None
        assert state["cursor"] == {"index": 0, "position": 0, "anchor": 0}


async def test_the_lobby_and_being_seen_are_choices(server_url: str) -> None:
    async with (
        AwarenessClient(server_url, ALICE, visible=False) as alice,
        AwarenessClient(server_url, BOB, lobby=False, kind="person") as bob,
    ):
        with pytest.raises(ClientError, match="not in the lobby"):
            _ = bob.lobby
        topic = await bob.join("topic:t")
        seen = await alice.join("topic:t")
        await until(seen, lambda: seen.peers)
        assert only(seen).kind == "person"
        assert topic.peers == alice.lobby.peers == ()


async def test_what_was_not_started_says_so(server_url: str) -> None:
    client = AwarenessClient(server_url, ALICE)
    assert (client.user, client.rooms) == (None, ())
    with pytest.raises(RuntimeError, match="not started"):
        await client.join("lobby")
    await client.start()
    with pytest.raises(RuntimeError, match="already started"):
        await client.start()
    await client.stop()
    await client.stop()
    await client.start()  # what was stopped can be started again
    assert client.lobby.connection.kind == "connected"
    await client.stop()


async def test_a_wrong_token_is_refused_in_a_sentence(server_url: str) -> None:
    with pytest.raises(Denied, match="a valid token is needed"):
        await AwarenessClient(server_url, "wrong").start()


@pytest.mark.parametrize(
    ("room", "code"), [("document:missing.ipynb", 4404), ("nothing", 4404), ("document:", 4404)]
)
async def test_a_room_that_is_not_there_is_refused(server_url: str, room: str, code: int) -> None:
    async with AwarenessClient(server_url, ALICE) as alice:
        with pytest.raises(Denied) as denied:
            await alice.join(room)
        assert denied.value.code == code
        assert alice.rooms == (alice.lobby,)


async def test_without_a_notebook_a_room_has_to_be_named(
    server_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    async with AwarenessClient(server_url, ALICE) as alice:
        with pytest.raises(NoServer, match="say which room"):
            await alice.join()


async def test_a_broken_connection_is_mended_and_nobody_blinks(server_url: str, extension) -> None:
    async with AwarenessClient(server_url, ALICE) as alice, AwarenessClient(server_url, BOB) as bob:
        await until(bob.lobby, lambda: bob.lobby.peers)
        changes = bob.lobby.changes()
        kinds: list[str] = []
        alice.lobby.observe_connection(lambda connection: kinds.append(connection.kind))
        cut(extension, "alice")
        await until_connection(alice.lobby, "reconnecting")
        await until_connection(alice.lobby, "connected")
        assert kinds == ["reconnecting", "connected"]
        alice.set_status("idle")
        change = await asyncio.wait_for(anext(changes), DEADLINE)
        assert (change.added, change.removed) == ((), ())
        assert [peer.status for peer in change.updated] == ["idle"]


async def test_a_thousand_joins_leave_no_task_no_socket_and_no_memory(
    server_url: str, extension
) -> None:
    """In the client, nor in the server, which is in this process too."""

    async def come_and_go(times: int) -> None:
        async with AwarenessClient(server_url, ALICE, lobby=False) as client:
            for number in range(times):
                room = await client.join(f"topic:{number % 7}")
                room.set("n", number)
                await room.leave()

    async def left_behind(times: int) -> Holdings:
        await asyncio.gather(*(come_and_go(times) for _ in range(8)))
        await sockets.until(lambda: not extension.door.connections and not len(extension.rooms))
        await asyncio.sleep(0)
        return holdings()

    logging.disable()  # pytest keeps all that is said
    try:
        before = await left_behind(10)  # what is made once is made
        after = await left_behind(125)
    finally:
        logging.disable(logging.NOTSET)
    assert after._replace(blocks=0) == before._replace(blocks=0)
    assert after.rooms == 0
    assert after.blocks - before.blocks < 2_000  # if one thing stays of each, a thousand and more


class Holdings(NamedTuple):
    """What this process holds."""

    tasks: int
    sockets: int
    rooms: int
    blocks: int  # of memory


def holdings() -> Holdings:
    gc.collect()
    return Holdings(
        tasks=len(asyncio.all_tasks()),
        sockets=sum(map(is_socket, os.listdir("/proc/self/fd"))),
        rooms=sum(isinstance(thing, ClientRoom) for thing in gc.get_objects()),
        blocks=sys.getallocatedblocks(),
    )


def is_socket(file: str) -> bool:
    """Whether a file of this process is a socket; the one that lists them is gone already."""
    try:
        return os.readlink(f"/proc/self/fd/{file}").startswith("socket:")
    except FileNotFoundError:
        return False


async def test_the_blocks_of_the_page(
    server_url: str, jp_root_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cells = [nbformat.v4.new_code_cell(text, id=f"c{n}") for n, text in enumerate(TEXTS)]
    (jp_root_dir / "work").mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=cells), jp_root_dir / "work" / "a.ipynb")

    async def come_and_go() -> None:
        async with AwarenessClient(server_url, BOB) as bob:
            while True:
                room = await bob.join("document:work/a.ipynb")
                room.move(cell="c0", index=0)
                await asyncio.sleep(0.05)
                await room.leave()

    restless = asyncio.ensure_future(come_and_go())
    blocks = pages.blocks("client.md", "python")
    blocks.remove(*pages.blocks("client.md", "python", "From a notebook"))
    async with AwarenessClient(server_url, "carol-token") as carol:
        await carol.join("document:work/a.ipynb")
        for block in blocks:
            program = block.replace('"http://localhost:8888", token="…"', "url, token")
            names = {"AwarenessClient": AwarenessClient, "url": server_url, "token": ALICE}
            await pages.run(program, names)
    restless.cancel()
    with pytest.raises(asyncio.CancelledError):
        await restless
    assert "Carol active None None\n" in capsys.readouterr().out


TEXTS = ("# Title", "\nimport numpy")
