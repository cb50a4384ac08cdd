"""Let many clients come, talk, break off and return for a long time; then see what is left of it.

    python tests/soak/crowd.py --seconds 600 --clients 200

Prints what the server's process held before, at each minute and after, as JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from server_process import TOKEN, ServerProcess  # noqa: E402
from tornado.httpclient import HTTPRequest  # noqa: E402
from tornado.websocket import (  # noqa: E402
    WebSocketClientConnection,
    WebSocketClosedError,
    websocket_connect,
)

from jupyter_awareness.protocol import (  # noqa: E402
    SUBPROTOCOL,
    encode_awareness,
    encode_entry,
    encode_query,
)

PEOPLE = ("alice", "bob", "carol")
DOCUMENTS = ("a.txt", "b.txt", "c.txt")
ROOMS = ("lobby", "lobby", *(f"document:{name}" for name in DOCUMENTS), "topic:chat")
PAUSE = (0.2, 1.8)  # seconds between two words of a client
STAYS = (2, 30)  # words on one connection
AT_REST_WITHIN = 20.0  # seconds: a grace, and the closing of sockets whose client is gone


class SoakServer(ServerProcess):
    """A server with the probe."""

    def common_settings(self) -> dict[str, dict[str, Any]]:
        """What all tests have in common, and the probe."""
        settings = super().common_settings()
        settings["ServerApp"]["jpserver_extensions"] = {"jupyter_awareness": True, "probe": True}
        return settings


@dataclass
class Soak:
    """One run: a crowd against a server."""

    server: ServerProcess
    clients: int
    chance: random.Random = field(default_factory=lambda: random.Random(1))
    done: Counter[str] = field(default_factory=Counter)
    minutes: list[dict[str, int]] = field(default_factory=list)

    def probe(self, whole: bool) -> dict[str, int]:
        """Ask what the server's process holds."""
        headers = {"Authorization": f"token {TOKEN}"}
        url = self.server.url + ("probe?whole" if whole else "probe")
        request = urllib.request.Request(url, headers=headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            held: dict[str, int] = json.load(answer)
        return held

    async def run(self, seconds: float) -> dict[str, Any]:
        """Let the crowd live for so long; give what was held before, meanwhile and after."""
        await self.crowd(1.0)  # what a process needs once, it has then
        before = await self.at_rest(None)
        meanwhile = asyncio.ensure_future(self.watch())
        await self.crowd(seconds)
        meanwhile.cancel()
        after = await self.at_rest(before)
        minutes = await asyncio.gather(meanwhile, return_exceptions=True)
        assert isinstance(minutes[0], asyncio.CancelledError)
        return {"before": before, "each_minute": self.minutes, "after": after, **self.done}

    async def watch(self) -> None:
        """Note each minute what is held."""
        while True:
            await asyncio.sleep(60)
            self.minutes.append(await asyncio.to_thread(self.probe, False))

    async def at_rest(self, before: dict[str, int] | None) -> dict[str, int]:
        """Give what is held when all have gone: as before, else what is left after a while."""
        end = time.monotonic() + AT_REST_WITHIN
        while True:
            held = await asyncio.to_thread(self.probe, True)
            if held["objects"] == 0 and (before is None or not more(before, held)):
                return held
            if time.monotonic() > end:
                return held
            await asyncio.sleep(0.1)

    async def crowd(self, seconds: float) -> None:
        """Let everybody come and go until the time is over."""
        end = time.monotonic() + seconds
        await asyncio.gather(*(self.live(end) for _ in range(self.clients)))

    async def live(self, end: float) -> None:
        """Be one client, on one connection after the other."""
        await asyncio.sleep(self.chance.uniform(0, 0.5))
        while time.monotonic() < end:
            self.done["joins"] += 1
            own = 1_000 + self.done["joins"]  # those of other people cannot be taken over
            connection = await self.come(own)
            listening = asyncio.ensure_future(self.listen(connection))
            for clock in range(1, self.chance.randint(*STAYS)):
                try:
                    await self.speak(connection, own, clock)
                except WebSocketClosedError:
                    self.done[f"closed by the server: {connection.close_code}"] += 1
                    break
                await asyncio.sleep(self.chance.uniform(*PAUSE))
                if time.monotonic() > end:
                    break
            self.go(connection)
            await listening

    async def come(self, own: int) -> WebSocketClientConnection:
        """Connect to some room as somebody, most often as a client of this project."""
        room, ours = self.chance.choice(ROOMS), self.chance.random() < 0.7
        url = self.server.url.replace("http", "ws", 1) + f"api/awareness/room/{room}"
        headers = {"Authorization": f"token {self.chance.choice(PEOPLE)}-token"}
        request = HTTPRequest(f"{url}?client={own}" if ours else url, headers=headers)
        return await websocket_connect(request, subprotocols=[SUBPROTOCOL] if ours else None)

    async def listen(self, connection: WebSocketClientConnection) -> None:
        """Read, and forget it."""
        while await connection.read_message() is not None:
            self.done["frames heard"] += 1

    async def speak(self, connection: WebSocketClientConnection, own: int, clock: int) -> None:
        """Move a caret, or now and then ask for everybody."""
        if self.chance.random() < 0.05:
            await connection.write_message(encode_query(), binary=True)
            return
        state = {"cursor": {"position": clock, "anchor": clock}, "n": "x" * (clock % 300)}
        frame = encode_awareness([encode_entry(own, clock, state)])
        await connection.write_message(frame, binary=True)
        self.done["words"] += 1

    def go(self, connection: WebSocketClientConnection) -> None:
        """Say goodbye, or break off."""
        if self.chance.random() < 0.5 and connection.protocol is not None:
            connection.protocol.stream.close()  # type: ignore[union-attr]
            self.done["broken off"] += 1
        connection.close()


def more(before: dict[str, int], after: dict[str, int]) -> list[str]:
    """Name what is held more of, but for memory, of which an allocator keeps some."""
    return [name for name in ("files", "tasks", "timers", "objects") if after[name] > before[name]]


async def soak(folder: Path, seconds: float, clients: int, **traits: Any) -> dict[str, Any]:
    """Start a server, soak it, end it."""
    server = SoakServer(folder, {"AwarenessExtension": traits})
    for name in DOCUMENTS:
        server.write_file(name, "")
    try:
        server.start()
        return await Soak(server, clients).run(seconds)
    finally:
        server.kill()


def main() -> int:
    """Do what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--clients", type=int, default=200)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(soak(Path(folder) / "soak", asked.seconds, asked.clients))
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    left = more(found["before"], found["after"])
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
