"""Run the simulation from a seed again, and print every step up to what went wrong.

python tests/simulation/replay.py 42
python tests/simulation/replay.py 1000-2000 --steps 500    many seeds; prints those that fail
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from world import STEPS, World, Wrong  # noqa: E402


def run(seed: int, steps: int, trace: bool) -> str | None:
    """Run one seed; give what went wrong."""
    world = World(seed, say if trace else None)
    try:
        world.live(steps)
        world.come_to_rest()
    except Wrong as wrong:
        return str(wrong)
    return None


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(line + "\n")


def main() -> int:
    """Do what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("seeds", help="a seed, or FIRST-LAST")
    parser.add_argument("--steps", type=int, default=STEPS)
    asked = parser.parse_args()
    first, _, last = asked.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    failed = 0
    for seed in seeds:
        wrong = run(seed, asked.steps, trace=len(seeds) == 1)
        if wrong is not None:
            failed += 1
            say(f"seed {seed}: {wrong}")
    say(f"{len(seeds) - failed} of {len(seeds)} seeds came to rest")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
