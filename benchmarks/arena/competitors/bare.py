"""The least that tornado does: send every message on to everybody else in the room, or back.

    python bare.py PORT broadcast|echo

It decodes, checks and signs nothing and never gathers: the limit of writing each update through.
"""

from __future__ import annotations

import asyncio
import sys
from collections import defaultdict

from tornado.web import Application
from tornado.websocket import WebSocketHandler

ROOMS: defaultdict[str, set[Broadcast]] = defaultdict(set)


class Broadcast(WebSocketHandler):
    def open(self, room: str) -> None:
        self.set_nodelay(True)
        self.room = ROOMS[room]
        self.room.add(self)

    def on_message(self, message: str | bytes) -> None:
        for other in self.room:
            if other is not self:
                other.write_message(message, binary=True)

    def on_close(self) -> None:
        self.room.discard(self)


class Echo(WebSocketHandler):
    def open(self, room: str) -> None:
        self.set_nodelay(True)

    def on_message(self, message: str | bytes) -> None:
        self.write_message(message, binary=True)


async def main(port: int, what: str) -> None:
    handler = Broadcast if what == "broadcast" else Echo
    Application([(r"/(.*)", handler)]).listen(port, "127.0.0.1")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
