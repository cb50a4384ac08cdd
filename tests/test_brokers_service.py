"""The broker over a real central presence server: the contract, and what is not passed on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from types import SimpleNamespace

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

from jupyter_awareness.atlas import FILE, Atlas
from jupyter_awareness.broker import Digest
from jupyter_awareness.brokers.service import ServiceBroker
from jupyter_awareness.proofs import digest_of
from jupyter_awareness.protocol import CloseCode, Entry
from jupyter_awareness.reading import Readings
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


def broker(
    server: ServerProcess,
    username: str = "alice",
    key: str = "",
    digest: Digest | None = None,
    interval: float = 2.0,
) -> ServiceBroker:
    key = key or key_of(SECRET, username)
    return ServiceBroker(options(server.url, key, username, digest), interval=interval)


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


QUICK = 0.2  # seconds between signs of life, where it is waited for what is done without them
NOTEBOOK = FILE + "~digest"
IDS = count(1_000)  # client ids, each of one person


def reader(root: Path, path: str = "a.txt") -> Digest:
    """What a server answers that has its root folder there, and the room's file open."""
    atlas = Atlas()
    atlas.open(path, NOTEBOOK[len(FILE) :])
    return Readings(atlas, SimpleNamespace(root_dir=str(root))).digest


async def invented(room: str) -> bytes:
    """What somebody answers who knows where a file is, and not what is in it."""
    return digest_of(4, [b"text"])


@dataclass
class Someone:
    """A person with a server, in the room of the file."""

    process: Process
    client_id: int

    @classmethod
    async def come(cls, central: ServerProcess, name: str, digest: Digest) -> Someone:
        """Enter, and say one's name."""
        someone = cls(await start(broker(central, name, digest=digest), NOTEBOOK), next(IDS))
        someone.say({"n": name})
        return someone

    def say(self, state: dict[str, str] | None) -> None:
        self.process.says(NOTEBOOK, Entry(self.client_id, int(time.time() * 1e6), state))

    @property
    def sees(self) -> set[str]:
        """The names of the others that are seen."""
        last = {entry.client_id: entry.state for _, entry in self.process.told}
        return {str(state["n"]) for state in last.values() if state is not None}


async def test_in_the_room_of_a_file_those_see_each_other_who_read_it(
    central: ServerProcess, tmp_path: Path
) -> None:
    for name in ("alice", "bob"):
        (tmp_path / name).mkdir()
    (tmp_path / "alice" / "a.txt").write_text("secret")
    (tmp_path / "bob" / "b.txt").symlink_to(tmp_path / "alice" / "a.txt")
    # Whoever comes first decides nothing.
    mallory = await Someone.come(central, "mallory", invented)
    nobody = await Someone.come(central, "nobody", reader(tmp_path / "nobody"))
    alice = await Someone.come(central, "alice", reader(tmp_path / "alice"))
    bob = await Someone.come(central, "bob", reader(tmp_path / "bob", "b.txt"))
    await until(lambda: (alice.sees, bob.sees) == ({"bob"}, {"alice"}))
    (tmp_path / "alice" / "a.txt").write_text("saved")
    carol = await Someone.come(central, "carol", reader(tmp_path / "alice"))
    for someone in (mallory, nobody):
        someone.say({"n": "heard by nobody"})
    await until(lambda: carol.sees == {"alice", "bob"})
    await until(lambda: (alice.sees, bob.sees) == ({"bob", "carol"}, {"alice", "carol"}))
    assert mallory.sees == nobody.sees == set()
    carol.say(None)
    carol.process.broker.unsubscribe(NOTEBOOK)
    await until(lambda: (alice.sees, bob.sees) == ({"bob"}, {"alice"}))
    await stop(*(one.process for one in (mallory, nobody, alice, bob, carol)))


async def test_those_meet_who_came_while_the_file_was_being_saved(
    central: ServerProcess, tmp_path: Path
) -> None:
    for name, text in (("now", "whole"), ("slow", "what it was")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(text)
    alice = await Someone.come(central, "alice", reader(tmp_path / "now"))
    bob = await Someone.come(central, "bob", reader(tmp_path / "slow"))
    assert (alice.sees, bob.sees) == (set(), set())
    (tmp_path / "slow" / "a.txt").write_text("whole")
    await until(lambda: (alice.sees, bob.sees) == ({"bob"}, {"alice"}))
    await stop(alice.process, bob.process)


@pytest.mark.parametrize(
    "words", ['{"proofs": [["x", "y", 1]]}', '{"proofs": [["x"]]}', '{"proofs": 1}', "[]"]
)
async def test_whoever_answers_with_something_else_is_sent_away(
    central: ServerProcess, words: str
) -> None:
    link = broker(central, "mallory").new_link()
    await link.open()
    await link._write(words)
    await until(lambda: link._socket is not None and link._socket.close_code is not None)
    assert link._socket is not None
    assert link._socket.close_code == CloseCode.BAD_FRAME
    await link.close()


async def test_the_people_of_a_dead_server_are_hidden(central: ServerProcess) -> None:
    alice = await start(broker(central, "alice", interval=QUICK), "lobby")
    bob = await start(broker(central, "bob", interval=QUICK), "lobby")
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
