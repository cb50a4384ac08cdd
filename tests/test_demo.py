"""Simulated people come, are seen to walk through documents, change nothing, and go."""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import nbformat
import pytest
from terminal import DEADLINE, Terminal

from jupyter_awareness import AwarenessClient, demo
from jupyter_awareness.client import ClientError, ClientRoom
from jupyter_awareness.demo_identity import AGENTS, PEOPLE
from jupyter_awareness.demo_walk import Step, walk
from jupyter_awareness.positions import Source

TEXTS = ["# Title\n\nSome *text*.", "import numpy\n😀 = 1", ""]
NOTEBOOK = [
    Source(TEXTS[0], "markdown", "c0", 0),
    Source(TEXTS[1], "code", "c1", 1),
    Source(TEXTS[2], "code", "c2", 2),
]
DEMO_USERS = "jupyter_awareness.demo_identity.DemoUsers"


# The walk


def steps(texts: list[Source], seed: int = 1, number: int = 2_000) -> list[Step]:
    return list(islice(walk(texts, Random(seed)), number))


def test_every_step_takes_time_and_stays_in_the_document() -> None:
    seen: set[Any] = set()
    for step in steps(NOTEBOOK):
        assert step.seconds > 0
        assert set(step.fields) <= {"cursor", "cell", "activity"}
        cursor = step.fields.get("cursor")
        if cursor is not None:
            text = TEXTS[cursor["index"]]
            assert cursor["cell"] == f"c{cursor['index']}"
            length = len(text.encode("utf-16-le")) // 2
            assert 0 <= cursor["position"] <= length
            assert 0 <= cursor["anchor"] <= length
        seen.add((step.fields.get("cell") or {}).get("id"))
        seen.add(step.status)
        seen.add(str(step.fields.get("activity")))
    assert {"c0", "c1", "c2", "idle", "active", "typing", "{'running': ['c1']}"} <= seen


def test_the_same_seed_walks_the_same_way() -> None:
    assert steps(NOTEBOOK, 7) == steps(NOTEBOOK, 7)
    assert steps(NOTEBOOK, 7) != steps(NOTEBOOK, 8)


def test_a_file_has_no_cells() -> None:
    for step in steps([Source("one\ntwo")], number=300):
        assert step.fields.get("cell") is None
        assert "cell" not in (step.fields.get("cursor") or {})
        assert "running" not in str(step.fields)


def test_where_there_is_nothing_to_see_they_wait() -> None:
    assert [step.fields for step in steps([])] == [{}]
    assert steps([Source("")], number=50)


# On a server


@pytest.fixture
def identity(request: pytest.FixtureRequest) -> str | None:
    return getattr(request, "param", None)


@pytest.fixture
def jp_server_config(jp_server_config: dict[str, Any], identity: str | None) -> dict[str, Any]:
    if identity is not None:
        jp_server_config["ServerApp"]["identity_provider_class"] = identity
    return jp_server_config


with_demo_users = pytest.mark.parametrize("identity", [DEMO_USERS], indirect=True)


@pytest.fixture(autouse=True)
def documents(jp_root_dir: Path) -> None:
    cells = [nbformat.v4.new_code_cell(text, id=f"c{n}") for n, text in enumerate(TEXTS)]
    for name in ("a.ipynb", "b.ipynb"):
        nbformat.write(nbformat.v4.new_notebook(cells=cells), jp_root_dir / name)
    (jp_root_dir / "c.py").write_text("x = 1\n")
    (jp_root_dir / "d.png").write_bytes(b"\x89PNG\xff\xfe")


