"""Jupyter Events of who joins, leaves and is refused; nothing of what anybody says.

Top floor: the server's event logger.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from .journal import Journal

__all__ = ["PRESENCE", "REFUSED", "Events"]

PRESENCE = "https://events.jupyter.org/jupyter_awareness/presence/v1"
REFUSED = "https://events.jupyter.org/jupyter_awareness/refused/v1"
SCHEMAS = Path(__file__).parent / "event_schemas"


class Events:
    """Emits to the server's event logger, which drops at once what nobody listens to."""

    def __init__(self, logger: Any, log: Journal) -> None:
        self._logger = logger
        self._log = log
        for schema, file in ((PRESENCE, "presence.yaml"), (REFUSED, "refused.yaml")):
            if schema not in logger.schemas:
                logger.register_event_schema(SCHEMAS / file)

    def joined(self, username: str, room: str, seen: bool) -> None:
        """Somebody's connection joined a room."""
        self._emit(PRESENCE, action="join", room=room, username=username, seen=seen)

    def left(self, username: str, room: str, broken: bool) -> None:
        """Somebody's connection ended."""
        self._emit(PRESENCE, action="leave", room=room, username=username, broken=broken)

    def refused(self, username: str, kind: str, code: int, cause: str) -> None:
        """A connection was not let in, or was closed."""
        self._emit(REFUSED, username=username, kind=kind, code=int(code), cause=cause)

    def _emit(self, schema: str, **data: Any) -> None:
        try:
            self._logger.emit(schema_id=schema, data=data)
        except Exception:
            # Whoever listens must not decide who is seen.
            self._log.exception("An event could not be emitted.")
