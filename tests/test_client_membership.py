"""The inside of a room: waiting to be let in."""

from __future__ import annotations

import asyncio

import pytest

from jupyter_awareness.client import Unreachable
from jupyter_awareness.client.access import Access
from jupyter_awareness.client.membership import Membership
from jupyter_awareness.client.servers import Server


def a_membership() -> Membership:
    """One that has not begun to connect."""
    return Membership(Access(Server("http://localhost:1/", "token"), None, True), "lobby", {})


async def test_a_cancellation_is_heard_in_the_moment_in_which_one_is_let_in() -> None:
    membership = a_membership()
    entering = asyncio.ensure_future(membership.entered(5))
    await asyncio.sleep(0)
    membership._settled.set()
    entering.cancel()
    with pytest.raises(asyncio.CancelledError):
        await entering


async def test_who_is_not_let_in_for_long_is_told_so() -> None:
    with pytest.raises(Unreachable, match="no answer"):
        await a_membership().entered(0.01)
