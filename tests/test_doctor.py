"""What could keep presence from working is found, and said with what to do about it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from doors import Door
from jupyter_server.auth.authorizer import Authorizer
from server_process import ServerProcess
from terminal import Terminal

from jupyter_awareness import doctor, installation
from jupyter_awareness.client.servers import Server
from jupyter_awareness.doctor import examine, examine_server
from jupyter_awareness.installation import Finding, examine_environment

HERE = version("jupyter_awareness")


class Guests(Authorizer):
    """Alice may do everything, Bob only look, Carol not even that."""

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        if resource != "awareness" or user.username == "alice":
            return True
        return user.username == "bob" and action == "read"


@pytest.fixture
def traits(request: pytest.FixtureRequest) -> dict[str, Any]:
    return getattr(request, "param", {})


@pytest.fixture
def jp_server_config(jp_server_config, traits) -> dict[str, Any]:
    jp_server_config["ServerApp"]["authorizer_class"] = Guests
    return {**jp_server_config, "AwarenessExtension": traits}


async def findings(server: Server) -> list[tuple[str, str]]:
    """What is found at a server, the last with its advice."""
    found = [finding async for finding in examine_server(server)]
    assert all(finding.advice == "" for finding in found if finding.verdict == "ok")
    assert all(finding.advice for finding in found if finding.verdict == "bad")
    return [(finding.verdict, f"{finding.text} {finding.advice}".strip()) for finding in found]


# A server


async def test_a_server_on_which_all_is_well(server_url: str) -> None:
    assert await findings(Server(server_url, "alice-token")) == [
        ("ok", f"{server_url} answers, and knows you as Alice."),
        ("ok", f"It runs jupyter_awareness {HERE}."),
        ("note", "No broker: only people on this same server process see each other."),
        ("ok", "The lobby lets you in, and the others can see you."),
    ]


async def test_who_may_only_look(server_url: str) -> None:
    *_, (verdict, text) = await findings(Server(server_url, "bob-token"))
    assert verdict == "note"
    assert text.startswith("You see the others, but they do not see you.")
    assert '"write" on the resource "awareness"' in text


async def test_who_may_not_even_look(server_url: str) -> None:
    *_, (verdict, text) = await findings(Server(server_url, "carol-token"))
    assert verdict == "bad"
    assert text.startswith("You may not see who is here.")
    assert '"read" on the resource "awareness"' in text


async def test_a_wrong_token(server_url: str) -> None:
    ((verdict, text),) = await findings(Server(server_url, "wrong"))
    assert verdict == "bad"
    assert text == f"{server_url} refuses: a valid token is needed. Is the token right?"


@pytest.mark.parametrize("traits", [{"enabled": False}], indirect=True)
async def test_presence_that_is_switched_off(server_url: str) -> None:
    *_, (verdict, text) = await findings(Server(server_url, "alice-token"))
    assert verdict == "bad"
    assert text.endswith("c.AwarenessExtension.enabled = True")


async def test_a_server_that_is_not_there() -> None:
    ((verdict, text),) = await findings(Server("http://127.0.0.1:1/"))
    assert verdict == "bad"
    assert text.endswith("Is the server running, and the URL right?")


async def test_a_server_of_another_version(
    server_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "version", lambda name: "9.9.9")
    found = await findings(Server(server_url, "alice-token", root="/here"))
    assert found[1][0] == "note"
    assert found[1][1].startswith(f"It runs jupyter_awareness {HERE}, but 9.9.9 is installed.")
    found = await findings(Server(server_url, "alice-token"))  # elsewhere that is its own affair
    assert found[1] == ("ok", f"It runs jupyter_awareness {HERE}.")


@pytest.fixture
def door(jp_asyncio_loop: asyncio.AbstractEventLoop) -> Iterator[Door]:
    async def make() -> Door:
        return Door()

    opened = jp_asyncio_loop.run_until_complete(make())
    yield opened
    jp_asyncio_loop.run_until_complete(opened.close())


async def test_a_server_without_the_extension(door: Door) -> None:
    *_, (verdict, text) = await findings(Server(door.url))
    assert verdict == "bad"
    assert text.startswith("It does not run jupyter_awareness. Install")


async def test_a_server_that_asks_for_a_login(door: Door) -> None:
    door.me = (302, (("Location", "/login"),), "")
    ((verdict, text),) = await findings(Server(door.url))
    assert (verdict, text.endswith("Is the token right?")) == ("bad", True)


async def test_a_proxy_that_lets_no_websocket_through(door: Door) -> None:
    door.status = {"version": HERE, "broker": "RedisBroker"}
    door.refusal = 400
    *_, broker, (verdict, text) = await findings(Server(door.url))
    assert broker[0] == "ok"
    assert broker[1].startswith("RedisBroker reaches the other servers")
    assert verdict == "bad"
    assert text.startswith("The connection to the lobby failed: ")
    assert "Upgrade" in text


async def test_a_server_in_trouble(door: Door) -> None:
    door.status = 500
    *_, (verdict, text) = await findings(Server(door.url))
    assert (verdict, text.endswith("The server's log says more.")) == ("bad", True)


# The environment


@pytest.fixture
def jupyter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an installed Jupyter, in which all is as it should be."""
    monkeypatch.setattr(installation, "jupyter_path", lambda name: [str(tmp_path / name)])
    monkeypatch.setattr(installation, "jupyter_config_path", lambda: [str(tmp_path)])
    enable(tmp_path, True)
    write(tmp_path / "labextensions" / "jupyter-awareness" / "package.json", {"version": "1.2.3"})
    return tmp_path


