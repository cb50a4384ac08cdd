"""The comparison with other servers still runs; no figure of it is judged here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

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
