"""Calls gathered in time: the first at once, those that follow together, the last never lost.

Top floor: a timer of the running event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

__all__ = ["Throttle"]


class Throttle:
    """Runs at most once per ``interval`` seconds (which may be changed at any time)."""

    def __init__(self, run: Callable[[], None], interval: float) -> None:
        self.interval = interval
        self._run = run
        self._wanted = False
        self._window: asyncio.TimerHandle | None = None

    def invoke(self) -> None:
        """Run after the current task, or when the interval since the last run is over."""
        if self._window is not None:
            self._wanted = True
            return
        loop = asyncio.get_running_loop()
        self._window = loop.call_later(self.interval, self._window_ends)
        # Not within this call: what is set together leaves together.
        loop.call_soon(self._run)

    def stop(self) -> None:
        """Drop what was asked for and has not run."""
        if self._window is not None:
            self._window.cancel()
        self._window, self._wanted = None, False

    def _window_ends(self) -> None:
        self._window = None
        if self._wanted:
            self._wanted = False
            self.invoke()
