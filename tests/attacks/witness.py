"""Two honest people in the attacked room, in a process of their own: what they see, and how soon.

    python witness.py '{"alice": {"url": …, "headers": …}, "bob": …, "strangers_from": 1000000}'

Each line on stdin begins (``begin``) or ends (``end``) the watch over one attack; each end is
answered with a line of JSON: what was exchanged, how long it took, and everything that was wrong.
"""

from __future__ import annotations

import asyncio
import json
import re
import statistics
import sys
import time
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from jupyter_awareness.protocol import (
    SUBPROTOCOL,
    Limits,
    ProtocolError,
    decode_message,
    encode_awareness,
    encode_entry,
)

LOST = 10.0  # seconds after which a word counts as lost
PAUSE = 0.005  # seconds between two words
LEAST = 3  # words of each after the last blow
SETTLED = 15.0  # seconds in which strangers must be gone once their connections are
STRANGERS = frozenset({"mallory", "rita", "dora"})
STRANGERS_AT_MOST = 100_000  # client ids that attackers use
WIDE = Limits(frame_bytes=2**26, state_bytes=2**26, entries=2**20, depth=2**9)


@dataclass
class Watch:
    """What was noticed during one attack."""

    seconds: list[float] = field(default_factory=list)
    wrong: dict[str, str] = field(default_factory=dict)  # a kind of fault: its first example

    def report(self) -> dict[str, Any]:
        """Sum it up; times in milliseconds."""
        times = [1_000 * seconds for seconds in self.seconds]
        return {
            "exchanged": len(times),
            "median": round(statistics.median(times), 1) if times else None,
            "slowest": round(max(times), 1) if times else None,
            "wrong": self.wrong,
        }


class Honest:
    """One of the two: says a number, and knows what the other says."""

    def __init__(self, name: str, client_id: int, strangers_from: int, signed: bool) -> None:
        self.name = name
        self.client_id = client_id
        self.other: Honest
        self.watch = Watch()
        self.heard = -1
        self.news = asyncio.Event()
        self.strangers: set[int] = set()
        self.alone = asyncio.Event()
        self.alone.set()
        self.said = 0
        self._clock = 0
        self._clocks: dict[int, int] = {}
        self._strangers_from = strangers_from
        self._signed = signed
        self._socket: WebSocketClientConnection

    async def come(self, url: str, headers: Mapping[str, str], ours: bool) -> None:
        """Join, as a client of this project's subprotocol or as a stock one."""
        if ours:
            url += f"?client={self.client_id}"
        request = HTTPRequest(url, headers=dict(headers))
        protocols = [SUBPROTOCOL] if ours else None
        self._socket = await websocket_connect(
            request, subprotocols=protocols, max_message_size=2**27
        )

    async def listen(self) -> None:
        """Take every frame, until the connection ends."""
        while (frame := await self._socket.read_message()) is not None:
            if not isinstance(frame, bytes):
                self.note("text", "a text frame came")
                continue
            try:
                message = decode_message(frame, WIDE)
            except ProtocolError:
                if self._signed:
                    raise
                continue  # y-protocols reads more than this project's servers let through
            for client_id, clock, state in message.entries:
                known = self._clocks.get(client_id, -1)
                if clock > known or (clock == known and state is None):
                    self._clocks[client_id] = clock
                    self._see(client_id, state)
        self.note("disconnected", f"{self.name}: {self._socket.close_code}")

    async def say(self, number: int) -> None:
        """Say a number."""
        self.said = number
        self._clock += 1
        state = {"n": number, "name": self.name}
        frame = encode_awareness([encode_entry(self.client_id, self._clock, state)])
        await self._socket.write_message(frame, binary=True)

    def forget_strangers(self) -> None:
        """Complain of the same ones only once."""
        self.strangers.clear()
        self.alone.set()

    def note(self, kind: str, example: str) -> None:
        """Something is wrong."""
        self.watch.wrong.setdefault(kind, example)

    def _see(self, client_id: int, state: dict[str, Any] | None) -> None:
        if client_id == self.client_id:
            self._see_oneself(state)
        elif client_id == self.other.client_id:
            self._see_other(state)
        elif client_id >= self._strangers_from:
            if self._signed or client_id < self._strangers_from + STRANGERS_AT_MOST:
                self._see_stranger(client_id, state)  # others say a server's own state besides
        elif state is not None:
            self.note("invented", f"{client_id} is nobody: {state}"[:200])

    def _see_oneself(self, state: dict[str, Any] | None) -> None:
        """A server that signs tells nobody of themselves; others may, if it is true."""
        if self._signed:
            self.note("told oneself", f"{self.name} was sent {state}"[:200])
        elif state is None:
            self.note("evicted", f"{self.name} is said to be gone")
        elif state.get("name") != self.name:
            self.note("rewritten", f"{self.name} is said to be {state}"[:200])

    def _see_other(self, state: dict[str, Any] | None) -> None:
        if state is None:
            self.note("evicted", f"{self.other.name} is gone, says {self.name}")
        elif state.get("name") != self.other.name or not self._is_of(state, {self.other.name}):
            self.note("rewritten", f"{self.other.name} is said to be {state}"[:200])
        elif not self.heard <= state.get("n", -1) <= self.other.said:
            self.note("rewritten", f"{self.other.name} never said {state}"[:200])
        else:
            self.heard = state["n"]
            self.news.set()

    def _see_stranger(self, client_id: int, state: dict[str, Any] | None) -> None:
        if state is None:
            self.strangers.discard(client_id)
            if not self.strangers:
                self.alone.set()
            return
        self.strangers.add(client_id)
        self.alone.clear()
        if not self._is_of(state, STRANGERS):
            self.note("unsigned", f"{client_id} is said to be {state.get('user')}"[:200])

    def _is_of(self, state: dict[str, Any], names: Set[str]) -> bool:
        """Whether a state is of one of these people, by the word of a server that signs."""
        if not self._signed:
            return True
        user = state.get("user")
        return (
            isinstance(user, dict)
            and user.get("username") in names
            and re.fullmatch("#[0-9a-f]{6}", str(user.get("color"))) is not None
            and state.get("kind") in ("person", "agent")
            and state.get("status") in ("active", "idle", "away")
        )


