"""`jupyter awareness`: what people and scripts are told, and how it ends."""

from __future__ import annotations

import asyncio
import json
import os
import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

import nbformat
import pages
import pytest
from sockets import Visit
from terminal import DEADLINE, Outcome, Terminal, interrupt
from test_api import answer_of, come, validate

from jupyter_awareness import AwarenessClient
from jupyter_awareness.cli import main
from jupyter_awareness.options import TOKEN_VARIABLE

COMMANDS = ("who", "watch", "rooms", "doctor", "demo")


@pytest.fixture(autouse=True)
def notebook(jp_root_dir: Path) -> None:
    cells = [nbformat.v4.new_code_cell(f"x = {n}", id=f"c{n}") for n in range(3)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), jp_root_dir / "a.ipynb")


@pytest.fixture
def terminal(tmp_path: Path, server_url: str) -> Terminal:
    """A terminal of Alice's; the server is to be named."""
    return Terminal(tmp_path, {TOKEN_VARIABLE: "alice-token"})


class Here:
    """Runs commands in this process, on a computer on which no server runs."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str) -> Outcome:
        try:
            code = main(arguments)
        except SystemExit as end:
            code = int(end.code or 0)
        return Outcome(code, *self._capsys.readouterr())


@pytest.fixture
def here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Here:
    for name in ("JPY_PARENT_PID", "JUPYTERHUB_API_TOKEN", TOKEN_VARIABLE):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    return Here(capsys)


# Help and usage


async def test_jupyter_has_the_command(tmp_path: Path) -> None:
    outcome = await Terminal(tmp_path).run("--version")
    assert outcome == Outcome(0, version("jupyter_awareness") + "\n", "")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(here: Here, command: str) -> None:
    outcome = here(command, "--help")
    assert outcome.code == 0
    assert outcome.out.startswith(f"usage: jupyter awareness {command}")
    sentence = outcome.out.split("\n\n")[1].replace("\n", " ")
    assert re.fullmatch(r"[A-Z].*\.", sentence)
    assert "--url" in outcome.out


def test_the_help_lists_the_commands_and_the_exit_codes(here: Here) -> None:
    outcome = here("--help")
    assert outcome.code == 0
    assert [c for c in COMMANDS if not re.search(rf"^    {c} +\S", outcome.out, re.M)] == []
    assert "exit codes: 0 done, 1 it could not be done, 2 wrong usage" in outcome.out
    assert here() == Outcome(2, "", outcome.out)


@pytest.mark.parametrize(
    "arguments",
    [
        ("dance",),
        ("who", "--shout"),
        ("who", "lobby"),
        ("demo", "--peers", "0"),
        ("demo", "--peers", "many"),
        ("demo", "--speed", "0"),
        ("demo", "--seconds", "nan"),
    ],
)
def test_wrong_usage_is_told_and_is_2(here: Here, arguments: tuple[str, ...]) -> None:
    outcome = here(*arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.startswith("usage: jupyter awareness")


# What cannot be done


@pytest.mark.parametrize("command", ["who", "watch", "rooms", "demo"])
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "No Jupyter server is running here. Start one, or give a URL and a token."),
        (("--url", "ftp://x"), "Not the URL of a Jupyter server: ftp://x"),
        (("--url", "http://127.0.0.1:1/"), "http://127.0.0.1:1/ does not answer: "),
    ],
)
def test_without_a_server_it_says_so_and_is_1(
    here: Here, command: str, arguments: tuple[str, ...], said: str
) -> None:
    outcome = here(command, *arguments)
    assert (outcome.code, outcome.out) == (1, "")
    (line,) = outcome.err.splitlines()
    name = "jupyter awareness demo" if command == "demo" else "jupyter awareness"
    assert line.startswith(f"{name}: {said}")


@pytest.mark.parametrize("command", ["who", "watch", "rooms", "demo"])
async def test_a_wrong_token_is_told(terminal: Terminal, server_url: str, command: str) -> None:
    outcome = await terminal.run(command, "--url", server_url, "--token", "wrong")
    assert outcome.code == 1
    assert len(outcome.err.splitlines()) == 1
    assert "a valid token is needed" in outcome.err


async def test_a_room_that_is_not_there_is_told(terminal: Terminal, server_url: str) -> None:
    outcome = await terminal.run("watch", "--url", server_url, "document:missing.ipynb")
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err == "jupyter awareness: There is no such document.\n"


# Who is here


async def three_peers(visit: Visit) -> None:
    place = {"path": "a.ipynb", "type": "notebook", "cell": "c2", "index": 2}
    await come(visit, "alice", "lobby", 1, location=place)
    await come(visit, "bob", "lobby", 2, status="away")
    await come(visit, "carol", "lobby", 3, kind="agent", location={**place, "index": 0})
    await come(visit, "alice", "document:a.ipynb", 4)
    await come(visit, "carol", "document:a.ipynb", 5, kind="agent")


async def test_who_prints_json_of_three_peers(
    terminal: Terminal, server_url: str, visit: Visit
) -> None:
    await three_peers(visit)
    outcome = await terminal.run("who", "--json", "--url", server_url)
    assert (outcome.code, outcome.err) == (0, "")
    validate("people", answer_of(outcome.out))
    people = json.loads(outcome.out)["people"]
    cell = {"path": "a.ipynb", "type": "notebook", "cell": "c2", "index": 2}
    assert [
        (p["user"]["display_name"], p["kind"], p["status"], p["peers"], p["where"]) for p in people
    ] == [
        ("Alice", "person", "active", 2, [cell]),
        ("Bob", "person", "away", 1, []),
        ("Carol", "agent", "active", 2, [{**cell, "index": 0}]),
    ]


async def test_who_and_rooms_print_tables(
    terminal: Terminal, server_url: str, visit: Visit
) -> None:
    await three_peers(visit)
    outcome = await terminal.run("who", "--url", server_url)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out.splitlines() == [
        "NAME           STATUS  WHERE",
        "Alice          active  a.ipynb [cell 3]",
        "Bob            away    -",
        "Carol (agent)  active  a.ipynb [cell 1]",
    ]
    outcome = await terminal.run("rooms", "--url", server_url)
    assert outcome.out.splitlines() == [
        "ROOM              PEOPLE  PEERS",
        "document:a.ipynb  2       2",
        "lobby             3       3",
    ]
    outcome = await terminal.run("rooms", "--json", "--url", server_url)
    validate("rooms", answer_of(outcome.out))


async def test_where_nobody_is_it_says_so(terminal: Terminal, server_url: str) -> None:
    assert (await terminal.run("who", "--url", server_url)).out == "Nobody is here.\n"
    assert (await terminal.run("rooms", "--url", server_url)).out == "Nobody is in any room.\n"


async def test_a_terminal_gets_a_bold_heading_unless_it_wants_none(
    terminal: Terminal, server_url: str, visit: Visit
) -> None:
    await three_peers(visit)
    shown = await terminal.show("who", "--url", server_url)
    assert shown.startswith("\x1b[1mNAME           STATUS  WHERE\x1b[0m\r\n")
    terminal.variables["NO_COLOR"] = "1"
    assert "\x1b" not in await terminal.show("who", "--url", server_url)


async def test_the_running_server_is_found(tmp_path: Path, visit: Visit, server_url: str) -> None:
    await three_peers(visit)
    list_as_running(tmp_path, server_url)
    outcome = await Terminal(tmp_path).run("who")
    assert outcome.out.startswith("NAME")


def list_as_running(runtime: Path, url: str) -> None:
    """Write what a running server tells its user's other programs."""
    info = {"url": url, "token": "bob-token", "pid": os.getpid(), "root_dir": "/"}
    (runtime / "jpserver-1.json").write_text(json.dumps(info))


