"""The decoder and the ordering rule, compared with npm's y-protocols on the same updates.

Where the two differ, it is for one of the reasons that are listed here.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parent
sys.path.append(str(TESTS / "fuzz"))

import corpus  # noqa: E402
from mutations import Mutations  # noqa: E402

from jupyter_awareness.protocol import (  # noqa: E402
    Entry,
    ProtocolError,
    State,
    decode_update,
)
from jupyter_awareness.states import Change, judge, same  # noqa: E402

CORPUS = corpus.read()
GOLDEN = json.loads((TESTS / "golden/frames.json").read_text("utf-8"))["awareness"]
UPDATES = 10_000
READ_BY_BOTH = 300  # at least, or there is nothing to compare
STRICTER = (
    # What y-protocols reads and this project refuses, as other readers would misunderstand it.
    "bytes after the end of the update",
    "a state is neither a JSON object nor null",
    "a state is refused: ",
    "an integer is not below 2^53",
)


def ask(questions: Sequence[dict[str, Any]]) -> list[Any]:
    """Put questions to y-protocols."""
    node = shutil.which("node")
    assert node, "node is needed: scripts/test brings it"
    lines = "".join(json.dumps(question) + "\n" for question in questions)
    answered = subprocess.run(
        [node, str(TESTS / "stock" / "judge.mjs")], input=lines, stdout=subprocess.PIPE, text=True
    )
    assert answered.returncode == 0
    return [json.loads(line) for line in answered.stdout.splitlines()]


def read(update: bytes) -> tuple[Entry, ...] | str:
    """Give an update's entries, or why it is refused."""
    try:
        return decode_update(update)
    except ProtocolError as error:
        return error.reason


def updates() -> list[bytes]:
    """The golden ones, the corpus of the fuzzer, and what chance makes of both."""
    known = [*(bytes.fromhex(vector["update"]) for vector in GOLDEN), *CORPUS]
    texts = (b"{}", b'{"n":1}', b"null", b'{"a":[1,{"b":2.5}]}', b'{"\xc3\xa9":"\xf0\x9f\x98\x80"}')
    chance = Mutations(3, [*known, *texts])
    made = [chance.next() for _ in range(UPDATES)]
    frames = [data for data in made if data[:1] == b"\x01" and len(data) > 3]
    return [*known, *made, *(data[2 if data[1] < 0x80 else 3 :] for data in frames)]


def alike(ours: Sequence[Entry], theirs: Sequence[Any]) -> bool:
    return len(ours) == len(theirs) and all(
        [entry.client_id, entry.clock] == other[:2] and same(rounded(entry.state), other[2])
        for entry, other in zip(ours, theirs, strict=True)
    )


def rounded(value: Any) -> Any:
    """Give a value as JavaScript holds it: its integers beyond 2^53 are not exact."""
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return float(value) if type(value) is int else value


def test_what_is_read_is_read_alike_and_what_is_refused_more_has_a_reason() -> None:
    asked = updates()
    answers = ask([{"update": update.hex()} for update in asked])
    read_by_both = 0
    for update, theirs in zip(asked, answers, strict=True):
        ours = read(update)
        if isinstance(ours, str):
            assert "error" in theirs or ours.startswith(STRICTER), (update.hex(), ours, theirs)
        else:
            assert "entries" in theirs, (update.hex(), ours, theirs)
            assert alike(ours, theirs["entries"]), (update.hex(), theirs)
            read_by_both += 1
    assert read_by_both > READ_BY_BOTH


def walks() -> list[list[Entry]]:
    """Entries of a few clients under a few clocks, in any order."""
    chance = random.Random(11)
    states: list[State | None] = [None, {}, {"n": 1}, {"n": True}, {"n": 2}, {"n": [1, 0]}]
    return [
        [Entry(client_id, 1, {}) for client_id in (1, 2, 3)]
        + [
            Entry(chance.randrange(1, 4), chance.randrange(1, 6), chance.choice(states))
            for _ in range(30)
        ]
        for _ in range(200)
    ]


def expected(
    known: tuple[int, State | None] | None, change: Change, entry: Entry
) -> dict[str, Any]:
    """What y-protocols says of a change, of which it keeps clocks for ever (PROTOCOL.md)."""
    lists: dict[str, list[int]] = {
        name: [] for name in ("added", "updated", "filteredUpdated", "removed")
    }
    client = entry.client_id
    if change is Change.ADDED and known is None:
        lists["added"] = [client]
    elif change in (Change.ADDED, Change.UPDATED):
        lists["updated"] = lists["filteredUpdated"] = [client]
    elif change is Change.REMOVED or (change is Change.RENEWED and entry.state is None):
        lists["removed"] = [client]
    elif change is Change.RENEWED:
        lists["updated"] = [client]
    return lists


def test_the_same_entries_count_as_for_y_protocols() -> None:
    for walk, theirs in zip(walks(), ask([{"steps": walk} for walk in walks()]), strict=True):
        table: dict[int, tuple[int, State | None]] = {}
        for entry, said in zip(walk, theirs["changes"], strict=True):
            known = table.get(entry.client_id)
            clock, state = known or (None, None)
            change = judge(clock, state, entry)
            assert said == expected(known, change, entry), (walk, entry)
            if change is not Change.STALE:
                table[entry.client_id] = (entry.clock, entry.state)
        states = {str(number): state for number, (_, state) in table.items() if state is not None}
        assert theirs["states"] == states
