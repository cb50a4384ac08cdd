"""Programs that tests need: a Chromium, a redis-server. Found here, or installed where possible.

Standard library only: it runs before anything is installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

from environment import Failed

VARIABLE = "AWARENESS_CHROMIUM"
# The headless shell draws nothing for a window that nobody sees: a quarter less work than Chromium.
HEADLESS = "chromium-headless-shell"
NAMES = (HEADLESS, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
REDIS_NAMES = ("redis-server", "valkey-server")
REDIS_HINT = "Install redis-server or valkey-server."
HINT = f"Install Chromium or Google Chrome, or say where it is in ${VARIABLE}."


def find_chromium() -> str | None:
    """Give the path of a Chromium that starts; None if there is none.

    Raises:
        Failed: if `$AWARENESS_CHROMIUM` names something that is no browser.
    """
    named = os.environ.get(VARIABLE)
    if named:
        if not _starts(named):
            raise Failed(f"${VARIABLE} is {named}, which does not start. {HINT}")
        return named
    found = (shutil.which(name) for name in NAMES)
    return next((path for path in found if path and _starts(path)), None)


def require_chromium(say: Callable[[str], None]) -> str:
    """Give the path of a Chromium; on Debian install one if there is none.

    Raises:
        Failed: if there is none and none can be installed.
    """
    found = find_chromium()
    if found:
        return found
    _install(HEADLESS, say, HINT)
    installed = find_chromium()
    if installed is None:
        raise Failed(f"Chromium was installed but does not start. {HINT}")
    return installed


def require_redis(say: Callable[[str], None]) -> None:
    """See that there is a redis-server; on Debian install one if there is none.

    Raises:
        Failed: if there is none and none can be installed.
    """
    if not any(map(shutil.which, REDIS_NAMES)):
        _install("redis-server", say, REDIS_HINT)


_ONE_AT_A_TIME = threading.Lock()  # apt-get itself refuses to run twice


def _install(package: str, say: Callable[[str], None], hint: str) -> None:
    """Install a package on Debian.

    Raises:
        Failed: this is no Debian, one is not allowed to, or apt-get fails.
    """
    if not _is_debian() or not shutil.which("apt-get"):
        raise Failed(f"No {package} here, and only on Debian can it be installed for you. {hint}")
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if root and (
        not shutil.which("sudo") or subprocess.call([*root, "true"], stderr=subprocess.DEVNULL)
    ):
        raise Failed(f"No {package} here, and apt-get needs root. {hint}")
    with _ONE_AT_A_TIME:
        say(f"installing {package} (apt-get)")
        for step in (["update"], ["install", "-y", "--no-install-recommends", package]):
            # A service of it need not start: tests start their own.
            policy = ["env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1"]
            command = [*root, *policy, "apt-get", "-q", *step]
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode:
                raise Failed(f"{done.stdout[-2000:]}{done.stderr[-2000:]}\napt-get failed. {hint}")


def _starts(path: str) -> bool:
    """Say whether the browser really runs: Ubuntu's `chromium-browser` may be an empty shell."""
    try:
        command = [path, "--version"]
        return subprocess.run(command, capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _is_debian() -> bool:
    try:
        lines = Path("/etc/os-release").read_text(encoding="utf-8").splitlines()
    except OSError:
        return False
    return "ID=debian" in lines
