#!/usr/bin/env python3
"""An agent that reads a notebook, cell by cell, and is seen doing it by all who have it open.

    python examples/agent.py work/a.ipynb
    python examples/agent.py work/a.ipynb --url http://localhost:8888

The token is what --token says, else the variable JUPYTER_AWARENESS_TOKEN, else what the running
server has told its user's other programs. Nothing in the notebook is changed. Ctrl-C ends it, and
it is gone at once.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import sys

from jupyter_awareness import AwarenessClient
from jupyter_awareness.client import ClientError, ClientRoom
from jupyter_awareness.positions import Source, place_at


async def read(room: ClientRoom, cell: Source, seconds: float) -> None:
    """Select one line after the other, as somebody who reads with a finger on the text."""
    room.move(cell=cell.cell, index=cell.index)
    await asyncio.sleep(seconds)
    for line in re.finditer(r"[^\n]+", cell.text):
        room.move(place_at(cell, line.start(), line.end()))
        await asyncio.sleep(seconds)


async def walk(options: argparse.Namespace) -> None:
    """Join the notebook's room, and read its cells so many times."""
    async with AwarenessClient(options.url, options.token, name=options.name) as client:
        room = await client.join(f"document:{options.notebook}")
        known_as = client.user.display_name if client.user else "?"
        people = ", ".join(peer.user.display_name for peer in room) or "nobody"
        print(f"{known_as} reads {options.notebook}; {people} can see it.", flush=True)
        for _ in range(options.times):
            for cell in await room.sources():  # as it was last saved
                client.set_status("active")
                await read(room, cell, options.seconds)
            client.set_status("idle")
            await asyncio.sleep(options.seconds)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("notebook", help="its path on the server")
    parser.add_argument("--url", help="the server; default: the one that runs on this computer")
    parser.add_argument("--token", default=os.environ.get("JUPYTER_AWARENESS_TOKEN"))
    parser.add_argument("--name", default="Reading Agent", help="default: %(default)s")
    parser.add_argument("--times", type=int, default=1, help="how often (default: once)")
    parser.add_argument("--seconds", type=float, default=0.8, help="for a line (default: 0.8)")
    try:
        asyncio.run(walk(parser.parse_args()))
    except ClientError as error:
        print(error.reason, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main())
