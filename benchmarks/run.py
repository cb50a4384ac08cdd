"""Compare presence servers, side by side in one run on this machine's loopback.

    python benchmarks/run.py --cache DIRECTORY          everything; an hour on two cores
    python benchmarks/run.py --cache DIRECTORY --part growth --rounds 1
    python benchmarks/run.py --cache DIRECTORY --report    only write what is there
    python benchmarks/run.py --cache DIRECTORY --smoke     some seconds: does it run?

The cache holds the competitors, installed from npm and PyPI, and the figures of all rounds so far;
a run that was broken off goes on. It must not be in the repository. Needs Linux, node >= 20 for
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

from arena.plan import Results, carry_out, growth, once, rest, shapes, smoke
from arena.servers import SERVERS, install

ROOT = Path(__file__).parents[1]
STOPPED = 3  # what it exits with when there is more to measure
PARTS = {"growth": growth, "shapes": shapes, "rest": rest, "once": once}


def go_first() -> None:
    """Take precedence of what else the machine does, also of other sessions."""
    os.setpriority(os.PRIO_PROCESS, 0, -19)
    group = Path("/proc/self/autogroup")
    if group.exists():
        group.write_text("-19")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cache", type=Path, required=True, help="a folder outside the repository")
    parser.add_argument("--part", choices=PARTS, action="append", help="default: all")
    parser.add_argument("--server", choices=SERVERS, action="append", help="default: all")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--stop-after", type=float, metavar="SECONDS", default=math.inf)
    parser.add_argument("--first", action="store_true", help="as root: before other processes")
    parser.add_argument("--report", action="store_true", help="measure nothing")
    parser.add_argument("--smoke", action="store_true", help="a few seconds, no report")
    options = parser.parse_args()
    cache = options.cache.resolve()
    if cache.is_relative_to(ROOT):
        parser.error("the cache must not be in the repository")
    results = Results(cache / ("smoke.json" if options.smoke else "figures.json"))
    parts = [smoke] if options.smoke else [PARTS[name] for name in options.part or PARTS]
    cells = [
        cell
        for part in parts
        for cell in part()
        if not options.server or cell.server in options.server
    ]
    if not options.report:
        for name in dict.fromkeys(cell.server for cell in cells):
            install(SERVERS[name], cache)
        if options.first:
            go_first()
        end = time.monotonic() + options.stop_after
        for part in parts:
            mine = [cell for cell in part() if cell in cells]
            rounds = 1 if part in (once, smoke) else options.rounds
            if not carry_out(mine, rounds, results, cache, end):
                return STOPPED
    if not options.smoke:
        from arena.report import write

        write(results, ROOT / "docs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
