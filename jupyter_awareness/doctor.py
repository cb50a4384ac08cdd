"""What could keep presence from working, checked one after the other, and what to do about it.

Top floor: reads this environment's configuration and asks the server. `cli` prints it.
"""

from __future__ import annotations

import json
import platform
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

from jupyter_core.paths import jupyter_config_path, jupyter_path

from .client import AwarenessClient, ClientError, NoServer
from .client.access import Access
from .client.servers import Server, find_server

__all__ = ["Finding", "examine", "examine_environment", "examine_server"]

LAB_EXTENSION = "jupyter-awareness"
SERVER_EXTENSION = "jupyter_awareness"
VERSIONS = ("jupyter_server", "jupyterlab", "notebook", "pycrdt", "tornado")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked; ``advice`` says what to do if it is bad."""

    verdict: Literal["ok", "note", "bad"]
    text: str
    advice: str = ""


async def examine(url: str | None, token: str | None) -> AsyncIterator[Finding]:
    """Check versions, this environment if a server of it is meant, and that server."""
    yield Finding("note", ", ".join(_versions()))
    try:
        server = find_server(url, token)
    except NoServer as error:
        for finding in examine_environment():
            yield finding
        advice = "Start JupyterLab, or name a server: --url URL --token TOKEN"
        yield Finding("bad", error.reason, advice)
        return
    if server.root is not None:
        for finding in examine_environment():
            yield finding
    async for finding in examine_server(server):
        yield finding


def examine_environment() -> Iterator[Finding]:
    """Check what is installed and enabled in the environment of this Python."""
    yield _server_extension(_enabled_extensions().get(SERVER_EXTENSION))
    found = [
        Path(folder, LAB_EXTENSION, "package.json") for folder in jupyter_path("labextensions")
    ]
    installed = next((path for path in found if path.is_file()), None)
    if installed is None:
        advice = "Install it again: python -m pip install --force-reinstall jupyter_awareness"
        yield Finding("bad", "JupyterLab does not find the frontend.", advice)
    elif _is_disabled(LAB_EXTENSION):
        advice = f"Enable it: jupyter labextension enable {LAB_EXTENSION}"
        yield Finding("bad", "The frontend is installed but disabled.", advice)
    else:
        its = json.loads(installed.read_text(encoding="utf-8")).get("version")
        yield Finding("ok", f"The frontend {its} is installed: {installed.parent}")


async def examine_server(server: Server) -> AsyncIterator[Finding]:
    """Check that the server answers, runs the extension, and lets us in; ends at what is bad."""
    access = Access(server)
    try:
        identity = await access.login()
        yield Finding("ok", f"{server.url} answers, and knows you as {identity['username']}.")
        status = await access.get("api/awareness/status", no_track_activity="1")
        yield Finding("ok", f"It runs jupyter_awareness {status['version']}.")
        yield _broker(status["broker"])
    except ClientError as error:
        yield _refusal(error)
        return
    finally:
        await access.close()
    try:
        async with AwarenessClient(server.url, server.token, visible=False) as client:
            yield _welcome(client.lobby.hello)
    except ClientError as error:
        advice = "A proxy in between must let WebSockets through (Upgrade and Connection headers)."
        yield Finding("bad", f"The connection to the lobby failed: {error.reason}", advice)


def _welcome(hello: Any) -> Finding:
    if not hello.get("write"):
        advice = 'The server\'s authorizer must allow you "write" on the resource "awareness".'
        return Finding("note", "You see the others, but they do not see you.", advice)
    return Finding("ok", "The lobby lets you in, and the others can see you.")


def _refusal(error: ClientError) -> Finding:
    advice = "Is the server running, and the URL right?"
    if error.code == 404:
        advice = (
            "Install jupyter_awareness in the server's environment, and restart the server:"
            f" jupyter server extension enable {SERVER_EXTENSION}"
        )
    elif error.code is not None and error.code < 500:
        advice = "Is the token right? An authorizer must allow `read` on the resource `awareness`."
    return Finding("bad", error.reason, advice)


def _broker(name: str) -> Finding:
    if name == "LocalBroker":
        text = "No broker: only people on this same server process see each other."
        return Finding("note", text)
    return Finding("ok", f"{name} reaches the other servers: who is here, not yet who is where.")


def _server_extension(enabled: bool | None) -> Finding:
    advice = f"Enable it: jupyter server extension enable {SERVER_EXTENSION}"
    if enabled is None:
        return Finding("bad", "Jupyter Server is not told of the server extension.", advice)
    if not enabled:
        return Finding("bad", "The server extension is disabled.", advice)
    return Finding("ok", "The server extension is enabled.")


def _enabled_extensions() -> dict[str, bool]:
    from jupyter_server.extension.config import ExtensionConfigManager

    paths = jupyter_config_path()
    manager: Any = ExtensionConfigManager(read_config_path=paths)
    found = manager.get_jpserver_extensions()
    return {str(name): bool(enabled) for name, enabled in found.items()}


def _is_disabled(extension: str) -> bool:
    """Whether some ``page_config.json`` disables the extension, or a plugin that it needs."""
    for folder in jupyter_config_path():
        path = Path(folder, "labconfig", "page_config.json")
        try:
            disabled = json.loads(path.read_text(encoding="utf-8")).get("disabledExtensions", {})
        except (OSError, ValueError, AttributeError):
            continue
        names = disabled if isinstance(disabled, list) else [k for k, v in disabled.items() if v]
        if extension in names or f"{extension}:plugin" in names:
            return True
    return False


def _versions() -> Iterator[str]:
    yield f"jupyter_awareness {version('jupyter_awareness')}"
    yield f"Python {platform.python_version()}"
    for name in VERSIONS:
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            yield f"no {name}"
