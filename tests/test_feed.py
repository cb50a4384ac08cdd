"""The change feed of a room, at times that the tests choose."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_awareness.deflate import BLOCK, inflate
from jupyter_awareness.feed import Feed, Frame, Item
from jupyter_awareness.protocol import (
    MAX_INTEGER,
    SERVER_CLOCK_FLOOR,
    Entry,
    Packet,
    decode_message,
)

NOW = 1_800_000_000.0  # seconds since the epoch
A: dict[str, Any] = {"name": "a"}
B: dict[str, Any] = {"name": "b"}


def entries(packet: Packet | None) -> tuple[Entry, ...]:
    assert packet is not None
    return decode_message(b"".join(packet)).entries


def whole(items: list[Item]) -> tuple[Entry, ...]:
    return entries(Frame(items).without(set()))


def said(items: list[Item]) -> dict[int, dict[str, Any] | None]:
    return {item.client_id: item.state for item in items}


def ids(items: list[Item]) -> list[int]:
    return [item.client_id for item in items]


# Numbers


def test_a_number_is_the_time_in_microseconds() -> None:
    assert Feed().next_number(NOW) == 1_800_000_000_000_000


def test_numbers_grow_also_when_time_stands_still_or_goes_back() -> None:
    feed = Feed()
    numbers = [feed.next_number(now) for now in (NOW, NOW, NOW - 3600, NOW)]
    assert numbers == sorted(set(numbers))


def test_numbers_grow_over_a_restart() -> None:
    before, after = Feed(), Feed()
    for _ in range(1_000):
        before.record(1, A, NOW)
    assert after.next_number(NOW + 1) > before.number


def test_numbers_are_the_servers_and_every_reader_holds_them() -> None:
    in_the_year_2100 = 4_102_444_800.0
    for now in (NOW, in_the_year_2100):
        assert SERVER_CLOCK_FLOOR < Feed().next_number(now) < MAX_INTEGER


def test_numbers_go_on_above_those_of_other_processes() -> None:
    feed = Feed()
    feed.next_number(NOW)
    feed.advance(feed.number + 5_000_000)
    ahead = feed.number
    feed.advance(ahead - 1)
    assert feed.next_number(NOW + 1) == ahead + 1


# What changed


def test_the_clock_on_the_wire_is_the_number_in_the_feed() -> None:
    feed = Feed()
    feed.record(7, A, NOW)
    assert whole(feed.living()) == (Entry(7, feed.number, A),)


def test_only_the_latest_of_a_client_counts() -> None:
    feed = Feed()
    feed.record(1, A, NOW)
    feed.record(1, B, NOW)
    assert said(feed.living()) == {1: B}
    assert feed.state(1) == B
    assert len(feed) == 1


def test_one_place_says_what_somebody_has_not_seen() -> None:
    feed = Feed()
    feed.record(1, A, NOW)
    feed.record(2, A, NOW)
    place = feed.number
    assert feed.since(place) == []
    feed.record(1, B, NOW)
    feed.record(3, A, NOW)
    assert ids(feed.since(place)) == [1, 3]
    assert ids(feed.since(0)) == [2, 1, 3]


def test_who_left_is_said_to_whoever_was_there() -> None:
    feed = Feed()
    feed.record(1, A, NOW)
    place = feed.number
    feed.record(1, None, NOW)
    assert said(feed.since(place)) == {1: None}
    assert feed.state(1) is None
    assert feed.living() == []
    assert len(feed) == 0


def test_nothing_is_known_of_whom_nothing_was_said() -> None:
    assert Feed().state(1) is None


def test_a_snapshot_has_everybody_and_who_left_meanwhile() -> None:
    feed = Feed()
    feed.record(1, A, NOW)
    feed.record(2, A, NOW)
    place = feed.number
    feed.record(2, None, NOW)
    assert said(feed.snapshot(place)) == {1: A, 2: None}
    assert said(feed.snapshot(feed.number)) == {1: A}


def test_who_returns_is_there_once() -> None:
    feed = Feed()
    feed.record(1, A, NOW)
    place = feed.number
    feed.record(1, None, NOW)
    feed.record(1, B, NOW)
    assert said(feed.snapshot(place)) == {1: B}
    assert len(feed) == 1


def test_what_is_renewed_has_a_new_number_and_is_no_change() -> None:
    feed = Feed()
    feed.record(1, A, NOW)
    feed.record(2, None, NOW, local=False)
    place = feed.number
    renewed = feed.renewed(feed.snapshot(0), NOW + 20)
    assert feed.since(place) == []
    assert {item.number for item in renewed} == {feed.number}
    assert feed.number > place
    assert whole(renewed) == (Entry(2, feed.number, None), Entry(1, feed.number, A))
    assert [item.local for item in renewed] == [False, True]


def test_what_comes_after_a_renewal_is_newer_than_it() -> None:
    feed = Feed()
    feed.record(1, A, NOW)
    [renewed] = feed.renewed(feed.living(), NOW)
    feed.record(1, B, NOW)
    assert feed.living()[0].number > renewed.number


# Who said it


def test_a_repetition_is_known_as_one() -> None:
    feed = Feed()
    assert feed.repeats(1, None)
    assert not feed.repeats(1, {})
    feed.record(1, {"n": 1}, NOW)
    assert feed.repeats(1, {"n": 1})
    assert not feed.repeats(1, {"n": True})
    assert not feed.repeats(1, None)
    feed.record(1, None, NOW)
    assert feed.repeats(1, None)


def test_what_another_process_said_is_not_yet_said_by_this_one() -> None:
    feed = Feed()
    feed.record(1, A, NOW, local=False)
    assert not feed.repeats(1, A)
    feed.record(1, None, NOW, local=False)
    assert feed.repeats(1, None)


# What is kept


def test_who_left_is_forgotten_once_everybody_was_told() -> None:
    feed = Feed()
    feed.record(1, A, NOW)
    feed.record(2, A, NOW)
    feed.record(1, None, NOW)
    told = feed.number
    feed.record(2, None, NOW)
    feed.forget(told - 1)
    assert ids(feed.since(0)) == [1, 2]
    feed.forget(told)
    assert ids(feed.since(0)) == [2]
    feed.forget(feed.number)
    assert feed.since(0) == []


def test_who_returned_is_not_forgotten() -> None:
    feed = Feed()
    feed.record(1, A, NOW)
    feed.record(1, None, NOW)
    feed.record(1, B, NOW)
    feed.forget(feed.number)
    assert said(feed.living()) == {1: B}


def test_nothing_is_kept_of_a_thousand_who_came_and_went() -> None:
    feed = Feed()
    for number in range(1_000):
        feed.record(number, A, NOW)
        feed.record(number, None, NOW)
    feed.forget(feed.number)
    assert feed.since(0) == feed.snapshot(0) == []


# Frames


def test_a_frame_is_encoded_once_for_everybody_whom_it_suits() -> None:
    feed = Feed()
    feed.record(1, A, NOW)
    frame = Frame(feed.living())
    assert frame.without({2}) is frame.without({3})


def test_nobody_is_sent_their_own_entry() -> None:
    feed = Feed()
    for number in (1, 2, 3):
        feed.record(number, A, NOW)
    frame = Frame(feed.living())
    assert [entry.client_id for entry in entries(frame.without({2}))] == [1, 3]
    assert [entry.client_id for entry in entries(frame.without({1, 3, 9}))] == [2]
    assert [entry.client_id for entry in entries(frame.without(set()))] == [1, 2, 3]


def test_what_is_left_out_leaves_views_of_the_same_bytes() -> None:
    feed = Feed()
    for number in (1, 2, 3):
        feed.record(number, A, NOW)
    frame = Frame(feed.living())
    whole, middle, first = (frame.without(ids) for ids in (set(), {2}, {1}))
    assert whole
    assert middle
    assert first
    assert [len(packet) for packet in (whole, middle, first)] == [2, 3, 2]
    assert all(memoryview(piece).obj is whole[1] for piece in middle[1:] + first[1:])
    assert len(frame) == len(whole[1])


def test_a_reader_who_may_not_know_of_documents_is_told_no_places() -> None:
    feed = Feed()
    feed.record(1, {"n": 1, "location": {"path": "a"}, "cursor": {"position": 1}}, NOW)
    feed.record(2, {"n": 2}, NOW)
    feed.record(3, None, NOW)
    whole, bare = Frame(feed.since(0)), Frame(feed.since(0), places=False)
    assert [entry.clock for entry in entries(whole.without(set()))] == [
        entry.clock for entry in entries(bare.without(set()))
    ]
    assert [entry.state for entry in entries(bare.without(set()))] == [{"n": 1}, {"n": 2}, None]
    assert [entry.client_id for entry in entries(bare.without({1}))] == [2, 3]


def test_a_frame_with_nothing_to_say_is_none() -> None:
    feed = Feed()
    assert Frame([]).without({1}) is None
    feed.record(1, A, NOW)
    assert Frame(feed.living()).without({1}) is None


@pytest.mark.parametrize("state", [A, {"text": "\u00e9\u4e16\U0001f600"}, {}])
def test_a_frame_says_what_was_recorded(state: dict[str, Any]) -> None:
    feed = Feed()
    feed.record(2**53 - 1, state, NOW)
    assert whole(feed.living()) == (Entry(2**53 - 1, feed.number, state),)


@given(
    st.lists(st.tuples(st.integers(0, 5), st.booleans() | st.none()), max_size=40),
    st.data(),
)
def test_whoever_reads_by_places_ends_where_a_newcomer_begins(
    changes: list[tuple[int, bool | None]], data: st.DataObject
) -> None:
    feed = Feed()
    reader: dict[int, Any] = {}
    place = 0
    for client_id, value in changes:
        feed.record(client_id, None if value is None else {"value": value}, NOW)
        if data.draw(st.booleans()):
            reader.update(said(feed.since(place)))
            place = feed.number
            feed.forget(place)
    reader.update(said(feed.since(place)))
    living = {client_id: state for client_id, state in reader.items() if state is not None}
    assert living == said(feed.living())
    assert len(feed) == len(living)


# What is compressed


def crowd(count: int) -> Feed:
    feed = Feed()
    for client_id in range(1, count + 1):
        feed.record(client_id, {"n": client_id, "ballast": "x" * 200}, NOW)
    return feed


def test_only_what_is_long_is_worth_compressing() -> None:
    assert not Frame(crowd(3).living()).worth_deflating
    assert Frame(crowd(100).living()).worth_deflating


@pytest.mark.parametrize("own", [set(), {1}, {50}, {100}, {1, 2, 99, 1_000}])
def test_a_compressed_frame_says_what_the_other_does(own: set[int]) -> None:
    frame = Frame(crowd(100).living())
    plain, deflated = frame.without(own), frame.deflated(own)
    assert plain is not None
    assert deflated is not None
    assert inflate(b"".join(deflated), 1_000_000) == b"".join(plain)
    assert sum(map(len, deflated)) <= frame.deflated_length + BLOCK < len(frame)


def test_nothing_is_left_to_compress_either() -> None:
    frame = Frame(crowd(2).living())
    assert frame.deflated({1, 2}) is None
    assert Frame([]).deflated({1}) is None
