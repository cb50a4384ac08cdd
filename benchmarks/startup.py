"""Measure what the extension adds to the start of JupyterLab's page and of its server.

    python benchmarks/startup.py              two minutes
    python benchmarks/startup.py --rounds 12
    python benchmarks/startup.py --print      do not write into docs/performance.md

With and without the extension in turns, each round with a fresh server and a fresh page, so that
whatever else the machine does meets both. What is added is the median of the rounds' differences.
The frontend must be built as it ships (`npm run build:prod`), or there is too much of it.
"""

from __future__ import annotations

import argparse
import gzip
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from arena.figures import cpu_seconds
from arena.page import put, table
from arena.servers import SERVERS, running
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "e2e")]

from guests import TOKENS  # noqa: E402 - after the path to it
from lab_server import LabServer  # noqa: E402
from open_notebook import NAME, without_extension  # noqa: E402

TARGETS = {"page": 50.0, "server": 50.0, "bytes": 60_000}
IMPORT = """
import sys, time, jupyter_server.serverapp, jupyter_server.extension.application
import jupyter_server.base.websocket, jupyter_server.services.contents.largefilemanager
start = time.process_time()
import jupyter_awareness.app
print((time.process_time() - start) * 1000)
"""
# Milliseconds from the request of the page until JupyterLab is restored.
RESTORED = """async () => {
  while (!window.jupyterapp) await new Promise(done => setTimeout(done, 5));
  await window.jupyterapp.restored;
  return performance.now();
}"""
LOADED = f"""() => performance.getEntriesByType('resource').map(entry => entry.name)
  .filter(name => name.includes('/{NAME}/static/'))"""


def as_installed() -> None:
    """Compile the modules once: pip does so when it installs, and only a tree has none compiled."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    imports()


def imports() -> float:
    """Milliseconds of the processor for importing the extension into Jupyter Server."""
    done = subprocess.run([sys.executable, "-c", IMPORT], capture_output=True, check=True)
    return float(done.stdout)


def server_start(enabled: bool) -> tuple[float, float]:
    """Milliseconds until a server listens: by the clock, and of the processor."""
    ours = SERVERS["jupyter_awareness"]
    command = tuple(word for word in ours.command if "AwarenessExtension" not in word)
    options = () if enabled else (f"--ServerApp.jpserver_extensions={ours.name}=False",)
    begun = time.monotonic()
    with running(replace(ours, command=command), Path(), options) as (_, pid):
        return (time.monotonic() - begun) * 1000, cpu_seconds(pid) * 1000


def page_start(browser: Browser, server: LabServer, enabled: bool) -> tuple[float, float, int]:
    """Milliseconds until a page is restored, and of its main thread; bytes of ours, gzipped."""
    context = browser.new_context()
    page = context.new_page()
    if not enabled:
        page.route("**/lab/workspaces/*", without_extension)
    session = context.new_cdp_session(page)
    session.send("Performance.enable")
    page.goto(f"{server.url}lab/workspaces/start?token={TOKENS['alice']}", wait_until="commit")
    restored = page.evaluate(RESTORED)
    metrics = session.send("Performance.getMetrics")["metrics"]
    busy = next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")
    sizes = [len(gzip.compress(page.request.get(url).body())) for url in page.evaluate(LOADED)]
    context.close()
    return restored, busy * 1000, sum(sizes)


def page_starts(rounds: int) -> tuple[list[list[float]], list[list[float]], int]:
    """Time and main thread, without and with, of each round; and the bytes."""
    times: list[list[float]] = []
    busy: list[list[float]] = []
    loaded = 0
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        server = LabServer(Path(folder) / "server", {})
        server.start()
        try:
            chromium = os.environ.get("AWARENESS_CHROMIUM") or shutil.which("chromium")
            browser = driver.chromium.launch(executable_path=chromium)
            for number in range(-1, rounds):
                pair = {}
                for enabled in (False, True) if number % 2 else (True, False):
                    pair[enabled] = page_start(browser, server, enabled)
                if number >= 0:  # the first round warms up
                    times.append([pair[False][0], pair[True][0]])
                    busy.append([pair[False][1], pair[True][1]])
                assert pair[False][2] == 0, "the extension was taken out"
                loaded = pair[True][2]
            browser.close()
        finally:
            server.kill()
    return times, busy, loaded


def server_starts(rounds: int) -> tuple[list[list[float]], list[list[float]]]:
    """Time and processor, without and with, of each round."""
    times, processor = [], []
    for number in range(rounds):
        order = (False, True) if number % 2 else (True, False)
        pair = {enabled: server_start(enabled) for enabled in order}
        times.append([pair[False][0], pair[True][0]])
        processor.append([pair[False][1], pair[True][1]])
    return times, processor


def row(title: str, pairs: Sequence[Sequence[float]], wanted: str) -> list[str]:
    """One line: without, with, what is added, and the ratio."""
    without, with_ = zip(*pairs, strict=True)
    added = [b - a for a, b in pairs]
    ratio = statistics.median(b / a for a, b in pairs)
    return [title, _range(without), _range(with_), f"{_range(added)}; {ratio:.2f} times", wanted]


def _range(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.0f} ({min(values):.0f} to {max(values):.0f})"


def measure(rounds: int) -> str:
    """Return the table."""
    as_installed()
    imported = [imports() for _ in range(rounds)]
    times, processor = server_starts(rounds)
    page_times, page_busy, loaded = page_starts(rounds)
    wanted = f"< {TARGETS['page']:.0f} ms"
    rows = [
        row("page, until JupyterLab is restored", page_times, wanted),
        row("page, main thread until then", page_busy, wanted),
        row("server, until it listens", times, wanted),
        row("server, processor until then", processor, wanted),
        ["server, importing the extension, processor", "", "", _range(imported), wanted],
    ]
    heads = ["milliseconds", "without", "with", "added", "wanted"]
    return (
        f"Medians of {rounds} rounds (smallest to largest).\n\n{table(heads, rows)}\n\n"
        f"Of the frontend, {loaded / 1000:.1f} kB (gzip) are loaded at the start; wanted are"
        f" less than {TARGETS['bytes'] / 1000:.0f} kB."
    )


def main() -> None:
    """Measure, and write it down."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--print", action="store_true", help="write into no page")
    asked = parser.parse_args()
    body = measure(asked.rounds)
    print(body)
    if not asked.print:
        put("startup", body)


if __name__ == "__main__":
    main()
