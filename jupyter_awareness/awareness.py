"""`Awareness`: the states of the clients of one document, as pycrdt's class but sound.

Ground floor, but for `start()`, which runs a timer because its API says so. Over 150 lines
because it is one class: pycrdt's interface, each method with its contract.
"""

from __future__ import annotations

import asyncio
import logging
import time
import weakref
from collections.abc import Callable, Sequence
from typing import Any

import pycrdt
from anyio import TASK_STATUS_IGNORED
from anyio.abc import TaskStatus

from .clients import Clients, Now
from .journal import Journal
from .observers import notify, raise_together
from .protocol import (
    Entry,
    Limits,
    ProtocolError,
    State,
    decode_message,
    decode_state,
    decode_update,
    encode_entry,
    encode_state,
    encode_update,
)
from .states import RENEWED, judge

log = Journal(logging.getLogger(__name__))

WIDE_LIMITS = Limits(frame_bytes=2**24, state_bytes=2**20, depth=100, entries=10_000)
"""Wider than a server's: an `Awareness` also serves programs that trust each other."""


class Awareness(pycrdt.Awareness):
    """The local client's state and those of its peers. Not thread-safe, like pycrdt's.

    A state is a JSON object. What is set locally is copied as its readers will see it (tuples
    become lists); the dicts that this class hands out are its own and not to be changed.
    """

    def __init__(
        self,
        ydoc: pycrdt.Doc[Any],
        *,
        outdated_timeout: int = 30000,
        limits: Limits = WIDE_LIMITS,
        max_clients: int = 10_000,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """Set the local state to `{}`; run no timer yet.

        Args:
            ydoc: the document; its `client_id` is the local client's. Nothing else of it is used.
            outdated_timeout: milliseconds of silence after which a peer is removed.
            limits: the most that is read from an update, or set locally.
            max_clients: the most peers that are kept, and the most that are remembered after
                they have left (each for `outdated_timeout`).
            now: seconds on a clock that never jumps.

        Raises:
            ValueError: `outdated_timeout` is not positive.
        """
        if outdated_timeout <= 0:
            raise ValueError("outdated_timeout must be a positive number of milliseconds")
        self._limits = limits
        self._now = now
        self._local_text = b"null"
        self._loop: asyncio.AbstractEventLoop | None = None
        self._handle: asyncio.TimerHandle | None = None
        self._clients = Clients(
            ydoc.client_id, timeout=outdated_timeout / 1000, capacity=max_clients
        )
        super().__init__(ydoc, outdated_timeout=outdated_timeout)
        self._meta, self._states = self._clients.meta, self._clients.states

    # The timer

    async def start(self, *, task_status: TaskStatus[None] = TASK_STATUS_IGNORED) -> None:
        """Run `tick` ten times per `outdated_timeout` until `stop`; return once that runs.

        So `await awareness.start()`, `tg.start_soon(awareness.start)` and `await
        tg.start(awareness.start)` do the same. The timer belongs to the running asyncio loop, not
        to the caller's task or task group: it ends with `stop()`, with the loop, or when nobody
        holds this object any more. What observers raise in it is logged.

        Raises:
            RuntimeError: it runs already, or there is no asyncio loop (call `tick` yourself).
        """
        if self._running:
            raise RuntimeError("Awareness already started")
        try:
            self._loop = asyncio.get_running_loop()
        except RuntimeError:
            raise RuntimeError("Awareness.start() needs asyncio; elsewhere call tick()") from None
        self._schedule()
        task_status.started()

    async def stop(self) -> None:
        """End the timer. The states stay, and nobody is told: `set_local_state(None)` says goodbye.

        Raises:
            RuntimeError: it does not run.
        """
        if not self._running or self._handle is None:
            raise RuntimeError("Awareness not started")
        self._handle.cancel()
        self._loop = self._handle = None

    @property
    def _running(self) -> bool:
        return self._loop is not None and not self._loop.is_closed()

    def _schedule(self) -> None:
        # The loop holds no strong reference: an object dropped without stop() is collected.
        if self._loop is not None:
            self._handle = self._loop.call_later(
                self._outdated_timeout / 10_000, _run, weakref.ref(self)
            )

    def tick(self) -> None:
        """Do what is due: remove silent peers (origin "timeout"), renew the local state.

        A state is renewed, under a new clock, when half of `outdated_timeout` has passed since
        it was set. `start` calls this; call it where no asyncio loop runs.

        Raises:
            ExceptionGroup: what observers raised; all was done nevertheless.
        """
        now = self._moment()
        errors = self._remove(self._clients.silent(now), "timeout")
        self._clients.forget(now)
        local = self.get_local_state()
        if local is not None:
            silent_ms = self._clients.silent_for(self.client_id, now) * 1000
            if silent_ms >= self._outdated_timeout / 2:
                errors += self._publish(local)
        raise_together(errors)

    def _moment(self) -> Now:
        return self._now(), self._get_time()

    # The local state

    def set_local_state(self, state: State | None) -> None:
        """Set the local state under the next clock; None says that this client leaves.

        Setting an equal state is a renewal (only "update" is notified); setting None twice is
        nothing.

        Raises:
            ProtocolError: not a JSON object, or over the limits; the old state stays.
            ExceptionGroup: what observers raised; the state is set.
        """
        raise_together(self._publish(state))

    def set_local_state_field(self, field: str, value: Any) -> None:
        """Set one field of the local state; "user.cursor" is the field `cursor` of `user`.

        Objects on the way are made where they are missing. Without a local state, nothing
        happens (as in y-protocols).

        Raises:
            ValueError: something on the way is not an object.
            ProtocolError: the value is not JSON, or over the limits; the old state stays.
            ExceptionGroup: what observers raised; the field is set.
        """
        local = self.get_local_state()
        if local is None:
            return
        state = inner = dict(local)
        *path, last = field.split(".")
        for name in path:
            below = inner.get(name, {})
            if not isinstance(below, dict):
                raise ValueError(f"cannot set {field!r}: {name!r} is not an object")
            inner[name] = inner = dict(below)
        inner[last] = value
        self.set_local_state(state)

    def _publish(self, state: State | None) -> list[Exception]:
        text = encode_state(state)
        state = decode_state(text, self._limits)
        # Compared with what was set, not with the dict, which somebody may have changed.
        previous = decode_state(self._local_text, self._limits)
        clock = self._clients.clock(self.client_id)
        if previous is None and state is None:
            return []
        entry = Entry(self.client_id, 0 if clock is None else clock + 1, state)
        change = judge(clock, previous, entry)
        self._local_text = text
        self._clients.store(entry, self._moment())
        return notify(self._subscriptions, {self.client_id: change}, "local")

    # The others' states

    def remove_awareness_states(self, client_ids: Sequence[int], origin: Any) -> None:
        """Remove states on this side's own decision, e.g. because a connection was lost.

        Unknown ids are ignored. A peer removed so is accepted again at any clock, also at the
        one it had: a client that reconnects does not raise it (yjs/y-websocket#122).

        Raises:
            ExceptionGroup: what observers raised; the states are removed.
        """
        raise_together(self._remove(client_ids, origin))

    def _remove(self, client_ids: Sequence[int], origin: Any) -> list[Exception]:
        removed = self._clients.remove(client_ids, self._moment())
        if self.client_id in removed:
            self._local_text = b"null"
        return notify(self._subscriptions, removed, origin)

    def encode_awareness_update(self, client_ids: Sequence[int]) -> bytes:
        """Encode the entries of these clients; of one that has left, that it is gone.

        Raises:
            ProtocolError: names the ids of which nothing is known.
        """
        unknown = [client_id for client_id in client_ids if client_id not in self._meta]
        if unknown:
            raise ProtocolError(f"nothing is known of these clients: {unknown}")
        return encode_update(
            [
                encode_entry(client_id, self._meta[client_id]["clock"], self._states.get(client_id))
                for client_id in client_ids
            ]
        )

    def apply_awareness_update(self, update: bytes, origin: Any) -> None:
        """Apply a bare update (not a framed message) whole, or not at all, and notify.

        Each client's entries count by their clocks (`states.judge`). Nobody else changes the
        local state: a claim to have removed it is answered by a renewal (topic "update", origin
        "local", so that providers send it), a claim of another state by one at the next `tick`.

        Raises:
            ProtocolError: a malformed update, one over the limits, or too many clients; nothing
                is applied. It is a ValueError.
            ExceptionGroup: what observers raised; the update is applied.
        """
        entries = decode_update(update, self._limits)
        changes, denied = self._clients.apply(entries, self._moment())
        errors = notify(self._subscriptions, changes, origin)
        if denied:
            errors += notify(self._subscriptions, {self.client_id: RENEWED}, "local")
        if errors:
            raise_together(errors)


def _run(reference: weakref.ref[Awareness]) -> None:
    awareness = reference()
    if awareness is None:
        return
    try:
        awareness.tick()
    except Exception:
        log.exception("an awareness observer raised in the timer")
    finally:
        awareness._schedule()


def is_awareness_disconnect_message(message: bytes) -> bool:
    """Say whether a message only tells that clients have left: one entry or more, each gone.

    Accepts a bare update, a framed message, and the payload of a framed message (the update with
    its length in front, which is what pycrdt's function takes). Whatever is none of them is no
    disconnect message; nothing is raised.
    """
    readings: tuple[Callable[[], Sequence[Entry]], ...] = (
        lambda: decode_update(message, WIDE_LIMITS),
        lambda: decode_message(message, WIDE_LIMITS).entries,
        lambda: decode_message(b"\x01" + message, WIDE_LIMITS).entries,
    )
    for read in readings:
        try:
            entries = read()
        except (ProtocolError, TypeError):
            continue
        if entries:
            return all(entry.state is None for entry in entries)
    return False
