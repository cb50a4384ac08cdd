"""Two servers of two people, with root folders of their own, that share a folder and a Redis."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from brokers import SECRET
from redis_server import RedisServer
from server_process import ServerProcess
from sockets import Socket
from tornado.httpclient import AsyncHTTPClient, HTTPRequest
from tornado.websocket import websocket_connect

from jupyter_awareness import AwarenessClient
from jupyter_awareness.client import ClientRoom, Denied
from jupyter_awareness.protocol import SUBPROTOCOL

CAROL = 3  # her client id
TRIES = 3
DEADLINE = 60  # seconds; a machine under load needs ten times of what it needs alone

pytestmark = pytest.mark.timeout(3 * DEADLINE)


@pytest.fixture(scope="module")
def servers(
    tmp_path_factory: pytest.TempPathFactory, shared_redis: RedisServer
) -> Iterator[tuple[ServerProcess, ...]]:
    """Alice sees the shared folder as `team`, Bob a part of it as `work/project`."""
    folder = tmp_path_factory.mktemp("servers")
    settings = {"AwarenessExtension": {"broker_url": shared_redis.url, "broker_secret": SECRET}}
    both = tuple(ServerProcess(folder / name, settings) for name in ("alice", "bob"))
    shared = folder / "shared"
    (shared / "project").mkdir(parents=True)
    (both[1].documents / "work").mkdir()
    (both[0].documents / "team").symlink_to(shared)
    (both[1].documents / "work" / "project").symlink_to(shared / "project")
    for path in ("project/a.txt", "project/.hidden.txt", "secret.txt"):
        (shared / path).write_text(path)
    for server in both:
        (server.documents / "own.txt").write_text("mine")
        server.start_without_waiting()
    for server in both:
        server.wait_until_ready()
    yield both
    for server in both:
        server.kill()


async def until(room: ClientRoom, condition: Callable[[], object]) -> None:
    """Wait for a room's peers to be as they should."""
    woken = asyncio.Event()
    end = room.observe(lambda _: woken.set())
    while not condition():
        await asyncio.wait_for(woken.wait(), DEADLINE)
        woken.clear()
    end()


async def ask(server: ServerProcess, path: str) -> Any:
    """Ask a server's REST interface as Bob."""
    headers = {"Authorization": "token bob-token"}
    answer = await AsyncHTTPClient().fetch(f"{server.url}api/awareness/{path}", headers=headers)
    return json.loads(answer.body)


def says(client: AwarenessClient, word: str) -> bool:
    """Whether the only other person says that in the lobby."""
    return [peer.state.get("n") for peer in client.lobby] == [word]


def location(client: AwarenessClient) -> Any:
    """Where the only other person is, as the lobby tells."""
    return [(peer.location and peer.location.path) for peer in client.lobby.peers]


async def test_people_meet_in_a_file_and_each_sees_the_path_of_their_own_server(
    servers: tuple[ServerProcess, ...],
) -> None:
    async with (
        AwarenessClient(servers[0].url, "alice-token") as alice,
        AwarenessClient(servers[1].url, "bob-token") as bob,
    ):
        hers = await alice.join("document:team/project/a.txt")
        hers.move(position=2)
        await until(bob.lobby, lambda: len(bob.lobby.peers) == 1)
        # A folder two levels deep is linked: it is known from when Bob has been there.
        his = await bob.join("document:work/project/a.txt")
        his.move(position=3)
        await until(his, lambda: [peer.cursor and peer.cursor.position for peer in his] == [2])
        await until(hers, lambda: [peer.cursor and peer.cursor.position for peer in hers] == [3])
        await until(bob.lobby, lambda: location(bob) == ["work/project/a.txt"])
        await until(alice.lobby, lambda: location(alice) == ["team/project/a.txt"])
        told = await ask(servers[1], "people")
        people = {row["user"]["username"]: row["where"] for row in told["people"]}
        assert [place["path"] for place in people["alice"]] == ["work/project/a.txt"]
        told = await ask(servers[1], "rooms")
        assert [row["id"] for row in told["rooms"]] == ["document:work/project/a.txt", "lobby"]
        told = await ask(servers[1], "rooms/document:work%2Fproject%2Fa.txt")
        assert len(told["peers"]) == 2


async def test_nobody_learns_of_a_file_that_they_do_not_have(
    servers: tuple[ServerProcess, ...],
) -> None:
    async with (
        AwarenessClient(servers[0].url, "alice-token") as alice,
        AwarenessClient(servers[1].url, "bob-token") as bob,
    ):
        for path in ("team/secret.txt", "own.txt"):
            room = await alice.join(f"document:{path}")
            room.move(position=1)
            alice.lobby.set("n", path)
            await until(bob.lobby, partial(says, bob, path))
            assert location(bob) == [None]
            assert "secret" not in str([peer.state for peer in bob.lobby]).replace(repr(path), "")
            await room.leave()
        # Equal paths on two servers are two files.
        room = await bob.join("document:own.txt")
        again = await alice.join("document:own.txt")
        again.move(position=1)
        alice.lobby.set("n", "end")
        await until(bob.lobby, partial(says, bob, "end"))
        assert list(room) == []
        with pytest.raises(Denied):
            await bob.join("document:work/project/.hidden.txt")


async def carol_comes(server: ServerProcess, n: int) -> Socket:
    """Let Carol enter a room through one of the servers, as the same client as ever."""
    address = server.url.replace("http", "ws", 1) + f"api/awareness/room/topic:way?client={CAROL}"
    request = HTTPRequest(address, headers={"Authorization": "token carol-token"})
    carol = Socket(await websocket_connect(request, subprotocols=[SUBPROTOCOL]), CAROL)
    await carol.say({"n": n})
    return carol


async def test_coming_leaving_and_changing_servers_is_seen_everywhere_in_less_than_a_second(
    servers: tuple[ServerProcess, ...],
) -> None:
    """The best of some tries: a busy machine only adds to it."""
    took: dict[str, list[float]] = {"comes": [], "moves": [], "leaves": []}
    async with (
        AwarenessClient(servers[0].url, "alice-token") as alice,
        AwarenessClient(servers[1].url, "bob-token") as bob,
    ):
        rooms = [await client.join("topic:way") for client in (alice, bob)]

        async def seen(what: str, n: int | None, since: float) -> None:
            """Wait until both see Carol say that, or not see her."""
            for room in rooms:
                await until(room, lambda: says_carol(room) == n)  # noqa: B023
            took[what].append(time.monotonic() - since)

        for number in range(TRIES):
            start = time.monotonic()
            carol = await carol_comes(servers[number % 2], 1)
            await seen("comes", 1, start)
            carol.cut()  # her server still takes her for away, for a while
            start = time.monotonic()
            carol = await carol_comes(servers[1 - number % 2], 2)
            await seen("moves", 2, start)
            start = time.monotonic()
            await carol.close()
            await seen("leaves", None, start)
    assert {what: min(times) < 1 for what, times in took.items()} == dict.fromkeys(took, True), took


def says_carol(room: ClientRoom) -> int | None:
    """What Carol says in a room, None if she is not in it."""
    return next((peer.state["n"] for peer in room if peer.id == CAROL), None)