# Watching


async def line_of(process: asyncio.subprocess.Process) -> str:
    """The next line of its output, without the time."""
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), DEADLINE)).decode()
    found = re.fullmatch(r"\d\d:\d\d:\d\d (.*)\n", line)
    assert found, line
    return found[1]


async def test_watch_tells_who_comes_changes_and_goes_until_ctrl_c(
    terminal: Terminal, server_url: str, visit: Visit
) -> None:
    bob = await come(visit, "bob", "document:a.ipynb", 2, cursor={"position": 7})
    async with terminal.start("watch", "--url", server_url, "document:a.ipynb") as process:
        assert await line_of(process) == "+ Bob active at 7"
        cell = {"id": "c1", "index": 1, "mode": "edit"}
        carol = await come(visit, "carol", "document:a.ipynb", 3, kind="agent", cell=cell)
        assert await line_of(process) == "+ Carol (agent) active [cell 2]"
        await bob.say({"status": "idle"})
        assert await line_of(process) == "~ Bob idle"
        await carol.close()
        assert await line_of(process) == "- Carol (agent) active [cell 2]"
        end = await interrupt(process)
    assert (end.code, end.out) == (0, "")
    url = re.escape(server_url)
    assert re.fullmatch(
        rf"jupyter awareness: watching document:a.ipynb of {url}; Ctrl-C ends\n", end.err
    )


