"""A peer without a browser: a plain WebSocket that says whatever it is told to."""

from __future__ import annotations

import contextlib
import select
import threading
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
        self.heard = b""
        """All frames that came, one behind the other."""
        # The first one: from now on the peer is there for the others.
        self.listen()

    @property
    def connected(self) -> bool:
        """Whether neither side has said goodbye."""
        return bool(self._socket.connected)

    def fileno(self) -> int:
        """Return the socket's, for `select`."""
        return int(self._socket.fileno())

    def listen(self) -> None:
        """Take one frame, and answer it if it is a ping or a goodbye."""
        opcode, data = self._socket.recv_data(control_frame=True)
        if opcode == websocket.ABNF.OPCODE_CLOSE:
            self._socket.shutdown()
        elif opcode == websocket.ABNF.OPCODE_BINARY:
            self.heard += data

    def attend(self) -> bool:
        """Take what has come, and answer pings; there is no waiting."""
        while self.connected and select.select([self], [], [], 0)[0]:
            self.listen()
        return self.connected

    def say(self, state: dict[str, Any] | None) -> None:
        """Publish a state, as it is."""
        self._clock += 1
        frame = encode_awareness([encode_entry(self._client_id, self._clock, state)])
        self._socket.send_binary(frame)

    def leave(self) -> None:
        """Say goodbye, without listening to what the others still say."""
        self._socket.close(timeout=0)


class Crowd:
    """The raw peers of one test; a thread listens to what they are told, as the server expects."""

    def __init__(self, server: LabServer) -> None:
        self._server = server
        self._peers: list[RawPeer] = []
        self._open = True
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def come(self, person: str, room: str, client_id: int) -> RawPeer:
        """Let one more in."""
        peer = RawPeer(self._server, person, room, client_id)
        self._peers.append(peer)
        return peer

    def leave(self) -> None:
        """Let all of them say goodbye."""
        self._open = False
        self._thread.join()
        while self._peers:
            self._peers.pop().leave()

    def _listen(self) -> None:
        while self._open:
            present = [peer for peer in self._peers if peer.connected]
            # One that says goodbye meanwhile is no socket any more.
            with contextlib.suppress(ValueError, OSError, websocket.WebSocketException):
                for peer in select.select(present, [], [], 0.1)[0]:
                    peer.listen()
