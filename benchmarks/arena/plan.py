"""Which measures are taken of which servers, and how often."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .crowd import Job
from .servers import SERVERS, running

ROUNDS = {"growth": 3, "shapes": 2, "rest": 3, "once": 1}
RELAYS = ("jupyter_awareness", "hocuspocus", "y-websocket-server", "jupyter-collaboration")
SIZES = (10, 20, 50, 100, 200, 400, 600, 800)
HOPELESS = 1_000  # ms of age at which larger rooms are not tried
BUDGET = 256_000
LOAD_SECONDS = 120


@dataclass(frozen=True)
class Cell:
    """One measure of one server; ``settings`` go to the load, ``options`` to the server."""

    server: str
    measure: str
    rooms: int = 1
    members: int = 0
    note: str = ""
    settings: dict[str, Any] = field(default_factory=dict)
    options: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        parts = (self.server, self.measure, f"{self.rooms}x{self.members}", self.note)
        return "|".join(part for part in parts if part)


def memory_of(server: str) -> Cell:
    """What a server keeps for a connection that says nothing."""
    return Cell(server, "memory", members=1_000)


def newcomer_of(server: str) -> Cell:
    """Somebody comes into a room of 200."""
    return Cell(server, "newcomer", members=200)


def idle_of(server: str, note: str = "", **settings: Any) -> Cell:
    """Nobody moves in a room of 100, for two renewals of stock clients."""
    return Cell(server, "idle", members=100, note=note, settings={"measured": 30.0, **settings})


def many(rate: float) -> Cell:
    """Many connections in many small rooms."""
    settings = {"rate": rate, "warm": 2 / rate, "sampled": 30}
    note = f"{rate:g} a second"
    return Cell("jupyter_awareness", "moving", 300, 10, note=note, settings=settings)


IDLE = idle_of("jupyter_awareness")
IDLE_STOCK = idle_of("jupyter_awareness", "stock clients", dialect="stock")
MANY = many(10.0)


def growth() -> Iterator[Cell]:
    """One room of more and more peers."""
    for members in SIZES:
        for server in (*RELAYS, "bare tornado"):
            yield Cell(server, "moving", members=members)
    for members in (20, 50):
        yield Cell("bare tornado echo", "moving", members=members, settings={"own": True})


def shapes() -> Iterator[Cell]:
    """The same number of peers in other rooms, slow readers, a budget, many connections."""
    for rooms, members in ((1, 400), (40, 10), (200, 2)):
        for server in RELAYS:
            yield Cell(server, "moving", rooms=rooms, members=members)
    for server in RELAYS:
        slow = {"slow": 10, "measured": 6.0}
        yield Cell(server, "moving", members=100, note="10 read nothing", settings=slow)
    budget = (f"--AwarenessExtension.max_bytes_per_second={BUDGET}",)
    for members in (400, 800):
        yield Cell("jupyter_awareness", "moving", members=members, note="budget", options=budget)
    yield many(2.0)
    yield MANY


def rest() -> Iterator[Cell]:
    """What is no movement; memory also of what the framework weighs."""
    for server in (*RELAYS, "bare tornado", "bare Jupyter handler"):
        yield memory_of(server)
    for server in RELAYS:
        yield newcomer_of(server)


def once() -> Iterator[Cell]:
    """What takes long and varies little."""
    for server in RELAYS:
        yield Cell(server, "comeback", members=2, settings={"measured": 20.0})
        yield idle_of(server)
    yield IDLE_STOCK


def smoke() -> Iterator[Cell]:
    """Does it all still run?"""
    quick = {"warm": 0.2, "measured": 0.5, "settle": 5.0}
    for server in ("jupyter_awareness", "bare tornado"):
        yield Cell(server, "moving", members=4, settings=quick)
    for measure in ("memory", "newcomer", "idle", "comeback"):
        yield Cell("jupyter_awareness", measure, members=4, settings=quick)


class Results:
    """The figures of every cell, round by round; kept in a file, so that a run can go on."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.runs: dict[str, list[dict[str, Any]]] = {}
        self.cells: dict[str, dict[str, Any]] = {}
        if path.exists():
            kept = json.loads(path.read_text())
            self.runs, self.cells = kept["runs"], kept["cells"]

    def add(self, cell: Cell, figures: dict[str, Any]) -> None:
        self.runs.setdefault(cell.key, []).append(figures)
        self.cells[cell.key] = asdict(cell)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps({"cells": self.cells, "runs": self.runs}, indent=1))

    def done(self, cell: Cell) -> int:
        return len(self.runs.get(cell.key, ()))

    def median(self, cell: Cell, *path: str) -> float | None:
        values = self.values(cell, *path)
        return statistics.median(values) if values else None

    def values(self, cell: Cell, *path: str) -> list[float]:
        """One figure in all rounds; those that could not be had are left out."""
        found = []
        for figures in self.runs.get(cell.key, ()):
            value: Any = figures
            for name in path:
                value = None if value is None else value[name]
            if value is not None:
                found.append(value)
        return found

    def hopeless(self, cell: Cell) -> bool:
        """Whether the server fell behind in a smaller room already, or one like it."""
        if cell.measure != "moving" or cell.rooms != 1:
            return False
        for size in SIZES:
            smaller = Cell(cell.server, "moving", members=size)
            age = self.median(smaller, "age_ms", "p99")
            behind = self.done(smaller) > 0 and (age is None or age > HOPELESS)
            if behind and (size < cell.members or (cell.note and size == cell.members)):
                return True
        return False

    def seconds(self, cell: Cell) -> float:
        """How long a cell took, or may take if it was never done."""
        known = self.median(cell, "took_seconds")
        if known is not None:
            return known
        measured = {**asdict(Job("", 0, 0, "", 0, 0)), **cell.settings}
        jupyter = "upyter" in cell.server
        connecting = cell.rooms * cell.members * (0.004 if jupyter else 0.001)
        return (4 if jupyter else 1) + connecting + float(measured["warm"] + measured["measured"])


