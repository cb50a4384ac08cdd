"""A broker hears that it is to end, also in the moment in which it gets what it waits for.

Until Python 3.12, `asyncio.wait_for` loses a cancellation that comes then (bpo-37658).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from brokers import options

from jupyter_awareness.brokers.link import RedisLink
from jupyter_awareness.brokers.pubsub import Heard
from jupyter_awareness.brokers.redis import RedisBroker
from jupyter_awareness.brokers.service import ServiceLink

NOWHERE = "redis://127.0.0.1:1/0"


class Socket:
    """A WebSocket that takes a message when the test says so."""

    def __init__(self) -> None:
        self.taken = asyncio.get_running_loop().create_future()

    def write_message(self, message: str | bytes, binary: bool) -> asyncio.Future[None]:
        return self.taken


class SlowLink(RedisLink):
    """A connection that does its last work when the test says so."""

    def __init__(self) -> None:
        super().__init__(NOWHERE)
        self.done = asyncio.Event()

    async def delete(self, key: str) -> None:
        await self.done.wait()


async def heard(waiting: Coroutine[Any, Any, Any], happens: Callable[[], object]) -> bool:
    """Whether a task hears that it is cancelled, as what it waits for happens."""
    task = asyncio.ensure_future(waiting)
    await asyncio.sleep(0)
    happens()
    task.cancel()
    await asyncio.wait([task])
    return task.cancelled()


def service_link() -> tuple[ServiceLink, Socket]:
    """One that is connected."""
    link, socket = ServiceLink("http://127.0.0.1:1/", "pass"), Socket()
    link._socket = socket  # type: ignore[assignment]
    return link, socket


async def test_as_a_letter_comes() -> None:
    link, _ = service_link()
    letter = Heard("channel", b"letter")
    assert await heard(link.receive(), lambda: link._heard.put_nowait(letter))
    assert await link.receive() == letter  # it is not lost, either


async def test_as_the_central_server_answers() -> None:
    link, socket = service_link()
    socket.taken.set_result(None)
    answer = '{"present": [true], "number": 1}'
    assert await heard(link.present(["key"]), lambda: link._take(answer))


async def test_as_the_central_server_takes_a_letter() -> None:
    link, socket = service_link()
    letters = [("channel", b"letter")]
    assert await heard(link.send(letters), lambda: socket.taken.set_result(None))


async def test_as_redis_hangs_up() -> None:
    link, hung_up = RedisLink(NOWHERE), asyncio.Event()
    link._ends = [hung_up.wait]
    assert await heard(link.close(), hung_up.set)


async def test_as_the_others_are_told_of_the_end() -> None:
    broker = RedisBroker(options(NOWHERE))
    broker._task = running = asyncio.ensure_future(asyncio.sleep(60))
    broker._link = link = SlowLink()
    assert await heard(broker.stop(), link.done.set)
    await asyncio.wait([running])
    assert running.cancelled()
