"""What this project wants to reach, and whether the figures of a run say that it does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .plan import IDLE, IDLE_STOCK, MANY, SIZES, Cell, Results, memory_of, newcomer_of

OURS = "jupyter_awareness"
FRESH = 250.0  # ms of age that nobody minds


@dataclass(frozen=True)
class Row:
    """One target: what is measured, what is wanted, what was got; None: it was not measured."""

    measure: str
    target: str
    got: str
    holds: bool | None


def rows(results: Results) -> Iterator[Row]:
    """All targets that are about servers."""
    yield from _crowds(results)
    yield from _latencies(results)
    yield from _costs(results)
    yield from _still(results)
    age = results.median(MANY, "age_ms", "p99")
    yield _at_most("3,000 connections in 300 rooms of 10, age p99", age, 300, "ms")


def summary(results: Results) -> str:
    """Say the most important figures in two sentences."""
    limits = {
        name: f"{size} with {name}"
        for name in ("jupyter-collaboration", "hocuspocus", "y-websocket-server")
        if (size := largest(results, name))
    }
    text = (
        f"**Made for lecture halls**: on one core, {largest(results, OURS)} people in one room who"
        " all move ten times a second see each other as they were a quarter of a second ago"
        f" ({', '.join(limits.values())})."
    )
    seen = results.median(newcomer_of(OURS), "seen_ms")
    held = results.median(memory_of(OURS), "bytes_per_connection")
    if seen is not None and held is not None:
        text += (
            f" Whoever comes into a room of 200 sees everybody after {seen:.0f} ms; a silent"
            f" connection takes {held / 1e3:.0f} kB."
        )
    return f"{text} See [performance](docs/performance.md)."


def largest(results: Results, server: str) -> int:
    """The largest room in which a server shows everybody fresh, and loses nothing and nobody."""
    return max((size for size in SIZES if _shows_all(results, server, size)), default=0)


def _shows_all(results: Results, server: str, size: int) -> bool:
    cell = Cell(server, "moving", members=size)
    age = results.median(cell, "age_ms", "p99")
    lost = results.median(cell, "never_delivered"), results.median(cell, "closed")
    return age is not None and age <= FRESH and lost == (0, 0)


def _crowds(results: Results) -> Iterator[Row]:
    ours = largest(results, OURS)
    what = f"peers in one room at 10 Hz, age p99 <= {FRESH:.0f} ms, nothing lost"
    tried = results.done(Cell(OURS, "moving", members=SIZES[0]))
    yield Row(what, ">= 600", str(ours) if tried else "", ours >= 600 if tried else None)
    for server, times in (("jupyter-collaboration", 15), ("hocuspocus", 2)):
        theirs = largest(results, server)
        known = bool(tried and results.done(Cell(server, "moving", members=SIZES[0])))
        got = f"{ours} to {theirs}" if known else ""
        holds = 0 < ours >= times * theirs if known else None
        yield Row(f"... compared with {server}", f">= {times} times", got, holds)


def _latencies(results: Results) -> Iterator[Row]:
    for size in (20, 50):
        for server, most in (("hocuspocus", 1.0), ("bare tornado echo", 1.5)):
            ours, theirs = (
                results.median(Cell(name, "moving", members=size), "latency_ms", "p50")
                for name in (OURS, server)
            )
            what = f"latency p50 with {size} peers, compared with {server}"
            yield _ratio(what, ours, theirs, most, "ms")


def _costs(results: Results) -> Iterator[Row]:
    for server, most in (("y-websocket-server", 0.25), ("hocuspocus", 0.5)):
        ours, theirs = (
            results.median(Cell(name, "moving", members=100), "cpu_us_per_delivery")
            for name in (OURS, server)
        )
        what = f"processor for a delivered state with 100 peers, compared with {server}"
        yield _ratio(what, ours, theirs, most, "µs")


def _still(results: Results) -> Iterator[Row]:
    for clients, cell, most in (("stock clients", IDLE_STOCK, 0.2), ("our clients", IDLE, 0.04)):
        frames = results.median(cell, "frames_per_client")
        yield _at_most(f"idle room of 100, {clients}: frames for each", frames, most, "a second")
    comer = newcomer_of(OURS)
    yield _at_most("frames until a newcomer sees 200", results.median(comer, "frames"), 1, "")
    yield _at_most("time until a newcomer sees 200", results.median(comer, "seen_ms"), 50, "ms")
    sizes = [results.median(memory_of(n), "bytes_per_connection") for n in (OURS, "bare tornado")]
    ours, bare = (None if size is None else size / 1e3 for size in sizes)
    yield _ratio(
        "memory for an idle connection, compared with bare tornado", ours, bare, 1.15, "kB"
    )


def _at_most(measure: str, value: float | None, most: float, unit: str) -> Row:
    target = f"<= {most:g} {unit}".rstrip()
    if value is None:
        return Row(measure, target, "", None)
    return Row(measure, target, f"{value:.3g} {unit}".rstrip(), value <= most)


def _ratio(measure: str, ours: float | None, other: float | None, most: float, unit: str) -> Row:
    target = f"<= {most:g} times"
    if ours is None or other is None:
        return Row(measure, target, "", None)
    got = f"{ours / other:.2f} times ({ours:.3g} to {other:.3g} {unit})"
    return Row(measure, target, got, ours <= most * other)