async def test_whoever_watches_is_seen_by_nobody(
    terminal: Terminal, server_url: str, extension
) -> None:
    async with AwarenessClient(server_url, "bob-token") as bob:
        async with terminal.start("watch", "--url", server_url) as process:
            assert await line_of(process) == "+ Bob (agent) active"
            assert len(extension.door.connections) == 2
            assert bob.lobby.peers == ()


async def test_watch_writes_json_lines(terminal: Terminal, server_url: str, visit: Visit) -> None:
    await come(visit, "bob", "lobby", 2)
    async with terminal.start("watch", "--json", "--url", server_url) as process:
        assert process.stdout is not None
        record = json.loads(await asyncio.wait_for(process.stdout.readline(), DEADLINE))
    assert (record["event"], record["id"], record["state"]["user"]["username"]) == (
        "added",
        2,
        "bob",
    )
    assert re.match(r"\d{4}-\d\d-\d\dT.*[+-]\d\d:\d\d$", record["at"])


async def test_whoever_has_read_enough_ends_it_without_a_word(
    terminal: Terminal, server_url: str, visit: Visit
) -> None:
    bob = await come(visit, "bob", "lobby", 2)
    async with terminal.start("watch", "--url", server_url) as process:
        await line_of(process)
        process._transport.get_pipe_transport(1).close()  # type: ignore[attr-defined]
        await bob.say({"status": "idle"})
        assert await asyncio.wait_for(process.wait(), DEADLINE) == 0
        assert process.stderr is not None
        assert (await process.stderr.read()).decode().count("\n") == 1


async def test_watch_tells_how_the_connection_is_and_why_it_ends(
    terminal: Terminal, server_url: str, visit: Visit, extension
) -> None:
    await come(visit, "bob", "lobby", 2)
    async with terminal.start("watch", "--url", server_url) as process:
        await line_of(process)
        (watcher,) = (s for s in extension.door.connections if s.username == "alice")
        watcher.close(1001, "The server is shutting down.")
        assert process.stderr is not None
        lines = [await asyncio.wait_for(process.stderr.readline(), DEADLINE) for _ in range(3)]
        assert lines[1:] == [
            b"jupyter awareness: reconnecting The server is shutting down.\n",
            b"jupyter awareness: connected\n",
        ]
        (watcher,) = (s for s in extension.door.connections if s.username == "alice")
        watcher.close(4403, "You may not see who is here.")
        assert await asyncio.wait_for(process.wait(), DEADLINE) == 1
        assert await process.stderr.read() == b"jupyter awareness: You may not see who is here.\n"


