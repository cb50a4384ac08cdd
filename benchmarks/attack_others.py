"""Attack other presence servers as `tests/attacks` attacks this project's; write what came of it.

    python benchmarks/attack_others.py --cache DIRECTORY           all attacks, and the table
    python benchmarks/attack_others.py --cache DIRECTORY --table   only the table, of what was noted

The same attacks, beside the same two honest people, who now only complain of what no server may
do: somebody is rewritten, evicted or invented, stays as a ghost, words are lost or late, a
connection ends, the server dies or keeps much memory. What is left out, and why, is in `NOT_FOR`.
The cache is that of `benchmarks/run.py`: the servers, as npm and PyPI have them.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import sys
from collections.abc import Mapping
from pathlib import Path

import arena.servers
from arena.dialects import DIALECTS, TOKEN
from arena.servers import SERVERS, install, running

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / folder) for folder in ("tests/attacks", "tests", "scripts")]

import marks  # noqa: E402
from attacks import ATTACKS, DOORS, Attack  # noqa: E402
from mallory import Mallory  # noqa: E402
from scene import STRANGERS_FROM, Witness  # noqa: E402
from wire import Line, memory  # noqa: E402

DOCUMENT = ROOT / "docs" / "security.md"
NOTED = ROOT / "docs" / "attacks_elsewhere.json"
OTHERS = ("y-websocket-server", "jupyter-collaboration")
LONGEST = 20.0  # seconds of one attack
PATIENCE = 1.0  # seconds in which a connection ends, if it does
SETTLED = 5.0  # seconds in which strangers are gone
SLOW = 300.0  # milliseconds of the median
MUCH = 150e6  # bytes
NOT_FOR = {
    **{attack.name: "these servers have no such door" for attack in DOORS},
    "take over another's id on connecting": "their clients name no id on connecting",
    "overwrite the signed identity": "they sign none",
    "10,000 rooms": "their rooms are asked for by another path",
}
WORDS = {
    "rewritten": "others are rewritten",
    "evicted": "others are evicted",
    "invented": "people are invented",
    "ghosts": "ghosts stay",
    "lost": "words are lost",
    "disconnected": "others are cut off",
    "text": "others are sent what is no frame",
}


class Elsewhere(Mallory):
    """Mallory, where rooms have other addresses and nobody answers his questions."""

    def __init__(self, dialect: str, port: int, process: int) -> None:
        super().__init__(f"ws://127.0.0.1:{port}/", process, hopes=False)
        self._path = DIALECTS[dialect].path("lobby", 0)

    def way(self, room: str, who: str, client: int | str | None) -> tuple[str, dict[str, str]]:
        """To the one room in which the honest are."""
        return self.server + self._path.lstrip("/"), {}

    async def ending(self, line: Line) -> str:
        """Give how a connection ended, or ``nothing``."""
        return await line.end(PATIENCE)


class Scene:
    """One server with the two honest people; put up anew when an attack did harm."""

    def __init__(self, name: str, cache: Path) -> None:
        self._server = SERVERS[name]
        self._cache = cache
        self._stack = contextlib.ExitStack()
        self._witness: Witness | None = None

    def put_up(self) -> None:
        """Start what is not there."""
        if self._witness is None:
            port, self._process = self._stack.enter_context(running(self._server, self._cache))
            self._port = port
            url = f"ws://127.0.0.1:{port}{DIALECTS[self._server.dialect].path('lobby', 0)}"
            headers = {"Authorization": f"token {TOKEN}"}
            one = {"url": url, "headers": headers, "ours": False}
            people = {"alice": one, "bob": one}
            options = {"strangers_from": STRANGERS_FROM, "signed": False, "settled": SETTLED}
            self._witness = Witness({**people, **options})

    def take_down(self) -> None:
        """End everything."""
        witness, self._witness = self._witness, None
        if witness is not None:
            with contextlib.suppress(BrokenPipeError):
                witness.leave()
        self._stack.close()

    def suffer(self, attack: Attack) -> list[str]:
        """Let an attack happen; give the harm that it did."""
        self.put_up()
        assert self._witness is not None
        before = memory(self._process)
        try:
            self._witness.begin()
            asyncio.run(self._try(attack))
            seen = self._witness.end()
        except (RuntimeError, BrokenPipeError):
            seen = {"wrong": {"lost": ""}, "median": None}
        harm = [WORDS.get(kind, kind) for kind in seen["wrong"]]
        if seen["median"] is not None and seen["median"] > SLOW:
            harm.append(f"words take {seen['median']:.0f} ms")
        if not _lives(self._process):
            harm = ["the server is dead"]
        elif (kept := memory(self._process) - before) > MUCH:
            harm.append(f"{kept / 1e6:.0f} MB are kept")
        if harm:
            self.take_down()
        return harm

    async def _try(self, attack: Attack) -> None:
        mallory = Elsewhere(self._server.dialect, self._port, self._process)
        try:
            # It fails where he is not even let in; what it gets is not what is asked here.
            with contextlib.suppress(OSError, EOFError, asyncio.TimeoutError, ValueError):
                await asyncio.wait_for(attack.act(mallory), LONGEST)
        finally:
            mallory.leave()


def _lives(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def table(noted: Mapping[str, Mapping[str, list[str]]]) -> str:
    """What each server suffered, as a Markdown table, and a line that counts."""
    harmful = [name for name in noted if any(noted[name].values())]
    rows = [f"| attack | {' | '.join(OTHERS)} |", "|---|" + "---|" * len(OTHERS)]
    for name in harmful:
        cells = [", ".join(noted[name][server]) or "nothing" for server in OTHERS]
        rows.append(f"| {name} | {' | '.join(cells)} |")
    counts = [
        f"{sum(bool(noted[name][server]) for name in noted)} of {len(noted)} harm {server}"
        for server in OTHERS
    ]
    return "\n".join([*rows, "", f"{' and '.join(counts)}."])


def attack_all(name: str, cache: Path) -> None:
    """Attack one server, and note the harm by attack and server."""
    noted: dict[str, dict[str, list[str]]] = (
        json.loads(NOTED.read_text(encoding="utf-8")) if NOTED.exists() else {}
    )
    install(SERVERS[name], cache)
    scene = Scene(name, cache)
    for attack in ATTACKS:
        if attack.name not in NOT_FOR:
            harm = noted.setdefault(attack.name, {})[name] = scene.suffer(attack)
            print(f"{name}: {attack.name}: {', '.join(harm) or 'nothing'}", flush=True)
            NOTED.write_text(json.dumps(noted, indent=1) + "\n", encoding="utf-8")
    scene.take_down()


def main() -> int:
    """Do what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cache", type=Path, required=True, help="a folder outside the repository")
    parser.add_argument("--server", choices=OTHERS, action="append", help="default: all")
    parser.add_argument("--table", action="store_true", help="attack nobody")
    asked = parser.parse_args()
    arena.servers.START_SECONDS = 120  # on a busy machine
    for name in () if asked.table else asked.server or OTHERS:
        attack_all(name, asked.cache.resolve())
    marks.write(DOCUMENT, "elsewhere", table(json.loads(NOTED.read_text(encoding="utf-8"))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
