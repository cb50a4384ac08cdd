"""A short soak: what a crowd leaves behind is nothing. `crowd.py` does it for as long as wanted."""

from __future__ import annotations

from pathlib import Path

from crowd import more, soak

SECONDS = 2.0
CLIENTS = 30
GROWTH = 30e6  # bytes


async def test_nothing_is_left_when_a_crowd_has_come_and_gone(tmp_path: Path) -> None:
    found = await soak(tmp_path / "soak", SECONDS, CLIENTS, reconnect_grace=0.3)
    assert more(found["before"], found["after"]) == []
    assert found["after"]["objects"] == 0
    assert found["after"]["memory"] - found["before"]["memory"] < GROWTH
    assert found["words"] > CLIENTS
    assert found["joins"] > CLIENTS
    assert found["broken off"] > 0
    assert [name for name in found if name.startswith("closed by the server")] == []


def test_what_is_left_is_named() -> None:
    before = {"files": 9, "tasks": 2, "timers": 1, "objects": 0, "memory": 1}
    assert more(before, {**before, "tasks": 3, "objects": 7, "memory": 2}) == ["tasks", "objects"]
