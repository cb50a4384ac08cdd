"""Callbacks that are told of something, of which none can harm the others or who tells.

Top floor: faults are reported to the running event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

__all__ = ["Observers", "report"]

T = TypeVar("T")


class Observers(Generic[T]):
    """Who wants to be told, in the order in which they came."""

    def __init__(self) -> None:
        self._callbacks: dict[object, Callable[[T], object]] = {}

    def add(self, callback: Callable[[T], object]) -> Callable[[], None]:
        """Tell this one from now on.

        Returns:
            What ends it; calling that twice is calling it once.
        """
        key = object()
        self._callbacks[key] = callback

        def end() -> None:
            self._callbacks.pop(key, None)

        return end

    def tell(self, news: T) -> None:
        """Call everybody; what they raise goes to the event loop's exception handler."""
        for key, callback in tuple(self._callbacks.items()):
            if key in self._callbacks:
                try:
                    callback(news)
                except Exception as error:
                    report(error)

    def clear(self) -> None:
        """Tell nobody any more."""
        self._callbacks.clear()


def report(error: Exception) -> None:
    """Tell of a fault in somebody's callback, which must not end a connection."""
    message = "jupyter_awareness: a callback raised"
    loop = asyncio.get_running_loop()
    loop.call_exception_handler({"message": message, "exception": error})
