"""A real Jupyter server in a process of its own, with everything it writes in one folder.

It runs the installed package, not this tree, and stands under a base URL of some depth, as behind
JupyterHub: whatever forgets the base URL fails.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import nbformat.v4

BASE_URL = "/hub/user/test/"
TOKEN = "server-token"
TESTS = Path(__file__).resolve().parent
STARTS_WITHIN = 40.0  # seconds; a machine under load needs ten times of what it needs alone

Settings: TypeAlias = Mapping[str, Mapping[str, Any]]
"""Traits by class name."""


class ServerProcess:
    """A server on 127.0.0.1 that can be ended and started again on its port.

    Args:
        folder: for its documents, secrets and log; kept between starts.
        settings: traits over those that all tests have in common.
        python: the interpreter that runs it.
    """

    module = "jupyter_server"
    path: tuple[Path, ...] = (TESTS,)  # `identities` is there.

    def __init__(self, folder: Path, settings: Settings, python: str = sys.executable) -> None:
        self.documents = folder / "documents"
        self._folder = folder
        self._python = python
        self._port = _free_port()
        self._log = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None
        for name in ("documents", "jupyter"):
            (folder / name).mkdir(parents=True)
        self.configure(settings)

    @property
    def url(self) -> str:
        """The base URL, with a slash at its end."""
        return f"http://127.0.0.1:{self._port}{BASE_URL}"

    @property
    def runtime(self) -> Path:
        """The folder in which it writes what its user's other programs may know."""
        return self._folder / "jupyter" / "runtime"

    @property
    def log(self) -> str:
        """What the server has printed so far."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.start_without_waiting()
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Wait until it answers."""
        deadline = time.monotonic() + STARTS_WITHIN
        while not self.answers():
            if self._process is None or self._process.poll() is not None:
                raise RuntimeError(f"The server has ended:\n{self.log}")
            if time.monotonic() > deadline:
                raise TimeoutError(f"The server does not answer:\n{self.log}")
            time.sleep(0.02)

    def start_without_waiting(self) -> None:
        """Start it; it does not answer yet when this returns."""
        command = [self._python, "-m", self.module, f"--config={self._folder / 'config.json'}"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=self._folder, env=self.environment, stdout=log, stderr=log
            )

    def answers(self) -> bool:
        """Whether it answers requests now, and whoever may ask for it."""
        try:
            with urllib.request.urlopen(self.url + "api", timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            return False

    def signal(self, number: int) -> None:
        """Send it a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    def stop(self) -> None:
        """End it as an admin does, so that it says goodbye to everybody; wait until it is gone.

        Jupyter Server may hang at its very end, after all of that, on an idle thread of anyio's.
        """
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(2)
        self.kill()

    def kill(self) -> None:
        """End it without a word."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def write_notebook(self, name: str, sources: Iterable[str]) -> str:
        """Write a notebook of code cells with the ids c0, c1, ...; return its path."""
        write_cells(self.documents / name, sources)
        return name

    def write_file(self, name: str, text: str) -> str:
        """Write a text file; return its path."""
        (self.documents / name).write_text(text)
        return name

    def configure(self, settings: Settings) -> None:
        """Write the configuration that counts from the next start on."""
        configuration = self.common_settings()
        for name, traits in settings.items():
            configuration.setdefault(name, {}).update(traits)
        (self._folder / "config.json").write_text(json.dumps(configuration))

    def common_settings(self) -> dict[str, dict[str, Any]]:
        """What all tests have in common."""
        return {
            "ServerApp": {
                "ip": "127.0.0.1",
                "port": self._port,
                "port_retries": 0,
                "open_browser": False,
                "base_url": BASE_URL,
                "root_dir": str(self.documents),
                "identity_provider_class": "identities.TokenUsers",
                "allow_root": True,
            },
            "IdentityProvider": {"token": TOKEN},
        }

    @property
    def environment(self) -> dict[str, str]:
        """Variables of a process that shares the server's Jupyter, and nobody else's."""
        own = self._folder / "jupyter"
        return {
            **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
            "PYTHONPATH": os.pathsep.join(map(str, self.path)),
            "JUPYTER_CONFIG_DIR": str(own / "config"),
            "JUPYTER_DATA_DIR": str(own / "data"),
            "JUPYTER_RUNTIME_DIR": str(self.runtime),
            "IPYTHONDIR": str(own / "ipython"),
        }


def write_cells(file: Path, sources: Iterable[str]) -> None:
    """Write a notebook of code cells with the ids c0, c1, ..."""
    cells = [
        nbformat.v4.new_code_cell(source, id=f"c{index}") for index, source in enumerate(sources)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, file)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
