"""The network between a client and a server: a TCP proxy that loses, delays and cuts."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

LINGER_NOT = struct.pack("ii", 1, 0)  # close with a reset


class Proxy:
    """Passes everything on, until it is told otherwise; what it does holds for all connections.

    Made by `proxy`. ``delay`` is the time (seconds) that every piece takes, in both directions.
    """

    def __init__(self, port: int) -> None:
        self.delay = 0.0
        self.port = 0
        self._to = port
        self._flows = asyncio.Event()
        self._flows.set()
        self._open = True
        self._writers: set[asyncio.StreamWriter] = set()
        self._upward: set[asyncio.StreamWriter] = set()
        self._ways: set[asyncio.Future[Any]] = set()

    def stop_flowing(self) -> None:
        """Lose everything from now on; neither end is told."""
        self._flows.clear()

    def flow(self) -> None:
        """Pass on what was held up, as TCP's repetitions do."""
        self._flows.set()

    def cut(self) -> None:
        """Reset all connections."""
        for writer in list(self._writers):
            end = writer.get_extra_info("socket")
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOT)
            writer.transport.abort()

    def refuse(self, refusing: bool) -> None:
        """Let nobody connect."""
        self._open = not refusing

    def half_close(self) -> None:
        """Tell the server that the clients say no more; they go on listening."""
        for writer in self._upward:
            writer.write_eof()

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take a client's connection, and pass on what comes until both ends have closed."""
        if not self._open:
            writer.transport.abort()
            return
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self._to)
        ends = {writer, up_writer}
        self._writers |= ends
        self._upward.add(up_writer)
        both = asyncio.gather(self._pass(reader, up_writer), self._pass(up_reader, writer))
        self._ways.add(both)
        try:
            await both
        finally:
            self._ways.discard(both)
            self._upward.discard(up_writer)
            self._writers -= ends
            for end in ends:
                end.transport.abort()

    async def close(self) -> None:
        """End all that is still open."""
        self.flow()
        self.cut()
        await asyncio.gather(*self._ways, return_exceptions=True)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on one direction until it ends."""
        with contextlib.suppress(OSError):
            while data := await reader.read(2**16):
                if self.delay:
                    await asyncio.sleep(self.delay)
                await self._flows.wait()
                writer.write(data)
                await writer.drain()
            await self._flows.wait()
            if writer.can_write_eof() and not writer.transport.is_closing():
                writer.write_eof()


@asynccontextmanager
async def proxy(port: int) -> AsyncIterator[Proxy]:
    """Put a network before a port of this machine."""
    network = Proxy(port)
    listening = await asyncio.start_server(network.accept, "127.0.0.1", 0)
    network.port = listening.sockets[0].getsockname()[1]
    try:
        yield network
    finally:
        listening.close()
        await network.close()
