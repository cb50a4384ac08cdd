"""Compare presence servers, side by side in one run on this machine's loopback.

    python benchmarks/run.py --cache DIRECTORY --plan       how long would it take?
    python benchmarks/run.py --cache DIRECTORY             everything; half an hour on two cores
    python benchmarks/run.py --cache DIRECTORY --stop-after 1500   what can be done in 25 minutes
    python benchmarks/run.py --cache DIRECTORY --part growth --rounds 1
    python benchmarks/run.py --cache DIRECTORY --report    only write what is there
    python benchmarks/run.py --cache DIRECTORY --smoke     some seconds: does it run?

The first round is of everything, so that a run that is broken off has something of all; it goes on
where it was. The cache holds the competitors, installed from npm and PyPI, and the figures of all
rounds so far. It must not be in the repository. Needs Linux, node >= 20 for
two of the competitors, and the `bench` extra for the plots. Each server runs on a core of its own
and the load on another.
"""

from __future__ import annotations

import argparse
import math
import os
import sys
import time
from pathlib import Path

from arena.plan import (
    ROUNDS,
    Cell,
    Results,
    carry_out,
    growth,
    once,
    remaining,
    rest,
    shapes,
    smoke,
)
from arena.servers import SERVERS, install

ROOT = Path(__file__).parents[1]
PARTS = {"growth": growth, "shapes": shapes, "rest": rest, "once": once}


def go_first() -> None:
    """Take precedence of what else the machine does, also of other sessions."""
    os.setpriority(os.PRIO_PROCESS, 0, -19)
    group = Path("/proc/self/autogroup")
    if group.exists():
        group.write_text("-19")


def rounds_of(options: argparse.Namespace) -> list[list[Cell]]:
    """What is measured in each round."""
    if options.smoke:
        return [list(smoke())]
    names = options.part or list(PARTS)
    most = min(options.rounds, max(ROUNDS[name] for name in names))
    return [
        [
            cell
            for name in names
            if ROUNDS[name] > number
            for cell in PARTS[name]()
            if not options.server or cell.server in options.server
        ]
        for number in range(most)
    ]


def show_plan(rounds: list[list[Cell]], results: Results) -> None:
    """Print what is still to be done and how long that takes."""
    due = {(number, cell.key): cell for number, cell in remaining(rounds, results)}
    total = 0.0
    for (number, key), cell in due.items():
        seconds = results.seconds(cell)
        total += seconds
        print(f"round {number}: {key}: {seconds:.0f} s")
    print(f"At most {total / 60:.0f} minutes: servers that fall behind are not tried further.")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cache", type=Path, required=True, help="a folder outside the repository")
    parser.add_argument("--part", choices=PARTS, action="append", help="default: all")
    parser.add_argument("--server", choices=SERVERS, action="append", help="default: all")
    parser.add_argument("--rounds", type=int, default=max(ROUNDS.values()), help="at most")
    parser.add_argument("--stop-after", type=float, metavar="SECONDS", default=math.inf)
    parser.add_argument("--first", action="store_true", help="as root: before other processes")
    parser.add_argument("--plan", action="store_true", help="measure nothing; how long is it?")
    parser.add_argument("--report", action="store_true", help="measure nothing")
    parser.add_argument("--smoke", action="store_true", help="a few seconds, no report")
    options = parser.parse_args()
    cache = options.cache.resolve()
    if cache.is_relative_to(ROOT):
        parser.error("the cache must not be in the repository")
    results = Results(cache / ("smoke.json" if options.smoke else "figures.json"))
    rounds = rounds_of(options)
    if options.plan:
        show_plan(rounds, results)
        return 0
    if not options.report:
        for name in dict.fromkeys(cell.server for cells in rounds for cell in cells):
            install(SERVERS[name], cache)
        if options.first:
            go_first()
        if not carry_out(rounds, results, cache, time.monotonic() + options.stop_after):
            print("There is more to measure; run it again to go on.")
    if not options.smoke:
        from arena.report import write

        write(results, ROOT / "docs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
