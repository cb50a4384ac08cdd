"""A real JupyterLab server for browsers to visit."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from server_process import TESTS, ServerProcess, Settings

NO_POP_UPS = {"fetchNews": "false", "checkForUpdates": False}
NEVER_IDLE = {"idleAfter": 0}  # Playwright's people move without moving the mouse.


class LabServer(ServerProcess):
    """JupyterLab, with its settings and workspaces in the folder too."""

    module = "jupyterlab"
    path = (TESTS, TESTS / "e2e")  # `identities` and `doormen` are there.

    def __init__(self, folder: Path, settings: Settings, python: str = sys.executable) -> None:
        for name in ("workspaces", "settings"):
            (folder / name).mkdir(parents=True)
        super().__init__(folder, settings, python)
        self.set("@jupyterlab/apputils-extension:notification", NO_POP_UPS)
        self.set("jupyter-awareness:plugin", NEVER_IDLE)

    def set(self, plugin: str, values: Mapping[str, Any]) -> None:
        """Write a JupyterLab plugin's settings; pages that are opened from now on have them."""
        package, name = plugin.split(":")
        folder = self._folder / "settings" / package
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.jupyterlab-settings").write_text(json.dumps(dict(values)))

    def common_settings(self) -> dict[str, dict[str, Any]]:
        """What all tests have in common."""
        common = super().common_settings()
        common["ServerApp"] |= {
            "identity_provider_class": "doormen.Identities",
            "authorizer_class": "doormen.Authorizer",
        }
        common["JupyterNotebookApp"] = {"expose_app_in_browser": True}
        common["LabApp"] = {
            "expose_app_in_browser": True,
            "extension_manager": "readonly",
            "workspaces_dir": str(self._folder / "workspaces"),
            "user_settings_dir": str(self._folder / "settings"),
        }
        return common
