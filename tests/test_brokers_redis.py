"""The broker over a real redis-server: the contract, and what happens when things break."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from brokers import (
    FIRST,
    GONE,
    SECOND,
    SECRET,
    Connect,
    ConnectedBrokerContract,
    Process,
    options,
    start,
)
from redis_server import RedisServer, free_port
from sockets import until

from jupyter_awareness.brokers.redis import RedisBroker
from jupyter_awareness.protocol import Entry

QUICK = 0.2  # seconds between signs of life, where it is waited for what is done without them
STALE = Entry(1, FIRST.clock, {**(FIRST.state or {}), "unreachable": True})


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    """Start a server that the test may break."""
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.kill()


def broker(url: str, secret: str = SECRET, interval: float = 2.0) -> RedisBroker:
    return RedisBroker(options(url, secret), interval=interval)


class TestRedisBroker(ConnectedBrokerContract):
    @pytest.fixture
    def connect(self, shared_redis: RedisServer) -> Connect:
        return lambda: broker(shared_redis.url)


LOSES_REDIS = """
import asyncio, logging, sys
from jupyter_awareness.broker import BrokerOptions
from jupyter_awareness.brokers.redis import RedisBroker
from jupyter_awareness.journal import Journal

async def lose():
    lost = asyncio.Event()
    logging.getLogger().addFilter(lambda record: lost.set())
    journal = Journal(logging.getLogger())
    broker = RedisBroker(BrokerOptions("unix:///nowhere", "s" * 32, journal))
    await broker.start(lambda room, entries: None, lambda room: (0, []))
    before = set(sys.modules)
    await lost.wait()
    print("lost", *(name for name in sys.modules if name not in before and "anyio" in name))
    await broker.stop()

