"""The agent of `examples/`, run as its page in the documentation says: in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from lab_server import LabServer
from server_process import TOKEN

PROGRAM = Path(__file__).resolve().parents[2] / "examples" / "agent.py"
NAME = "Reading Agent"

# The same program, which at each line waits for a word instead of for some time.
IN_STEPS = """\
import asyncio, runpy, sys
from types import SimpleNamespace

async def word(seconds):
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)

program = runpy.run_path(sys.argv.pop(1))
program["main"].__globals__["asyncio"] = SimpleNamespace(run=asyncio.run, sleep=word)
sys.exit(program["main"]())
"""


def start(server: LabServer, path: str, *, seconds: float) -> subprocess.Popen[str]:
    """Have it read a notebook, and wait so many seconds at each line."""
    return _start(server, str(PROGRAM), path, "--seconds", str(seconds))


def start_in_steps(server: LabServer, path: str) -> subprocess.Popen[str]:
    """Have it read a notebook, and wait at each line until `go_on`."""
    return _start(server, "-c", IN_STEPS, str(PROGRAM), path)


def go_on(process: subprocess.Popen[str]) -> None:
    """Let it go to the next line."""
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()


def _start(server: LabServer, *command: str) -> subprocess.Popen[str]:
    where = ("--url", server.url, "--token", TOKEN)
    return subprocess.Popen(
        [sys.executable, *command, *where],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
