"""What of this package is installed and enabled in the environment of this Python.

Top floor: reads Jupyter's configuration.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from jupyter_core.paths import jupyter_config_path, jupyter_path

__all__ = ["Finding", "examine_environment"]

LAB_EXTENSION = "jupyter-awareness"
SERVER_EXTENSION = "jupyter_awareness"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked; ``advice`` says what to do if it is bad."""

    verdict: Literal["ok", "note", "bad"]
    text: str
    advice: str = ""


def examine_environment() -> Iterator[Finding]:
    """Check what is installed and enabled in the environment of this Python."""
    yield _server_extension(_enabled_extensions().get(SERVER_EXTENSION))
    found = [
        Path(folder, LAB_EXTENSION, "package.json") for folder in jupyter_path("labextensions")
    ]
    installed = next((path for path in found if path.is_file()), None)
    if installed is None:
        advice = "Install it again: python -m pip install --force-reinstall jupyter_awareness"
        yield Finding("bad", "JupyterLab does not find the frontend.", advice)
    elif _is_disabled(LAB_EXTENSION):
        advice = f"Enable it: jupyter labextension enable {LAB_EXTENSION}"
        yield Finding("bad", "The frontend is installed but disabled.", advice)
    else:
        its = json.loads(installed.read_text(encoding="utf-8")).get("version")
        yield Finding("ok", f"The frontend {its} is installed: {installed.parent}")


def _server_extension(enabled: bool | None) -> Finding:
    advice = f"Enable it: jupyter server extension enable {SERVER_EXTENSION}"
    if enabled is None:
        return Finding("bad", "Jupyter Server is not told of the server extension.", advice)
    if not enabled:
        return Finding("bad", "The server extension is disabled.", advice)
    return Finding("ok", "The server extension is enabled.")


def _enabled_extensions() -> dict[str, bool]:
    from jupyter_server.extension.config import ExtensionConfigManager

    paths = jupyter_config_path()
    manager: Any = ExtensionConfigManager(read_config_path=paths)
    found = manager.get_jpserver_extensions()
    return {str(name): bool(enabled) for name, enabled in found.items()}


def _is_disabled(extension: str) -> bool:
    """Whether some ``page_config.json`` disables the extension, or a plugin that it needs."""
    for folder in jupyter_config_path():
        path = Path(folder, "labconfig", "page_config.json")
        try:
            disabled = json.loads(path.read_text(encoding="utf-8")).get("disabledExtensions", {})
        except (OSError, ValueError, AttributeError):
            continue
        names = disabled if isinstance(disabled, list) else [k for k, v in disabled.items() if v]
        if extension in names or f"{extension}:plugin" in names:
            return True
    return False