asyncio.run(lose())
"""


def test_nothing_large_is_loaded_when_redis_is_lost_and_everybody_would_wait() -> None:
    command = [sys.executable, "-c", LOSES_REDIS]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["lost"]


async def pair(url: str, interval: float = 2.0) -> tuple[Process, Process]:
    """Start two processes in one room, of which the first says something."""
    here, there = [await start(broker(url, interval=interval), "lobby") for _ in range(2)]
    here.says("lobby", FIRST)
    await there.hears(1)
    return here, there


async def stop(*processes: Process) -> None:
    for process in processes:
        await process.broker.stop()


async def test_who_comes_later_is_told_who_is_there(shared_redis: RedisServer) -> None:
    here, there = await pair(shared_redis.url)
    late = await start(broker(shared_redis.url), "lobby")
    assert await late.hears(1) == [("lobby", FIRST)]
    await stop(here, there, late)


async def test_a_leave_is_told_before_the_end(shared_redis: RedisServer) -> None:
    here, there = await pair(shared_redis.url)
    here.says("lobby", GONE)
    await here.broker.stop()
    assert await there.hears(2) == [("lobby", FIRST), ("lobby", GONE)]
    await stop(there)


async def test_the_people_of_a_dead_process_are_hidden(shared_redis: RedisServer) -> None:
    here, there = await pair(shared_redis.url, QUICK)
    task = here.broker._task  # type: ignore[attr-defined]
    task.cancel()  # as if it were killed: nothing is said any more
    await asyncio.gather(task, return_exceptions=True)
    assert await there.hears(2) == [("lobby", FIRST), ("lobby", Entry(1, FIRST.clock, None))]
    await stop(there)


async def test_while_redis_is_gone_people_elsewhere_are_shown_as_last_known(
    redis: RedisServer,
) -> None:
    here, there = await pair(redis.url)
    redis.kill()
    assert (await there.hears(2))[1:] == [("lobby", STALE)]
    here.says("lobby", SECOND)
    redis.start()
    await until_told(there, lambda told: told[1] == FIRST.state and len(told) == 2)
    await stop(here, there)


async def test_who_left_while_redis_was_gone_is_gone_when_it_is_back(redis: RedisServer) -> None:
    here, there = await pair(redis.url, QUICK)
    redis.kill()
    await there.hears(2)
    here.here["lobby"] = (GONE.clock, [])
    here.broker.publish("lobby", [GONE])
    here.broker.unsubscribe("lobby")
    redis.start()
    await until_told(there, lambda told: told[1] is None)
    await stop(here, there)


async def test_a_redis_that_hangs_is_as_good_as_gone(redis: RedisServer) -> None:
    here, there = await pair(redis.url, QUICK)
    redis.pause()
    await until_told(there, lambda told: bool(told[1] and told[1].get("unreachable")))
    redis.resume()
    await until_told(there, lambda told: told[1] == FIRST.state)
    await stop(here, there)


async def test_a_redis_that_hangs_does_not_hold_up_the_end(redis: RedisServer) -> None:
    processes = await pair(redis.url, QUICK)
    redis.pause()
    before = time.monotonic()
    await asyncio.gather(*map(stop, processes))
    assert time.monotonic() - before < 2


async def test_another_secret_is_refused_and_told_once(
    shared_redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    here, there = await pair(shared_redis.url)
    stranger = await start(broker(shared_redis.url, "f" * 64), "lobby")
    for number in range(3):
        stranger.says("lobby", Entry(7, 2**50 + number, {"n": number}))
    here.says("lobby", SECOND)
    assert await there.hears(2) == [("lobby", FIRST), ("lobby", SECOND)]
    assert stranger.told == []
    told = [record.getMessage() for record in caplog.records if "refused" in record.getMessage()]
    assert sum("another secret" in line for line in told) <= 3  # one of each process
    assert SECRET not in caplog.text
    await stop(here, there, stranger)


async def test_credentials_are_not_logged(
    redis: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    redis.kill()
    url = redis.url.replace("//", "//somebody:very-secret@")
    lonely = broker(url)
    process = Process(lonely)
    await lonely.start(process.deliver, process.snapshot)
    await until(lambda: "cannot be reached" in caplog.text)
    assert f"redis://127.0.0.1:{redis.port}/0" in caplog.text
    assert "very-secret" not in caplog.text
    await stop(process)


async def test_a_log_that_raises_keeps_nobody_from_connecting_anew(
    redis: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = []

    def full(level: int, line: str, *args: object, **options: object) -> None:
        lines.append(line)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(logging.getLogger("brokers"), "log", full)
    here, there = await pair(redis.url, QUICK)
    redis.kill()
    await until(lambda: len(lines) >= 2)
    redis.start()
    here.says("lobby", SECOND)
    await until_told(there, lambda told: told.get(SECOND.client_id) == SECOND.state)
    await stop(here, there)


async def until_told(
    process: Process, condition: Callable[[dict[int, dict[str, object] | None]], bool]
) -> None:
    """Wait until what a process was told last of each client is so."""
    await until(lambda: condition({entry.client_id: entry.state for _, entry in process.told}))


# More than one Redis


async def meet(url: str) -> None:
    """Let two processes hear each other, and notice that they live."""
    here, there = await pair(url)
    there.broker.subscribe("topic:other")
    await until(lambda: "topic:other" in there.broker.listening)  # type: ignore[attr-defined]
    there.broker.unsubscribe("lobby")
    here.broker.subscribe("topic:other")
    here.says("topic:other", SECOND)
    assert await there.hears(2) == [("lobby", FIRST), ("topic:other", SECOND)]
    await stop(here, there)


async def test_a_cluster_is_used_by_sharded_channels(tmp_path: Path) -> None:
    bus = ("--cluster-enabled", "yes", "--cluster-port", str(free_port()))
    server = RedisServer(tmp_path, *bus)
    server.start()
    server.until("CLUSTER ADDSLOTSRANGE 0 16383", "OK")
    server.until("CLUSTER INFO", "cluster_state:ok")
    await meet(f"redis+cluster://127.0.0.1:{server.port}")
    server.kill()


async def test_sentinels_say_where_redis_is_now(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    first = RedisServer(tmp_path, "--repl-diskless-sync-delay", "0")
    second = RedisServer(tmp_path, "--replicaof", f"127.0.0.1 {first.port}")
    file = tmp_path / "sentinel.conf"
    file.write_text(
        f"sentinel monitor main 127.0.0.1 {first.port} 1\n"
        "sentinel down-after-milliseconds main 200\n"
        "sentinel failover-timeout main 1000\n"
    )
    sentinel = RedisServer(tmp_path, str(file), "--sentinel")
    for server in (first, second, sentinel):
        request.addfinalizer(server.kill)
        server.start()
    second.until("INFO replication", "master_link_status:up")
    sentinel.until("SENTINEL REPLICAS main", str(second.port))
    url = f"redis+sentinel://127.0.0.1:{sentinel.port}/main"
    await meet(url)
    here, there = await pair(url, QUICK)
    first.kill()
    await until_told(there, lambda told: bool(told[1] and told[1].get("unreachable")))
    here.says("lobby", SECOND)
    await until_told(there, lambda told: told.get(SECOND.client_id) == SECOND.state)
    await until_told(there, lambda told: told[1] == FIRST.state)
    await stop(here, there)
