"""How long rooms gather, by what telling them costs."""

from __future__ import annotations

import math

import pytest

from jupyter_awareness.pace import MOST, PATIENCE, SAVED, SHORTEST, Pace


class Room:
    """A room in which something changes all the time, told each time by itself or gathered."""

    def __init__(self, cost: float, changes_per_second: float) -> None:
        self.pace = Pace(0, 0, 0)
        self.now = 0.0
        self.waits: list[float] = []
        self._cost = cost
        self._every = 1 / changes_per_second

    def run(self, times: int) -> None:
        """Tell so often: whenever something has changed, and the window is over."""
        changes = 1
        for _ in range(times):
            wait = self.pace.begin(self._cost, changes, 0, self.now)
            self.pace.end()
            self.waits.append(wait)
            busy = max(self._cost + wait, self._every)
            changes = round(busy / self._every)
            self.now += busy


def test_what_costs_nothing_waits_for_nothing() -> None:
    assert Pace(0, 0, 0).begin(0.0, 1, 1_000, 0) == 0


def test_nobody_waits_while_there_is_time_to_tell_each_change_by_itself() -> None:
    fifty = Room(cost=0.000_9, changes_per_second=500)
    fifty.run(1_000)
    assert not any(fifty.waits)


def test_a_room_that_is_too_lively_for_that_gathers_for_some_milliseconds() -> None:
    hundred = Room(cost=0.002, changes_per_second=1_000)
    hundred.run(1_000)
    assert set(hundred.waits[100:]) == {math.sqrt(0.002 * PATIENCE)}


def test_a_room_at_the_limit_gathers_no_longer_than_it_must() -> None:
    room = Room(cost=0.001, changes_per_second=550)
    room.run(1_000)
    assert all(SHORTEST <= wait < 2 * SHORTEST for wait in room.waits[100:] if wait)
    assert sum(room.waits) > 0


def test_a_burst_is_told_at_once_after_a_while_of_silence() -> None:
    pace = Pace(0, 0, 0)
    assert pace.begin(SAVED, 1, 0, 0) == pytest.approx(SAVED)  # all that was saved up is gone
    pace.end()
    assert pace.begin(0.000_9, 1, 0, 0) > 0
    pace.end()
    for _ in range(5):
        assert pace.begin(0.000_9, 1, 0, 60) == 0
        pace.end()


def test_a_debt_is_bounded_so_that_a_crowd_that_left_is_forgotten() -> None:
    pace = Pace(0, 0, 0)
    for _ in range(100):
        pace.begin(0.01, 50, 0, 0)
        pace.end()
    assert pace.begin(0.000_9, 1, 0, 2.1 * SAVED / MOST) == 0


@pytest.mark.parametrize("cost", [0.01, 0.1, 1.0])
def test_a_large_room_takes_no_more_than_its_share_of_the_processor(cost: float) -> None:
    assert cost / (cost + Pace(0, 0, 0).begin(cost, 1, 0, 0)) <= MOST


def test_many_rooms_share_what_one_may_take() -> None:
    pace = Pace(0, 0, 0)
    cost = PATIENCE / 4
    waits = [pace.begin(cost, 1, 0, 0) for _ in range(100)]
    assert waits == sorted(waits)
    assert 100 * cost / (cost + waits[-1]) == pytest.approx(MOST)


def test_a_room_alone_does_not_wait_for_those_that_have_gathered() -> None:
    pace = Pace(0, 0, 0)
    pace.begin(0.01, 1, 0, 0)
    pace.end()
    alone = pace.begin(0.01, 1, 0, 0)
    for _ in range(10):
        pace.begin(0.01, 1, 0, 0)
    for _ in range(11):
        pace.end()
    assert pace.begin(0.01, 1, 0, 0) == alone


def test_an_admin_may_have_rooms_gather_longer() -> None:
    assert Pace(0.5, 0, 0).begin(0.001, 1, 0, 0) == 0.5
    assert Pace(0.001, 0, 0).begin(0.5, 1, 0, 0) > 0.1


def test_no_connection_is_sent_more_bytes_a_second_than_it_may_be() -> None:
    pace = Pace(0, 256_000, 0)
    assert pace.begin(0.0, 1, 64_000, 0) == pytest.approx(0.25)
    assert pace.begin(0.0, 1, 0, 0) == 0


def test_it_says_how_long_each_telling_took() -> None:
    told: list[float] = []
    pace = Pace(0, 0, 0, told.append)
    pace.begin(0.25, 1, 0, 0)
    pace.begin(0.5, 1, 0, 0)
    assert told == [0.25, 0.5]
