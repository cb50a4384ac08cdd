"""The broker over a real central presence server: the contract, and what is not passed on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest
from brokers import (
    FIRST,
    GONE,
    SECRET,
    Connect,
    ConnectedBrokerContract,
    Process,
    options,
    start,
)
from server_process import ServerProcess
from sockets import until

from jupyter_awareness.brokers.service import ServiceBroker
from jupyter_awareness.protocol import Entry
from jupyter_awareness.relay import key_of

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def central(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """Start a central server for all tests."""
    server = ServerProcess(
        tmp_path_factory.mktemp("central"),
        {
            "AwarenessExtension": {"relay_secret": SECRET},
            "ServerApp": {"authorizer_class": "jupyter_awareness.central.NothingElse"},
        },
    )
    server.start()
    yield server
    server.kill()


def broker(server: ServerProcess, username: str = "alice", key: str = "") -> ServiceBroker:
    key = key or key_of(SECRET, username)
    return ServiceBroker(options(server.url, key, username), interval=0.2)


def stripped(told: list[tuple[str, Entry]]) -> list[tuple[str, Entry]]:
    """What was told, without the name that the central server has put on it."""
    return [
        (
            room,
            entry._replace(state={k: v for k, v in entry.state.items() if k != "user"})
            if entry.state
            else entry,
        )
        for room, entry in told
    ]


class TestServiceBroker(ConnectedBrokerContract):
    @pytest.fixture
    def connect(self, central: ServerProcess, monkeypatch: pytest.MonkeyPatch) -> Connect:
        deliver = Process.deliver

        def nameless(process: Process, room: str, entries: list[Entry]) -> None:
            deliver(process, room, [entry for _, entry in stripped([(room, e) for e in entries])])

        monkeypatch.setattr(Process, "deliver", nameless)
        return lambda: broker(central)


async def stop(*processes: Process) -> None:
    for process in processes:
        await process.broker.stop()


async def test_the_central_server_says_who_somebody_is(central: ServerProcess) -> None:
    alice = await start(broker(central, "alice"), "lobby")
    mallory = await start(broker(central, "mallory"), "lobby")
    mallory.says("lobby", Entry(7, 2**50, {"n": 1, "user": {"username": "alice"}}))
    [(_, entry)] = await alice.hears(1)
    assert entry.state is not None
    assert entry.state["user"]["username"] == entry.state["user"]["display_name"] == "mallory"
    await stop(alice, mallory)


async def test_nobody_speaks_for_anothers_peer(central: ServerProcess) -> None:
    alice = await start(broker(central, "alice"), "lobby")
    mallory = await start(broker(central, "mallory"), "lobby")
    bob = await start(broker(central, "bob"), "lobby")
    alice.says("lobby", FIRST)
    await bob.hears(1)
    mallory.says("lobby", Entry(FIRST.client_id, FIRST.clock + 9, {"n": 666}))
    mallory.says("lobby", Entry(FIRST.client_id, FIRST.clock + 10, None))
    mallory.says("lobby", Entry(8, 2**53 - 1, {"n": "a clock that would hold up everybody's"}))
    mallory.says("lobby", Entry(9, 2**50, {"n": "end"}))
    told = stripped(await bob.hears(2))
    assert told == [("lobby", FIRST), ("lobby", Entry(9, 2**50, {"n": "end"}))]
    await stop(alice, mallory, bob)


@pytest.mark.parametrize("key", [key_of(SECRET, "alice"), key_of("another" * 9, "mallory")])
async def test_a_server_with_anothers_key_is_refused(
    central: ServerProcess, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    mallory = Process(broker(central, "mallory", key))
    await mallory.broker.start(mallory.deliver, mallory.snapshot)
    await until(lambda: "HTTPClientError" in caplog.text)
    assert key not in caplog.text
    await stop(mallory)


async def test_whoever_comes_later_is_told_who_is_there_and_who_leaves(
    central: ServerProcess,
) -> None:
    alice = await start(broker(central, "alice"), "lobby")
    alice.says("lobby", FIRST)
    bob = await start(broker(central, "bob"), "lobby")
    assert stripped(await bob.hears(1)) == [("lobby", FIRST)]
    alice.says("lobby", GONE)
    assert stripped(await bob.hears(2))[1:] == [("lobby", GONE)]
    await stop(alice, bob)


async def test_the_people_of_a_dead_server_are_hidden(central: ServerProcess) -> None:
    alice = await start(broker(central, "alice"), "lobby")
    bob = await start(broker(central, "bob"), "lobby")
    alice.says("lobby", FIRST)
    await bob.hears(1)
    task = alice.broker._task  # type: ignore[attr-defined]
    task.cancel()  # as if it were killed: nothing is said any more
    await asyncio.gather(task, return_exceptions=True)
    assert (await bob.hears(2))[1] == ("lobby", Entry(1, FIRST.clock, None))
    await stop(bob)


async def test_while_the_central_server_is_gone_people_elsewhere_are_shown_as_last_known(
    central: ServerProcess,
) -> None:
    alice = await start(broker(central, "alice"), "lobby")
    bob = await start(broker(central, "bob"), "lobby")
    alice.says("lobby", FIRST)
    await bob.hears(1)
    central.kill()
    await until(lambda: (bob.told[-1][1].state or {}).get("unreachable"))
    alice.says("lobby", Entry(1, int(time.time() * 1e6), {"n": 2}))
    await asyncio.get_running_loop().run_in_executor(None, central.start)
    await until(lambda: stripped(bob.told[-1:])[0][1].state == {"n": 2})
    await stop(alice, bob)
