"""Who hears of a change, and what happens when an observer misbehaves."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_awareness.observers import Observer, notify, raise_together
from jupyter_awareness.states import Change


class Recorder:
    def __init__(self) -> None:
        self.heard: list[tuple[str, dict[str, list[int]], object]] = []

    def __call__(self, topic: str, event: tuple[dict[str, Any], Any]) -> None:
        self.heard.append((topic, *event))


def lists(**ids: list[int]) -> dict[str, list[int]]:
    return {"added": [], "updated": [], "removed": [], **ids}


@pytest.mark.parametrize(
    ("changes", "heard"),
    [
        ({}, []),
        (
            {1: Change.ADDED},
            [
                ("change", lists(added=[1])),
                ("update", lists(added=[1])),
                ("add", lists(added=[1])),
            ],
        ),
        ({1: Change.UPDATED}, [("change", lists(updated=[1])), ("update", lists(updated=[1]))]),
        ({1: Change.RENEWED}, [("update", lists(updated=[1]))]),
        (
            {1: Change.REMOVED},
            [
                ("change", lists(removed=[1])),
                ("update", lists(removed=[1])),
                ("remove", lists(removed=[1])),
            ],
        ),
        (
            {1: Change.ADDED, 2: Change.RENEWED, 3: Change.UPDATED, 4: Change.REMOVED},
            [
                ("change", lists(added=[1], updated=[3], removed=[4])),
                ("update", lists(added=[1], updated=[2, 3], removed=[4])),
                ("add", lists(added=[1])),
                ("remove", lists(removed=[4])),
            ],
        ),
    ],
)
def test_topics(changes: dict[int, Change], heard: list[tuple[str, dict[str, list[int]]]]) -> None:
    recorder = Recorder()
    assert notify({"a": recorder}, changes, "network") == []
    assert recorder.heard == [(topic, ids, "network") for topic, ids in heard]


def test_every_observer_is_called_though_one_raises() -> None:
    first, last = Recorder(), Recorder()
    error = LookupError("mine")

    def failing(topic: str, event: object) -> None:
        raise error

    errors = notify({"a": first, "b": failing, "c": last}, {1: Change.UPDATED}, None)
    assert errors == [error, error]
    assert [topic for topic, *_ in first.heard] == ["change", "update"]
    assert first.heard == last.heard


def test_what_an_observer_does_to_its_lists_is_its_own_affair() -> None:
    def greedy(topic: str, event: tuple[dict[str, Any], Any]) -> None:
        event[0]["updated"].clear()
        event[0].clear()

    recorder = Recorder()
    notify({"a": greedy, "b": recorder}, {1: Change.UPDATED}, None)
    assert [ids["updated"] for _, ids, _ in recorder.heard] == [[1], [1]]


def test_who_unsubscribes_while_called_hears_no_more_and_who_subscribes_hears_the_next() -> None:
    observers: dict[str, Observer] = {}
    gone, new = Recorder(), Recorder()

    def swap(topic: str, event: object) -> None:
        observers.pop("gone", None)
        observers["new"] = new

    observers.update(swap=swap, gone=gone)
    assert notify(observers, {1: Change.UPDATED}, None) == []
    assert gone.heard == []
    assert [topic for topic, *_ in new.heard] == ["update"]


def test_errors_are_raised_together() -> None:
    raise_together([])
    errors: list[Exception] = [ValueError("a"), KeyError("b")]
    with pytest.raises(Exception, match="awareness observers raised") as caught:
        raise_together(errors)
    assert list(caught.value.exceptions) == errors  # type: ignore[attr-defined]


def test_what_is_no_exception_ends_the_program_at_once() -> None:
    def interrupt(topic: str, event: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        notify({"a": interrupt}, {1: Change.UPDATED}, None)


def test_where_nobody_listens_nothing_is_made_up() -> None:
    assert notify({}, {1: Change.ADDED}, None) == []
