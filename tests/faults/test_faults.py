"""Faults of networks, clients, servers and machines, on real sockets: what the others see of them.

The server has shorter times than the defaults, so that the faults that time ends can run side by
side in a few seconds; how long the same takes with the defaults is computed from the same traits.
What is measured in milliseconds is the best of several tries: a busy machine only adds to it.
"""

from __future__ import annotations

import asyncio
import json
import signal
import time
import urllib.request
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from typing import Any

import pytest
from people import Peer, port_of, two
from proxy import proxy
from returning import Crowd, Place
from server_process import TOKEN, ServerProcess

from jupyter_awareness import AwarenessClient
from jupyter_awareness.app import SWEEP_MILLISECONDS, AwarenessExtension
from jupyter_awareness.protocol import CloseCode

GRACE = 0.8  # seconds; the default is 3
TIMEOUT = 2.0  # seconds without an answer to pings; see `test_with_the_defaults_…`
SWEEP = SWEEP_MILLISECONDS / 1_000
SLACK = 3.0  # seconds that a busy machine may add to what lasts for seconds
TRIES = 5
CROWD = 90

pytestmark = pytest.mark.timeout(120)


class FaultyServer(ServerProcess):
    """A server with the probe, by which it can be stalled."""

    def common_settings(self) -> dict[str, dict[str, Any]]:
        """What all tests have in common, and the shorter times."""
        settings = super().common_settings()
        settings["ServerApp"]["jpserver_extensions"] = {"jupyter_awareness": True, "probe": True}
        settings["AwarenessExtension"] = {
            "reconnect_grace": GRACE,
            "client_timeout": TIMEOUT,
        }
        return settings


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """The server that everything happens to."""
    started = FaultyServer(tmp_path_factory.mktemp("faults") / "server", {})
    try:
        started.start()
        yield started
    finally:
        started.kill()


