"""What a client does after its connection ended."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from jupyter_awareness.client.reconnect import LOST, Reaction, delay, reaction


@pytest.mark.parametrize("code", [1009, 4400, 4403, 4404, 401, 403, 404, 302])
def test_trying_again_cannot_help(code: int) -> None:
    assert reaction(code, known=False) is Reaction.STOP


@pytest.mark.parametrize("code", [LOST, 1001, 1011, 1000, 502, 503, 408, 425, 429, 599])
def test_trying_again_may_help(code: int) -> None:
    assert reaction(code, known=False) is Reaction.RETRY


def test_an_id_that_is_taken_is_changed_and_who_was_too_fast_waits() -> None:
    assert reaction(4409, known=True) is Reaction.RENAME
    assert reaction(4429, known=True) is Reaction.SLOW


def test_a_server_that_was_there_is_only_restarting() -> None:
    assert reaction(404, known=True) is Reaction.RETRY
    assert reaction(302, known=True) is Reaction.RETRY
    assert reaction(403, known=True) is Reaction.STOP


def test_the_wait_grows_to_a_bound_and_is_a_matter_of_chance() -> None:
    longest = [delay(attempt, Reaction.RETRY, 0.999999) for attempt in range(12)]
    assert longest[0] == pytest.approx(0.25, rel=0.01)
    assert longest == sorted(longest)
    assert longest[-1] == pytest.approx(10, rel=0.01)
    assert delay(10_000, Reaction.RETRY, 0.5) == pytest.approx(5)
    assert delay(5, Reaction.RETRY, 0) == 0


def test_who_was_too_fast_waits_five_seconds_at_least() -> None:
    assert delay(0, Reaction.SLOW, 0) == 5
    assert 5 < delay(9, Reaction.SLOW, 0.5) < 15


def test_another_id_is_tried_at_once_but_not_for_ever() -> None:
    assert delay(0, Reaction.RENAME, 0.5) == 0
    assert delay(3, Reaction.RENAME, 0.5) == 1


@pytest.mark.parametrize("seconds", [1.0, 3.0, 10.0])
def test_a_thousand_clients_of_a_restarted_server_come_back_one_after_another(
    seconds: float,
) -> None:
    """They all lose it at the same moment, and it is away for so long."""
    chance = random.Random(1)
    returns = []
    for _ in range(1_000):
        time, attempt = 0.0, 0
        while time < seconds:
            time += delay(attempt, Reaction.RETRY, chance.random())
            attempt += 1
        returns.append(time - seconds)
    in_a_tenth = Counter(int(time * 10) for time in returns)
    assert max(in_a_tenth.values()) < 200
    assert sorted(returns)[500] < seconds
    assert max(returns) < 10
