"""Who hears of a change, under which topics, and what happens when one of them raises.

Ground floor: plain calls; imports no tornado, no asyncio, no clock.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from .states import ADDED, REMOVED, UPDATED, Change

if sys.version_info < (3, 11):  # pragma: no cover
    from exceptiongroup import ExceptionGroup  # type: ignore[import-not-found,unused-ignore]

Observer: TypeAlias = Callable[[str, tuple[dict[str, Any], Any]], None]
"""Called with `(topic, ({"added": ids, "updated": ids, "removed": ids}, origin))`."""

_Ids: TypeAlias = list[int]


def notify(
    observers: Mapping[str, Observer], changes: Mapping[int, Change], origin: object
) -> list[Exception]:
    """Call every observer for every topic that these changes concern.

    In this order: "change" (a state differs), "update" (any entry moved), both as y-protocols
    has them; then "add" and "remove" when a client came or went, with only those ids.

    An observer may subscribe and unsubscribe while it is called: who is new hears of the next
    topic, who is gone hears no more.

    Returns:
        What observers raised. The others were called nevertheless.
    """
    errors: list[Exception] = []
    if not observers:
        return errors
    for topic, added, updated, removed in _topics(changes):
        for observer_id, observer in tuple(observers.items()):
            if observer_id not in observers:
                continue
            # Lists of its own for each: what one observer does to them is its own affair.
            event = {"added": [*added], "updated": [*updated], "removed": [*removed]}
            try:
                observer(topic, (event, origin))
            except Exception as error:
                errors.append(error)
    return errors


def raise_together(errors: list[Exception]) -> None:
    """Raise what observers raised, if any did, as one ExceptionGroup."""
    if errors:
        raise ExceptionGroup("awareness observers raised", errors)


def _topics(changes: Mapping[int, Change]) -> list[tuple[str, _Ids, _Ids, _Ids]]:
    """Give the topics that have anybody to tell of, each with its added, updated, removed."""
    added, changed, moved, removed = [], [], [], []
    for client_id, change in changes.items():
        if change is ADDED:
            added.append(client_id)
        elif change is REMOVED:
            removed.append(client_id)
        else:
            moved.append(client_id)
            if change is UPDATED:
                changed.append(client_id)
    topics: list[tuple[str, _Ids, _Ids, _Ids]] = []
    if added or changed or removed:
        topics.append(("change", added, changed, removed))
    if changes:
        topics.append(("update", added, moved, removed))
    if added:
        topics.append(("add", added, [], []))
    if removed:
        topics.append(("remove", [], [], removed))
    return topics
