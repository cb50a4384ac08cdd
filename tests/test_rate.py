"""How often somebody may do something, at times that the tests choose."""

from __future__ import annotations

import pytest

from jupyter_awareness.rate import Rate


def allowed(rate: Rate, times: list[float]) -> int:
    return sum(rate.allows(time) for time in times)


def test_twice_as_many_are_allowed_at_once_as_in_a_second() -> None:
    assert allowed(Rate(10, now=0), [0.0] * 100) == 20


def test_what_was_used_comes_back_with_time() -> None:
    rate = Rate(10, now=0)
    assert allowed(rate, [0.0] * 20) == 20
    assert not rate.allows(0.09)
    assert rate.allows(0.1)
    assert not rate.allows(0.1)


def test_on_average_a_second_allows_what_it_says() -> None:
    rate = Rate(10, now=0)
    allowed(rate, [0.0] * 20)
    steps = [step / 100 for step in range(1, 1001)]
    assert allowed(rate, steps) == pytest.approx(100, abs=1)


def test_a_long_rest_saves_up_no_more_than_that() -> None:
    rate = Rate(10, now=0)
    assert allowed(rate, [3600.0] * 100) == 20


def test_a_refused_try_costs_nothing() -> None:
    rate = Rate(1, now=0)
    assert allowed(rate, [0.0, 0.0]) == 2
    assert allowed(rate, [0.25, 0.5, 0.75]) == 0
    assert rate.allows(1.0)


def test_less_than_one_a_second_still_allows_one() -> None:
    rate = Rate(0.1, now=0)
    assert allowed(rate, [0.0, 0.0]) == 1
    assert not rate.allows(9.0)
    assert rate.allows(10.0)


def test_zero_sets_no_limit() -> None:
    assert allowed(Rate(0, now=0), [0.0] * 10_000) == 10_000


def test_what_costs_more_than_there_is_is_a_debt() -> None:
    rate = Rate(10, now=0)
    assert rate.allows(0, 70)
    assert not rate.allows(5.0)
    assert rate.allows(5.2)


def test_what_is_spent_is_spent_in_any_case() -> None:
    rate = Rate(10, now=0)
    rate.spend(0, 15)
    rate.spend(0, 15)
    assert rate.wait(0) == pytest.approx(1.1)
    free = Rate(0, now=0)
    free.spend(0, 1e9)
    assert free.allows(0)
    assert free.rested(0)


def test_rested_is_who_would_be_allowed_as_much_as_at_first() -> None:
    rate = Rate(10, now=0)
    assert rate.rested(0)
    rate.allows(0, 5)
    assert not rate.rested(0.4)
    assert rate.rested(0.5)
    assert Rate(0, now=0).rested(0)


def test_less_may_be_saved_up() -> None:
    assert allowed(Rate(100, 0, saving=0.25), [0.0] * 100) == 25


def test_it_tells_how_long_to_wait() -> None:
    rate = Rate(10, now=0)
    assert rate.wait(0) == 0
    rate.allows(0, 70)
    assert rate.wait(0) == pytest.approx(5.1)
    assert rate.wait(5) == pytest.approx(0.1)
    assert rate.wait(100) == 0
    assert Rate(0, now=0).wait(0) == 0
