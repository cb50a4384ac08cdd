"""The servers that are compared: how each is installed into the cache, started and stopped."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .dialects import TOKEN

HERE = Path(__file__).parent / "competitors"
START_SECONDS = 30
SERVER_CORE = 0

JUPYTER = (
    "-m",
    "jupyter_server",
    "--ServerApp.ip=127.0.0.1",
    "--ServerApp.port={port}",
    "--ServerApp.port_retries=0",
    "--ServerApp.identity_provider_class=numbered.Numbered",
    f"--IdentityProvider.token={TOKEN}",
    "--ServerApp.open_browser=False",
    "--ServerApp.allow_root=True",
    "--ServerApp.log_level=ERROR",
    "--ServerApp.root_dir={home}",
    *(
        f"--ServerApp.jpserver_extensions={name}=False"  # they take long to start
        for name in ("jupyterlab", "jupyter_lsp", "notebook", "notebook_shim")
    ),
)
OURS = (
    "--AwarenessExtension.max_connections=5000",
    "--AwarenessExtension.max_bytes_per_second=0",
)
NUMBERED = {"PYTHONPATH": str(HERE)}


@dataclass(frozen=True)
class Server:
    """One server: ``packages`` are what its cache folder must hold, ``command`` starts it.

    ``{python}`` in a command is its own interpreter, ``{cache}`` its folder, ``{home}`` a
    temporary one.
    """

    name: str
    dialect: str
    command: tuple[str, ...]
    pip: tuple[str, ...] = ()
    npm: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


SERVERS = {
    server.name: server
    for server in (
        Server("jupyter_awareness", "ours", ("{python}", *JUPYTER, *OURS), environment=NUMBERED),
        Server(
            "jupyter-collaboration",
            "collaboration",
            ("{python}", *JUPYTER),
            pip=("jupyter-collaboration>=5,<6",),
            environment=NUMBERED,
        ),
        Server(
            "y-websocket-server",
            "y-websocket",
            ("node", "{cache}/node_modules/@y/websocket-server/src/server.js"),
            npm=("@y/websocket-server@0.1.1",),
            environment={"HOST": "127.0.0.1", "PORT": "{port}"},
        ),
        Server(
            "hocuspocus",
            "hocuspocus",
            ("node", "{cache}/hocuspocus.mjs"),
            npm=("@hocuspocus/server@4.7.0",),
            environment={"PORT": "{port}"},
        ),
        Server(
            "bare tornado",
            "y-websocket",
            ("{python}", str(HERE / "bare.py"), "{port}", "broadcast"),
        ),
        Server(
            "bare tornado echo",
            "y-websocket",
            ("{python}", str(HERE / "bare.py"), "{port}", "echo"),
        ),
        Server(
            "bare Jupyter handler",
            "bare-jupyter",
            ("{python}", *JUPYTER, "--ServerApp.jpserver_extensions=bare_extension=True"),
            environment=NUMBERED,
        ),
    )
}


def install(server: Server, cache: Path) -> None:
    """Put what a server needs into its folder of the cache, unless it is there."""
    folder = cache / server.name
    done = folder / ".installed"
    wanted = "\n".join(server.pip + server.npm)
    if not wanted or (done.exists() and done.read_text() == wanted):
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    if server.pip:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([folder / "bin/pip", "install", "-q", *server.pip], check=True)
    if server.npm:
        subprocess.run(["npm", "install", "--silent", "--prefix", folder, *server.npm], check=True)
        for script in HERE.glob("*.mjs"):
            shutil.copy(script, folder)
    done.write_text(wanted)


@contextlib.contextmanager
def running(server: Server, cache: Path, options: Sequence[str] = ()) -> Iterator[tuple[int, int]]:
    """A fresh server on a core of its own; gives its port and its process id."""
    with (
        tempfile.TemporaryDirectory(prefix="arena-") as home,
        (Path(home) / "log").open("w+") as log,
    ):
        port = _free_port()
        fill = _filler(server, cache, home, port)
        given = {option.partition("=")[0] for option in options}
        command = [word for word in server.command if word.partition("=")[0] not in given]
        process = subprocess.Popen(
            [fill(word) for word in (*command, *options)],
            env={
                **os.environ,
                **{f"JUPYTER_{what}_DIR": home for what in ("CONFIG", "DATA", "RUNTIME")},
                **{name: fill(value) for name, value in server.environment.items()},
            },
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
        try:
            if len(os.sched_getaffinity(0)) > 1:
                os.sched_setaffinity(process.pid, {SERVER_CORE})
            _wait(process, port)
            yield port, process.pid
        except Exception:
            log.seek(0)
            sys.stderr.write(log.read()[-2000:])
            raise
        finally:
            process.kill()
            process.wait()


def _filler(server: Server, cache: Path, home: str, port: int) -> Callable[[str], str]:
    folder = cache / server.name
    python = str(folder / "bin/python") if server.pip else sys.executable

    def fill(text: str) -> str:
        return text.format(python=python, cache=folder, home=home, port=port)

    return fill


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"it ended with {process.returncode} before it listened")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"it does not listen after {START_SECONDS} s")