class Pair:
    """Alice and Bob, who answer each other for as long as a watch lasts."""

    def __init__(self, alice: Honest, bob: Honest, settled: float) -> None:
        self.both = (alice, bob)
        self._settled = settled
        alice.other, bob.other = bob, alice
        self._number = 0
        self._talking: asyncio.Task[None] | None = None
        self._ending = asyncio.Event()

    def begin(self) -> None:
        """Watch from now on."""
        watch = Watch()
        for one in self.both:
            one.watch = watch
        self._ending.clear()
        self._talking = asyncio.ensure_future(self._talk(watch))

    async def end(self) -> dict[str, Any]:
        """Watch a little longer, and until the strangers are gone; report."""
        assert self._talking is not None
        self._ending.set()
        await self._talking
        for one in self.both:
            await self._alone(one)
        return self.both[0].watch.report()

    async def _talk(self, watch: Watch) -> None:
        left = LEAST
        while left:
            left -= self._ending.is_set()
            for one in self.both:
                self._number += 1
                start = time.monotonic()
                if not await self._exchange(one, self._number):
                    watch.wrong.setdefault("lost", f"{self._number} by {one.name}")
                    return
                watch.seconds.append(time.monotonic() - start)
                await asyncio.sleep(PAUSE)

    async def _exchange(self, one: Honest, number: int) -> bool:
        one.other.news.clear()
        try:
            await one.say(number)
            await asyncio.wait_for(self._heard(one.other, number), LOST)
        except Exception as error:
            one.note("lost", f"{number} by {one.name}: {error!r}")
            return False
        return True

    async def _heard(self, listener: Honest, number: int) -> None:
        while listener.heard < number:
            await listener.news.wait()
            listener.news.clear()

    async def _alone(self, one: Honest) -> None:
        try:
            await asyncio.wait_for(one.alone.wait(), self._settled)
        except asyncio.TimeoutError:
            one.note("ghosts", f"{len(one.strangers)} strangers stay, says {one.name}")
            one.forget_strangers()


def tell(what: Any) -> None:
    """Say something to the process that watches over this one."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


async def main(options: dict[str, Any]) -> None:
    """Let the two in, and obey the lines on stdin."""
    first = options["strangers_from"]
    signed = options["signed"]
    alice, bob = Honest("alice", 1_001, first, signed), Honest("bob", 1_002, first, signed)
    pair = Pair(alice, bob, options.get("settled", SETTLED))
    loop = asyncio.get_running_loop()
    listening = []
    for one in pair.both:
        await one.come(**options[one.name])
        listening.append(asyncio.ensure_future(one.listen()))
    tell("ready")
    while command := (await loop.run_in_executor(None, sys.stdin.readline)).strip():
        if command == "begin":
            pair.begin()
        elif command == "end":
            tell(await pair.end())
    for task in listening:
        task.cancel()


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
