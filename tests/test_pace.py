"""How long rooms gather, by what telling them costs."""

from __future__ import annotations

import pytest

from jupyter_awareness.pace import MOST, PATIENCE, Pace


def test_what_costs_nothing_waits_for_nothing() -> None:
    assert Pace(0, 0).begin(0.0, 1_000) == 0


def test_a_dozen_people_wait_for_a_millisecond_and_fifty_for_three() -> None:
    pace = Pace(0, 0)
    assert pace.begin(0.000_1, 0) == pytest.approx(0.001_4, rel=0.02)
    pace.end()
    assert pace.begin(0.000_4, 0) == pytest.approx(0.002_8, rel=0.02)


@pytest.mark.parametrize("cost", [0.01, 0.1, 1.0])
def test_a_large_room_takes_no_more_than_its_share_of_the_processor(cost: float) -> None:
    assert cost / (cost + Pace(0, 0).begin(cost, 0)) <= MOST


def test_many_rooms_share_what_one_may_take() -> None:
    pace = Pace(0, 0)
    cost = PATIENCE / 4
    waits = [pace.begin(cost, 0) for _ in range(100)]
    assert waits == sorted(waits)
    assert 100 * cost / (cost + waits[-1]) == pytest.approx(MOST)


def test_a_room_alone_does_not_wait_for_those_that_have_gathered() -> None:
    pace = Pace(0, 0)
    alone = pace.begin(0.01, 0)
    for _ in range(10):
        pace.begin(0.01, 0)
    for _ in range(11):
        pace.end()
    assert pace.begin(0.01, 0) == alone


def test_an_admin_may_have_rooms_gather_longer() -> None:
    assert Pace(0.5, 0).begin(0.001, 0) == 0.5
    assert Pace(0.001, 0).begin(0.5, 0) > 0.1


def test_no_connection_is_sent_more_bytes_a_second_than_it_may_be() -> None:
    pace = Pace(0, 256_000)
    assert pace.begin(0.0, 64_000) == pytest.approx(0.25)
    assert pace.begin(0.0, 0) == 0
