"""A log that hinders nobody when it cannot be written.

Ground floor: wraps a logger.
"""

from __future__ import annotations

from contextlib import suppress
from logging import Logger, LoggerAdapter
from typing import TYPE_CHECKING, Any

__all__ = ["Journal"]

if TYPE_CHECKING:
    Adapter = LoggerAdapter[Logger | LoggerAdapter[Any]]
else:
    Adapter = LoggerAdapter


class Journal(Adapter):
    """Everything that this package logs goes through one.

    Python's own handlers keep their failures to themselves. One that raises would end what was
    about to happen after the line: a connection that is to be closed, a broker that connects anew.
    """

    def log(self, level: int, msg: object, *args: Any, **kwargs: Any) -> None:
        """Log, whatever comes of it; all other methods do it by this one."""
        kwargs["stacklevel"] = kwargs.get("stacklevel", 1) + 1  # who wrote the line is not here
        with suppress(Exception):
            super().log(level, msg, *args, **kwargs)
