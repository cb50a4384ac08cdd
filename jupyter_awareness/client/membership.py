"""`Membership`: the inside of a room. What is heard goes to the replica, own changes go out.

Top floor: joins a channel to a replica, and tells those who want to know.
"""

from __future__ import annotations

import asyncio
import random
import weakref
from collections.abc import Mapping
from typing import Any

import anyio

from ..peers import Peer, PeerUser, parse_peer, parse_user
from ..protocol import (
    MessageType,
    ProtocolError,
    State,
    decode_hello,
    decode_message,
    encode_awareness,
    encode_entry,
)
from ..states import same
from .access import Access
from .changes import Changes, PeerChange, compare
from .channel import Channel, Connection
from .errors import ClientError, Denied, Unreachable
from .observers import Observers, report
from .replica import WIDE, Replica

__all__ = ["Membership"]


class Membership:
    """One client's part in one room; the `End` of its channel.

    Attributes:
        replica: all states, one's own included.
        peers: everybody else, as typed values.
        user, hello: who the server says one is, and all that it said.
        observers, watchers: who is told of peers, and of the connection.
    """

    def __init__(self, access: Access, room: str, state: State | None) -> None:
        self.replica = Replica(_new_id(), state)
        self.replica.observe(self._states_changed)
        self.channel = Channel(access, room, self)
        self.peers: dict[int, Peer] = {}
        self.user: PeerUser | None = None
        self.hello: Mapping[str, Any] = {}
        self.observers: Observers[PeerChange] = Observers()
        self.watchers: Observers[Connection] = Observers()
        self._waiting: weakref.WeakSet[Changes] = weakref.WeakSet()
        self._settled = asyncio.Event()
        self._url = access.server.url
        self._fresh = True
        self._clock = 0
        self._said: State | None = None

    @property
    def client_id(self) -> int:
        """The y-protocols client id under which one speaks here."""
        return self.replica.client_id

    async def entered(self, seconds: float) -> None:
        """Wait to be let in.

        Raises:
            Denied: the server refuses.
            Unreachable: it did not let us in for so many seconds.
        """
        try:
            # Not asyncio.wait_for, which until Python 3.12 may lose a cancellation.
            with anyio.fail_after(seconds):
                await self._settled.wait()
        except TimeoutError:
            connection = self.channel.connection
            reason = f"{self._url}: {connection.reason or 'no answer'}"
            raise Unreachable(reason, connection.code) from None
        if self.channel.connection.kind == "off":
            raise self._error() or Unreachable("left before it was joined")

    async def leave(self) -> None:
        """End; nobody is told anything any more."""
        try:
            await self.channel.close()
        finally:
            self.observers.clear()
            self.watchers.clear()

    def changes(self) -> Changes:
        """What changes from now on, to be iterated over."""
        changes = Changes()
        if self.channel.connection.kind == "off":
            changes.end(self._error())
        else:
            self._waiting.add(changes)
        return changes

    # What the channel tells

    def opened(self) -> None:
        """A new connection: a snapshot comes first, and nothing was said on it."""
        self._fresh = True
        self._said = None

    def heard(self, frame: bytes | str) -> None:
        """Take a frame.

        Raises:
            ProtocolError: it is not one.
        """
        if isinstance(frame, str):
            raise ProtocolError("a frame must be binary, not text")
        message = decode_message(frame, WIDE)
        if message.type == MessageType.HELLO:
            self._greeted(decode_hello(frame))
        elif message.type == MessageType.AWARENESS:
            whole, self._fresh = self._fresh, False
            try:
                self.replica.learn(message.entries, whole)
            except ProtocolError:
                raise
            except Exception as error:
                report(error)  # of somebody's observer of the replica; all is applied

    def say(self) -> bytes | None:
        """One's own state as a frame, None if this connection has carried it."""
        state = self.replica.get_local_state()
        if same(state, self._said):
            return None
        self._said = state
        self._clock += 1
        return encode_awareness([encode_entry(self.client_id, self._clock, state)])

    def rename(self) -> None:
        """Take another client id: the present one belongs to somebody else."""
        self.replica.rename(_new_id())

    def connection_changed(self, connection: Connection) -> None:
        """The way to the room has changed."""
        if connection.kind in ("connected", "off"):
            self._settled.set()
        if connection.kind == "off":
            for changes in self._waiting:
                changes.end(self._error())
            self._waiting.clear()
        self.watchers.tell(connection)

    def _greeted(self, hello: Mapping[str, Any]) -> None:
        self.hello = hello
        self.user = parse_user(hello.get("user"))
        limits = hello.get("limits")
        if isinstance(limits, dict):
            self._keep_to(limits.get("state_bytes"), limits.get("updates_per_second"))
        self.channel.holds()

    def _keep_to(self, state_bytes: object, updates_per_second: object) -> None:
        """Stay within what the server takes; what it does not say in numbers stays as it was."""
        if isinstance(state_bytes, int):
            self.replica.state_bytes = state_bytes
        if isinstance(updates_per_second, (int, float)):
            self.channel.allow(updates_per_second)

    def _states_changed(self, topic: str, event: tuple[dict[str, Any], Any]) -> None:
        if topic != "change":
            return
        ids = [client_id for changed in event[0].values() for client_id in changed]
        if self.client_id in ids:
            self.channel.announce()
            ids.remove(self.client_id)
        before = {client_id: self.peers.get(client_id) for client_id in ids}
        now = {i: parse_peer(i, self.replica.states.get(i)) for i in ids}
        for client_id, peer in now.items():
            if peer is None:
                self.peers.pop(client_id, None)
            else:
                self.peers[client_id] = peer
        change = compare(before, now)
        if change:
            for changes in self._waiting:
                changes.put(change)
            self.observers.tell(change)

    def _error(self) -> ClientError | None:
        """Why the room was closed to us; None if we left."""
        code, reason = self.channel.connection.code, self.channel.connection.reason
        if code is None:
            return None
        if code == 404:
            reason = f"{self._url} has no jupyter_awareness, or it is not enabled there."
        return Denied(reason or f"closed with code {code}", code)


def _new_id() -> int:
    return random.randrange(1, 2**32)  # as y-protocols clients have
