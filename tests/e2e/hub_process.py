"""A real JupyterHub with its proxy, servers and Redis, set up as docs/jupyterhub.md says."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from lab import until
from lab_server import NEVER_IDLE, NO_POP_UPS
from redis_server import RedisServer
from server_process import write_cells

ROOT = Path(__file__).resolve().parents[2]
PROXY = ROOT / "node_modules" / ".bin" / "configurable-http-proxy"
DOCUMENTATION = ROOT / "docs" / "jupyterhub.md"
STARTS_WITHIN = 60.0  # seconds; a machine under load needs ten times of what it needs alone
TOKEN = "t" * 32

# What a test's Hub has of its own: ports, people without passwords, everything in one folder.
OWN = """
c.JupyterHub.authenticator_class = "dummy"
c.JupyterHub.spawner_class = "simple"
c.JupyterHub.bind_url = "http://127.0.0.1:{ports[0]}/"
c.JupyterHub.hub_port = {ports[1]}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{ports[2]}"
c.ConfigurableHTTPProxy.command = ["{proxy}"]
for service in c.JupyterHub.get("services") or []:
    service["command"].append("--allow-root")
c.JupyterHub.services.extend([{{"name": "tests", "api_token": "{token}"}}])
c.JupyterHub.load_roles.extend(
    [{{"name": "tests", "services": ["tests"], "scopes": ["admin:users", "admin:servers"]}}]
)
c.Authenticator.allowed_users = {people!r}
c.SimpleLocalProcessSpawner.home_dir_template = "{folder}/home/{{username}}"
c.Spawner.start_timeout = c.Spawner.http_timeout = {patience}
c.Spawner.environment.update({{"JUPYTER_CONFIG_DIR": "{folder}/config"}})
c.Spawner.args.append("--allow-root")
"""


class HubProcess:
    """A JupyterHub whose people share a folder, which each has linked as `shared`.

    Args:
        folder: for everything that it writes.
        people: their names.
        section: the heading in the documentation above the configuration to use.
    """

    def __init__(self, folder: Path, people: Iterable[str], section: str) -> None:
        self.shared = folder / "shared"
        self.shared.mkdir()
        self.redis = RedisServer(folder)
        self._folder = folder
        self._people = set(people)
        self._ports = _free_ports(4)
        self._process: subprocess.Popen[bytes] | None = None
        for person in self._people:
            home = folder / "home" / person
            home.mkdir(parents=True)
            (home / "shared").symlink_to(self.shared)
        self._configure(section)
        self.uses_redis = "REDIS" in documented(section)

    @property
    def url(self) -> str:
        """Where the proxy is, with a slash at its end."""
        return f"http://127.0.0.1:{self._ports[0]}/"

    @property
    def log(self) -> str:
        """What the Hub and all servers have printed so far."""
        return (self._folder / "hub.log").read_text(errors="replace")

    def start(self) -> None:
        """Start Redis, the Hub, and everybody's server; wait until all answer."""
        self.redis.start()
        with (self._folder / "hub.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "jupyterhub", f"--config={self._folder / 'hub_config.py'}"],
                cwd=self._folder,
                env=self._environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._until(lambda: self._asks("GET", "") is not None, "the Hub answers")
        for person in self._people:
            self._asks("POST", f"users/{person}/server")
        for person in self._people:
            self._until(partial(self._is_ready, person), f"{person}'s server answers")

    def stop_server(self, person: str) -> None:
        """Stop somebody's server, as they do with a button of the Hub's page."""
        self._asks("DELETE", f"users/{person}/server")

    def kill(self) -> None:
        """End all of it without a word."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(5)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        for pid in _running_in(self._folder):  # servers that hang at their very end
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.redis.kill()

    def write_notebook(self, name: str, sources: Iterable[str]) -> str:
        """Write a notebook into the shared folder; return its path on people's servers."""
        write_cells(self.shared / name, sources)
        return f"shared/{name}"

    def _configure(self, section: str) -> None:
        own = OWN.format(
            ports=self._ports,
            proxy=PROXY,
            token=TOKEN,
            people=self._people,
            folder=self._folder,
            patience=round(STARTS_WITHIN),
        )
        (self._folder / "hub_config.py").write_text(documented(section) + own)
        config = self._folder / "config"
        for plugin, values in (
            ("@jupyterlab/apputils-extension/notification", NO_POP_UPS),
            ("jupyter-awareness/plugin", NEVER_IDLE),
        ):
            file = config / "lab" / "user-settings" / f"{plugin}.jupyterlab-settings"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(values))
        lab = {"LabApp": {"expose_app_in_browser": True, "extension_manager": "readonly"}}
        (config / "jupyter_server_config.json").write_text(json.dumps(lab))

    def _environment(self) -> dict[str, str]:
        node = shutil.which("node")
        assert node is not None, "node is needed for the proxy"
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("JUPYTER")}
        return {
            **inherited,
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "PRESENCE_REDIS": self.redis.url,
            "PRESENCE_SECRET": "0123456789abcdef" * 4,
            "PRESENCE_PORT": str(self._ports[3]),
        }

    def _is_ready(self, person: str) -> bool:
        user = self._asks("GET", f"users/{person}")
        return bool(user and user["server"])

    def _asks(self, method: str, path: str) -> Any:
        """Ask the Hub's REST interface; None if it does not answer."""
        request = urllib.request.Request(
            f"{self.url}hub/api/{path}", method=method, headers={"Authorization": f"token {TOKEN}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=STARTS_WITHIN) as answer:
                return json.loads(answer.read() or b"{}")
        except (urllib.error.URLError, OSError):
            return None

    def _until(self, probe: Callable[[], bool], what: str) -> None:
        def has_ended() -> bool:
            return self._process is None or self._process.poll() is not None

        try:
            until(lambda: has_ended() or probe(), what, STARTS_WITHIN)
            assert not has_ended(), "the Hub has ended"
        except AssertionError as error:
            raise RuntimeError(f"{error}\n{self.log[-5_000:]}") from None


def documented(section: str) -> str:
    """Give the first Python block below a heading of the documentation."""
    text = DOCUMENTATION.read_text()
    found = re.search(rf"^## {re.escape(section)}$.*?^```python$(.*?)^```$", text, re.M | re.S)
    assert found is not None, section
    return found[1]


def _running_in(folder: Path) -> list[int]:
    """Which processes have been started in a folder, or below it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if folder in (process / "cwd").readlink().parents:
                found.append(int(process.name))
    return found


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports
