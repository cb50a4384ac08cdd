"""Measure in Chromium what the People panel costs with many people in it.

    python benchmarks/people_panel.py [people] [changes]

A real JupyterLab page shows the panel of a server on which so many people are. The figures are
milliseconds of the page's main thread: all of its tasks, and the parts of them that ran scripts
and that computed styles and layout. The costs of a change are those above the same with the panel
hidden, in the same run.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import CDPSession, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "e2e")]

from guests import Guests  # noqa: E402 - after the path to it
from lab import Lab, until  # noqa: E402
from lab_server import LabServer  # noqa: E402
from raw_peer import Crowd, RawPeer  # noqa: E402

METRICS = ("TaskDuration", "ScriptDuration", "RecalcStyleDuration", "LayoutDuration")
BETWEEN = 0.12  # seconds between two changes: more than the panel waits between two drawings
BUSY = 3.0  # seconds in which everybody moves once a second


class Meter:
    """The main thread of a page."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self._session: CDPSession = lab.page.context.new_cdp_session(lab.page)
        self._session.send("Performance.enable")
        self._before = self._read()

    def _read(self) -> list[float]:
        # Two frames: what has happened has also been drawn.
        self.lab.page.evaluate(
            "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        answer = self._session.send("Performance.getMetrics")
        values = {metric["name"]: metric["value"] for metric in answer["metrics"]}
        return [values[name] * 1000 for name in METRICS]

    def start(self) -> None:
        """Begin to measure."""
        self._before = self._read()

    def stop(self) -> list[float]:
        """Milliseconds since the start: tasks, scripts, styles and layout."""
        task, script, style, layout = (
            now - then for now, then in zip(self._read(), self._before, strict=True)
        )
        return [task, script, style + layout]


def place(number: int, index: int) -> dict[str, object]:
    """Return the state of somebody in a notebook."""
    location = {"path": f"work/{number % 25}.ipynb", "type": "notebook", "index": index}
    return {"location": {**location, "cell": f"cell-{index}"}, "open": [{"path": location["path"]}]}


def change_one(meter: Meter, peer: RawPeer, changes: int) -> list[float]:
    """Milliseconds for each change of one person."""
    meter.start()
    for index in range(changes):
        peer.say(place(3, index))
        time.sleep(BETWEEN)
    return [value / changes for value in meter.stop()]


def move_all(meter: Meter, peers: list[RawPeer]) -> list[float]:
    """Milliseconds in each second while everybody moves once a second."""
    meter.start()
    started = time.monotonic()
    for turn in range(int(BUSY * len(peers))):
        number = turn % len(peers)
        peers[number].say(place(number, turn))
        time.sleep(max(0.0, started + turn / len(peers) - time.monotonic()))
    return [value / (time.monotonic() - started) for value in meter.stop()]


def scroll(meter: Meter) -> tuple[list[float], float]:
    """Milliseconds for scrolling through the list and back, and the longest between two frames."""
    meter.start()
    longest: float = meter.lab.page.evaluate(
        """async () => {
          const list = document.querySelector('.jp-AwarenessPeople-list');
          const frame = () => new Promise(requestAnimationFrame);
          let longest = 0;
          let last = await frame();
          for (let step = 1; step <= 120; step++) {
            const part = step <= 60 ? step / 60 : 2 - step / 60;
            list.scrollTop = part * (list.scrollHeight - list.clientHeight);
            const now = await frame();
            longest = Math.max(longest, now - last);
            last = now;
          }
          return longest;
        }"""
    )
    return meter.stop(), longest


def search(meter: Meter, word: str) -> list[float]:
    """Milliseconds for each letter that is typed into the search, and taken away again."""
    field = meter.lab.page.locator(".jp-AwarenessPeople-search input")
    field.focus()
    meter.start()
    for letter in word:
        meter.lab.page.keyboard.type(letter)
    for _ in word:
        meter.lab.page.keyboard.press("Backspace")
    return [value / (2 * len(word)) for value in meter.stop()]


def show(name: str, values: list[float], more: str = "") -> None:
    """Print a line of the table."""
    task, script, layout = values
    print(f"{name:44}{task:9.1f}{script:9.1f}{layout:9.1f}  {more}")


def measure(lab: Lab, crowd: Crowd, people: int, changes: int) -> None:
    """Print the table."""
    peers = []
    for number in range(people):
        peers.append(crowd.come(f"extra-{number}", "lobby", 10_000 + number))
        peers[-1].say(place(number, 0))
    status = lab.page.locator(".jp-AwarenessStatus-button")
    until(lambda: status.inner_text() == str(people + 1), "everybody is there", 60)
    meter = Meter(lab)
    print(f"{people} people; milliseconds of the main thread")
    print(f"{'':44}{'all':>9}{'script':>9}{'layout':>9}")
    change_one(meter, peers[3], 5)
    hidden, busy = change_one(meter, peers[3], changes), move_all(meter, peers)
    meter.start()
    lab.show_people()
    rows = lab.page.locator(".jp-AwarenessPerson")
    rows.first.wait_for()
    show("to open the panel", meter.stop(), f"{rows.count()} rows in the page")
    change_one(meter, peers[3], 5)
    shown = change_one(meter, peers[3], changes)
    show("one person's change, panel hidden", hidden)
    show("one person's change, panel shown", shown)
    show("everybody once a second, hidden, per second", busy)
    show("everybody once a second, shown, per second", move_all(meter, peers))
    values, longest = scroll(meter)
    show("to scroll through all and back", values, f"longest frame {longest:.0f} ms")
    show("a letter of a search", search(meter, "jansen"))


def main() -> None:
    """Set up a server, a page and a crowd."""
    people, changes = (int(word) for word in [*sys.argv[1:], "300", "40"][:2])
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        server = LabServer(Path(folder) / "server", {})
        server.start()
        crowd = Crowd(server)
        try:
            chromium = os.environ.get("AWARENESS_CHROMIUM") or shutil.which("chromium")
            browser = driver.chromium.launch(executable_path=chromium)
            (lab,) = Guests(browser, server)("alice")
            measure(lab, crowd, people, changes)
            browser.close()
            crowd.leave()
        finally:
            server.kill()


if __name__ == "__main__":
    main()
