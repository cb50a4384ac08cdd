"""A real redis-server for tests: started, killed, paused and started again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

STARTS_WITHIN = 10  # seconds


class RedisServer:
    """One redis-server, on a port of its own, that keeps nothing.

    Args:
        folder: what it may write to.
        options: more words of its command line.
    """

    scheme = "redis"
    ready = "+PONG"  # what it answers to a PING

    def __init__(self, folder: Path, *options: str) -> None:
        program = shutil.which("redis-server") or shutil.which("valkey-server")
        assert program, "redis-server is needed: on Debian, scripts/test installs it"
        self._program = program
        self._folder = folder
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"{self.scheme}://127.0.0.1:{self.port}/0"

    @property
    def listens(self) -> list[str]:
        """The words of its command line that name its port."""
        return ["--port", str(self.port)]

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = ["--bind", "127.0.0.1", "--save", "", "--dir", str(self._folder)]
        self._process = subprocess.Popen(
            [self._program, *self._options, *self.listens, *options],
            stdout=subprocess.DEVNULL,
        )
        self.until("PING", self.ready)

    def until(self, command: str, answer: str) -> None:
        """Give a command until it is answered so."""
        deadline = time.monotonic() + STARTS_WITHIN
        while answer not in self._answer(command):
            assert time.monotonic() < deadline, f"redis-server does not answer {command}"
            time.sleep(0.01)

    def kill(self) -> None:
        """End it without a word, also while it is paused."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def pause(self) -> None:
        """Let it hold every connection, and answer nothing."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def dial(self) -> socket.socket:
        """Connect to it."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=1)

    def _signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        os.kill(self._process.pid, number)

    def _answer(self, command: str) -> str:
        try:
            with self.dial() as connection:
                connection.sendall(f"{command}\r\n".encode())
                return connection.recv(4_096).decode(errors="replace")
        except OSError:
            return ""


def free_port() -> int:
    """A port that nobody has now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
