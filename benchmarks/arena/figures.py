"""Figures of what was observed, and of a process as Linux counts them."""

from __future__ import annotations

from pathlib import Path

from .crowd import Samples


def quantiles(ordered: list[int]) -> dict[str, float | None]:
    """Of microseconds in order, in milliseconds."""
    if not ordered:
        return {"p50": None, "p99": None}
    return {
        f"p{percent}": ordered[min(len(ordered) * percent // 100, len(ordered) - 1)] / 1e3
        for percent in (50, 99)
    }


def ages(receivers: list[Samples]) -> dict[str, float | None]:
    """How old what is shown is, at any moment: from its arrival until the next one's."""
    most = 30_000
    change = [0] * (most + 2)  # spans that begin at an age, less those that end before it
    for samples in receivers:
        for since, until in zip(samples.since, samples.until, strict=True):
            change[min(since // 1000, most)] += 1
            change[min(until // 1000, most) + 1] -= 1
    shown, spans = [], 0
    for step in change:
        spans += step
        shown.append(spans)
    total = sum(shown)
    if not total:
        return {"p50": None, "p99": None}
    result: dict[str, float | None] = {}
    for percent in (50, 99):
        left = total * percent / 100
        for age, count in enumerate(shown):
            left -= count
            if left <= 0:
                result[f"p{percent}"] = float(age)
                break
    return result


def cpu_seconds(pid: int) -> float:
    """What a process, with all its threads, has used of the processor."""
    return (
        sum(
            int(stat.read_text().split()[0])
            for stat in Path(f"/proc/{pid}/task").glob("*/schedstat")
        )
        / 1e9
    )


def rss_bytes(pid: int) -> int:
    """The memory of a process that is not shared with files."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) * 1024
    raise ValueError("no RssAnon")
