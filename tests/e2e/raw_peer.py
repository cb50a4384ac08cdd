"""A peer without a browser: a plain WebSocket that says whatever it is told to."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

import websocket
from guests import TOKENS
from lab_server import LabServer

from jupyter_awareness.protocol import SUBPROTOCOL, encode_awareness, encode_entry


class RawPeer:
    """One connection to one room.

    Args:
        server: where.
        person: the username; `extra-1`, `extra-2` and so on are people too.
        room: for example ``document:a.ipynb``.
        client_id: the y-protocols client id.
    """

    def __init__(self, server: LabServer, person: str, room: str, client_id: int) -> None:
        address = server.url.replace("http", "ws", 1) + "api/awareness/room/" + quote(room)
        token = TOKENS.get(person, f"{person}-token")
        query = urlencode({"token": token, "client": client_id})
        self._client_id = client_id
        self._clock = 0
        self._socket = websocket.create_connection(
            f"{address}?{query}", subprotocols=[SUBPROTOCOL], timeout=10
        )
        # The snapshot: from now on the peer is there for the others.
        self._socket.recv()

    def say(self, state: dict[str, Any] | None) -> None:
        """Publish a state, as it is."""
        self._clock += 1
        frame = encode_awareness([encode_entry(self._client_id, self._clock, state)])
        self._socket.send_binary(frame)

    def leave(self) -> None:
        """Say goodbye."""
        self._socket.close()


class Crowd:
    """The raw peers of one test."""

    def __init__(self, server: LabServer) -> None:
        self._server = server
        self._peers: list[RawPeer] = []

    def come(self, person: str, room: str, client_id: int) -> RawPeer:
        """Let one more in."""
        self._peers.append(RawPeer(self._server, person, room, client_id))
        return self._peers[-1]

    def leave(self) -> None:
        """Let all of them say goodbye."""
        while self._peers:
            self._peers.pop().leave()
