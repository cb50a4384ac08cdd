"""What could keep presence from working, checked one after the other, and what to do about it.

Top floor: asks the server. `cli` prints what is found.
"""

from __future__ import annotations

import platform
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from .client import AwarenessClient, ClientError, NoServer
from .client.access import Access
from .client.servers import Server, find_server
from .installation import Finding, examine_environment
from .values import label

__all__ = ["examine", "examine_server"]

VERSIONS = ("jupyter_server", "jupyterlab", "notebook", "pycrdt", "tornado")


async def examine(url: str | None, token: str | None) -> AsyncIterator[Finding]:
    """Check versions, this environment if a server of it is meant, and that server."""
    yield Finding("note", ", ".join(_versions()))
    try:
        server = find_server(url, token)
    except NoServer as error:
        for finding in examine_environment():
            yield finding
        advice = "With a URL it can be checked wherever it runs: --url URL --token TOKEN"
        yield Finding("bad", error.reason, advice)
        return
    if server.root is not None:
        for finding in examine_environment():
            yield finding
    async for finding in examine_server(server):
        yield finding


async def examine_server(server: Server) -> AsyncIterator[Finding]:
    """Check that the server answers, runs the extension, and lets us in; ends at what is bad."""
    access = Access(server)
    try:
        identity = await access.login()
        you = label(identity.get("display_name") or identity.get("username"))
        yield Finding("ok", f"{server.url} answers, and knows you as {you}.")
    except ClientError as error:
        refused = error.code in (401, 403) or 300 <= (error.code or 0) < 400
        advice = "Is the token right?" if refused else "Is the server running, and the URL right?"
        yield Finding("bad", error.reason, advice)
        await access.close()
        return
    try:
        status = await access.get("api/awareness/status", no_track_activity="1")
        yield _running(status["version"], server)
        yield _broker(status["broker"])
    except ClientError as error:
        yield Finding("bad", *_refusal(error))
        return
    finally:
        await access.close()
    try:
        async with AwarenessClient(server.url, server.token, visible=False) as client:
            yield _welcome(client.lobby.hello)
    except ClientError as error:
        advice = "A proxy in between must let WebSockets through (Upgrade and Connection headers)."
        yield Finding("bad", f"The connection to the lobby failed: {error.reason}", advice)


def _running(theirs: str, server: Server) -> Finding:
    ours = version("jupyter_awareness")
    if server.root is not None and theirs != ours:
        text = f"It runs jupyter_awareness {theirs}, but {ours} is installed."
        return Finding("note", text, "Restart the server, and reload the pages in browsers.")
    return Finding("ok", f"It runs jupyter_awareness {theirs}.")


def _welcome(hello: Mapping[str, Any]) -> Finding:
    if not hello.get("write"):
        advice = 'The server\'s authorizer must allow you "write" on the resource "awareness".'
        return Finding("note", "You see the others, but they do not see you.", advice)
    return Finding("ok", "The lobby lets you in, and the others can see you.")


def _refusal(error: ClientError) -> tuple[str, str]:
    """What a server that knows us says to a question about presence, and what to do about it."""
    if error.code == 404:
        advice = "Install jupyter_awareness in the server's environment, and restart the server."
        return "It does not run jupyter_awareness.", advice
    if error.code == 403 and "switched off" in error.reason:
        advice = "Its admin can switch it on: c.AwarenessExtension.enabled = True"
        return "Presence is switched off on this server.", advice
    if error.code == 403:
        advice = 'The server\'s authorizer must allow you "read" on the resource "awareness".'
        return "You may not see who is here.", advice
    return error.reason, "The server's log says more."


def _broker(name: str) -> Finding:
    if name == "LocalBroker":
        text = "No broker: only people on this same server process see each other."
        return Finding("note", text)
    return Finding("ok", f"{name} reaches the other servers: who is here, not yet who is where.")


def _versions() -> Iterator[str]:
    yield f"jupyter_awareness {version('jupyter_awareness')}"
    yield f"Python {platform.python_version()}"
    for name in VERSIONS:
        with suppress(PackageNotFoundError):
            yield f"{name} {version(name)}"
