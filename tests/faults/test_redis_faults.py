"""Faults between a server and its Redis, on a real one: what the people of both servers are told.

Killed and hanging servers of Redis, other secrets and dead processes are in `test_brokers_redis`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from brokers import FIRST, SECRET, Process, options, start
from proxy import proxy
from redis.asyncio import Redis
from redis_server import RedisServer
from sockets import until

from jupyter_awareness.brokers.redis import RedisBroker
from jupyter_awareness.letters import Kind, Letter, room_channel, seal
from jupyter_awareness.protocol import Entry

AT_ONCE = 0.1  # seconds; far less than any answer here takes

pytestmark = pytest.mark.timeout(120)


async def process(port: int) -> Process:
    where = options(f"redis://127.0.0.1:{port}/0")
    return await start(RedisBroker(where, interval=0.2), "lobby")


def shown(process: Process) -> dict[int, Any]:
    """What a server's people are shown of others: the field `n`, or how they cannot be reached."""
    last = {entry.client_id: entry.state for _, entry in process.told}
    return {
        id_: "grey" if state.get("unreachable") else state.get("n")
        for id_, state in last.items()
        if state is not None
    }


async def shows(process: Process, expected: dict[int, Any]) -> None:
    await until(lambda: shown(process) == expected)


async def stop(*processes: Process) -> None:
    for one in processes:
        await one.broker.stop()


def seconds_of(call: Callable[[], None]) -> float:
    """How long a call takes, which must not wait for a network."""
    before = time.perf_counter()
    call()
    return time.perf_counter() - before


async def test_a_split_network_heals_to_the_same_view(shared_redis: RedisServer) -> None:
    async with proxy(shared_redis.port) as network:
        here, there = await process(shared_redis.port), await process(network.port)
        here.says("lobby", FIRST)
        there.says("lobby", Entry(2, 2**50, {"n": 2}))
        await shows(there, {1: 1})
        await shows(here, {2: 2})
        network.stop_flowing()
        await shows(here, {})  # a server that gives no sign of life is hidden
        await shows(there, {1: "grey"})  # it knows only that it does not know
        here.says("lobby", Entry(1, 2**50 + 9, {"n": 11}))
        assert seconds_of(lambda: there.says("lobby", Entry(2, 2**50 + 9, {"n": 22}))) < AT_ONCE
        there.says("lobby", Entry(3, 2**50 + 9, {"n": 3}))
        network.flow()
        await shows(here, {2: 22, 3: 3})
        await shows(there, {1: 11})
        await stop(here, there)


async def test_a_reset_connection_is_made_anew_and_nothing_is_lost(
    shared_redis: RedisServer,
) -> None:
    async with proxy(shared_redis.port) as network:
        here, there = await process(shared_redis.port), await process(network.port)
        here.says("lobby", FIRST)
        await shows(there, {1: 1})
        network.cut()
        there.says("lobby", Entry(2, 2**50, {"n": 2}))
        await shows(here, {2: 2})
        await shows(there, {1: 1})
        await stop(here, there)


async def test_who_does_not_move_is_back_though_their_server_is_later_than_another(
    shared_redis: RedisServer,
) -> None:
    async with proxy(shared_redis.port) as network, proxy(shared_redis.port) as longer:
        here, there = await process(longer.port), await process(network.port)
        here.says("lobby", FIRST)
        await shows(there, {1: 1})
        longer.refuse(True)
        for way in (longer, network):
            way.cut()
        await shows(there, {})  # which is connected again, and sees no sign of the other
        longer.refuse(False)
        await shows(there, {1: 1})
        await stop(here, there)


async def test_a_slow_redis_makes_news_late_and_nobody_wait(shared_redis: RedisServer) -> None:
    async with proxy(shared_redis.port) as network:
        here, there = await process(shared_redis.port), await process(network.port)
        network.delay = 0.3
        for number in range(20):
            entry = Entry(2, 2**50 + number, {"n": number})
            assert seconds_of(lambda entry=entry: there.says("lobby", entry)) < AT_ONCE  # type: ignore[misc]
        here.says("lobby", FIRST)
        await shows(here, {2: 19})
        await shows(there, {1: 1})
        network.delay = 0.0
        await stop(here, there)


async def test_a_server_of_another_version_is_not_understood_and_disturbs_nobody(
    shared_redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    here, there = await process(shared_redis.port), await process(shared_redis.port)
    other: Any = Redis(port=shared_redis.port)
    letter = Letter(Kind.NEWS, "newer", "lobby", 0, [Entry(7, 2**50, {"n": 7})])
    data = bytearray(seal(letter, SECRET.encode(), time.time()))
    data[0] += 1
    for _ in range(3):
        await other.publish(room_channel("lobby"), bytes(data))
    here.says("lobby", FIRST)
    await shows(there, {1: 1})
    assert shown(here) == {}
    told = [record.getMessage() for record in caplog.records if "version" in record.getMessage()]
    assert len(told) == 2  # once for each server
    await other.aclose()
    await stop(here, there)