def options(url: str, token: str, *arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    demo.add_arguments(parser)
    return parser.parse_args(["--url", url, "--token", token, "--speed", "50", *arguments])


@asynccontextmanager
async def running(url: str, token: str, *arguments: str) -> AsyncIterator[None]:
    """A demonstration, until it is told to stop."""
    stop = asyncio.Event()
    task = asyncio.ensure_future(demo.run(options(url, token, *arguments), stop))
    try:
        yield
    finally:
        stop.set()
        await asyncio.wait_for(task, DEADLINE)


async def until(room: ClientRoom, condition: Callable[[], object]) -> None:
    changes = room.changes()
    while not condition():
        await asyncio.wait_for(anext(changes), DEADLINE)


def shared_token(jp_serverapp: Any) -> str:
    token: str = jp_serverapp.identity_provider.token
    return token


@with_demo_users
async def test_where_they_are_known_people_and_agents_come(
    server_url: str, jp_serverapp: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    token = shared_token(jp_serverapp)
    async with AwarenessClient(server_url, token, visible=False) as watcher:
        async with running(server_url, token, "--peers", "5"):
            await until(watcher.lobby, lambda: len(watcher.lobby.peers) == 5)
            names = {(peer.user.display_name, peer.kind) for peer in watcher.lobby}
            people = {(name, "person") for name in PEOPLE[:4]}
            assert names == people | {(AGENTS[0], "agent")}
        await until(watcher.lobby, lambda: not watcher.lobby.peers)
    printed = capsys.readouterr().out
    assert re.fullmatch(rf"{PEOPLE[0]}, .*: walking through a\.ipynb\. Ctrl-C ends\.\n", printed)


async def test_elsewhere_agents_come_under_the_same_names(
    server_url: str, jp_serverapp: Any
) -> None:
    token = shared_token(jp_serverapp)
    async with AwarenessClient(server_url, token, visible=False) as watcher:
        async with running(server_url, token, "--peers", "2"):
            await until(watcher.lobby, lambda: len(watcher.lobby.peers) == 2)
            names = [(peer.user.display_name, peer.kind) for peer in watcher.lobby]
            assert sorted(names) == sorted((name, "agent") for name in PEOPLE[:2])


async def test_they_move_and_change_nothing(
    server_url: str, jp_root_dir: Path, jp_serverapp: Any
) -> None:
    token = shared_token(jp_serverapp)
    before = (jp_root_dir / "a.ipynb").read_bytes()
    async with AwarenessClient(server_url, token, visible=False) as watcher:
        room = await watcher.join("document:a.ipynb")
        seen: set[tuple[int, Any]] = set()
        room.observe(lambda change: seen.update((p.id, p.cell) for p in change.updated))
        async with running(server_url, token, "--peers", "3", "--seed", "4"):
            await until(room, lambda: len(seen) > 6 and len({i for i, _ in seen}) == 3)
    assert (jp_root_dir / "a.ipynb").read_bytes() == before
    assert sorted(os.listdir(jp_root_dir)) == ["a.ipynb", "b.ipynb", "c.py", "d.png"]


@pytest.mark.parametrize(
    ("arguments", "rooms"),
    [
        ((), {"a.ipynb"}),
        (("--rooms", "2"), {"a.ipynb", "b.ipynb"}),
        (("--rooms", "9"), {"a.ipynb", "b.ipynb"}),
        (("--document", "c.py"), {"c.py"}),
        (("--document", "/c.py", "--document", "b.ipynb"), {"c.py", "b.ipynb"}),
        (("--document", "b.ipynb", "--rooms", "2"), {"a.ipynb", "b.ipynb"}),
    ],
)
async def test_they_are_spread_over_documents(
    server_url: str, jp_serverapp: Any, arguments: tuple[str, ...], rooms: set[str]
) -> None:
    token = shared_token(jp_serverapp)
    async with AwarenessClient(server_url, token, visible=False) as watcher:
        async with running(server_url, token, "--peers", "4", *arguments):
            paths: set[str] = set()

            def all_are_there() -> bool:
                locations = [peer.location for peer in watcher.lobby]
                paths.update(it.path for it in locations if it is not None)
                return len(locations) == 4 and None not in locations

            await until(watcher.lobby, all_are_there)
            assert paths == rooms


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--document", "missing.ipynb"), "There is no such document."),
        (("--document", "d.png"), "d.png cannot be walked through: it is not a notebook and not"),
    ],
)
async def test_where_they_cannot_walk_it_says_so(
    server_url: str, jp_serverapp: Any, arguments: tuple[str, ...], said: str
) -> None:
    given = options(server_url, shared_token(jp_serverapp), *arguments)
    with pytest.raises(ClientError, match=said):
        await demo.run(given, asyncio.Event())


async def test_where_there_is_no_notebook_one_has_to_be_named(
    server_url: str, jp_serverapp: Any, jp_root_dir: Path
) -> None:
    for name in ("a.ipynb", "b.ipynb"):
        (jp_root_dir / name).unlink()
    with pytest.raises(ClientError, match="name a document"):
        await demo.run(options(server_url, shared_token(jp_serverapp)), asyncio.Event())


async def test_a_room_that_is_closed_to_them_ends_it(
    server_url: str, jp_serverapp: Any, extension
) -> None:
    given = options(server_url, shared_token(jp_serverapp), "--peers", "2")
    task = asyncio.ensure_future(demo.run(given, asyncio.Event()))
    async with AwarenessClient(server_url, "alice-token", visible=False) as watcher:
        room = await watcher.join("document:a.ipynb")
        await until(room, lambda: len(room.peers) == 2)
        for socket in list(extension.door.connections):
            if socket.name.kind == "document":
                socket.close(4403, "Not any more.")
        with pytest.raises(ClientError, match=r"Not any more\."):
            await asyncio.wait_for(task, DEADLINE)


async def test_it_ends_by_itself_when_asked_to(server_url: str, jp_serverapp: Any) -> None:
    given = options(server_url, shared_token(jp_serverapp), "--seconds", "0.1")
    await asyncio.wait_for(demo.run(given, asyncio.Event()), DEADLINE)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_it_without_a_word(
    tmp_path: Path, server_url: str, jp_serverapp: Any, number: signal.Signals
) -> None:
    token = shared_token(jp_serverapp)
    terminal = Terminal(tmp_path, {"JUPYTER_AWARENESS_TOKEN": token})
    async with terminal.start("demo", "--url", server_url, "--peers", "2") as process:
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), DEADLINE)
        assert line.endswith(b"Ctrl-C ends.\n")
        process.send_signal(number)
        out, err = await asyncio.wait_for(process.communicate(), DEADLINE)
    assert (process.returncode, out, err) == (0, b"", b"")


def test_it_also_runs_as_a_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    assert demo.main([]) == 1
    assert "No Jupyter server is running here" in capsys.readouterr().err
