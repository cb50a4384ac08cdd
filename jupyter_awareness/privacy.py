"""What of a claim is shown, and to whom: what the deployment, the person and the reader allow.

Ground floor: pure functions of JSON values.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any, Literal, TypeAlias

from .protocol import State

__all__ = ["CURSORS", "PLACES", "Sharing", "keep_to", "withheld", "without_places"]

Sharing: TypeAlias = Literal["never", "choice", "always"]
"""Whether something is shown to others: never, as each person chooses, or whatever they choose."""

PLACES = frozenset({"location", "open", "cell", "view", "call"})
"""The fields that say which document, and which part of it, somebody looks at."""

CURSORS = frozenset({"cursor", "cursors", "selection", "selections"})
"""The fields that say where in a text somebody is."""

NOTHING: frozenset[str] = frozenset()


def withheld(privacy: object, locations: Sharing, cursors: Sharing) -> frozenset[str]:
    """Give the fields that are not shown to anybody.

    Args:
        privacy: what the person claims: ``{location?: false, cursor?: false}``, None for no wish.
            Whoever says something that cannot be read is taken to want both.
        locations: whether `PLACES` are shown on this deployment.
        cursors: likewise for `CURSORS`.
    """
    places = PLACES if _hides(privacy, "location", locations) else NOTHING
    return places | CURSORS if _hides(privacy, "cursor", cursors) else places


def keep_to(documents: Container[str], state: State) -> None:
    """Take out of a state every path that is not one of these documents.

    They are those whose rooms the person was let into: they exist here, are not hidden, and the
    person may read them. So nothing has to be looked up when somebody moves.
    """
    for field in ("location", "call"):
        if field in state and _path(state[field]) not in documents:
            del state[field]
    if "open" in state:
        opened = state["open"]
        known = [item for item in opened if _path(item) in documents] if _is_list(opened) else []
        state["open"] = known
        if not known:
            del state["open"]


def without_places(state: State) -> State:
    """Give what a reader is told who may not read documents."""
    return {k: v for k, v in state.items() if k not in PLACES and k not in CURSORS}


def _hides(privacy: object, what: str, sharing: Sharing) -> bool:
    if sharing != "choice":
        return sharing == "never"
    if privacy is None:
        return False
    return not isinstance(privacy, Mapping) or privacy.get(what, True) is not True


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _path(value: Any) -> str:
    """Give the path that a place is at, or that stands by itself; empty if there is none."""
    path = value.get("path") if isinstance(value, dict) else value
    return path if isinstance(path, str) else ""
