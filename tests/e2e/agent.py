"""The agent of `examples/`, run as its page in the documentation says: in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from lab_server import LabServer
from server_process import TOKEN

PROGRAM = Path(__file__).resolve().parents[2] / "examples" / "agent.py"
NAME = "Reading Agent"


def start(server: LabServer, path: str, *, seconds: float) -> subprocess.Popen[str]:
    """Have it read a notebook, and wait so many seconds at each line."""
    where = ("--url", server.url, "--token", TOKEN, "--seconds", str(seconds))
    return subprocess.Popen(
        [sys.executable, str(PROGRAM), path, *where], stdout=subprocess.PIPE, text=True
    )
