"""A real server in a process of its own, two honest people beside it, and what attacks them."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

HERE = Path(__file__).resolve().parent
BASE_URL = "/user/a%40b/"
TOKEN = "server-token"
OTHERS = ("jupyter_lsp", "jupyter_server_terminals", "jupyterlab", "notebook_shim")
STARTS_WITHIN = 40.0  # seconds; a machine under load needs ten times of what it needs alone
STRANGERS_FROM = 1_000_000  # client ids from here on are Mallory's own


class Server:
    """A Jupyter server with this extension on 127.0.0.1.

    Args:
        folder: for its documents, settings and log.
        traits: of the extension.
    """

    def __init__(self, folder: Path, traits: Mapping[str, Any] | None = None) -> None:
        self.documents = folder / "documents"
        self.documents.mkdir(parents=True)
        self._folder = folder
        self._port = free_port()
        self._log = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None
        (folder / "config.json").write_text(json.dumps(self._configuration(traits or {})))

    @property
    def url(self) -> str:
        """The base URL of its WebSockets, with a slash at its end."""
        return f"ws://127.0.0.1:{self._port}{BASE_URL}"

    @property
    def http_url(self) -> str:
        """The base URL, with a slash at its end."""
        return f"http://127.0.0.1:{self._port}{BASE_URL}"

    @property
    def process(self) -> int:
        """The id of its process."""
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> str:
        """What it has printed so far."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = [sys.executable, "-m", "jupyter_server", f"--config={self._folder}/config.json"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=self._folder, env=self._environment(), stdout=log, stderr=log
            )
        deadline = time.monotonic() + STARTS_WITHIN
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The server does not answer:\n{self.log}")
            time.sleep(0.02)

    def answers(self) -> bool:
        """Whether it answers requests now."""
        headers = {"Authorization": f"token {TOKEN}"}
        request = urllib.request.Request(self.http_url + "api/status", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            return False

    def lives(self) -> bool:
        """Whether its process is there."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """End it without a word."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _configuration(self, traits: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        return {
            "ServerApp": {
                "ip": "127.0.0.1",
                "port": self._port,
                "port_retries": 0,
                "base_url": BASE_URL,
                "root_dir": str(self.documents),
                "identity_provider_class": "strangers.Identities",
                "authorizer_class": "strangers.Permissions",
                "allow_root": True,
                "jpserver_extensions": dict.fromkeys(OTHERS, False) | {"jupyter_awareness": True},
            },
            "IdentityProvider": {"token": TOKEN},
            "AwarenessExtension": dict(traits),
        }

    def _environment(self) -> dict[str, str]:
        own = self._folder / "jupyter"
        paths = [str(HERE.parent), str(HERE), os.environ.get("PYTHONPATH", "")]  # the identities
        return {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
            "JUPYTER_CONFIG_DIR": str(own / "config"),
            "JUPYTER_DATA_DIR": str(own / "data"),
            "JUPYTER_RUNTIME_DIR": str(own / "runtime"),
        }


class Witness:
    """The two honest people; `witness.py` says what they do."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        command = [sys.executable, str(HERE / "witness.py"), json.dumps(options)]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True)
        self._read()

    def begin(self) -> None:
        """Watch from now on."""
        self._write("begin")

    def end(self) -> dict[str, Any]:
        """Tell what was seen."""
        self._write("end")
        return self._read()

    def leave(self) -> None:
        """End the process."""
        self._process.communicate()

    def _write(self, line: str) -> None:
        _open(self._process.stdin).write(line + "\n")
        _open(self._process.stdin).flush()

    def _read(self) -> Any:
        line = _open(self._process.stdout).readline()
        if not line:
            raise RuntimeError("The witness is dead.")
        return json.loads(line)


def honest(server: Server) -> dict[str, Any]:
    """Alice as a client of this project, Bob as a stock one, in the lobby."""
    room = f"{server.url}api/awareness/room/lobby"
    people = {
        name: {"url": room, "headers": {"Authorization": f"token {name}-token"}, "ours": ours}
        for name, ours in (("alice", True), ("bob", False))
    }
    return {**people, "strangers_from": STRANGERS_FROM, "signed": True}


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _open(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream
