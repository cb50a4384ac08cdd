"""Measure in Chromium what others' movements cost in a notebook: scripts, frames, keystrokes.

    python benchmarks/browser.py                    0, 20 and 200 who move ten times a second
    python benchmarks/browser.py --rounds 5
    python benchmarks/browser.py --heap 10          is the heap flat over ten minutes, with 200?
    python benchmarks/browser.py --print            do not write into docs/performance.md

One page of a real JupyterLab has a notebook of 200 cells open and types in its first cell. The
others have no browser; one process moves them all, from cell to cell and within them. Crowds come
in turns, so that whatever else the machine does meets all of them. The largest one also comes to
another notebook, of which the page knows nothing: what the server and the crowd itself cost on the
same machine is not the page's.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import select
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from arena.crowd import Crowd, Job, Peer
from arena.dialects import DIALECTS, FIRST_ID, NO_TIME, STAMP, Dialect, Movement
from arena.page import put, table
from people_panel import Meter
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "e2e")]

from guests import Guests  # noqa: E402 - after the path to it
from lab import Lab, until  # noqa: E402
from lab_server import LabServer  # noqa: E402

CELLS = 200
NOTEBOOK = "moving.ipynb"
ELSEWHERE = "elsewhere.ipynb"
CROWDS = ((0, NOTEBOOK), (200, ELSEWHERE), (20, NOTEBOOK), (200, NOTEBOOK))
NONE, MOST = CROWDS[0], CROWDS[-1]
SECONDS = 6.0  # of watching a crowd
KEYS = 60
BETWEEN_KEYS = 70  # milliseconds
FRAMES = 60  # a second, at which Chromium draws without a screen
MB = 1e6
POSITION, ANCHOR = b'"position":', b'"anchor":'

# Milliseconds from each key to the end of the painting of its effect; and frames that were drawn.
WATCH = """() => {
  window.watched = { keys: [], frames: 0, since: performance.now() };
  if (window.watching) return;
  window.watching = true;
  document.addEventListener('keydown', event => {
    const start = event.timeStamp;
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => window.watched.keys.push(performance.now() - start);
      port2.postMessage(0);
    });
  }, true);
  const frame = () => { window.watched.frames++; requestAnimationFrame(frame); };
  requestAnimationFrame(frame);
}"""
DRAWN = """cells => document.querySelectorAll('.jp-Notebook .jp-Cell').length >= cells
  && window.e2e.isDrawn()"""
WATCHED = """() => {
  const { keys, frames, since } = window.watched;
  return [keys, frames, (performance.now() - since) / 1000];
}"""


class Walk(Movement):
    """Somebody whose caret moves in a cell, and who goes to another cell now and then."""

    def __init__(self, dialect: Dialect, room: str, index: int) -> None:
        place = {"index": 100, "mode": "edit"}
        state = {
            "user": {"name": f"Person {index}"},
            STAMP: f"{NO_TIME}/{index:04}",
            "cell": {"id": "c000", **place},
            "cursor": {"cell": "c000", "index": 100, "position": 10, "anchor": 10},
            "activity": "typing",
        }
        text = json.dumps(state, separators=(",", ":")).encode()
        super().__init__(dialect, room, index, text)
        self._ids = self._places(b'"c000"')
        self._indexes = [place + len(b'"index":') for place in self._places(b'"index":')]
        self._offsets = [self._frame.index(name) + len(name) for name in (POSITION, ANCHOR)]
        self._steps = index * 7

    def at(self, microseconds: int) -> bytearray:
        """The frame for a movement at this time; JSON may have spaces, so that all fits."""
        self._steps += 1
        cell, offset = self._steps // 20 % CELLS, 10 + self._steps % 20
        for place in self._ids:
            self._frame[place : place + 6] = b"%-6s" % (b'"c%d"' % cell)
        for place in self._indexes:
            self._frame[place : place + 3] = b"%-3d" % cell
        for place in self._offsets:
            self._frame[place : place + 2] = b"%d" % offset
        return super().at(microseconds)

    def _places(self, text: bytes) -> list[int]:
        return [found.start() for found in re.finditer(re.escape(text), self._frame)]


def crowd(port: int, base: str, count: int, notebook: str) -> None:
    """Let so many move in a notebook until standard input ends; say so when all are there."""
    DIALECTS["lab"] = Dialect(
        lambda room, index: (
            f"{base}api/awareness/room/document%3A{room}?token=extra-{index}-token"
            f"&client={FIRST_ID + index}"
        ),
        headers=DIALECTS["ours"].headers,
    )
    job = Job("", port, 0, "lab", 1, count, sampled=0)
    everybody = Crowd(job)
    for index in range(count):
        peer = Peer(job, notebook, index)
        peer.movement = Walk(DIALECTS["lab"], notebook, index)
        everybody.add(peer)
    schedule = everybody.schedule()
    everybody.move_for(1.0, schedule)
    print("there", flush=True)
    while not select.select([sys.stdin], [], [], 0)[0]:
        everybody.move_for(0.5, schedule)


@contextlib.contextmanager
def moving(url: str, count: int, notebook: str) -> Iterator[None]:
    """So many who move in a notebook, in a process of their own."""
    if not count:
        yield
        return
    command = [sys.executable, __file__, "--crowd", url, str(count), notebook]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == b"there\n", "the crowd did not come"
        yield
    finally:
        process.stdin.close()
        process.wait(20)


def watch(lab: Lab) -> dict[str, float]:
    """Look at the page for a while, and then type in it."""
    meter = Meter(lab)
    lab.page.evaluate(WATCH)
    meter.start()
    lab.page.wait_for_timeout(SECONDS * 1000)
    busy, script, style = meter.stop()
    _, frames, seconds = lab.page.evaluate(WATCHED)
    lab.page.evaluate(WATCH)
    for number in range(KEYS):
        lab.page.keyboard.press("abcdefghij"[number % 10])
        lab.page.wait_for_timeout(BETWEEN_KEYS)
    keys = sorted(lab.page.evaluate(WATCHED)[0])
    return {
        "script": script / seconds,
        "style": style / seconds,
        "busy": busy / seconds,
        "dropped": max(0.0, 1 - frames / seconds / FRAMES) * 100,
        "key": statistics.median(keys),
        "key95": keys[len(keys) * 95 // 100],
    }


def open_notebook(lab: Lab) -> None:
    """Open it and put the caret into the first cell, as somebody does who writes."""
    lab.open(NOTEBOOK)
    lab.page.wait_for_function(DRAWN, arg=CELLS, timeout=120_000)
    lab.page.locator(".jp-Notebook .jp-Cell .cm-content").first.click()


def crowds(lab: Lab, url: str, rounds: int) -> str:
    """Return the table: medians over the rounds, with the smallest and the largest."""
    found: dict[tuple[int, str], list[dict[str, float]]] = {one: [] for one in CROWDS}
    for _ in range(rounds):
        for count, notebook in CROWDS:
            with moving(url, count, notebook):
                if count and notebook == NOTEBOOK:
                    until(lab.faces, "the others are there", 20)
                found[count, notebook].append(watch(lab))
            print(count, notebook, found[count, notebook][-1], file=sys.stderr, flush=True)
    rows = []
    for key, title in (
        ("script", "scripts, ms a second"),
        ("style", "styles and layout, ms a second"),
        ("busy", "main thread in all, ms a second"),
        ("dropped", "frames not drawn, %"),
        ("key", "from a key to its painting, median (ms)"),
        ("key95", "from a key to its painting, 95th percentile (ms)"),
    ):
        columns = [sorted(figures[key] for figures in found[one]) for one in CROWDS]
        ratios = [
            many[key] / none[key]
            for many, none in zip(found[MOST], found[NONE], strict=True)
            if none[key]
        ]
        ratio = f"{statistics.median(ratios):.2f}" if ratios and key.startswith("key") else ""
        rows.append([title, *map(_range, columns), ratio])
    heads = [
        f"{count} moving{' elsewhere' if notebook == ELSEWHERE else ''}"
        for count, notebook in CROWDS
    ]
    return table(["", *heads, f"{MOST[0]} to 0 (wanted: <= 1.10)"], rows)


def heap(lab: Lab, url: str, minutes: int) -> str:
    """Return the heap of each minute, with the largest crowd moving."""
    session = lab.page.context.new_cdp_session(lab.page)
    session.send("Performance.enable")
    sizes = []
    with moving(url, *MOST):
        for _ in range(minutes + 1):
            lab.page.wait_for_timeout(1_000)
            session.send("HeapProfiler.collectGarbage")
            metrics: dict[str, Any] = session.send("Performance.getMetrics")
            values = {metric["name"]: metric["value"] for metric in metrics["metrics"]}
            sizes.append(values["JSHeapUsedSize"] / MB)
            print(f"heap {sizes[-1]:.1f} MB", file=sys.stderr, flush=True)
            if len(sizes) <= minutes:
                lab.page.wait_for_timeout(59_000)
    shown = ", ".join(f"{size:.1f}" for size in sizes)
    return f"Heap with {MOST[0]} moving, after a collection, minute by minute (MB): {shown}."


def _range(values: list[float]) -> str:
    middle = statistics.median(values)
    return f"{middle:.3g} ({values[0]:.3g} to {values[-1]:.3g})"


def measure(rounds: int, minutes: int) -> str:
    """Set up a server and a page, and return what is to be written."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        server = LabServer(Path(folder) / "server", {})
        server.start()
        try:
            for notebook in (NOTEBOOK, ELSEWHERE):
                cells = (f"x_{n} = {n}  # {'-' * 40}" for n in range(CELLS))
                server.write_notebook(notebook, cells)
            chromium = os.environ.get("AWARENESS_CHROMIUM") or shutil.which("chromium")
            browser = driver.chromium.launch(executable_path=chromium)
            (lab,) = Guests(browser, server)("alice")
            open_notebook(lab)
            parts = []
            if rounds:
                parts.append(
                    f"Medians of {rounds} rounds of {SECONDS:.0f} s and {KEYS} keys"
                    " (smallest to largest)."
                )
                parts.append(crowds(lab, server.url, rounds))
            if minutes:
                parts.append(heap(lab, server.url, minutes))
            browser.close()
            return "\n\n".join(parts)
        finally:
            server.kill()


def main() -> None:
    """Measure, and write it down."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--heap", type=int, default=0, metavar="MINUTES")
    parser.add_argument("--print", action="store_true", help="write into no page")
    parser.add_argument("--crowd", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.crowd:
        place = urlsplit(asked.crowd[0])
        crowd(place.port or 0, place.path, int(asked.crowd[1]), asked.crowd[2])
        return
    body = measure(asked.rounds, asked.heap)
    print(body)
    if not asked.print:
        put("browser", body)


if __name__ == "__main__":
    main()
