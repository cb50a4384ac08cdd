"""The door of a central presence server for people's own servers.

Top floor: tornado and Jupyter Server's handlers. What may be said is decided in `relay`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from jupyter_server.auth.authorizer import Authorizer
from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import JupyterHandler
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from .brokers.service import HEADER, pack, unpack
from .journal import Journal
from .letters import LetterError, node_of
from .protocol import CloseCode
from .rate import Rate
from .relay import End, Relay

__all__ = ["NothingElse", "RelayDoor", "RelayHandler"]

PING = 3.0  # seconds
MOST_FRAMES = 2_000  # a second, of one server
LARGEST = 16 * 2**20  # bytes of a frame
MOST_NAMES = 10_000  # in one message


@dataclass(frozen=True, slots=True)
class RelayDoor:
    """What the handler needs: the relay, seconds since the epoch, and how fast one may speak."""

    relay: Relay
    clock: Callable[[], float]


class RelayHandler(WebSocketHandler, JupyterHandler):
    """One person's server. Its pass says whose it is; no cookie and no token does."""

    def initialize(self, door: RelayDoor) -> None:
        """Take what the application hands in."""
        super().initialize()
        self.door = door
        self.end: End | None = None
        self.rate = Rate(MOST_FRAMES, door.clock())

    @property
    def log(self) -> Journal:  # type: ignore[override]
        """The server's log."""
        return Journal(super().log)

    @property
    def max_message_size(self) -> int:
        """Bytes; tornado drops the connection when a frame is larger."""
        return LARGEST

    @property
    def ping_interval(self) -> float:
        """Seconds, as tornado has it."""
        return PING

    @property
    def ping_timeout(self) -> float:
        """Seconds, as tornado has it."""
        return PING

    def check_origin(self, origin_to_satisfy_tornado: str = "") -> bool:
        """No browser comes here."""
        return False

    @allow_unauthenticated
    async def get(self) -> None:
        """Let a server in whose pass is valid."""
        try:
            pass_ = self.request.headers.get(HEADER, "")
            self.end = self.door.relay.enter(pass_, self._pass_on, self._say, self.door.clock())
        except LetterError as error:
            self.log.warning("A server is refused: %s.", error)
            self.set_status(403)
            await self.finish({"message": str(error)})
            return
        await super().get()

    def on_message(self, message: str | bytes) -> None:
        """Do what a server asks for; one that does not keep to it is sent away."""
        end, now = self.end, self.door.clock()
        if end is None:
            return
        try:
            if not self.rate.allows(now):
                raise LetterError("it speaks too fast")
            if isinstance(message, bytes):
                channel, data = unpack(message)
                self.door.relay.post(end, channel, data, now)
            else:
                self._obey(end, json.loads(message), now)
        except (ValueError, TypeError, AttributeError) as error:
            self.log.warning("The server of %s is sent away: %s.", end.username, error)
            self.close(CloseCode.BAD_FRAME, str(error)[:100])

    def on_close(self) -> None:
        """The server has gone."""
        if self.end is not None:
            self.door.relay.leave(self.end, self.door.clock())

    def _obey(self, end: End, said: dict[str, Any], now: float) -> None:
        for channel in said.get("ignore", [])[:MOST_NAMES]:
            self.door.relay.ignore(end, str(channel), now)
        names = [str(channel) for channel in said.get("listen", [])[:MOST_NAMES]]
        heard = [channel for channel in names if self.door.relay.listen(end, channel, now)]
        if heard:
            self._say({"listening": heard})
        for channel, nonce, proof in said.get("proofs", [])[:MOST_NAMES]:
            self.door.relay.prove(end, str(channel), str(nonce), proof, now)
        if "present" in said:
            nodes = [node_of(str(key)) for key in said["present"][:MOST_NAMES]]
            present = self.door.relay.present(nodes, now)
            self._say({"present": present, "number": said.get("number")})

    def _pass_on(self, channel: str, data: bytes) -> None:
        self._write(pack(channel, data))

    def _say(self, words: dict[str, Any]) -> None:
        self._write(json.dumps(words))

    def _write(self, message: str | bytes) -> None:
        try:
            self.write_message(message, binary=isinstance(message, bytes))
        except WebSocketClosedError:
            pass  # it has just gone


class NothingElse(Authorizer):
    """Lets nobody do anything: on a central presence server there is nothing for people to do."""

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        """People have servers of their own."""
        return False
