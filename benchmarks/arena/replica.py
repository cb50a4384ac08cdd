"""One peer as a y-protocols client sees it: shown or not, and since when."""

from __future__ import annotations

import time

from .dialects import DIALECTS


class Replica:
    """Applies awareness frames by the rule of awareness.js, for one client id."""

    def __init__(self, client_id: int, dialect: str) -> None:
        self._client_id = client_id
        self._named = bool(DIALECTS[dialect].prefix("room0"))
        self._clock = 0
        self.frames = 0  # those of awareness
        self.visible = False
        self.visible_since = 0.0
        self.invisible_since: float | None = None

    def apply(self, payload: bytes) -> None:
        """Read a frame whole; other types of message mean nothing here."""
        place = 0
        if self._named:
            length, place = _integer(payload, 0)
            place += length
        if payload[place : place + 1] != b"\x01":
            return
        self.frames += 1
        _, place = _integer(payload, place + 1)
        count, place = _integer(payload, place)
        for _ in range(count):
            client_id, place = _integer(payload, place)
            clock, place = _integer(payload, place)
            length, place = _integer(payload, place)
            state = payload[place : place + length]
            place += length
            if client_id == self._client_id:
                self._entry(clock, state == b"null")

    def _entry(self, clock: int, gone: bool) -> None:
        if not (clock > self._clock or (clock == self._clock and gone and self.visible)):
            return
        self._clock = clock
        if gone and self.visible:
            self.invisible_since = time.monotonic()
        elif not gone and not self.visible:
            self.visible_since = time.monotonic()
        self.visible = not gone


def _integer(data: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, place
