"""Who is there, who is to be asked and who is gone, at times that the tests choose."""

from __future__ import annotations

from jupyter_awareness.liveness import Liveness, Verdict

INTERVAL, PATIENCE = 2.0, 6.0


def judge(liveness: Liveness, now: float) -> Verdict:
    return liveness.judge(now, INTERVAL, PATIENCE)


def test_its_turn_comes_again_and_again() -> None:
    liveness = Liveness(10.0, INTERVAL)
    assert liveness.due == 12.0
    judge(liveness, 12.5)
    assert liveness.due == 14.5


def test_who_says_nothing_is_asked_and_then_gone() -> None:
    liveness = Liveness(0.0, INTERVAL)
    verdicts = [judge(liveness, now) for now in (2.0, 4.0, 6.0, 8.0)]
    assert verdicts == [Verdict.UNKNOWN] * 3 + [Verdict.GONE]


def test_who_answers_is_asked_for_ever() -> None:
    liveness = Liveness(0.0, INTERVAL)
    for turn in range(1, 20):
        assert judge(liveness, INTERVAL * turn) is Verdict.UNKNOWN
        liveness.answered(INTERVAL * turn + 0.1)


def test_who_talks_is_not_asked() -> None:
    liveness = Liveness(0.0, INTERVAL)
    for turn in range(1, 20):
        liveness.heard = True
        assert judge(liveness, INTERVAL * turn) is Verdict.THERE


def test_patience_begins_with_the_last_turn_in_which_it_was_heard() -> None:
    liveness = Liveness(0.0, INTERVAL)
    liveness.heard = True
    verdicts = [judge(liveness, now) for now in (4.0, 6.0, 8.0, 10.0, 12.0)]
    assert verdicts == [Verdict.THERE, *[Verdict.UNKNOWN] * 3, Verdict.GONE]


def test_after_a_pause_of_this_process_it_is_asked_anew() -> None:
    liveness = Liveness(0.0, INTERVAL)
    assert judge(liveness, 60.0) is Verdict.UNKNOWN
    assert judge(liveness, 62.0) is Verdict.UNKNOWN
    assert judge(liveness, 64.0) is Verdict.UNKNOWN
    assert judge(liveness, 66.5) is Verdict.GONE
