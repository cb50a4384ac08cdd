"""A real JupyterLab server in a process of its own, with everything it writes in one folder.

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
from typing import Any

import nbformat.v4

BASE_URL = "/hub/user/test/"
TOKEN = "server-token"
TESTS = Path(__file__).resolve().parent.parent
STARTS_WITHIN = 40.0  # seconds; a machine under load needs ten times of what it needs alone
NO_POP_UPS = {"fetchNews": "false", "checkForUpdates": False}


class LabServer:
    """A JupyterLab server on 127.0.0.1 that can be ended and started again on its port.

    Args:
        folder: for its documents, settings, workspaces, secrets and log; kept between starts.
        settings: traits by class name, over those that all tests have in common.
        python: the interpreter that runs it.
    """

    def __init__(
        self, folder: Path, settings: Mapping[str, Mapping[str, Any]], python: str = sys.executable
    ) -> None:
        self.documents = folder / "documents"
        self._folder = folder
        self._python = python
        self._port = _free_port()
        self._log = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None
        for name in ("documents", "workspaces", "settings", "jupyter"):
            (folder / name).mkdir(parents=True)
        self._write_configuration(settings)
        quiet = folder / "settings" / "@jupyterlab" / "apputils-extension"
        quiet.mkdir(parents=True)
        (quiet / "notification.jupyterlab-settings").write_text(json.dumps(NO_POP_UPS))

    @property
    def url(self) -> str:
        """The base URL, with a slash at its end."""
        return f"http://127.0.0.1:{self._port}{BASE_URL}"

    @property
    def log(self) -> str:
        """What the server has printed so far."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.start_without_waiting()
        deadline = time.monotonic() + STARTS_WITHIN
        while not self.answers():
            if self._process is None or self._process.poll() is not None:
                raise RuntimeError(f"The server has ended:\n{self.log}")
            if time.monotonic() > deadline:
                raise TimeoutError(f"The server does not answer:\n{self.log}")
            time.sleep(0.02)

    def start_without_waiting(self) -> None:
        """Start it; it does not answer yet when this returns."""
        command = [self._python, "-m", "jupyterlab", f"--config={self._folder / 'config.json'}"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=self._folder, env=self._environment(), stdout=log, stderr=log
            )

    def answers(self) -> bool:
        """Whether it answers requests now."""
        request = urllib.request.Request(
            self.url + "api/status", headers={"Authorization": f"token {TOKEN}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=2):
                return True
        except (urllib.error.URLError, OSError):
            return False

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
        cells = [
            nbformat.v4.new_code_cell(source, id=f"c{index}")
            for index, source in enumerate(sources)
        ]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
        nbformat.write(notebook, self.documents / name)
        return name

    def write_file(self, name: str, text: str) -> str:
        """Write a text file; return its path."""
        (self.documents / name).write_text(text)
        return name

    def _write_configuration(self, settings: Mapping[str, Mapping[str, Any]]) -> None:
        configuration: dict[str, dict[str, Any]] = {
            "ServerApp": {
                "ip": "127.0.0.1",
                "port": self._port,
                "port_retries": 0,
                "open_browser": False,
                "base_url": BASE_URL,
                "root_dir": str(self.documents),
                "identity_provider_class": "doormen.Identities",
                "authorizer_class": "doormen.Authorizer",
                "allow_root": True,
            },
            "IdentityProvider": {"token": TOKEN},
            "JupyterNotebookApp": {"expose_app_in_browser": True},
            "LabApp": {
                "expose_app_in_browser": True,
                "extension_manager": "readonly",
                "workspaces_dir": str(self._folder / "workspaces"),
                "user_settings_dir": str(self._folder / "settings"),
            },
        }
        for name, traits in settings.items():
            configuration.setdefault(name, {}).update(traits)
        (self._folder / "config.json").write_text(json.dumps(configuration))

    def _environment(self) -> dict[str, str]:
        own = self._folder / "jupyter"
        return {
            **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
            # `identities` and `doormen` are there.
            "PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS / "e2e")]),
            "JUPYTER_CONFIG_DIR": str(own / "config"),
            "JUPYTER_DATA_DIR": str(own / "data"),
            "JUPYTER_RUNTIME_DIR": str(own / "runtime"),
            "IPYTHONDIR": str(own / "ipython"),
        }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
