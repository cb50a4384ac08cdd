"""A server that says to a client what a test tells it to say, and notes what the client says."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.httputil import HTTPServerRequest
from tornado.testing import bind_unused_port
from tornado.web import Application, RequestHandler
from tornado.websocket import WebSocketHandler

from jupyter_awareness.protocol import (
    SUBPROTOCOL,
    Entry,
    State,
    decode_message,
    encode_awareness,
    encode_entry,
    encode_hello,
)

DEADLINE = 20  # seconds; a test that needs it has failed

ALICE = {"username": "alice", "name": "Alice", "display_name": "Alice", "initials": "A"}
LIMITS = {"frame_bytes": 1_000_000, "state_bytes": 2_000, "updates_per_second": 0}
HELLO = {"user": ALICE, "write": True, "limits": LIMITS}


class Visitor(WebSocketHandler):
    """One connection of the client."""

    def initialize(self, door: Door) -> None:
        self.door = door
        self.said: asyncio.Queue[Entry] = asyncio.Queue()
        self.end: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()

    async def prepare(self) -> None:
        if self.door.refusal is not None:
            self.set_status(self.door.refusal)
            await self.finish()

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        assert subprotocols == [SUBPROTOCOL]
        return SUBPROTOCOL

    def open(self, room: str) -> None:
        self.room = room
        self.client = int(self.get_argument("client"))
        self.door.visitors.put_nowait(self)

    def on_message(self, message: str | bytes) -> None:
        assert isinstance(message, bytes)
        (entry,) = decode_message(message).entries
        self.said.put_nowait(entry)

    def on_close(self) -> None:
        self.end.set_result(self.close_code)

    def greet(self, *states: tuple[int, State], **hello: Any) -> None:
        """Send a snapshot and a hello, as a server does at first."""
        self.tell(*states)
        self.write_message(encode_hello({**HELLO, **hello}), binary=True)

    def tell(self, *states: tuple[int, State | None], clock: int = 1) -> None:
        """Say what others' states are."""
        entries = [encode_entry(client, clock, state) for client, state in states]
        self.write_message(encode_awareness(entries), binary=True)

    async def hears(self) -> Entry:
        """Wait for what the client says of itself."""
        return await asyncio.wait_for(self.said.get(), DEADLINE)

    async def ended(self) -> int | None:
        """Wait for the end of the connection; give the code that the client closed it with."""
        return await asyncio.wait_for(asyncio.shield(self.end), DEADLINE)

    def cut(self) -> None:
        """Break the connection without a word, as a network does."""
        self.ws_connection.stream.close()  # type: ignore[union-attr]


class Me(RequestHandler):
    """Who one is, by what one comes with."""

    def initialize(self, door: Door) -> None:
        self.door = door

    def get(self) -> None:
        self.door.asked(self.request)
        status, headers, body = self.door.me
        self.set_status(status)
        for name, value in headers:
            self.add_header(name, value)
        self.finish(body)

    def patch(self) -> None:
        self.door.asked(self.request)
        self.door.wishes.append(json.loads(self.request.body))
        self.set_status(self.door.wish_status)
        self.finish({})


class Status(RequestHandler):
    """What runs here."""

    def initialize(self, door: Door) -> None:
        self.door = door

    def get(self) -> None:
        if isinstance(self.door.status, int):
            self.set_status(self.door.status)
        else:
            self.finish(self.door.status)


class Door:
    """The server. What it answers can be changed at any time.

    Attributes:
        me: status, headers and body of what one gets who asks who one is.
        refusal: the status with which connections are refused, None if they are not.
        requests: those that asked who they are.
        wishes: how they wished to be called.
        status: what is said to run here, or the status with which that is refused.
    """

    def __init__(self) -> None:
        self.visitors: asyncio.Queue[Visitor] = asyncio.Queue()
        self.refusal: int | None = None
        self.requests: list[HTTPServerRequest] = []
        self.wishes: list[dict[str, str]] = []
        self.wish_status = 200
        self.status: dict[str, Any] | int = 404
        self.knows(ALICE)
        handed = {"door": self}
        routes: list[Any] = [
            (r"/base/api/awareness/room/(.*)", Visitor, handed),
            (r"/base/api/me", Me, handed),
            (r"/base/api/awareness/status", Status, handed),
        ]
        self._server = HTTPServer(Application(routes))
        socket, port = bind_unused_port()
        self._server.add_socket(socket)
        self.url = f"http://127.0.0.1:{port}/base/"

    def knows(self, identity: dict[str, Any], *headers: tuple[str, str], may: Any = ()) -> None:
        """From now on, this is who one is."""
        answer = {"identity": identity, "permissions": {"updatable_fields": list(may)}}
        self.me = (200, headers, json.dumps(answer))

    def asked(self, request: HTTPServerRequest) -> None:
        self.requests.append(request)

    async def visitor(self) -> Visitor:
        """Wait for the next connection."""
        return await asyncio.wait_for(self.visitors.get(), DEADLINE)

    async def close(self) -> None:
        """Answer nobody any more."""
        self._server.stop()
        await self._server.close_all_connections()
