"""Every attack against a real server: what it gets, and that two honest people notice nothing.

`python scripts/attacks_table.py --run` runs this, and writes what came out into the documents.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from attacks import ATTACKS, Attack
from mallory import Mallory, tally
from scene import TOKEN, Server, Witness, honest
from wire import memory

FILES = ("there.txt", ".hidden.txt", ".hidden/in.txt", ".ipynb_checkpoints/in.txt", "folder/in.txt")
SLOW = 300.0  # milliseconds; without an attack the median is about 40, the window of two changes
GROWTH = 150e6  # bytes that the server may hold more after all attacks than before

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

import attacks_table  # noqa: E402

Results = list[dict[str, Any]]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server that is attacked; its settings are the defaults but for two times.

    Mallory answers no pings. On a busy machine some of his attacks take longer than those may.
    """
    times = {"reconnect_grace": 0.3, "client_timeout": 60.0}
    attacked = Server(tmp_path_factory.mktemp("server"), times)
    for name in FILES:
        path = attacked.documents / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    (attacked.documents.parent / "outside.txt").touch()
    attacked.start()
    yield attacked
    attacked.kill()


@pytest.fixture(scope="module")
def witness(server: Server) -> Iterator[Witness]:
    """Alice and Bob, who are in the lobby all the time."""
    pair = Witness(honest(server))
    yield pair
    pair.leave()


@pytest.fixture(scope="module")
def results() -> Iterator[Results]:
    """What came out; written to the file that the environment names, if it names one."""
    found: Results = []
    yield found
    path = os.environ.get("AWARENESS_ATTACKS_RESULTS")
    if path:
        Path(path).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def at_first(server: Server) -> int:
    """Bytes that the server holds before the attacks."""
    return memory(server.process)


async def tried(attack: Attack, server: Server) -> str:
    """Let Mallory try, and break off whatever he holds."""
    mallory = Mallory(server.url, server.process, hopes=attack.gets == ("nothing",))
    try:
        return await attack.act(mallory)
    finally:
        mallory.leave()


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_gets_what_it_deserves_and_nobody_notices(
    server: Server, witness: Witness, results: Results, at_first: int, attack: Attack
) -> None:
    witness.begin()
    try:
        got = asyncio.run(tried(attack, server))
    finally:
        seen = witness.end()
    results.append({"attack": attack.name, "got": got, **seen})
    assert got in attack.gets
    assert seen["wrong"] == {}
    assert seen["median"] < SLOW


def people(server: Server) -> list[tuple[str, int]]:
    """Who is seen on the server, and how often."""
    headers = {"Authorization": f"token {TOKEN}"}
    request = urllib.request.Request(server.http_url + "api/awareness/people", headers=headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        found = json.load(answer)["people"]
    return [(person["user"]["username"], person["peers"]) for person in found]


def test_after_all_attacks_the_server_is_as_it_was(
    server: Server, witness: Witness, at_first: int
) -> None:
    assert people(server) == [("alice", 1), ("bob", 1)]
    assert memory(server.process) - at_first < GROWTH
    for trace in ("Traceback", "never retrieved", "never awaited", "Uncaught", " E 20"):
        assert trace not in server.log


def test_the_documents_tell_of_each_attack_what_it_gets() -> None:
    noted = {one["attack"]: one["got"] for one in attacks_table.read()}
    assert list(noted) == [attack.name for attack in ATTACKS], "scripts/attacks_table.py --run"
    for attack in ATTACKS:
        assert noted[attack.name] in attack.gets


def test_outcomes_are_put_into_words() -> None:
    assert tally(["4400", "4400"]) == "4400"
    assert tally(["nothing", "4429", "nothing"]) == "2 x nothing, 1 x 4429"