def ask(server: ServerProcess, path: str) -> str:
    """Request something of the server."""
    request = urllib.request.Request(server.url + path, headers={"Authorization": f"token {TOKEN}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        text: str = answer.read().decode()
    return text


def through(url: str, port: int) -> str:
    """The same address by another port."""
    return url.replace(f":{port_of(url)}/", f":{port}/")


# What happens side by side, each in a room of its own


async def clean_close(url: str) -> float:
    """Give the seconds, at best, in which somebody who says goodbye is gone."""
    took = []
    for number in range(TRIES):
        async with two(f"topic:goodbye-{number}", url) as (bob, alice):
            start = time.monotonic()
            alice.connection.close()
            took.append(await bob.loses(alice) - start)
    return min(took)


async def killed_client(url: str) -> float:
    """Give the seconds after which somebody whose process was killed is gone."""
    async with two("topic:killed", url) as (bob, alice):
        start = time.monotonic()
        alice.break_off()
        return await bob.loses(alice) - start


async def half_closed(url: str) -> float:
    """Give the seconds after which somebody is gone who only listens."""
    async with proxy(port_of(url)) as network:
        async with two("topic:half", url, through(url, network.port)) as (bob, alice):
            start = time.monotonic()
            network.half_close()
            return await bob.loses(alice) - start


async def dead_network(url: str) -> float:
    """Give the seconds after which somebody is gone whose network passes nothing."""
    async with proxy(port_of(url)) as network:
        async with two("topic:dead", url, through(url, network.port)) as (bob, alice):
            start = time.monotonic()
            network.stop_flowing()
            return await bob.loses(alice) - start


async def blip(url: str) -> int:
    """Give how often somebody blinks whose network is away for less than the grace."""
    async with proxy(port_of(url)) as network:
        async with two("topic:blip", url, through(url, network.port)) as (bob, alice):
            network.stop_flowing()
            await asyncio.sleep(GRACE / 2)
            await alice.say({"n": 2})
            network.flow()
            await bob.sees(alice, 2)
            return bob.blinks(alice)


def is_seen(peer: Peer, client_id: int) -> bool:
    return client_id in peer.seen


async def coming(url: str) -> float:
    """Give the seconds in which a client that was not there before is seen, at worst."""
    return max([await one_coming(url, f"topic:coming-{number}") for number in range(TRIES)])


async def one_coming(url: str, name: str) -> float:
    bob = await Peer.come(url, name, "bob")
    start = time.monotonic()
    async with AwarenessClient(url, "alice-token") as client:
        room = await client.join(name)
        seen = await bob.until(lambda: room.client_id in bob.seen)
    await bob.leave()
    return seen - start


async def cut_and_back(url: str) -> list[tuple[float, int]]:
    """Give in how many seconds cut clients are back, and how often each blinked."""
    # Another client each time: one whose connections do not hold waits longer and longer.
    return [await one_cut(url, f"topic:cut-{number}") for number in range(TRIES)]


async def one_cut(url: str, name: str) -> tuple[float, int]:
    async with proxy(port_of(url)) as network:
        bob = await Peer.come(url, name, "bob")
        async with AwarenessClient(through(url, network.port), "alice-token") as client:
            room = await client.join(name)
            await bob.until(lambda: room.client_id in bob.seen)
            network.cut()
            start = time.monotonic()
            room.set("n", 2)
            back = await bob.until(lambda: bob.seen.get(room.client_id) == 2)
            blinks = [n for _, _, n in bob.history[1:]].count(None)
        await bob.leave()
    return back - start, blinks


async def asleep(url: str) -> float:
    """Give in how many seconds, at best, somebody is back whose laptop wakes up."""
    rooms = [f"topic:asleep-{number}" for number in range(3)]
    return min(await asyncio.gather(*(one_sleep(url, room) for room in rooms)))


async def one_sleep(url: str, name: str) -> float:
    async with proxy(port_of(url)) as network:
        bob = await Peer.come(url, name, "bob")
        async with AwarenessClient(through(url, network.port), "alice-token") as client:
            room = await client.join(name)
            await bob.until(lambda: room.client_id in bob.seen)
            network.stop_flowing()
            await bob.until(lambda: room.client_id not in bob.seen)
            start = time.monotonic()
            network.flow()
            back = await bob.until(lambda: room.client_id in bob.seen)
        await bob.leave()
    return back - start


async def long_way(url: str) -> int:
    """Give how often somebody blinks whose network takes a fifth of a second each way."""
    async with proxy(port_of(url)) as network:
        network.delay = 0.2
        async with two("topic:far", url, through(url, network.port)) as (bob, alice):
            await asyncio.sleep(1.5 * TIMEOUT)
            await alice.say({"n": 2})
            await bob.sees(alice, 2)
            return bob.blinks(alice)


async def idle(url: str) -> int:
    """Give how often somebody blinks who says nothing, for longer than pings may take."""
    async with two("topic:idle", url) as (bob, alice):
        await asyncio.sleep(1.5 * TIMEOUT)
        assert bob.seen == {alice.client_id: 1}
        return bob.blinks(alice)


FAULTS: tuple[Callable[[str], Coroutine[Any, Any, Any]], ...] = (
    clean_close,
    killed_client,
    half_closed,
    dead_network,
    blip,
    coming,
    cut_and_back,
    asleep,
    long_way,
    idle,
)


@pytest.fixture(scope="module")
def outcomes(server: ServerProcess) -> dict[str, Any]:
    """What came of each fault, by its name; an exception if it went wrong."""

    async def run() -> list[Any]:
        return await asyncio.gather(
            *(fault(server.url) for fault in FAULTS), return_exceptions=True
        )

    return dict(zip([fault.__name__ for fault in FAULTS], asyncio.run(run()), strict=True))


@pytest.fixture
def outcome(outcomes: dict[str, Any]) -> Callable[[Callable[..., Any]], Any]:
    """What came of a fault."""

    def of(fault: Callable[..., Any]) -> Any:
        found = outcomes[fault.__name__]
        if isinstance(found, BaseException):
            raise found
        return found

    return of


def test_whoever_says_goodbye_is_gone_at_once(outcome) -> None:
    assert outcome(clean_close) < 0.05


@pytest.mark.parametrize("fault", [killed_client, half_closed], ids=["killed", "half-closed"])
def test_whoever_is_killed_is_gone_when_the_grace_is_over(outcome, fault) -> None:
    assert GRACE <= outcome(fault) < GRACE + SWEEP + SLACK


def longest(timeout: float, grace: float) -> float:
    """The most seconds for which somebody is seen whose network is dead."""
    ping = timeout / 3
    return timeout + ping + grace + SWEEP


def test_whoever_has_no_network_is_gone_by_pings(outcome) -> None:
    assert TIMEOUT * 2 / 3 + GRACE <= outcome(dead_network) < longest(TIMEOUT, GRACE) + SLACK


def test_with_the_defaults_a_dead_network_is_noticed_within_15_seconds() -> None:
    defaults = AwarenessExtension.class_traits()
    timeout = defaults["client_timeout"].default_value
    grace = defaults["reconnect_grace"].default_value
    assert longest(timeout, grace) < 15


@pytest.mark.parametrize("fault", [blip, long_way, idle], ids=["blip", "long way", "idle"])
def test_nobody_blinks_who_is_there(outcome, fault) -> None:
    assert outcome(fault) == 0


def soon(outcome: Callable[..., Any]) -> float:
    """Half a second, and on a machine on which coming takes so long already, longer."""
    first_wait = 0.25  # at most; see `client.reconnect`
    return max(0.5, first_wait + 2 * outcome(coming))


def test_whoever_was_cut_is_back_at_once(outcome) -> None:
    assert min(took for took, _ in outcome(cut_and_back)) < soon(outcome)


def test_whoever_is_back_within_the_grace_did_not_blink(outcome) -> None:
    in_time = [blinks for took, blinks in outcome(cut_and_back) if took < GRACE]
    assert in_time == [0] * len(in_time)


def test_whoever_was_away_for_long_is_back_as_soon_as_the_network_is(outcome) -> None:
    assert outcome(asleep) < soon(outcome)


# What happens to the whole server, one after the other


def on(server: ServerProcess, act: Callable[[str], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        return await act(server.url)

    return asyncio.run(run())


def test_nobody_is_lost_while_the_event_loop_is_blocked(server: ServerProcess, outcomes) -> None:
    async def stall(url: str) -> None:
        async with two("topic:stall", url) as (bob, alice):
            await asyncio.sleep(TIMEOUT / 3)  # so that a ping is under way
            await asyncio.to_thread(ask, server, f"stall?seconds={1.3 * TIMEOUT}")
            await asyncio.sleep(TIMEOUT / 2)  # in which a ping is due
            await alice.say({"n": 2})
            await bob.sees(alice, 2)
            assert bob.blinks(alice) == 0
            assert alice.ended_at is None

    on(server, stall)


@pytest.mark.parametrize("raises", [0, 1], ids=["keeps it", "raises"])
def test_a_log_that_cannot_be_written_hinders_nobody(
    server: ServerProcess, outcomes, raises: int
) -> None:
    async def fill(url: str) -> None:
        async with two("topic:full", url) as (bob, alice):
            await asyncio.to_thread(ask, server, f"disk?full=1&raises={raises}")
            try:
                mallory = await Peer.come(url, "topic:full", "carol")
                await mallory.connection.write_message(b"", binary=True)
                assert await mallory.ends() == CloseCode.BAD_FRAME
                nowhere = await Peer.come(url, "document:missing.txt", "carol")
                assert await nowhere.ends() == CloseCode.NO_DOCUMENT
                await alice.say({"n": 2})
                await bob.sees(alice, 2)
            finally:
                lost = await asyncio.to_thread(ask, server, "disk?full=0")
            assert json.loads(lost)["failed"] > 0

    on(server, fill)


def test_a_crowd_of_a_server_that_is_killed_comes_back(server: ServerProcess, outcomes) -> None:
    places = [
        Place(f"{who}-token", f"topic:crowd-{number}")
        for who in ("alice", "bob", "carol")
        for number in range(CROWD // 3)
    ]

    def restart() -> None:
        server.kill()
        server.start()

    async def come_back(url: str) -> None:
        crowd = Crowd(url, places, others=2)
        await crowd.come()
        await crowd.see_all()
        ids = [member.client_id for member in crowd.members]
        killed = time.monotonic()
        await asyncio.to_thread(restart)
        await crowd.see_all()
        assert all(member.whole >= member.back > killed for member in crowd.members)
        assert [member.client_id for member in crowd.members] == ids
        await crowd.go()

    on(server, come_back)


def test_a_server_that_ends_says_goodbye_to_all_in_less_than_two_seconds(
    server: ServerProcess, outcomes
) -> None:
    async def end(url: str) -> None:
        peers = [await Peer.come(url, f"topic:{n % 5}") for n in range(50)]
        server.signal(signal.SIGTERM)
        start = time.monotonic()
        codes = await asyncio.gather(*(peer.ends() for peer in peers))
        assert codes == [CloseCode.GOING_AWAY] * 50
        assert max(peer.ended_at or 0 for peer in peers) - start < 2

    on(server, end)
    for trace in ("Traceback", "never retrieved", "never awaited", "Uncaught", "is pending"):
        assert trace not in server.log
