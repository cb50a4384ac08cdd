"""What can go wrong for a client, each with a sentence that says what to do.

Top floor: the client's exceptions, nothing else.
"""

from __future__ import annotations

__all__ = ["ClientError", "Denied", "NoServer", "Unreachable"]


class ClientError(Exception):
    """Something a person can read and do something about.

    ``code`` is the WebSocket close code or HTTP status that the server gave, if it gave one.
    """

    def __init__(self, reason: str, code: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


class NoServer(ClientError):
    """It is not clear which server is meant, or no server can be meant."""


class Unreachable(ClientError):
    """The server does not answer, or not in time; later it may."""


class Denied(ClientError):
    """The server refuses, and would again: not allowed (4403), no such document (4404), …"""
