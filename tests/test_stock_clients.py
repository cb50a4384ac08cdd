"""Unmodified y-websocket clients, in processes of their own, are peers like all others."""

from __future__ import annotations

import asyncio
import json
import shutil
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

PEER = Path(__file__).parent / "stock" / "peer.mjs"
DEADLINE = 30  # seconds; a test that needs it has failed
SOON = 5  # seconds; as the clocks of clients are relayed elsewhere, there this takes 15 to 18

Open = Callable[[str, int], Awaitable["StockClient"]]


class StockClient:
    """One node process with one `WebsocketProvider`."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.others: dict[int, dict[str, Any]] = {}

    async def order(self, **order: Any) -> None:
        """Tell it what to do."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        await self.process.stdin.drain()

    async def sees(self, *numbers: tuple[int, Any]) -> float:
        """Wait until the others are these client ids with these `n`; give the seconds it took."""
        start = time.monotonic()
        while {(id_, state.get("n")) for id_, state in self.others.items()} != set(numbers):
            await self._read("states")
        return time.monotonic() - start

    async def is_connected(self) -> None:
        """Wait until it says that it is."""
        while await self._read("status") != "connected":
            pass

    async def end(self) -> None:
        """Close its input, at which it says goodbye, and wait until it has ended."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        await asyncio.wait_for(self.process.wait(), DEADLINE)

    async def _read(self, wanted: str) -> Any:
        """Read lines up to the next of this kind."""
        assert self.process.stdout is not None
        while True:
            line = await asyncio.wait_for(self.process.stdout.readline(), DEADLINE)
            message = json.loads(line)
            if "states" in message:
                self.others = {int(key): state for key, state in message["states"].items()}
            if wanted in message:
                return message[wanted]


@asynccontextmanager
async def stock_clients(server_url: str) -> AsyncIterator[Open]:
    """Start stock clients in one topic; all are ended at the end."""
    node = shutil.which("node")
    assert node, "node is needed: scripts/test brings it"
    address = server_url.replace("http", "ws", 1) + "api/awareness/room"
    opened: list[StockClient] = []

    async def open_client(who: str, client_id: int) -> StockClient:
        arguments = (address, "topic:stock", f"{who}-token", str(client_id))
        process = await asyncio.create_subprocess_exec(
            node, str(PEER), *arguments, stdin=PIPE, stdout=PIPE
        )
        opened.append(StockClient(process))
        await opened[-1].is_connected()
        return opened[-1]

    try:
        yield open_client
    finally:
        for client in opened:
            await client.end()


async def test_they_see_each_other_and_the_server_says_who_they_are(
    visit: object, server_url: str
) -> None:
    async with stock_clients(server_url) as come:
        alice, bob = await come("alice", 1), await come("bob", 2)
        await alice.order(say={"n": 1, "user": {"name": "Bob", "username": "bob"}})
        await bob.order(say={"n": 2})
        await alice.sees((2, 2))
        await bob.sees((1, 1))
        assert bob.others[1]["user"]["username"] == "alice"
        await alice.order(say={"n": 3})
        await bob.sees((1, 3))


async def test_who_joins_late_sees_everybody_at_once(visit: object, server_url: str) -> None:
    async with stock_clients(server_url) as come:
        alice, bob = await come("alice", 1), await come("bob", 2)
        await alice.order(say={"n": 1})
        await bob.order(say={"n": 2})
        await bob.sees((1, 1))
        carol = await come("carol", 3)
        assert await carol.sees((1, 1), (2, 2)) < SOON


@pytest.mark.parametrize("way", ["disconnect", "cut"])
async def test_who_returns_is_seen_again_and_sees_the_others_at_once(
    visit: object, server_url: str, way: str
) -> None:
    async with stock_clients(server_url) as come:
        alice, bob = await come("alice", 1), await come("bob", 2)
        await alice.order(say={"n": 1})
        await bob.order(say={"n": 2})
        await alice.sees((2, 2))
        await bob.sees((1, 1))
        await bob.order(**{way: True})
        if way == "disconnect":
            await alice.sees()
            await bob.order(connect=True)
        assert await bob.sees() + await bob.sees((1, 1)) < SOON
        assert await alice.sees((2, 2)) < SOON


async def test_who_leaves_is_gone_at_once(visit: object, server_url: str) -> None:
    async with stock_clients(server_url) as come:
        alice, bob = await come("alice", 1), await come("bob", 2)
        await bob.order(say={"n": 2})
        await alice.sees((2, 2))
        await bob.order(disconnect=True)
        assert await alice.sees() < SOON
