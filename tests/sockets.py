"""Clients at the other end of a real socket, for the tests of the doorman and the application."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from tornado.httputil import HTTPHeaders
from tornado.websocket import WebSocketClientConnection

from jupyter_awareness.protocol import (
    Entry,
    Limits,
    MessageType,
    State,
    decode_hello,
    decode_message,
    encode_awareness,
    encode_entry,
    encode_sync_reply,
)

WIDE = Limits(state_bytes=1_000_000)
DEADLINE = 20  # seconds; a test that needs it has failed
SYNC_STEP_1 = bytes((MessageType.SYNC, 0, 1, 0))  # y-protocols' question, of an empty document


async def until(condition: Callable[[], object]) -> None:
    """Let the server do what it has to."""
    for _ in range(DEADLINE * 200):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise TimeoutError


def tasks_of_clients(loop: asyncio.AbstractEventLoop) -> list[asyncio.Task[Any]]:
    """The tasks of our Python client, and of tornado's, that have not ended."""
    return [task for task in asyncio.all_tasks(loop) if "client" in repr(task)]


class Closed(Exception):
    """The server closed the socket."""


class Socket:
    """One client's socket; it keeps count of a clock as y-protocols does."""

    def __init__(self, connection: WebSocketClientConnection, client: int | None) -> None:
        self.connection = connection
        self.client = client
        self.clock = 0
        self._ended = False

    @property
    def headers(self) -> HTTPHeaders:
        """The headers of the server's answer to the upgrade."""
        assert self.connection.headers is not None
        return self.connection.headers

    async def frame(self) -> bytes:
        """Read the next frame.

        Raises:
            Closed: there is none.
        """
        if not self._ended:
            frame = await asyncio.wait_for(self.connection.read_message(), DEADLINE)
            self._ended = frame is None
        if self._ended:
            raise Closed(self.connection.close_code, self.connection.close_reason)
        assert isinstance(frame, bytes)
        return frame

    async def entries(self) -> list[Entry]:
        """Read the next frame, which must be one of awareness."""
        message = decode_message(await self.frame(), WIDE)
        assert message.type == MessageType.AWARENESS
        return list(message.entries)

    async def states(self) -> dict[int, Any]:
        """Read the next frame: the field `n` of everybody in it, None for who left."""
        return {
            entry.client_id: entry.state and entry.state.get("n") for entry in await self.entries()
        }

    async def hello(self) -> dict[str, Any]:
        """Read the next frame, which must be a hello."""
        return decode_hello(await self.frame())

    async def greeted(self) -> Socket:
        """Read what comes when the socket opens."""
        await self.entries()
        if self.client is not None:
            await self.hello()
        return self

    async def send(self, frame: bytes | str) -> None:
        """Write a frame, whatever it is."""
        await self.connection.write_message(frame, binary=isinstance(frame, bytes))

    async def say(self, state: State | None, client: int | None = None) -> None:
        """Say one's state under the next clock."""
        self.clock += 1
        number = client or self.client
        assert number is not None
        await self.send(encode_awareness([encode_entry(number, self.clock, state)]))

    async def has_nothing_to_read(self) -> bool:
        """Whether the answer to a question comes next; what was sent before would come first."""
        await self.send(SYNC_STEP_1)
        return await self.frame() == encode_sync_reply()

    async def end(self) -> tuple[int | None, str | None]:
        """Read until the server closes the socket; give its code and its reason."""
        try:
            while True:
                await self.frame()
        except Closed as closed:
            code, reason = closed.args
            return code, reason

    def cut(self) -> None:
        """Break the connection without a word, as a network does."""
        assert self.connection.protocol is not None
        self.connection.protocol.stream.close()  # type: ignore[union-attr]

    async def close(self, code: int | None = None) -> None:
        """Close as a client does, and wait until the server agreed."""
        self.connection.close(code)
        await self.end()


Visit: TypeAlias = Callable[..., Awaitable[Socket]]
"""``await visit(room, who, client)``: a stock client, or with a ``client`` id one of ours."""
