#!/usr/bin/env python
"""Kill a server with many clients, start it again, and measure how they come back.

    python benchmarks/reconnects.py                  1,000 clients; half a minute
    python benchmarks/reconnects.py --clients 100    fewer
    python benchmarks/reconnects.py --write          and write the row into docs/operations.md

The clients are this project's, in processes of their own, ten in a room, each another person. Two
more people are in a room of theirs from the moment at which the server answers again, and exchange
words meanwhile: what the coming back of the others does to them is the slowest of these.

Times are counted from when the server answered anybody. Clients, servers and people share the
machine's cores.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / folder) for folder in ("tests/faults", "tests", "scripts")]

import marks  # noqa: E402
from returning import Crowd, Place  # noqa: E402
from server_process import ServerProcess  # noqa: E402

from jupyter_awareness import AwarenessClient  # noqa: E402
from jupyter_awareness.client import ClientError, ClientRoom  # noqa: E402

DOCUMENT = ROOT / "docs" / "operations.md"
TOKEN = "bench"  # and a number
IN_A_ROOM = 10
PROCESSES = 4
AWAY = 3.0  # seconds for which the server is away before it is started again
PAUSE = 0.02  # seconds between two words, or two tries to come
STEP = 0.1  # seconds of one bar
WIDEST = 60  # characters of a bar
COLUMNS = (
    "clients",
    "the server was away",
    "half are back after",
    "all",
    "and see each other",
    f"most in {STEP * 1e3:.0f} ms",
    "bystanders are there after",
    "their words: median, slowest",
)

CONTEXT = multiprocessing.get_context("spawn")


class NumberedServer(ServerProcess):
    """A server to which every token is another person."""

    path = (*ServerProcess.path, ROOT / "benchmarks" / "arena" / "competitors")

    def common_settings(self) -> dict[str, dict[str, Any]]:
        """What all tests have in common, but for who people are."""
        settings = super().common_settings()
        settings["ServerApp"]["identity_provider_class"] = "numbered.Numbered"
        settings["IdentityProvider"]["token"] = TOKEN
        return settings


def crowd(url: str, places: Sequence[Place], parent: Connection) -> None:
    """Be some of the clients, in a process of their own."""

    async def stay() -> None:
        clients = Crowd(url, places, IN_A_ROOM - 1)
        await clients.come()
        await clients.see_all()
        parent.send("all are there")
        await asyncio.to_thread(parent.recv)  # the server was away
        await clients.see_all()
        parent.send([(member.back, member.whole) for member in clients.members])
        await asyncio.to_thread(parent.recv)  # all are back
        await clients.go()

    asyncio.run(stay())


def bystanders(url: str, parent: Connection) -> None:
    """Be two people in another room who talk until they are told to stop."""

    async def come(who: int) -> tuple[AwarenessClient, ClientRoom]:
        while True:
            client = AwarenessClient(url, f"{TOKEN}-{who}", lobby=False)
            try:
                await client.start()
                return client, await client.join("topic:bystanders")
            except ClientError:  # the server has not begun to answer
                await client.stop()
                await asyncio.sleep(PAUSE)

    async def talk() -> None:
        (alice, speaking), (bob, listening) = await come(1), await come(2)
        came, words = time.monotonic(), []
        news = asyncio.Event()
        listening.observe(lambda _: news.set())
        for n in itertools.count(1):
            said = time.monotonic()
            speaking.set("n", n)
            while [peer.state.get("n") for peer in listening] != [n]:
                news.clear()
                await news.wait()
            words.append((said, time.monotonic() - said))
            if parent.poll():
                break
            await asyncio.sleep(PAUSE)
        parent.send((came, words))
        await asyncio.gather(alice.stop(), bob.stop())

    asyncio.run(talk())


class Helper:
    """A process that does one of the above."""

    def __init__(self, does: Callable[..., None], *arguments: object) -> None:
        self._pipe, end = CONTEXT.Pipe()
        self._process = CONTEXT.Process(target=does, args=(*arguments, end), daemon=True)
        self._process.start()
        end.close()

    def hear(self) -> Any:
        """Wait for what it says."""
        return self._pipe.recv()

    def go_on(self) -> None:
        """Let it go on."""
        self._pipe.send(None)

    def end(self) -> None:
        """Wait for its end."""
        self._process.join()


class Outcome(NamedTuple):
    """When what happened, each in order; of words, when they were said and how long they took."""

    killed: float
    back: list[float]
    whole: list[float]
    came: float
    words: list[tuple[float, float]]


def measure(server: ServerProcess, clients: int, away: float) -> Outcome:
    """Let everybody come, kill the server, and start it again."""
    places = [Place(f"{TOKEN}-{n + 10}", f"topic:{n // IN_A_ROOM}") for n in range(clients)]
    server.start()
    crowds = [Helper(crowd, server.url, places[n::PROCESSES]) for n in range(PROCESSES)]
    for one in crowds:
        one.hear()
    server.kill()
    killed = time.monotonic()
    time.sleep(away)
    talking = Helper(bystanders, server.url)
    server.start_without_waiting()
    for one in crowds:
        one.go_on()
    times = [times for one in crowds for times in one.hear()]
    talking.go_on()
    came, words = talking.hear()
    for one in crowds:
        one.go_on()
    for one in (*crowds, talking):
        one.end()
    back, whole = (sorted(column) for column in zip(*times, strict=True))
    return Outcome(killed, back, whole, came, words)


def arrivals(seen: Outcome) -> Counter[int]:
    """How many were back in each step, counted from when the server answered anybody."""
    first = min(seen.back[0], seen.came)
    return Counter(int((time - first) / STEP) for time in seen.back)


def table(seen: Outcome) -> str:
    """The figures, as a table."""
    back, first = seen.back, min(seen.back[0], seen.came)
    times = [first - seen.killed, *(at - first for at in (back[len(back) // 2], back[-1]))]
    took = sorted(took for said, took in seen.words if said < back[-1])
    row = (
        f"{len(back):,}",
        *(f"{time:.1f} s" for time in (*times, seen.whole[-1] - first)),
        f"{max(arrivals(seen).values())}",
        f"{seen.came - first:.1f} s",
        f"{took[len(took) // 2] * 1e3:.0f} ms, {took[-1] * 1e3:.0f} ms",
    )
    rule = ("---",) * len(row)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (COLUMNS, rule, row))


def bars(seen: Outcome) -> Iterator[str]:
    """The arrivals, a line for each step."""
    counts = arrivals(seen)
    for number in range(max(counts) + 1):
        bar = "#" * round(counts[number] / max(counts.values()) * WIDEST)
        yield f"{number * STEP:5.1f} s {counts[number]:4d} {bar}"


def main() -> None:
    """Measure as asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clients", type=int, default=1_000)
    parser.add_argument("--away", type=float, default=AWAY, help="seconds until it starts again")
    parser.add_argument("--write", action="store_true", help="the table, into the documents")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = NumberedServer(Path(folder) / "server", {})
        try:
            seen = measure(server, asked.clients // IN_A_ROOM * IN_A_ROOM, asked.away)
        finally:
            server.kill()
    print(table(seen), *bars(seen), sep="\n")
    if asked.write:
        marks.write(DOCUMENT, "reconnects", table(seen))


if __name__ == "__main__":
    main()
