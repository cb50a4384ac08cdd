"""Measure in Chromium what presence adds to opening a large notebook with people moving in it.

    python benchmarks/open_notebook.py [cells] [people] [rounds]

Two pages of one JupyterLab open the same notebook in turns: one with the extension and so many
others who move in the notebook, one from whose page the extension was taken out. Each figure is
the median over the rounds, with the smallest and the largest. Wall time says what a person waits
for; the main thread's time suffers less from what else the machine does.
"""

from __future__ import annotations

import os
import random
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

from people_panel import Meter
from playwright.sync_api import Route, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "e2e")]

from guests import Guests  # noqa: E402 - after the path to it
from lab import Lab, until  # noqa: E402
from lab_server import LabServer  # noqa: E402
from raw_peer import Crowd, RawPeer  # noqa: E402

EVERY = 0.5  # seconds between two movements of one person
NAME = "jupyter-awareness"

# Milliseconds until the notebook is in front with its first screen painted, and until JupyterLab
# has put all of its cells into the page, which it does bit by bit.
OPEN = """async ([path, cells]) => {
  const frame = () => new Promise(requestAnimationFrame);
  const start = performance.now();
  await window.e2e.openDocument(path, false);
  await frame();
  await frame();
  const shown = performance.now() - start;
  const { content } = window.jupyterapp.shell.currentWidget;
  while (content.node.querySelectorAll('.jp-Cell').length < cells || !window.e2e.isDrawn()) {
    await frame();
  }
  return [shown, performance.now() - start];
}"""
INSTALLED = f"""() => [...window.jupyterapp.pluginRegistry.listPlugins()].some(
  id => id.startsWith('{NAME}:')
)"""


def without_extension(route: Route) -> None:
    """Answer with the page as it is where the extension is not installed."""
    response = route.fetch()
    text = response.text()
    start = text.index('"federated_extensions"')
    end = text.index("]", start)
    kept = [part for part in text[start:end].split("{") if NAME not in part]
    body = text[:start] + "{".join(kept).rstrip().rstrip(",") + text[end:]
    route.fulfill(response=response, body=body)


class Movers:
    """People in the notebook who go from cell to cell and move their carets, until they stop."""

    def __init__(self, crowd: Crowd, path: str, people: int, cells: int) -> None:
        self._cells = cells
        room = f"document:{path}"
        self._peers = [crowd.come(f"extra-{n}", room, 20_000 + n) for n in range(people)]
        self._places = [random.randrange(cells) for _ in self._peers]
        self._open = True
        self._thread = threading.Thread(target=self._move, daemon=True)
        self._thread.start()

    def check(self) -> None:
        """Fail if any of them has left or moves no more: nothing would be measured."""
        assert self._thread.is_alive(), "nobody moves any more"
        assert all(peer.connected for peer in self._peers), "some were sent away"

    def stop(self) -> None:
        """Move no more."""
        self._open = False
        self._thread.join()

    def _move(self) -> None:
        while self._open:
            for number, peer in enumerate(self._peers):
                if random.random() < 0.1:
                    self._places[number] = random.randrange(self._cells)
                self._say(peer, self._places[number])
                time.sleep(EVERY / len(self._peers))

    def _say(self, peer: RawPeer, index: int) -> None:
        place = {"cell": f"c{index}", "index": index}
        position = random.randrange(12)
        peer.say(
            {
                "cell": {"id": f"c{index}", "index": index, "mode": "edit"},
                "cursor": {**place, "position": position, "anchor": position},
                "activity": "typing",
            }
        )


def measure(lab: Lab, path: str, cells: int) -> list[float]:
    """Open the notebook and close it; milliseconds until it is shown, until all is drawn, busy."""
    meter = Meter(lab)
    meter.start()
    shown, drawn = lab.page.evaluate(OPEN, [path, cells])
    busy = meter.stop()[0]
    lab.close_all()
    lab.page.evaluate("window.gc?.()")
    return [shown, drawn, busy]


def report(name: str, plain: list[float], ours: list[float]) -> None:
    """Print a line of the table."""
    ratios = [b / a for a, b in zip(plain, ours, strict=True)]

    def text(values: list[float], form: Callable[[float], str]) -> str:
        return f"{form(statistics.median(values))} ({form(min(values))} to {form(max(values))})"

    milliseconds = "{:.0f}".format
    extra = text([(ratio - 1) * 100 for ratio in ratios], "{:+.1f} %".format)
    print(f"{name:34}{text(plain, milliseconds):>24}{text(ours, milliseconds):>24}  {extra}")


def compare(plain: Lab, ours: Lab, path: str, cells: int, rounds: int, movers: Movers) -> None:
    """Print the table."""
    measured: dict[str, list[list[float]]] = {"plain": [], "ours": []}
    for number in range(-1, rounds):
        pages = [("plain", plain), ("ours", ours)]
        for name, lab in pages if number % 2 else reversed(pages):
            values = measure(lab, path, cells)
            movers.check()
            if number >= 0:  # The first round warms up.
                measured[name].append(values)
    print(f"{'milliseconds':34}{'without':>24}{'with':>24}  added, per round")
    for at, name in enumerate(("until the notebook is shown", "until all is drawn", "main thread")):
        report(name, *([values[at] for values in measured[key]] for key in ("plain", "ours")))


def main() -> None:
    """Set up a server, two pages and the others."""
    words = [*sys.argv[1:], *("500", "20", "12")[len(sys.argv) - 1 :]]
    cells, people, rounds = (int(word) for word in words)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        server = LabServer(Path(folder) / "server", {})
        server.start()
        crowd = Crowd(server)
        path = server.write_notebook("large.ipynb", (f"x_{n} = {n}\n" * 3 for n in range(cells)))
        movers = Movers(crowd, path, people, cells)
        try:
            chromium = os.environ.get("AWARENESS_CHROMIUM") or shutil.which("chromium")
            options = ["--js-flags=--expose-gc"]
            browser = driver.chromium.launch(executable_path=chromium, args=options)
            guests = Guests(browser, server)
            plain, ours = guests("alice", "bob")
            plain.page.route("**/lab/workspaces/*", without_extension)
            plain.page.reload()
            plain.wait_until_ready()
            assert [lab.page.evaluate(INSTALLED) for lab in (plain, ours)] == [False, True]
            ours.open(path)
            until(lambda: len(ours.faces()) > 0, "the others are there")
            ours.close_all()
            print(f"{cells} cells, {people} people who move every {EVERY} s, {rounds} rounds")
            compare(plain, ours, path, cells, rounds, movers)
            browser.close()
        finally:
            movers.stop()
            crowd.leave()
            server.kill()


if __name__ == "__main__":
    main()
