"""Mallory: connections to the attacked server, and what he says on them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any

from scene import STRANGERS_FROM
from wire import Line, frame, room_url

from jupyter_awareness.protocol import SUBPROTOCOL, encode_awareness, encode_entry

ALICE, BOB = 1_001, 1_002  # the client ids of those whom he attacks


class Mallory:
    """One attack's connections; they are broken off when it is over.

    Args:
        server: its WebSocket base URL.
        process: the id of its process.
        hopes: to be left alone, so that connections are asked whether they are still open. Where
            they should end it is waited for: what arrives after a close frame may overtake it.
    """

    _ids = count(STRANGERS_FROM)

    def __init__(self, server: str, process: int, hopes: bool) -> None:
        self.server = server
        self.process = process
        self._hopes = hopes
        self._lines: list[Line] = []

    def new_id(self) -> int:
        """A client id that nobody has."""
        return next(self._ids)

    async def come(
        self,
        room: str = "lobby",
        who: str = "mallory",
        client: int | str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Line:
        """Connect: as a stock client, or with a client id as one of this project."""
        url, own = self.way(room, who, client)
        line = await self.dial()
        await line.upgrade(url, {**own, **(headers or {})})
        return line

    def way(self, room: str, who: str, client: int | str | None) -> tuple[str, dict[str, str]]:
        """The URL that one comes to, and the headers that one brings."""
        own = {"Authorization": f"token {who}-token"} if who else {}
        if client is not None:
            own["Sec-WebSocket-Protocol"] = SUBPROTOCOL
        return room_url(self.server, room, **({} if client is None else {"client": client})), own

    async def dial(self) -> Line:
        """Connect, and say nothing."""
        self._lines.append(await Line.open(self.server))
        return self._lines[-1]

    async def outcome(self, words: Callable[[int], bytes]) -> str:
        """Say something on a fresh connection; give how that ended."""
        own = self.new_id()
        line = await self.come(client=own)
        line.write(words(own))
        return await self.ending(line)

    async def ending(self, line: Line) -> str:
        """Give how a connection ended, or ``nothing``."""
        return await (line.verdict() if self._hopes else line.end())

    async def crowd(self, size: int, **where: Any) -> list[Line]:
        """Open many connections, some at a time."""
        lines: list[Line] = []
        while len(lines) < size:
            some = range(min(20, size - len(lines)))
            lines += await asyncio.gather(*(self.come(**where) for _ in some))
        return lines

    def leave(self) -> None:
        """Break off everything."""
        while self._lines:
            self._lines.pop().close()


def say(client_id: int, clock: int, state: dict[str, Any] | None) -> bytes:
    """The WebSocket frame of one entry."""
    return frame(encode_awareness([encode_entry(client_id, clock, state)]))


def raw(text: bytes, client_id: int, clock: bytes = b"\x01") -> bytes:
    """The WebSocket frame of an entry whose JSON and clock are these bytes."""
    update = b"\x01" + varint(client_id) + clock + varint(len(text)) + text
    return frame(b"\x01" + varint(len(update)) + update)


def varint(number: int) -> bytes:
    """A variable-length integer of any size."""
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((*encoded, number))


def tally(outcomes: Sequence[str]) -> str:
    """Several outcomes in words: ``200 x nothing, 800 x 4429``; a single one as it is."""
    kinds = list(dict.fromkeys(outcomes))
    if len(kinds) == 1:
        return kinds[0]
    return ", ".join(f"{outcomes.count(kind)} x {kind}" for kind in kinds)
