"""People as rooms know them, for tests that need somebody and not somebody in particular."""

from __future__ import annotations

from jupyter_awareness.identity import PALETTE, User


def person(username: str) -> User:
    """Somebody whose names are made of one."""
    return User(
        username=username,
        name=username.title(),
        display_name=username.title(),
        initials=username[0].upper(),
        avatar_url=None,
        color=PALETTE[0],
    )
