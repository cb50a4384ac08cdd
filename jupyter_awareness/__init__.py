"""Presence for JupyterLab: who is here, which document and cell they are in, and where."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .awareness import Awareness, is_awareness_disconnect_message
    from .client import AwarenessClient
    from .trackers import CursorTracker, OnlineStatusManager

__all__ = [
    "Awareness",
    "AwarenessClient",
    "CursorTracker",
    "OnlineStatusManager",
    "is_awareness_disconnect_message",
]

# Loaded when asked for: a server that starts the extension needs none of them.
_HOMES = {
    "Awareness": "awareness",
    "AwarenessClient": "client",
    "CursorTracker": "trackers",
    "OnlineStatusManager": "trackers",
    "is_awareness_disconnect_message": "awareness",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyter-awareness"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from .app import AwarenessExtension

    return [{"module": "jupyter_awareness.app", "app": AwarenessExtension}]
