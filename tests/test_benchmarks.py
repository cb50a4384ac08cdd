"""The benchmarks still run; no figure that depends on the machine is judged here."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]


def load(name: str) -> ModuleType:
    """Import a module of the benchmarks, which are no package."""
    path = ROOT / "benchmarks" / name
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="it reads /proc and uses epoll"),
    pytest.mark.timeout(300),
]


def test_a_short_run_gives_every_figure(tmp_path: Path) -> None:
    command = [sys.executable, "benchmarks/run.py", "--smoke", "--cache", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr
    runs = json.loads((tmp_path / "smoke.json").read_text())["runs"]
    figures = {key: first for key, [first] in runs.items()}
    ours = {key.split("|")[1]: value for key, value in figures.items() if "awareness" in key}
    assert set(ours) == {"moving", "memory", "newcomer", "idle", "comeback"}
    moving = [value for key, value in figures.items() if "moving" in key]
    assert len(moving) == 2
    for value in moving:
        assert value["never_delivered"] == value["closed"] == value["refused_sends"] == 0
        assert value["delivered_share"] > 0
        assert value["age_ms"]["p99"] >= value["age_ms"]["p50"] > 0
        assert value["cpu_us_per_delivery"] > 0
    assert ours["newcomer"]["frames"] == 1
    assert ours["newcomer"]["seen_ms"] is not None
    assert ours["idle"]["frames_per_client"] == 0
    assert ours["comeback"]["seen_after_seconds"] is not None


def test_the_cache_is_kept_out_of_the_repository() -> None:
    command = [sys.executable, "benchmarks/run.py", "--smoke", "--cache", str(ROOT / "cache")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "must not be in the repository" in done.stderr
    assert not (ROOT / "cache").exists()


@pytest.mark.parametrize(
    ("page", "names"),
    [("README.md", ["speed"]), ("docs/performance.md", ["figures", "browser", "startup"])],
)
def test_figures_are_written_between_marks(page: str, names: list[str], tmp_path: Path) -> None:
    put = load("arena/page.py").put
    copy = tmp_path / "page.md"
    copy.write_text((ROOT / page).read_text())
    for name in names:
        put(name, f"New figures of {name}.", copy)
    text = copy.read_text()
    assert [text.count(f"New figures of {name}.") for name in names] == [1] * len(names)
    put(names[0], "Newer.", copy)
    assert f"New figures of {names[0]}." not in copy.read_text()
    with pytest.raises(ValueError, match="no marks"):
        put("nothing", "", copy)


def test_a_process_does_no_more_in_a_larger_deployment() -> None:
    deployment = load("deployment.py")
    small, large = deployment.deploy(10, 100), deployment.deploy(80, 100)
    assert small.said == large.said == 100  # what its own people say
    others = deployment.PER_ROOM - 1
    assert small.heard < large.most <= 100 * others  # and what those say who are with them
