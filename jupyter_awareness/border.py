"""The border of a server: paths are names on this side, and keys of files on the other.

First floor: stands between the rooms and the broker. Which path a file has here is asked of the
contents manager, which may take a while; until then, a place is told without it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from tornado.log import app_log

from .atlas import Atlas
from .broker import Broker, Deliver, Snapshot
from .journal import Journal
from .privacy import paths_in, renamed
from .protocol import Entry

__all__ = ["Border", "Find"]

Find: TypeAlias = Callable[[str], Awaitable["str | None"]]
"""Gives the path of a file here by its key; None if it is not here, hidden, or not readable."""

FRESH = 15.0  # seconds for which an answer counts: files come, go and change their permissions
AT_ONCE = 50  # files that are looked for before others get their turn


@dataclass(slots=True)
class _Key:
    """A file that is named elsewhere: its path here, since when that is known, and who names it."""

    path: str | None = None
    asked: float | None = None
    shown: str | None = None
    named_by: set[tuple[str, int]] = field(default_factory=set)


class Border(Broker):
    """A broker for rooms that know paths only; the one behind it knows keys only.

    Args:
        broker: takes to other processes what is said here.
        atlas: which documents are open here.
        find: looks for a file.
        retell: is told in other words what was delivered, when a file was found or is gone.
        clock: seconds.
    """

    def __init__(
        self,
        broker: Broker,
        atlas: Atlas,
        find: Find,
        retell: Deliver,
        clock: Callable[[], float],
    ) -> None:
        self._broker = broker
        self._atlas = atlas
        self._find = find
        self._retell = retell
        self._clock = clock
        self._said: dict[tuple[str, int], Entry] = {}  # what was said elsewhere with a key in it
        self._keys: dict[str, _Key] = {}
        self._due: dict[str, None] = {}
        self._task: asyncio.Task[None] | None = None

    @property
    def name(self) -> str:
        """What the broker behind it is called."""
        return self._broker.name

    async def start(self, deliver: Deliver, snapshot: Snapshot) -> None:
        """Begin; what passes is translated in both directions."""
        self._deliver = deliver

        def translated(room: str) -> tuple[int, Sequence[Entry]]:
            place, entries = snapshot(room)
            return place, [self._export(entry) for entry in entries]

        await self._broker.start(self._arrive, translated)

    async def stop(self) -> None:
        """End, and look for nothing more."""
        await self._broker.stop()
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def subscribe(self, room: str) -> None:
        """This process has members in the room."""
        self._broker.subscribe(room)

    def unsubscribe(self, room: str) -> None:
        """This process has no members in the room any more."""
        self._broker.unsubscribe(room)
        for said in [said for said in self._said if said[0] == room]:
            self._note(*said, None)

    def publish(self, room: str, entries: Sequence[Entry]) -> None:
        """Tell the other processes; of paths, those of documents that all servers may have."""
        self._broker.publish(room, [self._export(entry) for entry in entries])

    def sweep(self) -> None:
        """Look again for what was looked for long ago, and tell what has changed."""
        now = self._clock()
        for key, known in self._keys.items():
            if known.asked is not None and now - known.asked >= FRESH:
                self._look_for(key)
        self._tell([key for key, known in self._keys.items() if self._path_of(key) != known.shown])

    def look_again(self) -> None:
        """Look at once for what was not found: it may be known now where it is."""
        for key, known in self._keys.items():
            if known.path is None:
                known.asked = None
                self._look_for(key)

    def _export(self, entry: Entry) -> Entry:
        if entry.state is None:
            return entry
        return entry._replace(state=renamed(entry.state, self._atlas.key_of))

    def _arrive(self, room: str, entries: Sequence[Entry]) -> None:
        for entry in entries:
            self._note(room, entry.client_id, entry)
        self._deliver(room, [self._import(entry) for entry in entries])

    def _note(self, room: str, client_id: int, entry: Entry | None) -> None:
        """Remember who names which files now, and look for those that are new."""
        who = room, client_id
        before = self._said.pop(who, None)
        for key in paths_in(before.state) if before and before.state else ():
            known = self._keys.get(key)
            if known is not None:
                known.named_by.discard(who)
        named = paths_in(entry.state) if entry is not None and entry.state else []
        if entry is not None and named:
            self._said[who] = entry
        for key in named:
            self._keys.setdefault(key, _Key()).named_by.add(who)
            self._look_for(key)
        for key in paths_in(before.state) if before and before.state else ():
            if key in self._keys and not self._keys[key].named_by:
                del self._keys[key]

    def _import(self, entry: Entry) -> Entry:
        if entry.state is None:
            return entry
        for key in paths_in(entry.state):
            self._keys[key].shown = self._path_of(key)
        return entry._replace(state=renamed(entry.state, self._path_of))

    def _path_of(self, key: str) -> str | None:
        """The path under which a file is open here, or else was found."""
        known = self._keys.get(key)
        return self._atlas.path_of(key) or (known.path if known else None)

    def _look_for(self, key: str) -> None:
        known = self._keys[key]
        if known.asked is None or self._clock() - known.asked >= FRESH:
            self._due[key] = None
            if self._task is None:
                self._task = asyncio.ensure_future(self._look())

    async def _look(self) -> None:
        while self._due:
            keys = list(self._due)[:AT_ONCE]
            for key in keys:
                del self._due[key]
                try:
                    path = await self._find(key)
                except Exception:
                    Journal(app_log).error("A file could not be looked for.", exc_info=True)
                    path = None
                known = self._keys.get(key)
                if known is not None:
                    known.path, known.asked = path, self._clock()
            self._tell([key for key in keys if self._has_moved(key)])
            await asyncio.sleep(0)
        self._task = None

    def _has_moved(self, key: str) -> bool:
        known = self._keys.get(key)
        return known is not None and self._path_of(key) != known.shown

    def _tell(self, keys: Sequence[str]) -> None:
        """Say anew what names files whose path here has changed."""
        moved: dict[str, dict[int, Entry]] = {}
        for key in keys:
            for room, client_id in self._keys[key].named_by:
                moved.setdefault(room, {})[client_id] = self._said[room, client_id]
        for room, entries in moved.items():
            self._retell(room, [self._import(entry) for entry in entries.values()])
