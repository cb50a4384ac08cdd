"""Many clients, rooms and faults, from seeds: whatever happens, everybody sees the living at rest.

A seed that fails is printed with the command that replays it.
"""

from __future__ import annotations

import pytest
from world import STEPS, World, Wrong

from jupyter_awareness.feed import Feed
from jupyter_awareness.hub import Hub
from jupyter_awareness.room import Room

SEEDS = 40
# These found something once.
KNOWN = (16, 21, 23, 33, 249, 426, 639)


def live(seed: int, steps: int = STEPS) -> None:
    """Run one seed."""
    world = World(seed)
    try:
        world.live(steps)
        world.come_to_rest()
    except Exception as error:
        pytest.fail(f"{error!r}\nreplay it: python tests/simulation/replay.py {seed}")


def live_all(seeds: range) -> None:
    """Run seeds, up to the first that fails."""
    for seed in seeds:
        world = World(seed)
        world.live(STEPS)
        world.come_to_rest()


@pytest.mark.parametrize("first", range(1_000, 1_000 + SEEDS, 20))
def test_everybody_sees_exactly_the_living(first: int) -> None:
    for seed in range(first, first + 20):
        live(seed)


@pytest.mark.parametrize("seed", KNOWN)
def test_what_was_found_stays_mended(seed: int) -> None:
    live(seed)


def test_a_seed_is_a_run() -> None:
    runs = []
    for _ in range(2):
        steps: list[str] = []
        world = World(7, steps.append)
        world.live(100)
        runs.append((steps, [client.view for client in world.clients]))
    assert runs[0] == runs[1]


def forgets_leavers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Room, "_release", lambda room, client_id, now: room._unbind(client_id))


def tells_everybody_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Hub, "_own", lambda hub, member: frozenset())


def drops_what_a_busy_reader_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Hub, "_drained", lambda hub, member: None)


def counts_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    def next_number(feed: Feed, now: float) -> int:
        feed.number += 1
        return feed.number

    monkeypatch.setattr(Feed, "next_number", next_number)


@pytest.mark.parametrize(
    "fault",
    [forgets_leavers, tells_everybody_everything, drops_what_a_busy_reader_missed, counts_anew],
)
def test_a_fault_is_found(monkeypatch: pytest.MonkeyPatch, fault) -> None:
    fault(monkeypatch)
    with pytest.raises((Wrong, KeyError)):
        live_all(range(50))
