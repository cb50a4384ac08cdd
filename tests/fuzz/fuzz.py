"""Send fuzzed frames to the decoder and to a room; see `target.py` for what must hold.

    python tests/fuzz/fuzz.py --frames 10_000_000             guided by coverage, by atheris
    python tests/fuzz/fuzz.py --frames 200_000 --seed 1       by chance, without atheris

The corpus is `tests/fuzz/corpus.txt`, a frame in hexadecimal on each line. A guided run takes it up
and writes it anew, with what reached something new; the smallest frames that reach everything stay.
A frame that breaks something is printed, and ends the run.

The package that is installed is what is fuzzed; atheris comes with the extra `fuzz`.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHUNK = 500_000  # frames of one process; its memory ends with it
LONGEST = 2_048  # bytes of a frame that is fuzzed
GUIDED = ("protocol", "strict_json", "states", "room")
sys.path[:0] = [str(HERE), str(HERE.parent)]

import corpus  # noqa: E402


def by_chance(frames: int, seed: int) -> int:
    """Send the corpus, then what chance makes of it."""
    from mutations import Mutations
    from target import Target

    target, kept = Target(), corpus.read()
    mutations = Mutations(seed, kept)
    started = time.monotonic()
    for number in range(frames):
        data = kept[number] if number < len(kept) else mutations.next()
        try:
            target(data)
        except BaseException:
            say(f"frame {number} of seed {seed} breaks something: {data.hex()}")
            raise
    say(f"{frames} frames, nothing broke ({time.monotonic() - started:.1f} s)")
    return 0


def guided(frames: int) -> int:
    """Let atheris send frames, some at a time, and keep what reached something new."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        frames_in, merged, again = (Path(folder, name) for name in ("corpus", "merged", "again"))
        # Merging starts the program anew, by its name and through a shell.
        again.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{__file__}" --atheris "$0" "$@"\n')
        again.chmod(0o700)
        for path in (frames_in, merged):
            path.mkdir()
        for number, data in enumerate(corpus.read()):
            (frames_in / f"kept-{number}").write_bytes(data)
        done = 0
        while done < frames:
            count = min(CHUNK, frames - done)
            ran = fuzz(again, f"-runs={count}", f"-max_len={LONGEST}", str(frames_in))
            if ran is None:
                return 1
            done += ran
            say(f"{done} frames in {time.monotonic() - started:.0f} s")
        if fuzz(again, "-merge=1", str(merged), str(frames_in)) is None:
            return 1
        kept = sorted({path.read_bytes() for path in merged.iterdir()}, key=lambda d: (len(d), d))
        corpus.keep(data for data in kept if data)
    say(f"{done} frames, nothing broke; the corpus has {len(kept)}")
    return 0


def fuzz(program: Path, *options: str) -> int | None:
    """Run atheris in a process of its own; give how many frames it sent, None if one broke it."""
    command = [str(program), "-verbosity=1", "-print_final_stats=1", *options]
    ended = subprocess.run(command, capture_output=True, text=True, errors="replace")
    if ended.returncode:
        say((ended.stdout + ended.stderr)[-4_000:])
        return None
    sent = re.search(r"number_of_executed_units:\s*(\d+)", ended.stderr)
    return int(sent.group(1)) if sent else 0


def run_atheris(arguments: list[str]) -> None:
    """Be what `fuzz` started, the program's name and its options; does not return."""
    import atheris  # type: ignore[import-untyped]

    modules = [f"jupyter_awareness.{name}" for name in GUIDED]
    with atheris.instrument_imports(include=modules):
        from target import Target
    atheris.Setup(arguments, Target())
    atheris.Fuzz()


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Do what was asked for."""
    if sys.argv[1:2] == ["--atheris"]:
        run_atheris(sys.argv[2:])
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--frames", type=int, default=200_000)
    parser.add_argument("--seed", type=int, help="by chance, from this seed")
    asked = parser.parse_args()
    if asked.seed is not None:
        return by_chance(asked.frames, asked.seed)
    os.nice(10)
    return guided(asked.frames)


if __name__ == "__main__":
    sys.exit(main())
