"""Tables and plots of the figures, written into docs/performance.md."""

from __future__ import annotations

import platform
import statistics
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from . import targets
from .page import put, table
from .plan import RELAYS, SIZES, Cell, Results, once, rest, shapes

WIDTH = 115  # characters of a line in the README
SERIES = (*RELAYS, "bare tornado")
COLORS = dict(zip(SERIES, ("#1a73e8", "#d9730d", "#7b1fa2", "#c62828", "#616161"), strict=True))
MARKERS = dict(zip(SERIES, "osD^x", strict=True))
PLOTS = {
    "age": ("Age of what is shown, 99th percentile (ms)", ("age_ms", "p99")),
    "latency": ("From a movement to its arrival, median (ms)", ("latency_ms", "p50")),
    "cost": ("Server's processor for one delivered state (µs)", ("cpu_us_per_delivery",)),
}


def write(results: Results, docs: Path) -> None:
    """Put the figures between the marks of the page, and the plots beside it."""
    for name, (title, path) in PLOTS.items():
        _plot(results, title, path, docs / "images" / f"performance-{name}.svg")
    put("figures", "\n\n".join(_sections(results)), docs / "performance.md")
    put(
        "speed",
        textwrap.fill(targets.summary(results), WIDTH, break_on_hyphens=False),
        docs.parent / "README.md",
    )


def _sections(results: Results) -> list[str]:
    rounds = [len(runs) for runs in results.runs.values()] or [0]
    return [
        (
            f"Python {platform.python_version()} on Linux, two cores: one for the server, one for"
            f" the load. Medians of {min(rounds)} to {max(rounds)} rounds, with the range in"
            " brackets."
        ),
        "### What it should reach",
        _targets(results),
        "### One room, everybody moving ten times a second",
        (
            "How old what is shown is (99th percentile, ms), and the share of all states that"
            " arrived while they were moving. A dash: not tried, as it had fallen behind in a"
            " smaller room."
        ),
        _growth(results, _age),
        *(
            f"![{title} by peers in the room](images/performance-{n}.svg)"
            for n, (title, _) in PLOTS.items()
        ),
        "From a movement to its arrival at another (median, ms):",
        _growth(results, _range("latency_ms", "p50")),
        "The server's processor for one state that was delivered to one peer (µs):",
        _growth(results, _range("cpu_us_per_delivery")),
        "### Other shapes",
        _others(results),
        "### Coming, going, staying",
        _still(results),
    ]


def _targets(results: Results) -> str:
    words = {True: "yes", False: "**no**", None: "not measured"}
    rows = [[r.measure, r.target, r.got, words[r.holds]] for r in targets.rows(results)]
    return table(["", "wanted", "measured", "reached"], rows)


def _growth(results: Results, show: Callable[[Results, Cell], str]) -> str:
    rows = [
        [str(size), *(show(results, Cell(server, "moving", members=size)) for server in SERIES)]
        for size in SIZES
    ]
    return table(["peers", *SERIES], rows)


def _age(results: Results, cell: Cell) -> str:
    age = _range("age_ms", "p99")(results, cell)
    share = results.median(cell, "delivered_share")
    return age if share is None else f"{age}, {min(share, 1):.0%}"


def _range(*path: str, scale: float = 1, digits: int = 3) -> Callable[[Results, Cell], str]:
    def show(results: Results, cell: Cell) -> str:
        values = [value * scale for value in results.values(cell, *path)]
        if not values:
            return "–"
        low, middle, high = (
            f"{_round(value, digits):g}"
            for value in (min(values), statistics.median(values), max(values))
        )
        return middle if low == high else f"{middle} [{low}–{high}]"

    return show


def _round(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")


def _others(results: Results) -> str:
    columns = {
        "age p99 (ms)": _range("age_ms", "p99"),
        "arrived": _range("delivered_share", scale=100),
        "kB/s for each": _range("bytes_per_client", scale=1e-3),
        "server's core (%)": _range("cpu_share", scale=100),
        "never": _range("never_delivered"),
    }
    rows = [
        [
            f"{cell.rooms} × {cell.members}",
            cell.note,
            cell.server,
            *(s(results, cell) for s in columns.values()),
        ]
        for cell in shapes()
        if results.done(cell)
    ]
    return table(["rooms × peers", "", "server", *columns], rows)


def _still(results: Results) -> str:
    columns = {
        "memory": ("kB for a silent connection", _range("bytes_per_connection", scale=1e-3)),
        "newcomer": ("ms until a newcomer sees all 200", _range("seen_ms")),
        "comeback": ("s until who comes back is seen", _range("seen_after_seconds")),
        "idle": ("frames a second in an idle room of 100", _range("frames_per_client")),
    }
    cells = [cell for part in (rest, once) for cell in part()]
    rows = []
    for server in dict.fromkeys((cell.server, cell.note) for cell in cells):
        row = [" ".join(filter(None, (server[0], f"({server[1]})" if server[1] else "")))]
        for measure, (_, show) in columns.items():
            found = [c for c in cells if (c.server, c.note, c.measure) == (*server, measure)]
            row.append(show(results, found[0]) if found else "")
        rows.append(row)
    return table(["server", *(title for title, _ in columns.values())], rows)


def _plot(results: Results, title: str, path: tuple[str, ...], file: Path) -> None:
    """One line for each server, with the range of its rounds."""
    settings: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": "arena", "font.size": 9}
    with mpl.rc_context(settings):
        figure = Figure(figsize=(6.4, 3.6), layout="constrained")
        axes = figure.subplots()
        for server in SERIES:
            points = []
            for size in SIZES:
                values = results.values(Cell(server, "moving", members=size), *path)
                if values:
                    points.append((size, min(values), statistics.median(values), max(values)))
            if not points:
                continue
            sizes, low, middle, high = zip(*points, strict=True)
            [line] = axes.plot(sizes, middle, label=server, color=COLORS[server], markersize=4)
            line.set(marker=MARKERS[server], linewidth=2 if server == RELAYS[0] else 1)
            axes.fill_between(sizes, low, high, color=COLORS[server], alpha=0.15, linewidth=0)
        axes.set(xscale="log", yscale="log", xlabel="peers in one room")
        axes.set_xticks(SIZES, [str(size) for size in SIZES])
        axes.minorticks_off()
        axes.set_title(title, loc="left", fontsize=10)
        axes.grid(alpha=0.25)
        axes.legend(frameon=False)
        file.parent.mkdir(exist_ok=True)
        figure.savefig(file, metadata={"Date": None})
