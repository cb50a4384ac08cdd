"""A crowd whose network breaks: all come back at once, as who they were."""

from __future__ import annotations

import asyncio

from sockets import Socket, Visit, until

from jupyter_awareness.protocol import MessageType, decode_message

CROWD = 60
NAMES = ("alice", "bob", "carol")


async def come(visit: Visit, number: int, n: int) -> Socket:
    """Join as one of the crowd, and say something."""
    socket = await visit("topic:crowd", NAMES[number % 3], client=number)
    await socket.say({"n": n})
    return socket


async def watch(socket: Socket, seen: dict[int, int | None]) -> None:
    """Note what is said, and forget whoever leaves."""
    while True:
        message = decode_message(await socket.frame())
        if message.type == MessageType.AWARENESS:
            for number, _, state in message.entries:
                seen[number] = state["n"] if state else None


async def test_a_crowd_that_lost_its_network_comes_back_at_once(visit: Visit) -> None:
    seen: dict[int, int | None] = {}
    watching = asyncio.ensure_future(watch(await visit("topic:crowd", "bob", client=999), seen))
    crowd = [await come(visit, number, 1) for number in range(1, CROWD + 1)]
    everybody = range(1, CROWD + 1)
    await until(lambda: seen == dict.fromkeys(everybody, 1))
    for socket in crowd:
        socket.cut()
    back = await asyncio.gather(*(come(visit, number, 2) for number in everybody))
    await until(lambda: seen == dict.fromkeys(everybody, 2))
    watching.cancel()
    for socket in back:
        assert socket.connection.close_code is None
