"""The broker over a central presence server, for people who do not trust each other's servers.

First floor: a WebSocket to that server. Each frame is a letter with its channel, or a few words as
JSON: ``listen``, ``ignore``, ``present`` and their answers, and from the central server ``prove``,
which is answered with ``proofs``.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any
from urllib.parse import urljoin

import anyio
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, WebSocketError, websocket_connect

from ..atlas import FILE
from ..broker import Digest
from ..letters import Kind, room_channel, room_of
from ..proofs import prove
from ..relay import write_pass
from .pubsub import Heard, PubSubBroker

__all__ = ["HEADER", "ServiceBroker", "ServiceLink", "pack", "unpack"]

ANSWER = 3.0  # seconds that the server has to answer anything
LISTENING = 1.0  # seconds for which one reading waits
PING = 3.0  # seconds between two signs of life; without an answer for as long, the line is dead
HEADER = "Awareness-Pass"
PATH = "api/awareness/relay"
LOST = (OSError, asyncio.TimeoutError, HTTPClientError, WebSocketError)


def pack(channel: str, data: bytes) -> bytes:
    """Write a letter with its channel as one frame."""
    name = channel.encode()
    return len(name).to_bytes(2, "big") + name + data


def unpack(frame: bytes) -> tuple[str, bytes]:
    """Read a letter and its channel.

    Raises:
        ValueError: it is no such frame.
    """
    end = 2 + int.from_bytes(frame[:2], "big")
    if len(frame) < end:
        raise ValueError("The frame is cut off.")
    return frame[2:end].decode(), frame[end:]


class ServiceLink:
    """One connection to the central server.

    Args:
        url: of that server.
        pass_: says who one is.
        digest: of the file that a room is of, to prove that it can be read.
    """

    def __init__(self, url: str, pass_: str, digest: Digest | None = None) -> None:
        address = urljoin(url.rstrip("/") + "/", PATH).replace("http", "ws", 1)
        self._request = HTTPRequest(
            address, headers={HEADER: pass_}, connect_timeout=ANSWER, request_timeout=ANSWER
        )
        self._opening: asyncio.Future[WebSocketClientConnection] | None = None
        self._socket: WebSocketClientConnection | None = None
        self._heard: asyncio.Queue[Heard | None] = asyncio.Queue()
        self._asked: dict[int, asyncio.Future[list[bool]]] = {}
        self._numbers = count(1)
        self._digest = digest
        self._proving: set[asyncio.Future[None]] = set()

    async def open(self) -> None:
        """Connect.

        Raises:
            HTTPClientError, OSError: nobody answers, or one is refused.
        """
        connecting = websocket_connect(
            self._request,
            on_message_callback=self._take,
            ping_interval=PING,
            ping_timeout=PING,
        )
        self._opening = asyncio.ensure_future(connecting)
        self._socket = await asyncio.shield(self._opening)

    async def close(self) -> None:
        """Hang up, also on somebody who has not answered yet."""
        for task in self._proving:
            task.cancel()
        if self._socket is not None:
            self._socket.close()
        elif self._opening is not None:
            self._opening.add_done_callback(_hang_up)

    async def listen(self, channels: Iterable[str]) -> None:
        """Listen to more channels; `receive` tells when each is listened to."""
        await self._say(listen=list(channels))

    async def ignore(self, channels: Iterable[str]) -> None:
        """Listen to these channels no more."""
        await self._say(ignore=list(channels))

    async def receive(self) -> Heard | None:
        """Wait for what comes next; None if nothing came for a while.

        Raises:
            ConnectionError: nothing comes any more.
        """
        try:
            # Not asyncio.wait_for, which until Python 3.12 may lose a cancellation.
            with anyio.fail_after(LISTENING):
                heard = await self._heard.get()
        except TimeoutError:
            return None
        if heard is None:
            raise ConnectionError("The central server has hung up.")
        return heard

    async def send(self, letters: Sequence[tuple[str, bytes]]) -> None:
        """Publish on channels, in this order."""
        for channel, data in letters:
            await self._write(pack(channel, data))

    async def renew(self, key: str, seconds: float) -> None:
        """The connection itself is the sign of life."""

    async def delete(self, key: str) -> None:
        """The connection ends soon."""

    async def present(self, keys: Sequence[str]) -> list[bool]:
        """Which of these servers live."""
        number = next(self._numbers)
        answer = self._asked[number] = asyncio.get_running_loop().create_future()
        try:
            await self._say(present=list(keys), number=number)
            with anyio.fail_after(ANSWER):
                present: list[bool] = await answer
            return present
        finally:
            del self._asked[number]

    def _take(self, message: str | bytes | None) -> None:
        if message is None:
            self._heard.put_nowait(None)
        elif isinstance(message, bytes):
            self._heard.put_nowait(Heard(*unpack(message)))
        else:
            said: dict[str, Any] = json.loads(message)
            for channel in said.get("listening", ()):
                self._heard.put_nowait(Heard(channel, None))
            for channel, nonce in said.get("prove", ()):
                task = asyncio.ensure_future(self._prove(channel, nonce))
                self._proving.add(task)
                task.add_done_callback(self._proving.discard)
            answer = self._asked.get(said.get("number", 0))
            if answer is not None and not answer.done():
                answer.set_result(said["present"])

    async def _prove(self, channel: str, nonce: str) -> None:
        """Prove that the file of a channel's room can be read now, or say that it cannot."""
        digest = await self._digest(room_of(channel)) if self._digest is not None else None
        try:
            await self._say(proofs=[[channel, nonce, prove(nonce, digest)]])
        except LOST:
            pass  # whoever reads from this link notices, too

    async def _say(self, **words: Any) -> None:
        if any(words.values()):
            await self._write(json.dumps(words))

    async def _write(self, message: str | bytes) -> None:
        assert self._socket is not None
        writing = self._socket.write_message(message, binary=isinstance(message, bytes))
        with anyio.fail_after(ANSWER):
            await writing


def _hang_up(opening: asyncio.Future[WebSocketClientConnection]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        opening.result().close()


class ServiceBroker(PubSubBroker):
    """One server's end; its secret is the key that it has of the central server."""

    lost = LOST

    def new_link(self) -> ServiceLink:
        """Give a connection to the central server."""
        options = self.options
        pass_ = write_pass(options.username, self.node, options.secret, time.time())
        return ServiceLink(options.url, pass_, options.digest)

    def _listens_to(self, room: str) -> None:
        """Say all of a file's room, too: those who are there may not have heard what was said."""
        super()._listens_to(room)
        if room.startswith(FILE):
            self._write_soon(Kind.ALL, room_channel(room), room)
