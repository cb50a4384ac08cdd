"""What of a claim is shown, and to whom: what the deployment, the person and the reader allow.

Ground floor: pure functions of JSON values.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from typing import Any, Literal, TypeAlias

from .protocol import State

__all__ = ["CURSORS", "PLACES", "Sharing", "keep_to", "paths_in", "renamed", "withheld"]
__all__ += ["without_places"]

Sharing: TypeAlias = Literal["never", "choice", "always"]
"""Whether something is shown to others: never, as each person chooses, or whatever they choose."""

PLACES = frozenset({"location", "open", "cell", "view", "call"})
"""The fields that say which document, and which part of it, somebody looks at."""

CURSORS = frozenset({"cursor", "cursors", "selection", "selections"})
"""The fields that say where in a text somebody is."""

NOTHING: frozenset[str] = frozenset()
SINGLE = ("location", "call")  # the fields with one path; `open` has a list


def withheld(privacy: object, locations: Sharing, cursors: Sharing) -> frozenset[str]:
    """Give the fields that are not shown to anybody.

    A cursor is in a cell, so whoever hides their place hides it too, unless cursors are always
    shown here.

    Args:
        privacy: what the person claims: ``{location?: false, cursor?: false}``, None for no wish.
            Whoever says something that cannot be read is taken to want both.
        locations: whether `PLACES` are shown on this deployment.
        cursors: likewise for `CURSORS`.
    """
    if not _hides(privacy, "location", locations):
        return CURSORS if _hides(privacy, "cursor", cursors) else NOTHING
    return PLACES if cursors == "always" else PLACES | CURSORS


def keep_to(documents: Container[str], state: State) -> None:
    """Take out of a state every path that is not one of these documents.

    They are those whose rooms the person was let into: they exist here, are not hidden, and the
    person may read them. So nothing has to be looked up when somebody moves.
    """
    for field in SINGLE:
        if field in state and _path(state[field]) not in documents:
            del state[field]
    if "open" in state:
        known = [item for item in _list(state["open"]) if _path(item) in documents]
        state["open"] = known
        if not known:
            del state["open"]


def paths_in(state: State) -> list[str]:
    """Give all paths that a state names."""
    claimed = [*map(state.get, SINGLE), *_list(state.get("open"))]
    return [path for path in map(_path, claimed) if path]


def renamed(state: State, name: Callable[[str], str | None]) -> State:
    """Give a state with all paths under other names; what has none there is left out."""
    if not paths_in(state):
        return state
    fields = dict(state)
    for field in SINGLE:
        if field in fields:
            place = _renamed(fields.pop(field), name)
            fields |= {} if place is None else {field: place}
    opened = [_renamed(place, name) for place in _list(fields.pop("open", None))]
    known = [place for place in opened if place is not None]
    return {**fields, "open": known} if known else fields


def without_places(state: State) -> State:
    """Give what a reader is told who may not read documents."""
    return {k: v for k, v in state.items() if k not in PLACES and k not in CURSORS}


def _hides(privacy: object, what: str, sharing: Sharing) -> bool:
    if sharing != "choice":
        return sharing == "never"
    if privacy is None:
        return False
    return not isinstance(privacy, Mapping) or privacy.get(what, True) is not True


def _renamed(place: Any, name: Callable[[str], str | None]) -> Any:
    path = name(_path(place))
    if path is None:
        return None
    return {**place, "path": path} if isinstance(place, dict) else path


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _path(value: Any) -> str:
    """Give the path that a place is at, or that stands by itself; empty if there is none."""
    path = value.get("path") if isinstance(value, dict) else value
    return path if isinstance(path, str) else ""
