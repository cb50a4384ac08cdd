"""The example's agent, run from a plain Python process, as people in JupyterLab see it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from guests import Guests
from lab import Lab, until
from lab_server import LabServer
from server_process import TOKEN

ROOT = Path(__file__).resolve().parents[2]
AGENT = ROOT / "examples" / "agent.py"
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
NAME = "Reading Agent"
CODE = (1, 3)  # the first cells with code


@contextmanager
def reading(server: LabServer, path: str, *options: str) -> Iterator[subprocess.Popen[str]]:
    """Run the agent in a process that knows nothing of this one but a variable with the token."""
    command = [sys.executable, str(AGENT), path, "--url", server.url, *options]
    variables = {**os.environ, "JUPYTER_AWARENESS_TOKEN": TOKEN}
    process = subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.kill()
        process.communicate()


def row_of_the_agent(lab: Lab) -> str | None:
    """What a screen reader says of the agent's row in the panel, in the section of the document."""
    rows = lab.people().get("In this document", [])
    return next((row for row in rows if row.startswith(NAME)), None)


def test_the_agent_is_shown_as_one_and_walks_through_the_cells(
    guests: Guests, own_server: LabServer, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    path = "pond.ipynb"
    shutil.copy(ROOT / "examples" / "demo.ipynb", own_server.documents / path)
    (alice,) = guests("alice", server=own_server)
    alice.open(path)
    alice.show_people()
    folder = ROOT / "docs" / "images" if pytestconfig.getoption("screenshots") else tmp_path
    with reading(own_server, path, "--seconds", "0.25") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"{NAME} reads {path}; Alice can see it.\n"
        until(lambda: row_of_the_agent(alice), "alice sees the agent in the panel")
        row = row_of_the_agent(alice)
        assert row is not None
        assert "agent" in row.removeprefix(NAME)
        for cell in CODE:
            where = f"Cell {cell + 1}."
            until(lambda where=where: where in (row_of_the_agent(alice) or ""), f"it is in {where}")
            until(lambda cell=cell: selects_in(alice, cell), f"a line of cell {cell} is selected")
        process.send_signal(signal.SIGSTOP)  # it holds still for a picture
        for theme, name in THEMES.items():
            alice.run("apputils:change-theme", theme=name)
            alice.page.screenshot(
                path=folder / f"agent-{theme}.png", animations="disabled", caret="initial"
            )
        process.send_signal(signal.SIGCONT)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        until(lambda: row_of_the_agent(alice) is None, "the agent is gone")
        until(lambda: not alice.carets(), "its caret is gone too")


def selects_in(lab: Lab, cell: int) -> bool:
    """Whether somebody else's caret is in a cell, with a selection on the screen."""
    return cell in {caret.cell for caret in lab.carets()} and bool(lab.selections())
