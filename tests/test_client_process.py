"""A client and servers in processes of their own: restarts, tokens, a notebook's kernel."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pages
import pytest
from jupyter_client.asynchronous.client import AsyncKernelClient
from server_process import TOKEN, ServerProcess
from tornado.httpclient import AsyncHTTPClient, HTTPRequest

from jupyter_awareness import AwarenessClient
from jupyter_awareness.client import ClientRoom

DEADLINE = 60  # seconds; a server takes three to start, and ten times of that on a busy machine
ALICE, BOB = "alice-token", "bob-token"

pytestmark = pytest.mark.timeout(3 * DEADLINE)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ServerProcess]:
    """A server, which this process finds among the running ones."""
    started = ServerProcess(tmp_path / "server", {})
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(started.runtime))
    for name in ("JPY_PARENT_PID", "JPY_SESSION_NAME"):
        monkeypatch.delenv(name, raising=False)
    started.start()
    yield started
    started.kill()


async def until(room: ClientRoom, condition: Callable[[], object]) -> None:
    """Wait for a room's peers, or the way to it, to be as they should."""
    woken = asyncio.Event()
    ends = (room.observe_connection(lambda _: woken.set()), room.observe(lambda _: woken.set()))
    while not condition():
        await asyncio.wait_for(woken.wait(), DEADLINE)
        woken.clear()
    for end in ends:
        end()


async def restart(server: ServerProcess, *, politely: bool) -> None:
    """End it and start it again, while the client goes on."""
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, server.stop if politely else server.kill)
    await loop.run_in_executor(None, server.start)


async def test_all_are_back_after_a_restart(server: ServerProcess) -> None:
    server.write_notebook("a.ipynb", ["x = 1"])
    async with (
        AwarenessClient(server.url, ALICE) as alice,
        AwarenessClient(server.url, BOB) as bob,
    ):
        mine, theirs = await alice.join("document:a.ipynb"), await bob.join("document:a.ipynb")
        mine.move(cell="c0", index=0, position=3)
        await until(theirs, lambda: any(peer.cursor for peer in theirs))
        await restart(server, politely=True)
        lost = {"connecting", "reconnecting"}
        assert mine.connection.kind in lost | {"connected"}
        for room in (*alice.rooms, *bob.rooms):
            await until(room, lambda room=room: room.connection.kind == "connected")  # type: ignore[misc]
        await until(theirs, lambda: any(peer.cursor for peer in theirs))
        (peer,) = theirs
        assert (peer.user.username, peer.id) == ("alice", mine.client_id)
        assert peer.cursor is not None
        assert peer.cursor.position == 3
        lobby = bob.lobby
        await until(lobby, lambda: [p.location and p.location.path for p in lobby] == ["a.ipynb"])


async def test_a_new_token_is_found_and_a_given_one_that_is_old_is_refused(
    server: ServerProcess,
) -> None:
    found, given = AwarenessClient(), AwarenessClient(server.url, TOKEN)
    assert (found.server.url, found.server.token) == (server.url, TOKEN)
    async with found, given:
        assert found.user is not None
        assert found.user.display_name.startswith("Anonymous ")
        server.configure({"IdentityProvider": {"token": secrets.token_hex()}})
        (server.runtime / "jupyter_cookie_secret").unlink()  # else their cookies let them in
        await restart(server, politely=True)
        await until(given.lobby, lambda: given.lobby.connection.kind == "off")
        assert given.lobby.connection.code == 403
        assert "a valid token is needed" in given.lobby.connection.reason
        await until(found.lobby, lambda: found.lobby.connection.kind == "connected")


async def test_a_name_is_chosen_where_people_may_and_kept(server: ServerProcess) -> None:
    async with (
        AwarenessClient(name="Tidy Agent") as agent,
        AwarenessClient(name="Nobody", token=ALICE) as alice,
    ):
        await until(alice.lobby, lambda: alice.lobby.peers)
        (peer,) = alice.lobby
        assert (peer.user.display_name, peer.user.initials) == ("Tidy Agent", "TA")
        assert (peer.kind, agent.lobby.user) == ("agent", peer.user)
        await restart(server, politely=False)
        await until(alice.lobby, lambda: alice.lobby.connection.kind == "connected")
        await until(alice.lobby, lambda: alice.lobby.peers)
        assert [peer.user.display_name for peer in alice.lobby] == ["Tidy Agent"]


# From inside of a notebook's kernel


@asynccontextmanager
async def kernel_of(server: ServerProcess, path: str) -> AsyncIterator[AsyncKernelClient]:
    """The kernel of a notebook, started as JupyterLab does."""
    name = path.rpartition("/")[2]
    model = {"path": path, "name": name, "type": "notebook", "kernel": {"name": "python3"}}
    headers = {"Authorization": f"token {TOKEN}"}
    request = HTTPRequest(server.url + "api/sessions", "POST", headers, json.dumps(model))
    http = AsyncHTTPClient(force_instance=True)
    kernel_id = json.loads((await http.fetch(request)).body)["kernel"]["id"]
    http.close()
    client = AsyncKernelClient(connection_file=str(server.runtime / f"kernel-{kernel_id}.json"))
    client.load_connection_file()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=DEADLINE)
        yield client
        await client.shutdown(reply=True, timeout=DEADLINE)
    finally:
        client.stop_channels()


async def execute(kernel: AsyncKernelClient, code: str) -> None:
    """Run a cell's code, which must not fail."""
    reply = await kernel.execute(code, reply=True, timeout=DEADLINE)
    content = reply["content"]
    assert content["status"] == "ok", "\n".join(content.get("traceback", ()))


async def test_two_lines_in_a_notebook_show_its_kernel(server: ServerProcess) -> None:
    (block,) = pages.blocks("client.md", "python", "From a notebook")
    assert len(block.splitlines()) == 2
    (server.documents / "sub dir").mkdir()
    path = server.write_notebook("sub dir/a.ipynb", ["x = 1"])
    async with (
        kernel_of(server, path) as kernel,
        AwarenessClient(server.url, ALICE) as alice,
    ):
        room = await alice.join("document:sub dir/a.ipynb")
        await execute(kernel, block)
        await until(room, lambda: room.peers)
        (peer,) = room
        assert (peer.user.display_name, peer.kind) == ("My kernel", "agent")
        await execute(kernel, "room.move(await room.find('= 1'))")
        await until(room, lambda: any(peer.cursor for peer in room))
        (peer,) = room
        assert peer.cursor is not None
        assert (peer.cursor.cell, peer.cursor.position) == ("c0", 2)
        await execute(kernel, "await room.leave()")
        await until(room, lambda: not room.peers)