def take(cell: Cell, cache: Path) -> dict[str, Any]:
    """Start the server, load it, and give the figures."""
    begun = time.monotonic()
    server = SERVERS[cell.server]
    with running(server, cache, cell.options) as (port, pid):
        job = {
            "measure": cell.measure,
            "port": port,
            "pid": pid,
            "dialect": server.dialect,
            "rooms": cell.rooms,
            "members": cell.members,
            **cell.settings,
        }
        done = subprocess.run(
            [sys.executable, "-m", "arena.load"],
            input=json.dumps(job),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=LOAD_SECONDS,
            cwd=Path(__file__).parents[1],
        )
    figures: dict[str, Any] = json.loads(done.stdout)
    return {**figures, "took_seconds": time.monotonic() - begun}


def remaining(rounds: Sequence[Sequence[Cell]], results: Results) -> Iterator[tuple[int, Cell]]:
    """What is still to be done, and in which round, as far as it is known by then."""
    for number, cells in enumerate(rounds, 1):
        for cell in cells:
            if results.done(cell) < number and not results.hopeless(cell):
                yield number, cell


def carry_out(rounds: Sequence[Sequence[Cell]], results: Results, cache: Path, end: float) -> bool:
    """All cells, then all again: what else the machine does meets all of them.

    Returns:
        Whether that is done; it stops when ``time.monotonic()`` is past ``end``.
    """
    for number, cell in remaining(rounds, results):
        if time.monotonic() > end:
            return False
        try:
            figures = take(cell, cache)
        except (subprocess.SubprocessError, RuntimeError) as error:
            print(f"{cell.key}: {error}", file=sys.stderr)
            continue
        results.add(cell, figures)
        print(f"round {number}: {cell.key}: {_brief(figures)}", flush=True)
    return True


def _brief(figures: dict[str, Any]) -> str:
    if "age_ms" not in figures:
        return json.dumps(figures)
    shown = {
        "age p99": figures["age_ms"]["p99"],
        "latency p50": figures["latency_ms"]["p50"],
        "share": figures["delivered_share"],
        "lost": figures["never_delivered"],
        "cpu": figures["cpu_share"],
        "us": figures["cpu_us_per_delivery"],
        "load": figures["load_cpu_share"],
        "late": figures["load_lag_ms"],
    }
    return ", ".join(f"{name} {value:.3g}" for name, value in shown.items() if value is not None)
