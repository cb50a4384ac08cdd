"""Calls gathered in time."""

from __future__ import annotations

import asyncio

from jupyter_awareness.client.throttle import Throttle

INTERVAL = 0.02


class Counted(Throttle):
    """Counts what it runs, and when on the loop's clock."""

    def __init__(self) -> None:
        self.times: list[float] = []
        super().__init__(self._note, INTERVAL)

    def _note(self) -> None:
        self.times.append(asyncio.get_running_loop().time())


async def passes(seconds: float) -> None:
    """Let time pass on the loop's own clock."""
    passed = asyncio.Event()
    asyncio.get_running_loop().call_later(seconds, passed.set)
    await passed.wait()


def test_the_first_runs_at_once_but_after_the_current_task() -> None:
    async def main() -> None:
        throttle = Counted()
        throttle.invoke()
        assert throttle.times == []
        await asyncio.sleep(0)
        assert len(throttle.times) == 1
        throttle.stop()

    asyncio.run(main())


def test_those_that_follow_run_once_when_the_interval_is_over() -> None:
    async def main() -> None:
        throttle = Counted()
        for _ in range(100):
            throttle.invoke()
            await asyncio.sleep(0)
        await passes(3 * INTERVAL)
        assert len(throttle.times) == 2
        first, last = throttle.times
        assert last - first >= INTERVAL * 0.9

    asyncio.run(main())


def test_what_was_stopped_does_not_run_and_can_begin_again() -> None:
    async def main() -> None:
        throttle = Counted()
        throttle.invoke()
        await asyncio.sleep(0)
        throttle.invoke()
        throttle.stop()
        await passes(2 * INTERVAL)
        assert len(throttle.times) == 1
        throttle.invoke()
        await asyncio.sleep(0)
        assert len(throttle.times) == 2
        throttle.stop()
        throttle.stop()

    asyncio.run(main())
