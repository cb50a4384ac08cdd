"""A WebSocket client that does nothing by itself: every byte of it is what an attack wants."""

from __future__ import annotations

import asyncio
import contextlib
import os
import struct
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from jupyter_awareness.protocol import encode_sync_reply

PATIENCE = 10.0  # seconds for an answer that comes at once
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
QUESTION = bytes((0, 0, 1, 0))  # y-protocols' sync step 1, of an empty document
ANSWER = encode_sync_reply()
MASK = bytes(4)  # masked with zeros: the bytes stay what they are


def frame(payload: bytes, kind: int = BINARY, *, final: bool = True, reserved: int = 0) -> bytes:
    """Build one WebSocket frame of a client; ``kind`` 0 continues a message."""
    return header(len(payload), kind, final=final, reserved=reserved) + payload


def header(length: int, kind: int = BINARY, *, final: bool = True, reserved: int = 0) -> bytes:
    """Build a frame's header: it may announce more than ever follows."""
    first = (0x80 if final else 0) | reserved << 4 | kind
    if length < 126:
        return bytes((first, 0x80 | length)) + MASK
    if length < 2**16:
        return bytes((first, 0x80 | 126)) + length.to_bytes(2, "big") + MASK
    return bytes((first, 0x80 | 127)) + length.to_bytes(8, "big") + MASK


class Line:
    """One connection. It is read only when somebody asks for its end or its next frame."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.answer = ""  # the server's headers
        self.refused: int | None = None

    @classmethod
    async def open(cls, url: str) -> Line:
        """Connect, and say nothing."""
        where = urlsplit(url)
        # A small buffer: whoever does not read stops the server soon.
        reader, writer = await asyncio.open_connection(where.hostname, where.port, limit=2**16)
        return cls(reader, writer)

    async def upgrade(self, url: str, headers: Mapping[str, str]) -> None:
        """Ask for a WebSocket; `refused` is the HTTP status if the server does not give one."""
        where = urlsplit(url)
        target = where.path + (f"?{where.query}" if where.query else "")
        fields = {
            "Host": where.netloc,
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
            "Sec-WebSocket-Version": "13",
            **headers,
        }
        lines = [f"GET {target} HTTP/1.1", *(f"{k}: {v}" for k, v in fields.items()), "", ""]
        self.write("\r\n".join(lines).encode())
        head = await asyncio.wait_for(self._reader.readuntil(b"\r\n\r\n"), PATIENCE)
        self.answer = head.decode("latin-1")
        status = int(self.answer.split(" ", 2)[1])
        self.refused = None if status == 101 else status

    def write(self, data: bytes) -> None:
        """Send bytes as they are, unless the server has closed."""
        if not self.closed:
            self._writer.write(data)

    async def push(self, data: bytes) -> None:
        """Send bytes, and wait until the system took them.

        Raises:
            ConnectionError: the server has closed.
        """
        self.write(data)
        await self._writer.drain()

    @property
    def closed(self) -> bool:
        """Whether nothing can be sent any more."""
        return self._writer.transport.is_closing()

    async def next(self) -> tuple[int, bytes]:
        """Read the next frame: its kind and its payload.

        Raises:
            EOFError, ConnectionError: there is none.
        """
        first, length = await self._reader.readexactly(2)
        if length == 126:
            length = int.from_bytes(await self._reader.readexactly(2), "big")
        elif length == 127:
            length = int.from_bytes(await self._reader.readexactly(8), "big")
        return first & 0xF, await self._reader.readexactly(length)

    async def end(self, seconds: float = PATIENCE) -> str:
        """Read until the server ends it: the close code, the HTTP status, or ``dropped``.

        ``nothing`` if it has not in so many seconds, or answers what was asked.
        """
        if self.refused is not None:
            return str(self.refused)
        try:
            return await asyncio.wait_for(self._read_to_the_end(), seconds)
        except asyncio.TimeoutError:
            return "nothing"

    async def _read_to_the_end(self) -> str:
        with contextlib.suppress(EOFError, ConnectionError):
            while True:
                kind, payload = await self.next()
                if payload == ANSWER:
                    return "nothing"
                if kind == CLOSE:
                    return str(struct.unpack_from("!H", payload)[0]) if payload else "closed"
        return "dropped"

    async def verdict(self) -> str:
        """Ask for an answer: ``nothing`` if it comes, for the connection is open; else its end."""
        self.ask()
        return await self.end()

    def ask(self) -> None:
        """Ask what is answered at once, after all that was asked before."""
        self.write(frame(QUESTION))

    def close(self) -> None:
        """Break off without a word."""
        self._writer.transport.abort()


def room_url(server: str, room: str, **query: Any) -> str:
    """The WebSocket address of a room; ``server`` is its base URL."""
    address = f"{server}api/awareness/room/{quote(room, safe='/%:')}"
    return f"{address}?{urlencode(query)}" if query else address


def memory(process: int) -> int:
    """Bytes of memory that a process holds."""
    with open(f"/proc/{process}/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