def enable(jupyter: Path, enabled: bool) -> None:
    extensions = {"jupyter_awareness": enabled}
    write(
        jupyter / "jupyter_server_config.d" / "jupyter_awareness.json",
        {"ServerApp": {"jpserver_extensions": extensions}},
    )


def write(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))


def in_environment() -> list[Finding]:
    return list(examine_environment())


def test_an_environment_in_which_all_is_well(jupyter: Path) -> None:
    assert in_environment() == [
        Finding("ok", "The server extension is enabled."),
        Finding(
            "ok",
            f"The frontend 1.2.3 is installed: {jupyter / 'labextensions' / 'jupyter-awareness'}",
        ),
    ]


def test_a_server_extension_that_is_disabled_or_unknown(jupyter: Path) -> None:
    enable(jupyter, False)
    server, _ = in_environment()
    assert (server.verdict, server.text) == ("bad", "The server extension is disabled.")
    assert server.advice.endswith("jupyter server extension enable jupyter_awareness")
    (jupyter / "jupyter_server_config.d" / "jupyter_awareness.json").unlink()
    server, _ = in_environment()
    assert server.text == "Jupyter Server is not told of the server extension."


def test_a_frontend_that_is_not_there(jupyter: Path) -> None:
    (jupyter / "labextensions" / "jupyter-awareness" / "package.json").unlink()
    _, frontend = in_environment()
    assert (frontend.verdict, frontend.text) == ("bad", "JupyterLab does not find the frontend.")


@pytest.mark.parametrize(
    "disabled",
    [
        {"jupyter-awareness": True},
        {"jupyter-awareness:plugin": True},
        ["jupyter-awareness"],
    ],
)
def test_a_frontend_that_is_disabled(jupyter: Path, disabled: Any) -> None:
    write(jupyter / "labconfig" / "page_config.json", {"disabledExtensions": disabled})
    _, frontend = in_environment()
    assert frontend.text == "The frontend is installed but disabled."
    assert frontend.advice.endswith("jupyter labextension enable jupyter-awareness")


@pytest.mark.parametrize("config", [{"disabledExtensions": {"jupyter-awareness": False}}, [], {}])
def test_other_page_configurations_disable_nothing(jupyter: Path, config: Any) -> None:
    write(jupyter / "labconfig" / "page_config.json", config)
    assert in_environment()[1].verdict == "ok"


# All of it


async def all_of(url: str | None, token: str | None) -> list[Finding]:
    return [finding async for finding in examine(url, token)]


async def test_versions_come_first_and_a_server_elsewhere_has_its_own_environment(
    server_url: str,
) -> None:
    versions, *found = await all_of(server_url, "alice-token")
    assert versions.text.startswith(f"jupyter_awareness {HERE}, Python 3.")
    assert "jupyter_server " in versions.text
    assert found[0].text.startswith(server_url)


async def test_without_a_server_the_environment_is_looked_at(
    jupyter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(jupyter / "runtime"))
    _, server, frontend, last = await all_of(None, None)
    assert (server.verdict, frontend.verdict, last.verdict) == ("ok", "ok", "bad")
    assert "No Jupyter server is running" in last.text


@pytest.mark.timeout(180)
async def test_at_a_terminal_a_verdict_begins_each_line(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path / "server", {})
    terminal = Terminal(server.runtime)
    ill = await terminal.run("doctor")
    assert ill.code == 1
    assert "\nBAD  No Jupyter server is running here." in ill.out
    assert ill.out.splitlines()[-1].startswith("     -> ")
    await asyncio.get_running_loop().run_in_executor(None, server.start)
    try:
        well = await terminal.run("doctor")
    finally:
        server.kill()
    assert (well.code, well.err) == (0, "")
    verdicts = [line[:5] for line in well.out.splitlines()]
    assert verdicts == ["note ", "ok   ", "ok   ", "ok   ", "ok   ", "note ", "ok   "]
