"""A server extension that tells what its process holds, and brings faults about in it."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import json
import logging
import os
import time
from collections import Counter
from typing import Any

from jupyter_server.base.handlers import APIHandler
from tornado.web import authenticated

from jupyter_awareness.handlers import RoomHandler
from jupyter_awareness.hub import Hub
from jupyter_awareness.outbox import Outbox
from jupyter_awareness.principals import Principal
from jupyter_awareness.room import Member, Room, Slot
from jupyter_awareness.session import Session

OURS = (RoomHandler, Session, Hub, Outbox, Principal, Member, Room, Slot)


class ProbeHandler(APIHandler):
    """Counts when it is asked; ``?whole`` first frees all that can be freed."""

    @authenticated
    async def get(self) -> None:
        """Answer with what is held."""
        held: dict[str, Any] = {"memory": memory(), "files": len(os.listdir("/proc/self/fd"))}
        if self.get_query_argument("whole", None) is not None:
            gc.collect()
            ctypes.CDLL(None).malloc_trim(0)  # what is free goes back to the system
            loop: Any = asyncio.get_running_loop()
            kinds = Counter(type(thing) for thing in gc.get_objects())
            held |= {
                "memory": memory(),
                "tasks": len(asyncio.all_tasks()),
                "timers": sum(not timer.cancelled() for timer in loop._scheduled),
                "objects": sum(kinds[kind] for kind in OURS),
                "all_objects": kinds.total(),
            }
        await self.finish(json.dumps(held))


class StallHandler(APIHandler):
    """``?seconds=1`` does nothing for so long, and lets nobody else do anything."""

    @authenticated
    async def get(self) -> None:
        """Block the event loop."""
        time.sleep(float(self.get_query_argument("seconds")))  # noqa: ASYNC251
        await self.finish("{}")


class FullDisk(logging.FileHandler):
    """A log on a disk that is full; told so, it lets who logs in this project know, by raising."""

    failed = 0
    raises = False

    def __init__(self) -> None:
        super().__init__("/dev/full", delay=True)

    def handleError(self, record: logging.LogRecord) -> None:
        """Count a line that could not be written."""
        self.failed += 1
        if self.raises and "jupyter_awareness" in record.pathname:
            raise


FULL_DISK = FullDisk()


class DiskHandler(APIHandler):
    """``?full=1`` fills the disk that the log is on, ``?full=0`` ends that; tells what was lost.

    ``&raises=1`` lets the log raise. Jupyter's own lines are spared that: its answers would end.
    """

    @authenticated
    async def get(self) -> None:
        """Fill the disk, or clear it."""
        full = self.get_query_argument("full") == "1"
        FULL_DISK.failed *= not full
        FULL_DISK.raises = self.get_query_argument("raises", "0") == "1"
        for log in (self.log, logging.getLogger("tornado"), logging.getLogger("asyncio")):
            (log.addHandler if full else log.removeHandler)(FULL_DISK)
        await self.finish(json.dumps({"failed": FULL_DISK.failed}))


def memory() -> int:
    """Bytes that this process holds in memory."""
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "probe"}]


def _load_jupyter_server_extension(serverapp: Any) -> None:
    handlers = {"probe": ProbeHandler, "stall": StallHandler, "disk": DiskHandler}
    routes = [(serverapp.base_url + name, handler) for name, handler in handlers.items()]
    serverapp.web_app.add_handlers(".*$", routes)
