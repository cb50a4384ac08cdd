"""Compare `Awareness.apply_awareness_update` with pycrdt's own, in one run.

    python benchmarks/awareness_apply.py [rounds]

Rounds alternate between the two, so that what else the machine does meets both. Numbers are
microseconds per update of one 450-byte entry (median, and the range over the rounds), and
milliseconds to refuse 320 kB of 0xFF, both of CPU time. Between machines, compare the ratio.
"""

from __future__ import annotations

import json
import statistics
import sys
import time

import pycrdt

from jupyter_awareness import Awareness

UPDATES = 2_000
STATE = {
    "user": {
        "username": "ada-lovelace",
        "name": "Ada Lovelace",
        "display_name": "Ada Lovelace",
        "initials": "AL",
        "avatar_url": None,
        "color": "#1a7f5a",
    },
    "kind": "person",
    "status": "active",
    "cursor": {
        "cell": "8f3d2a71-51b5-4c1e-9f3b-0123456789ab",
        "index": 12,
        "position": 1000,
        "anchor": 1000,
        "quote": {"before": "import num", "after": "py as np\n"},
    },
    "cell": {"id": "8f3d2a71-51b5-4c1e-9f3b-0123456789ab", "index": 12, "mode": "edit"},
    "document": {"dirty": True, "saved": None},
}


def make_updates() -> list[bytes]:
    """A caret that moves: every update differs from the one before."""
    sender = pycrdt.Awareness(pycrdt.Doc(client_id=3123456789))
    updates = []
    for position in range(1_000, 1_000 + UPDATES):
        state = json.loads(json.dumps(STATE))
        state["cursor"]["position"] = state["cursor"]["anchor"] = position
        sender.set_local_state(state)
        updates.append(sender.encode_awareness_update([sender.client_id]))
    return updates


def apply_all(kind: type[pycrdt.Awareness], updates: list[bytes]) -> float:
    """Microseconds per update, with one observer."""
    awareness = kind(pycrdt.Doc(client_id=1))
    awareness.observe(lambda topic, event: None)
    started = time.process_time()
    for update in updates:
        awareness.apply_awareness_update(update, "network")
    taken = time.process_time() - started
    assert awareness.states[3123456789]["cursor"]["position"] == 999 + UPDATES
    return taken / UPDATES * 1e6


def refuse(kind: type[pycrdt.Awareness]) -> float:
    """Milliseconds until an integer without end is refused."""
    awareness = kind(pycrdt.Doc(client_id=1))
    junk = b"\xff" * 320_000
    started = time.process_time()
    try:
        awareness.apply_awareness_update(junk, "network")
    except Exception:  # pycrdt raises an IndexError
        return (time.process_time() - started) * 1e3
    raise AssertionError("junk was applied")


def line(name: str, values: list[float]) -> str:
    return f"{name:8} {statistics.median(values):9.3f}  ({min(values):.3f} .. {max(values):.3f})"


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    updates = make_updates()
    ours: list[float] = []
    theirs: list[float] = []
    for _ in range(rounds):
        ours.append(apply_all(Awareness, updates))
        theirs.append(apply_all(pycrdt.Awareness, updates))
    ratio = [a / b for a, b in zip(ours, theirs, strict=True)]
    print(f"one entry of {len(updates[0])} bytes, {rounds} rounds, microseconds per update")
    print(line("ours", ours))
    print(line("pycrdt", theirs))
    print(line("ratio", ratio))
    print("320 kB of 0xFF, milliseconds until refused")
    print(line("ours", [refuse(Awareness) for _ in range(5)]))
    print(line("pycrdt", [refuse(pycrdt.Awareness)]))


if __name__ == "__main__":
    main()
