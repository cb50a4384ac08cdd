"""Simulated collaborators: they walk through a notebook's cells, and change nothing in it.

Top floor: ``python -m jupyter_awareness.demo`` and ``jupyter awareness demo``.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from random import Random

from .client import AwarenessClient, ClientError, ClientRoom, Denied
from .client.access import Access
from .client.servers import Server, find_server
from .demo_identity import demo_token, demo_user
from .demo_walk import walk
from .options import add_server, amount, count
from .positions import Source

__all__ = ["add_arguments", "main", "run"]

STEPS_BETWEEN_READINGS = 400  # then the document is read again: people may have changed it
EVERY_NTH_IS_AN_AGENT = 4

EPILOG = """\
On a server that knows them (see jupyter_awareness.demo_identity) they come as people and agents;
elsewhere all are agents, with names of their own where the server lets people choose theirs. They
never write to a document."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command line."""
    parser.description = "Bring simulated people, who walk through a notebook until Ctrl-C."
    parser.epilog = EPILOG
    add_server(parser)
    parser.add_argument(
        "--document",
        action="append",
        metavar="PATH",
        help="contents path of a notebook or text file; may be repeated. Default: what is found",
    )
    parser.add_argument("--peers", type=count, default=4, help="how many (default: 4)")
    parser.add_argument(
        "--rooms", type=count, help="over how many documents they are spread (default: 1)"
    )
    parser.add_argument("--speed", type=amount, default=1.0, help="2 is twice as fast as people")
    parser.add_argument("--seconds", type=amount, help="end by itself after so long")
    parser.add_argument("--seed", type=int, help="the same seed gives the same walks")


async def run(options: argparse.Namespace, stop: asyncio.Event) -> None:
    """Bring the peers, and let them walk until ``stop`` is set or the time is over.

    Raises:
        ClientError: they cannot come.
    """
    server = find_server(options.url, options.token)
    documents = await _documents(server, options.document or [], options.rooms)
    async with AsyncExitStack() as stack:
        clients = await _bring(server, options.peers, stack)
        rooms = [
            await client.join(f"document:{documents[number % len(documents)]}")
            for number, client in enumerate(clients)
        ]
        names = ", ".join(client.user.display_name for client in clients if client.user)
        print(f"{names}: walking through {', '.join(documents)}. Ctrl-C ends.", flush=True)
        walks = [
            asyncio.ensure_future(_walk(client, room, Random(_seed(options.seed, n)), options))
            for n, (client, room) in enumerate(zip(clients, rooms, strict=True))
        ]
        try:
            await _first(walks, stop, options.seconds)
        finally:
            for task in walks:
                task.cancel()
            await asyncio.gather(*walks, return_exceptions=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from a command line; returns the exit code."""
    parser = argparse.ArgumentParser("python -m jupyter_awareness.demo")
    add_arguments(parser)
    return start(parser.parse_args(arguments))


def start(options: argparse.Namespace) -> int:
    """Run until a signal ends it; returns the exit code."""
    try:
        asyncio.run(_until_signalled(options))
    except KeyboardInterrupt:
        return 0
    except ClientError as error:
        print(f"jupyter awareness demo: {error.reason}", file=sys.stderr)
        return 1
    return 0


async def _until_signalled(options: argparse.Namespace) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows: Ctrl-C raises KeyboardInterrupt
            loop.add_signal_handler(number, stop.set)
    await run(options, stop)


async def _documents(server: Server, given: list[str], rooms: int | None) -> list[str]:
    """The documents to walk in: those that were named, and as many more as are wanted."""
    wanted = rooms or max(1, len(given))
    documents = [path.strip("/") for path in given][:wanted]
    if len(documents) < wanted:
        access = Access(server)
        try:
            listing = await access.get("api/contents/", type="directory", no_track_activity="1")
        finally:
            await access.close()
        found = [entry["path"] for entry in listing["content"] if entry["type"] == "notebook"]
        documents += [path for path in found if path not in documents][: wanted - len(documents)]
    if not documents:
        raise ClientError("There is no notebook in the server's first folder: name a document.")
    return documents


async def _bring(server: Server, peers: int, stack: AsyncExitStack) -> list[AwarenessClient]:
    """Connect the peers, as people and agents if the server knows simulated ones."""
    clients: list[AwarenessClient] = []
    named = bool(server.token)
    for number in range(1, peers + 1):
        if named:
            try:
                client = await stack.enter_async_context(_named(server, number))
            except Denied:
                named = False
        if not named:
            name = demo_user(number).display_name
            agent = AwarenessClient(server.url, server.token, name=name, kind="agent")
            client = await stack.enter_async_context(agent)
        clients.append(client)
    return clients


def _named(server: Server, number: int) -> AwarenessClient:
    agents, rest = divmod(number, EVERY_NTH_IS_AN_AGENT)
    if rest:
        return AwarenessClient(server.url, demo_token(server.token, number - agents), kind="person")
    return AwarenessClient(server.url, demo_token(server.token, agents, agent=True), kind="agent")


async def _walk(
    client: AwarenessClient, room: ClientRoom, chance: Random, options: argparse.Namespace
) -> None:
    while True:
        steps = walk(await _sources(room), chance)
        for _, step in zip(range(STEPS_BETWEEN_READINGS), steps, strict=False):
            if room.connection.kind == "off":
                raise ClientError(room.connection.reason or "The room was closed.")
            if step.fields:
                room.update(**step.fields)
            if step.status is not None:
                client.set_status(step.status)
            await asyncio.sleep(step.seconds / options.speed)


async def _sources(room: ClientRoom) -> list[Source]:
    try:
        return await room.sources()
    except ValueError as error:
        raise ClientError(f"{room.path} cannot be walked through: it is {error}.") from error


async def _first(
    walks: list[asyncio.Task[None]], stop: asyncio.Event, seconds: float | None
) -> None:
    """Wait for the end that was asked for, or for a walk that cannot go on."""
    ended = asyncio.ensure_future(stop.wait())
    try:
        done, _ = await asyncio.wait(
            [*walks, ended], timeout=seconds, return_when=asyncio.FIRST_COMPLETED
        )
    finally:
        ended.cancel()
    for task in done:
        task.result()


def _seed(seed: int | None, number: int) -> str | None:
    return None if seed is None else f"{seed}.{number}"


if __name__ == "__main__":
    sys.exit(main())
