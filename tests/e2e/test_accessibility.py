"""What is drawn can be read, reached and heard: checked by axe-core in each theme."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lab import Lab, until
from lab_server import LabServer
from raw_peer import Crowd

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
Pair = tuple[Lab, Lab]
CODE = "import math\nradius = 2"
# All that is ours; `include` wants selectors that are there.
OURS = "[class*='jp-Awareness']"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]


def violations(lab: Lab) -> list[str]:
    """What axe finds in the parts of the page that are ours, one line each."""
    found: dict[str, Any] = lab.page.evaluate(
        """async ([ours, rules]) => {
          const all = [...document.querySelectorAll(ours)];
          const roots = all.filter(one => !one.parentElement.closest(ours));
          return axe.run({ include: roots }, { runOnly: rules });
        }""",
        [OURS, RULES],
    )
    return [
        f"{one['id']}: {one['help']}: {node['html'][:200]} {node.get('failureSummary', '')}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


@pytest.fixture(params=["JupyterLab Light", "JupyterLab Dark", "JupyterLab Dark High Contrast"])
def themed(pair: Pair, request: pytest.FixtureRequest) -> Iterator[Pair]:
    """Alice in a theme, and Bob."""
    alice, _ = pair
    alice.wear(request.param)
    yield pair
    alice.wear("JupyterLab Light")


@pytest.mark.usefixtures("lasting_names")  # What fades has other contrasts.
def test_axe_finds_nothing(themed: Pair, crowd: Crowd, server: LabServer) -> None:
    path = server.write_notebook("axe.ipynb", [CODE, "second = 2", *["more = 3"] * 40])
    alice, bob = themed
    alice.page.add_script_tag(path=AXE)
    for lab in (alice, bob):
        lab.open(path)
    alice.show_people()
    carol = crowd.come("carol", f"document:{path}", 77)
    carol.say({"cell": {"id": "c1", "index": 1, "mode": "command"}, "kind": "agent"})
    busy = {"running": ["c0", "c1"], "typing": True}
    for number in range(6):
        below = {"id": f"c{40 - number // 5}", "index": 40 - number // 5, "mode": "command"}
        other = crowd.come(f"extra-{number}", f"document:{path}", 80 + number)
        other.say({"cell": below, "activity": busy, "status": "idle" if number else "active"})
    bob.put_caret(0, 3)
    alice.put_caret(0, 0)
    alice.sees_caret(0, 3)
    until(lambda: len(alice.faces()) == 5, "alice sees five faces")
    until(lambda: len(alice.edges()["below"]) == 3, "alice sees who is below")
    until(lambda: "In this document" in alice.people(), "alice sees people in the panel")
    assert violations(alice) == []
