"""The broker over Redis or Valkey.

First floor: asks for the extra ``redis``.
"""

from __future__ import annotations

from .link import LOST, RedisLink
from .pubsub import PubSubBroker

__all__ = ["RedisBroker"]


class RedisBroker(PubSubBroker):
    """One process's end; its URL is as `RedisLink` reads it."""

    lost = LOST

    def new_link(self) -> RedisLink:
        """Give a connection to Redis."""
        return RedisLink(self.options.url)
