"""``jupyter awareness``: who is here, for people at a terminal and for scripts.

Top floor: the command line. Exit codes: 0 done, 1 it could not be done (and why), 2 wrong usage.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, TextIO, TypeAlias

from . import demo
from .client import AwarenessClient, ClientError, Connection, PeerChange
from .client.access import Access
from .client.servers import find_server
from .doctor import examine
from .options import add_command, command_parser
from .peers import Peer
from .tables import Style, change_line, people_table, rooms_table, style_for
from .values import PATH_LENGTH, label

__all__ = ["main"]

Command: TypeAlias = Callable[[argparse.Namespace], Awaitable[int]]

INTERRUPTED = 130  # as shells have it


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.command is None:
        parser.print_help(sys.stderr)
        return 2
    if options.command is demo:
        return demo.start(options)
    command: Command = options.command
    try:
        return asyncio.run(_run(command, options))
    except ClientError as error:
        _note(error.reason)
        return 1
    except KeyboardInterrupt:
        return 0 if command is watch else INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has enough. Nothing is left to be flushed at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


async def who(options: argparse.Namespace) -> int:
    """Print who is here, and in which document and cell."""
    answer = await _ask(options, "people")
    if options.json:
        print(json.dumps(answer, indent=2))
    else:
        print(people_table(answer["people"], _style(sys.stdout)))
    return 0


async def rooms(options: argparse.Namespace) -> int:
    """Print the rooms in which somebody is, and how many."""
    answer = await _ask(options, "rooms")
    if options.json:
        print(json.dumps(answer, indent=2))
    else:
        print(rooms_table(answer["rooms"], _style(sys.stdout)))
    return 0


async def watch(options: argparse.Namespace) -> int:
    """Print who is in a room, and every change until Ctrl-C; unseen by the others."""
    client = AwarenessClient(options.url, options.token, visible=False, lobby=False)
    async with client:
        room = await client.join(options.room)
        _note(f"watching {label(room.id, PATH_LENGTH)} of {client.server.url}; Ctrl-C ends")
        changes = room.changes()
        room.observe_connection(_tell)
        _show(PeerChange(added=room.peers), options.json)
        async for change in changes:
            _show(change, options.json)
    return 0


async def doctor(options: argparse.Namespace) -> int:
    """Check that presence is installed, reachable and allowed, and say what to do if not."""
    style = _style(sys.stdout)
    healthy = True
    async for finding in examine(options.url, options.token):
        print(f"{style.verdict(finding.verdict)} {finding.text}")
        if finding.advice:
            print(f"     -> {finding.advice}")
        healthy = healthy and finding.verdict != "bad"
    return 0 if healthy else 1


async def _run(command: Command, options: argparse.Namespace) -> int:
    return await command(options)


async def _ask(options: argparse.Namespace, what: str) -> Any:
    access = Access(find_server(options.url, options.token))
    try:
        return await access.get(f"api/awareness/{what}", no_track_activity="1")
    finally:
        await access.close()


def _tell(connection: Connection) -> None:
    if connection.kind != "off":
        _note(f"{connection.kind} {label(connection.reason)}".rstrip())


def _note(text: str) -> None:
    print(f"jupyter awareness: {text}", file=sys.stderr)


def _show(change: PeerChange, as_json: bool) -> None:
    now = datetime.now().astimezone()
    for event, peers in (
        ("added", change.added),
        ("updated", change.updated),
        ("removed", change.removed),
    ):
        for peer in peers:
            record = _record(event, peer, now)
            line = json.dumps(record) if as_json else change_line(f"{now:%H:%M:%S}", event, peer)
            print(line, flush=True)


def _record(event: str, peer: Peer, now: datetime) -> dict[str, Any]:
    return {"at": now.isoformat(), "event": event, "id": peer.id, "state": dict(peer.state)}


def _style(stream: TextIO) -> Style:
    return style_for(stream.isatty(), os.environ)


def _parser() -> argparse.ArgumentParser:
    parser, commands = command_parser()
    add_command(commands, who, "--json")
    watching = add_command(commands, watch, "--json")
    watching.add_argument(
        "room", nargs="?", default="lobby", help="lobby (default), document:PATH or topic:NAME"
    )
    add_command(commands, rooms, "--json")
    add_command(commands, doctor)
    simulate = commands.add_parser(
        "demo",
        help="Bring simulated people, who walk through a notebook.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    demo.add_arguments(simulate)
    simulate.set_defaults(command=demo)
    return parser


if __name__ == "__main__":
    sys.exit(main())
