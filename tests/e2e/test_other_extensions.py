"""An extension of somebody else's, on top of `IPresence`: the example, built and installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from guests import Guests
from lab import Lab, until
from lab_server import LabServer
from raw_peer import Crowd

ROOT = Path(__file__).resolve().parents[2]
NAME = "jupyter-awareness-raise-hand"


@pytest.fixture
def raise_hand(tmp_path: Path) -> Path:
    """Build the example as its users would, next to this package; give the folder it is in."""
    example, modules = tmp_path / "raise-hand", ROOT / "node_modules"
    shutil.copytree(ROOT / "examples" / "raise-hand", example)
    (tmp_path / "node_modules").symlink_to(modules)
    (example / "node_modules").mkdir()
    (example / "node_modules" / "jupyter-awareness").symlink_to(ROOT)
    path = os.pathsep.join([str(modules / ".bin"), str(Path(sys.executable).parent)])
    environ = {**os.environ, "PATH": os.pathsep.join([path, os.environ["PATH"]])}
    for command in (["tsc"], ["jupyter-builder", "build", "."]):
        done = subprocess.run(command, cwd=example, env=environ, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    installed = tmp_path / "labextensions"
    shutil.copytree(example / "labextension", installed / NAME)
    return installed


@pytest.fixture
def extended(raise_hand: Path, tmp_path: Path) -> Iterator[LabServer]:
    """Start a server that has it."""
    settings = {"LabApp": {"extra_labextensions_path": [str(raise_hand)]}}
    server = LabServer(tmp_path / "server", settings)
    server.start()
    yield server
    server.kill()


def hand(lab: Lab) -> str:
    """What the button in the notebook's toolbar says."""
    return lab.page.locator("[data-jp-item-name='raise-hand']").inner_text()


@pytest.mark.timeout(120)
def test_an_extension_reads_peers_and_publishes_a_field_of_its_own(
    extended: LabServer, guests: Guests
) -> None:
    path = extended.write_notebook("hands.ipynb", ["x = 1"])
    crowd = Crowd(extended)
    alice, bob = guests("alice", "bob", server=extended)
    for lab in (alice, bob):
        lab.open(path)
    until(lambda: len(bob.faces()) == 1, "bob sees alice")
    alice.page.get_by_role("button", name="✋").click()
    until(lambda: hand(bob) == "✋ Alice", "bob sees that alice raised her hand")
    assert hand(alice) == "✋"
    crowd.come("carol", f"document:{path}", 9).say({"raise-hand": "<b>yes</b>"})
    until(lambda: len(bob.faces()) == 2, "bob sees carol")
    assert hand(bob) == "✋ Alice"
    alice.page.get_by_role("button", name="✋").click()
    until(lambda: hand(bob) == "✋", "bob sees that alice has lowered it")
    crowd.leave()