async def test_what_peers_call_themselves_cannot_harm_a_terminal(
    terminal: Terminal, server_url: str, visit: Visit
) -> None:
    await come(visit, "bob", "lobby", 2, location={"path": "a\x1b[2J\n\u202eb", "type": "file"})
    for arguments in (("who",), ("rooms",)):
        outcome = await terminal.run(*arguments, "--url", server_url)
        assert not re.search("[\x1b\u202e]", outcome.out)
        assert len(outcome.out.splitlines()) == 2
    async with terminal.start("watch", "--url", server_url) as process:
        assert await line_of(process) == "+ Bob active"


async def test_ctrl_c_while_it_connects_is_no_fault(tmp_path: Path) -> None:
    visited = asyncio.Event()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visited.set()
        await reader.read()  # until the other side has gone
        writer.close()

    silent = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{silent.sockets[0].getsockname()[1]}/"
    async with silent, Terminal(tmp_path).start("who", "--url", url) as process:
        await asyncio.wait_for(visited.wait(), DEADLINE)
        end = await interrupt(process)
    assert end == Outcome(130, "", "")


# The page of the documentation


def example(command: str) -> tuple[list[str], str]:
    """The arguments of a command of the page, and what it prints there."""
    (found,) = (
        block.partition("\n")
        for block in pages.blocks("cli.md", "console")
        if f" {command}" in block
    )
    prompt = "$ jupyter awareness "
    assert found[0].startswith(prompt)
    return found[0].removeprefix(prompt).split(), found[2]


@pytest.mark.parametrize("command", ["who", "rooms --json"])
async def test_the_page_shows_what_is_printed(
    terminal: Terminal, server_url: str, visit: Visit, command: str
) -> None:
    await three_peers(visit)
    arguments, printed = example(command)
    outcome = await terminal.run(*arguments, "--url", server_url)
    assert outcome == Outcome(0, printed, "")


async def test_the_page_watches(terminal: Terminal, server_url: str, visit: Visit) -> None:
    arguments, printed = example("watch")
    bob = await come(visit, "bob", "document:a.ipynb", 2, **state_at(7))
    async with terminal.start(*arguments, "--url", server_url) as process:
        shown = [await line_of(process)]
        await bob.say(state_at(8))
        shown.append(await line_of(process))
        await bob.close()
        shown.append(await line_of(process))
    assert [line.partition(" ")[2] for line in printed.splitlines()] == shown


def state_at(position: int) -> dict[str, Any]:
    return {"cursor": {"position": position}, "cell": {"id": "c0", "index": 0, "mode": "edit"}}


async def test_the_page_examines(terminal: Terminal, server_url: str) -> None:
    arguments, printed = example("doctor")
    outcome = await terminal.run(*arguments, "--url", server_url)
    page, shown = (
        [re.sub(r"\d+\.\d+\.\d+\w*|http\S+|as \w.*", "…", line) for line in text.splitlines()]
        for text in (printed, outcome.out)
    )
    assert page[3:] == shown[1:]  # of a server elsewhere the environment is not examined
    assert page[0].startswith("note jupyter_awareness …, Python …, jupyter_server …")


async def test_the_page_demonstrates(
    terminal: Terminal, server_url: str, jp_serverapp: Any
) -> None:
    arguments, printed = example("demo")
    arguments[-1] = "0.1"
    token = jp_serverapp.identity_provider.token
    outcome = await terminal.run(*arguments, "--url", server_url, "--token", token)
    assert outcome == Outcome(0, printed, "")


def test_the_page_names_all_commands() -> None:
    page = (pages.DOCS / "cli.md").read_text("utf-8")
    assert sorted(re.findall(r"^\| `(\w+)", page, re.M)) == sorted(COMMANDS)
    assert f"`{TOKEN_VARIABLE}`" in page


async def test_the_script_of_the_page(tmp_path: Path, server_url: str, visit: Visit) -> None:
    await three_peers(visit)
    (script,) = pages.blocks("cli.md", "sh")
    list_as_running(tmp_path, server_url)
    process = await asyncio.create_subprocess_exec(
        *("sh", "-c", script), env=Terminal(tmp_path).variables, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await asyncio.wait_for(process.communicate(), DEADLINE)
    assert (process.returncode, out) == (0, b"3 are here\n")
