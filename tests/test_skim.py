"""Which frames need not be read: what is seen in the end is the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from persons import person

from jupyter_awareness.identity import Policy
from jupyter_awareness.protocol import (
    Entry,
    decode_message,
    encode_awareness,
    encode_entry,
    encode_query,
)
from jupyter_awareness.room import Member, Room, RoomLimits
from jupyter_awareness.skim import outdated

NOW = 1_800_000_000.0  # seconds since the epoch


def frame(*entries: tuple[int, int, Any]) -> bytes:
    return encode_awareness(
        [
            encode_entry(number, clock, None if n is None else {"n": n})
            for number, clock, n in entries
        ]
    )


def test_of_what_one_client_says_the_latest_is_read() -> None:
    assert outdated([frame((1, clock, clock)) for clock in (1, 2, 3)], {1}) == {0, 1}


def test_each_client_has_its_own_latest() -> None:
    frames = [frame((1, 1, 1)), frame((2, 5, 1)), frame((1, 2, 2)), frame((3, 9, 1))]
    assert outdated(frames, {1, 2, 3}) == {0}


def test_an_older_clock_makes_nothing_outdated() -> None:
    assert outdated([frame((1, 2, 2)), frame((1, 1, 1))], {1}) == set()
    assert outdated([frame((1, 2, 2)), frame((1, 2, None))], {1}) == set()


def test_clocks_are_compared_as_numbers() -> None:
    assert outdated([frame((1, 0x00FF, 1)), frame((1, 0x0100, 2))], {1}) == {0}
    assert outdated([frame((1, 0x0100, 1)), frame((1, 0x00FF, 2))], {1}) == set()
    many = 2**50
    assert outdated([frame((1, many, 1)), frame((1, many + 1, 2))], {1}) == {0}


def test_clocks_of_unlike_length_are_read() -> None:
    assert outdated([frame((1, 127, 1)), frame((1, 128, 2))], {1}) == set()


def test_what_is_said_of_others_is_read() -> None:
    assert outdated([frame((1, 1, 1)), frame((1, 2, 2))], {2}) == set()


@pytest.mark.parametrize(
    "other",
    [
        b"",
        b"\x01",
        encode_query(),
        frame(),
        frame((1, 1, 1), (2, 1, 1)),
        b"\x01\x02\x01" + b"\xff" * 9,
    ],
)
def test_frames_of_another_kind_are_read(other: bytes) -> None:
    assert outdated([other, frame((1, 9, 1)), other], {1, 2}) == set()


NUMBERS = st.one_of(st.integers(0, 300), st.integers(2**40, 2**40 + 3))
WORDS = st.tuples(st.sampled_from([1, 2, 3]), NUMBERS, st.sampled_from([None, 1, 2, 3]))
SAID = st.lists(WORDS, min_size=1, max_size=2).map(lambda words: frame(*words))


@given(st.lists(SAID, max_size=8), st.booleans())
def test_what_is_seen_does_not_depend_on_it(frames: list[bytes], first: bool) -> None:
    seen = []
    for skims in (False, True):
        room = Room(RoomLimits(clients_per_connection=2), Policy())
        alice = Member(person("alice"), "user:alice", NOW)
        if not first:
            room.receive(alice, [Entry(1, 1, {"n": 0}), Entry(2, 1, {"n": 0})], NOW)
        unread = outdated(frames, alice.ids) if skims else ()
        for place, said in enumerate(frames):
            if place not in unread:
                room.receive(alice, decode_message(said).entries, NOW)
        seen.append({item.client_id: item.state and item.state["n"] for item in room.feed.living()})
    assert seen[0] == seen[1]
