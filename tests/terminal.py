"""`jupyter awareness …` as a person or a script runs it: in a process of its own."""

from __future__ import annotations

import asyncio
import os
import pty
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

OF_THE_RUNNER = ("JPY_", "JUPYTER", "NO_COLOR")  # variables that say how the tests are run
DEADLINE = 40  # seconds; a test that needs it has failed


@dataclass(frozen=True)
class Outcome:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


class Terminal:
    """Runs commands. They find no server by themselves, unless it is in their runtime folder.

    Args:
        runtime: the folder in which running servers are listed.
        variables: more of the environment.
    """

    def __init__(self, runtime: Path, variables: Mapping[str, str] | None = None) -> None:
        self.variables = {
            **{k: v for k, v in os.environ.items() if not k.startswith(OF_THE_RUNNER)},
            "TERM": "xterm-256color",
            "JUPYTER_RUNTIME_DIR": str(runtime),
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            **(variables or {}),
        }

    async def run(self, *arguments: str) -> Outcome:
        """Run ``jupyter awareness`` to its end."""
        async with self.start(*arguments) as process:
            out, err = await asyncio.wait_for(process.communicate(), DEADLINE)
        assert process.returncode is not None
        return Outcome(process.returncode, out.decode(), err.decode())

    @asynccontextmanager
    async def start(
        self, *arguments: str, stdout: int = asyncio.subprocess.PIPE
    ) -> AsyncIterator[asyncio.subprocess.Process]:
        """Start it; it is killed at the end if it has not ended."""
        process = await asyncio.create_subprocess_exec(
            *("jupyter", "awareness", *arguments),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=stdout,
            stderr=asyncio.subprocess.PIPE,
            env=self.variables,
        )
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
            process._transport.close()  # type: ignore[attr-defined]

    async def show(self, *arguments: str) -> str:
        """Run it on a terminal, and give what that shows."""
        ours, theirs = pty.openpty()
        try:
            async with self.start(*arguments, stdout=theirs) as process:
                await asyncio.wait_for(process.wait(), DEADLINE)
            return os.read(ours, 65_536).decode()
        finally:
            os.close(ours)
            os.close(theirs)


async def interrupt(process: asyncio.subprocess.Process) -> Outcome:
    """Press Ctrl-C, and wait for the end."""
    process.send_signal(signal.SIGINT)
    out, err = await asyncio.wait_for(process.communicate(), DEADLINE)
    assert process.returncode is not None
    return Outcome(process.returncode, out.decode(), err.decode())
