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
from importlib.metadata import version
from typing import Any, TextIO, TypeAlias

from . import demo
from .client import AwarenessClient, ClientError, Connection, PeerChange
from .client.access import Access
from .client.servers import find_server
from .doctor import examine
from .peers import Peer, label
from .tables import Style, people_table, place, rooms_table, style_for

__all__ = ["main"]

Command: TypeAlias = Callable[[argparse.Namespace], Awaitable[int]]

INTERRUPTED = 130  # as shells have it


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    options = _parser().parse_args(arguments)
    if options.command is demo:
        return demo.start(options)
    command: Command = options.command
    try:
        return asyncio.run(_run(command, options))
    except ClientError as error:
        print(f"jupyter awareness: {error.reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0 if command is watch else INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has enough. Nothing is left to be flushed at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


async def who(options: argparse.Namespace) -> int:
    """Print who is here, and where."""
    answer = await _ask(options, "people")
    if options.json:
        print(json.dumps(answer, indent=2))
    else:
        print(people_table(answer["people"], _style(sys.stdout)))
    return 0


async def rooms(options: argparse.Namespace) -> int:
    """Print the rooms in which somebody is."""
    answer = await _ask(options, "rooms")
    if options.json:
        print(json.dumps(answer, indent=2))
    else:
        print(rooms_table(answer["rooms"], _style(sys.stdout)))
    return 0


async def watch(options: argparse.Namespace) -> int:
    """Print who is in a room, and then every change until Ctrl-C; unseen by the others."""
    client = AwarenessClient(options.url, options.token, visible=False, lobby=False)
    async with client:
        room = await client.join(options.room)
        changes = room.changes()
        room.observe_connection(_tell)
        _show(PeerChange(added=room.peers), options.json)
        async for change in changes:
            _show(change, options.json)
    return 0


async def doctor(options: argparse.Namespace) -> int:
    """Print what works and what does not, and what to do about it."""
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
        said = f"jupyter awareness: {connection.kind} {label(connection.reason)}"
        print(said.rstrip(), file=sys.stderr)


def _show(change: PeerChange, as_json: bool) -> None:
    now = datetime.now().astimezone()
    for sign, peers in (("+", change.added), ("~", change.updated), ("-", change.removed)):
        for peer in peers:
            line = _record(sign, peer, now) if as_json else _line(sign, peer, now)
            print(line, flush=True)


def _line(sign: str, peer: Peer, now: datetime) -> str:
    words = [f"{now:%H:%M:%S}", sign, peer.user.display_name]
    if peer.kind == "agent":
        words.append("(agent)")
    words.append(peer.status)
    if peer.location is not None:
        words.append(place(peer.location.path, peer.location.index))
    elif peer.cell is not None:
        words.append(place("", peer.cell.index))
    if peer.cursor is not None:
        words.append(f"at {peer.cursor.position}")
    return " ".join(label(word, 4_096) for word in words)


def _record(sign: str, peer: Peer, now: datetime) -> str:
    event = {"+": "added", "~": "updated", "-": "removed"}[sign]
    record = {"at": now.isoformat(), "event": event, "id": peer.id, "state": dict(peer.state)}
    return json.dumps(record)


def _style(stream: TextIO) -> Style:
    return style_for(stream.isatty(), os.environ)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("jupyter awareness", description="Who is here, and where.")
    parser.add_argument("--version", action="version", version=version("jupyter_awareness"))
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    _add(commands, who, "people, and where they are", "--json")
    watching = _add(commands, watch, "the same, as it changes, until Ctrl-C", "--json")
    watching.add_argument(
        "room", nargs="?", default="lobby", help="lobby (default), document:PATH or topic:NAME"
    )
    _add(commands, rooms, "documents and topics, and how many are in each", "--json")
    _add(commands, doctor, "whether all is installed, reachable and allowed")
    simulate = commands.add_parser("demo", help="simulated people walk through a notebook")
    simulate.formatter_class = argparse.RawDescriptionHelpFormatter
    demo.add_arguments(simulate)
    simulate.set_defaults(command=demo)
    return parser


def _add(commands: Any, command: Command, text: str, *flags: str) -> argparse.ArgumentParser:
    name = command.__name__
    parser: argparse.ArgumentParser = commands.add_parser(name, help=text, description=text)
    parser.add_argument("--url", help="the server; default: the one that runs on this computer")
    parser.add_argument("--token", help="its token; default: the running server's, if it is yours")
    for flag in flags:
        parser.add_argument(flag, action="store_true", help="for programs to read")
    parser.set_defaults(command=command)
    return parser


if __name__ == "__main__":
    sys.exit(main())
