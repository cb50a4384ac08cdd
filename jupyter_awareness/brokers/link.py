"""One connection to Redis or Valkey: the few verbs of it that a broker needs.

First floor: awaits sockets; knows no rooms and no entries.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

import anyio
import redis.asyncio as client
from redis.asyncio.cluster import RedisCluster
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from .pubsub import Heard

__all__ = ["LOST", "RedisLink"]

LOST = (RedisError, OSError, asyncio.TimeoutError)
"""What means that the connection is of no use any more."""

ANSWER = 3.0  # seconds that Redis has to answer anything
LISTENING = 1.0  # seconds for which one reading waits
TURN = 0.05  # seconds for which one server of a cluster is listened to


class RedisLink:
    """Use it once: open it, and close it when any of its verbs has raised one of ``LOST``.

    Args:
        url: ``redis://``, ``rediss://``, ``unix://`` as redis-py reads them;
            ``redis+sentinel://[user:password@]host:port,host:port/service``;
            ``redis+cluster://`` or ``rediss+cluster://`` with one host, for sharded pub/sub.
    """

    def __init__(self, url: str) -> None:
        self._sharded = urlsplit(url).scheme.endswith("+cluster")
        self._client, ends = _client(url)
        self._pubsub: Any = self._client.pubsub()
        self._ends = [self._pubsub.aclose, *ends]

    async def open(self) -> None:
        """Connect.

        Raises:
            RedisError, OSError: nobody answers, or one is refused.
        """
        await self._client.ping()

    async def close(self) -> None:
        """Let go of all sockets; of a connection that is lost, too."""
        for end in self._ends:
            try:
                # Not asyncio.wait_for, which until Python 3.12 may lose a cancellation.
                with anyio.fail_after(ANSWER):
                    await end()
            except LOST:
                continue

    async def listen(self, channels: Iterable[str]) -> None:
        """Listen to more channels; `receive` tells when each is listened to."""
        names = list(channels)
        if names:
            verb = self._pubsub.ssubscribe if self._sharded else self._pubsub.subscribe
            await verb(*names)

    async def ignore(self, channels: Iterable[str]) -> None:
        """Listen to these channels no more."""
        names = list(channels)
        if names:
            verb = self._pubsub.sunsubscribe if self._sharded else self._pubsub.unsubscribe
            await verb(*names)

    async def receive(self) -> Heard | None:
        """Wait for what comes next; None if nothing came for a while."""
        if self._sharded:
            # It asks one server of the cluster after the other, each for so long.
            message = await self._pubsub.get_sharded_message(timeout=TURN)
        else:
            message = await self._pubsub.get_message(timeout=LISTENING)
        if message is None or message["type"] not in _TYPES:
            return None
        is_data = message["type"] in ("message", "smessage")
        return Heard(message["channel"].decode(), message["data"] if is_data else None)

    async def send(self, letters: Sequence[tuple[str, bytes]]) -> None:
        """Publish on channels, in this order, in one round trip where that is possible."""
        if self._sharded:
            for channel, data in letters:
                await self._client.spublish(channel, data)
            return
        async with self._client.pipeline(transaction=False) as pipeline:
            for channel, data in letters:
                pipeline.publish(channel, data)
            await pipeline.execute()

    async def renew(self, key: str, seconds: float) -> None:
        """Keep a key for so many seconds more."""
        await self._client.set(key, b"1", px=round(seconds * 1000))

    async def delete(self, key: str) -> None:
        """Remove a key."""
        await self._client.delete(key)

    async def present(self, keys: Sequence[str]) -> list[bool]:
        """Which of these keys are there."""
        found = await asyncio.gather(*(self._client.exists(key) for key in keys))
        return [bool(one) for one in found]


_TYPES = frozenset({"message", "smessage", "subscribe", "ssubscribe"})


def _timeouts() -> dict[str, Any]:
    # No second try behind our back: what was said in between would be lost.
    return {
        "socket_timeout": ANSWER,
        "socket_connect_timeout": ANSWER,
        "retry": Retry(NoBackoff(), 0),
    }


def _client(url: str) -> tuple[Any, list[Any]]:
    """Give a client, and what has to be called to let go of what it uses."""
    scheme = urlsplit(url).scheme
    if scheme.endswith("+sentinel"):
        return _through_sentinels(url)
    if scheme.endswith("+cluster"):
        cluster = RedisCluster.from_url(url.replace("+cluster", "", 1), **_timeouts())
        return cluster, [cluster.aclose]
    plain = client.Redis.from_url(url, **_timeouts())
    return plain, [plain.aclose]


def _through_sentinels(url: str) -> tuple[Any, list[Any]]:
    parts = urlsplit(url)
    who, _, hosts = parts.netloc.rpartition("@")
    username, _, password = map(unquote, who.partition(":"))
    addresses = [host.rpartition(":") for host in hosts.split(",")]
    sentinels = [(host or port, int(port) if host else 26379) for host, _, port in addresses]
    options = {**_timeouts(), "username": username or None, "password": password or None}
    sentinel: Any = Sentinel(sentinels, **_timeouts())  # type: ignore[no-untyped-call,unused-ignore]
    master = sentinel.master_for(parts.path.strip("/"), **options)
    ends = [one.aclose for one in sentinel.sentinels]
    return master, [master.aclose, master.connection_pool.disconnect, *ends]
