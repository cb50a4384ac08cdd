"""The client: a Python process that joins rooms of a running server as a peer.

Top floor: what of it is public.
"""

from __future__ import annotations

from .awareness_client import AwarenessClient
from .changes import Changes, PeerChange
from .channel import Connection
from .errors import ClientError, Denied, NoServer, Unreachable
from .room import ClientRoom

__all__ = [
    "AwarenessClient",
    "Changes",
    "ClientError",
    "ClientRoom",
    "Connection",
    "Denied",
    "NoServer",
    "PeerChange",
    "Unreachable",
]
