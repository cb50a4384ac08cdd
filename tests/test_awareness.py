"""`Awareness`: what it shares with pycrdt and y-protocols, and where it is sounder.

Time is a number that the tests set, except in the few tests of the timer itself.
"""

from __future__ import annotations

import asyncio
import copy
import gc
import json
import logging
import math
import time
import uuid
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pycrdt
import pytest

from jupyter_awareness import Awareness, is_awareness_disconnect_message
from jupyter_awareness.protocol import (
    CloseCode,
    Limits,
    ProtocolError,
    State,
    decode_update,
    encode_awareness,
    encode_entry,
    encode_update,
)

ME = 1
OTHER = 2
GOLDEN = json.loads((Path(__file__).parent / "golden" / "frames.json").read_text("utf-8"))


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds

    def wait(self, seconds: float) -> None:
        self.seconds += seconds


class Recorder:
    """An observer that remembers, without the topics "add" and "remove" unless asked for."""

    def __init__(self, *, all_topics: bool = False) -> None:
        self.all_topics = all_topics
        self.events: list[tuple[str, dict[str, list[int]], object]] = []

    def __call__(self, topic: str, event: tuple[dict[str, Any], Any]) -> None:
        if self.all_topics or topic in ("change", "update"):
            self.events.append((topic, *event))

    @property
    def topics(self) -> list[str]:
        return [topic for topic, *_ in self.events]


def make(client_id: int = ME, **options: Any) -> Awareness:
    return Awareness(pycrdt.Doc(client_id=client_id), **{"now": Clock(), **options})


def update(*entries: tuple[int, int, State | None]) -> bytes:
    return encode_update([encode_entry(*entry) for entry in entries])


def raw(text: bytes, client_id: int = OTHER, clock: int = 9) -> bytes:
    return bytes((1, client_id, clock, len(text))) + text


def refuses(peers: Awareness, data: bytes) -> ProtocolError:
    """Check that an update is refused and changes nothing; return the error."""
    recorder = Recorder()
    observer = peers.observe(recorder)
    before = copy.deepcopy((peers.states, peers.meta))
    with pytest.raises(ProtocolError) as caught:
        peers.apply_awareness_update(data, "network")
    assert (peers.states, peers.meta) == before
    assert recorder.events == []
    peers.unobserve(observer)
    assert isinstance(caught.value, ValueError)
    return caught.value


def with_peer(state: State | None = None, clock: int = 3, **options: Any) -> Awareness:
    peers = make(**options)
    peers.apply_awareness_update(update((OTHER, clock, state or {"a": 1})), "network")
    return peers


# As pycrdt


def test_is_a_pycrdt_awareness_with_its_attributes() -> None:
    local = make(client_id=7)
    assert isinstance(local, pycrdt.Awareness)
    assert local.client_id == 7
    assert local.get_local_state() == {}
    assert local.states == {7: {}}
    assert local.meta[7]["clock"] == 0
    local.set_local_state({"a": 1})
    assert local.meta[7]["clock"] == 1


def test_local_changes_are_notified_with_origin_local() -> None:
    local, recorder = make(), Recorder(all_topics=True)
    local.observe(recorder)
    local.set_local_state({"a": 1})
    local.set_local_state({"a": 1.0})
    local.set_local_state(None)
    local.set_local_state({})
    assert [(t, e["added"], e["updated"], e["removed"], o) for t, e, o in recorder.events] == [
        ("change", [], [ME], [], "local"),
        ("update", [], [ME], [], "local"),
        ("update", [], [ME], [], "local"),
        ("change", [], [], [ME], "local"),
        ("update", [], [], [ME], "local"),
        ("remove", [], [], [ME], "local"),
        ("change", [ME], [], [], "local"),
        ("update", [ME], [], [], "local"),
        ("add", [ME], [], [], "local"),
    ]


def test_remote_changes_are_notified_with_the_origin_given() -> None:
    local, recorder, origin = make(), Recorder(all_topics=True), object()
    local.observe(recorder)
    for clock, state in enumerate(({}, {"a": 1}, {"a": 1}, None), start=1):
        local.apply_awareness_update(update((OTHER, clock, state)), origin)
    assert recorder.topics == [
        *("change", "update", "add"),
        *("change", "update"),
        "update",
        *("change", "update", "remove"),
    ]
    assert all(heard is origin for *_, heard in recorder.events)


def test_unobserve_ends_the_calls() -> None:
    local, recorder = make(), Recorder()
    observer = local.observe(recorder)
    local.unobserve(observer)
    local.set_local_state({"a": 1})
    assert recorder.events == []


def test_the_bytes_are_those_of_y_protocols() -> None:
    for vector in GOLDEN["awareness"]:
        peers = make(client_id=4)
        peers.apply_awareness_update(bytes.fromhex(vector["update"]), "network")
        held = [client_id for client_id, _, state in vector["entries"] if state is not None]
        expected = [entry for entry in vector["entries"] if entry[0] in held]
        assert peers.encode_awareness_update(held) == update(*expected)


def test_pycrdt_reads_what_is_written() -> None:
    local, other = make(), pycrdt.Awareness(pycrdt.Doc(client_id=OTHER))
    local.set_local_state({"name": "Zoë 😀"})
    other.apply_awareness_update(local.encode_awareness_update([ME]), "network")
    assert other.states[ME] == {"name": "Zoë 😀"}
    local.set_local_state(None)
    other.apply_awareness_update(local.encode_awareness_update([ME]), "network")
    assert ME not in other.states


# Bad updates (each of these was accepted, or raised something else, in pycrdt)


def test_an_empty_json_text_is_no_removal() -> None:
    assert "not valid JSON" in refuses(with_peer(), raw(b"")).reason


def test_an_update_cut_after_the_clock_is_no_removal() -> None:
    assert "too early" in refuses(with_peer(), raw(b"")[:3]).reason


def test_a_length_beyond_the_end_is_refused() -> None:
    assert "too early" in refuses(with_peer(), b"\x01\x02\x09\x32" + b'{"a":1}').reason


def test_an_update_cut_inside_the_json_is_refused() -> None:
    refuses(with_peer(), raw(b'{"a":1}')[:-3])


@pytest.mark.parametrize("literal", [b"NaN", b"Infinity", b"-Infinity", b"1e400"])
def test_numbers_that_json_does_not_have_are_refused(literal: bytes) -> None:
    refuses(with_peer(), raw(b'{"a":%s}' % literal))


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_local_numbers_that_json_does_not_have_are_refused(number: float) -> None:
    local = make()
    with pytest.raises(ProtocolError, match="not JSON"):
        local.set_local_state({"a": number})
    assert local.get_local_state() == {}


def test_integers_of_64_bits_stay_exact_and_longer_ones_are_refused() -> None:
    peers = with_peer()
    peers.apply_awareness_update(raw(b'{"a":18446744073709551615}'), "network")
    assert peers.states[OTHER] == {"a": 2**64 - 1}
    refuses(peers, raw(b'{"a":18446744073709551616}', clock=10))
    with pytest.raises(ProtocolError):
        make().set_local_state({"a": 2**64})


def test_an_integer_of_5000_digits_is_refused() -> None:
    text = b'{"a":%s}' % (b"1" * 5000)
    data = b"\x01\x02\x09" + bytes((len(text) & 0x7F | 0x80, len(text) >> 7)) + text
    refuses(with_peer(), data)


def test_an_integer_of_more_than_53_bits_on_the_wire_is_refused_at_once() -> None:
    for junk in (b"\xff" * 320_000, b"\x80" * 7 + b"\x10", b"\x01" + b"\xff" * 9 + b"\x01"):
        assert "2^53" in refuses(with_peer(), junk).reason


def test_junk_is_refused_in_less_than_five_milliseconds() -> None:
    peers, junk = with_peer(), b"\xff" * 320_000

    def seconds() -> float:
        started = time.process_time()
        with pytest.raises(ProtocolError):
            peers.apply_awareness_update(junk, "network")
        return time.process_time() - started

    assert min(seconds() for _ in range(5)) < 0.005


def test_nesting_is_bounded_alike_for_what_comes_in_and_what_is_set() -> None:
    local = with_peer(limits=Limits(depth=3))
    local.set_local_state({"a": [[1]]})
    assert "3 levels" in refuses(local, raw(b'{"a":[[[1]]]}')).reason
    with pytest.raises(ProtocolError, match="3 levels"):
        local.set_local_state({"a": [[[1]]]})
    deep = b"[" * 3000 + b"]" * 3000
    refuses(make(), b"\x01\x02\x09" + b"\xf5\x2e" + b'{"a":%s}' % deep)


def test_size_is_bounded_alike_for_what_comes_in_and_what_is_set() -> None:
    local = with_peer(limits=Limits(state_bytes=9))
    local.set_local_state({"a": "x"})
    assert refuses(local, raw(b'{"a":"xx"}')).code is CloseCode.TOO_LARGE
    with pytest.raises(ProtocolError, match="9 bytes"):
        local.set_local_state({"a": "xx"})


@pytest.mark.parametrize("text", [b"0", b"false", b'""', b"[]", b'"x"', b"5"])
def test_a_state_that_is_no_object_is_refused(text: bytes) -> None:
    refuses(with_peer(), raw(text))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        raw(b'{"a":"\xff"}'),
        raw(b"\xef\xbb\xbf{}"),
        raw(b"{"),
        raw(b'{"a":"\\ud800"}'),
        raw(b"{}") + b"\x00",
        b"\x02" + raw(b"{}")[1:],
        b"invalid_awareness_data",
    ],
    ids=["empty", "utf-8", "bom", "json", "surrogate", "trailing", "count", "text"],
)
def test_whatever_else_is_wrong_raises_the_same_error(data: bytes) -> None:
    refuses(with_peer(), data)


def test_odd_keys_are_let_through_and_of_equal_ones_the_last_counts() -> None:
    peers = with_peer()
    peers.apply_awareness_update(raw(b'{"__proto__":1,"a":1,"a":2,"":3}'), "network")
    assert peers.states[OTHER] == {"__proto__": 1, "a": 2, "": 3}


def test_an_error_in_a_later_entry_applies_nothing() -> None:
    peers = with_peer()
    good = update((OTHER, 9, {"b": 2}), (3, 1, {}), (4, 1, {}))
    refuses(peers, good[:-1] + b"!")


# What counts as a change


@pytest.mark.parametrize(("old", "new"), [(1, True), (0, False), (True, 1)])
def test_a_boolean_is_not_an_integer(old: object, new: object) -> None:
    peers, recorder = with_peer({"a": old}), Recorder()
    peers.observe(recorder)
    peers.apply_awareness_update(update((OTHER, 4, {"a": new})), "network")
    assert recorder.topics == ["change", "update"]
    assert peers.states[OTHER]["a"] is new


def test_one_and_one_point_zero_are_the_same_number() -> None:
    peers, recorder = with_peer({"a": 1}), Recorder()
    peers.observe(recorder)
    peers.apply_awareness_update(raw(b'{"a":1.0}'), "network")
    assert recorder.topics == ["update"]


def test_text_is_sent_as_utf_8() -> None:
    local = make()
    local.set_local_state({"a": "é😀"})
    assert '{"a":"é😀"}'.encode() in local.encode_awareness_update([ME])


def test_changing_the_dict_in_place_and_setting_it_is_a_change() -> None:
    local, recorder = make(), Recorder()
    local.set_local_state({"a": 1})
    local.observe(recorder)
    state = local.get_local_state()
    assert state is not None
    state["a"] = 2
    local.set_local_state(state)
    assert recorder.topics == ["change", "update"]


def test_a_second_none_is_nothing() -> None:
    local, recorder = make(), Recorder()
    local.set_local_state(None)
    clock = local.meta[ME]["clock"]
    local.observe(recorder)
    local.set_local_state(None)
    assert recorder.events == []
    assert local.meta[ME]["clock"] == clock


# The local state


def test_the_local_state_is_a_copy() -> None:
    local = make()
    state: State = {"user": {"name": "Ada"}, "tuple": (1, 2)}
    local.set_local_state(state)
    state["user"]["name"] = "Eve"
    assert local.get_local_state() == {"user": {"name": "Ada"}, "tuple": [1, 2]}


@pytest.mark.parametrize(
    "state", [{"a": object()}, {"a": uuid.UUID(int=1)}, {1: 2}, {"a": "\ud800"}, [], "x", 5, ()]
)
def test_what_is_not_json_raises_at_once_and_leaves_the_old_state(state: Any) -> None:
    local, recorder = make(), Recorder()
    local.set_local_state({"a": 1})
    local.observe(recorder)
    before = copy.deepcopy(local.meta)
    with pytest.raises(ProtocolError):
        local.set_local_state(state)
    with pytest.raises(ProtocolError):
        local.set_local_state_field("a", {"b": object()})
    assert local.get_local_state() == {"a": 1}
    assert local.meta == before
    assert recorder.events == []


def test_a_value_that_cannot_be_copied_does_not_lock_the_state() -> None:
    class Stubborn(dict[str, Any]):
        def __deepcopy__(self, memo: object) -> Stubborn:
            raise TypeError

    local = make()
    local.set_local_state({"a": Stubborn(b=1)})
    local.set_local_state_field("a.b", 2)
    local.set_local_state({"c": 3})
    assert local.get_local_state() == {"c": 3}


def test_a_field_is_set_by_its_path() -> None:
    local = make()
    local.set_local_state({"user": {"name": "Ada"}})
    user = local.states[ME]["user"]
    local.set_local_state_field("user.cursor", {"line": 5})
    local.set_local_state_field("user.cursor.column", 10)
    local.set_local_state_field("a.b", 1)
    local.set_local_state_field("top", None)
    assert local.get_local_state() == {
        "user": {"name": "Ada", "cursor": {"line": 5, "column": 10}},
        "a": {"b": 1},
        "top": None,
    }
    assert user == {"name": "Ada"}  # what was handed out before is not changed under its holder


def test_a_field_below_something_that_is_no_object_is_an_error() -> None:
    local = make()
    local.set_local_state({"user": {"name": "Ada"}})
    with pytest.raises(ValueError, match=r"'user\.name\.first': 'name' is not an object"):
        local.set_local_state_field("user.name.first", "A")
    assert local.get_local_state() == {"user": {"name": "Ada"}}


def test_without_a_local_state_a_field_is_not_set() -> None:
    local = make()
    local.set_local_state(None)
    local.set_local_state_field("user.name", "Ada")
    assert local.get_local_state() is None


def test_an_unusable_timeout_is_refused() -> None:
    for milliseconds in (0, -1):
        with pytest.raises(ValueError, match="outdated_timeout"):
            make(outdated_timeout=milliseconds)


# Encoding


def test_no_ids_make_an_empty_update() -> None:
    peers, recorder = with_peer(), Recorder()
    assert peers.encode_awareness_update([]) == b"\x00"
    peers.observe(recorder)
    peers.apply_awareness_update(b"\x00", "network")
    assert recorder.events == []


def test_unknown_ids_are_named() -> None:
    with pytest.raises(ProtocolError, match=r"\[5, 9\]"):
        with_peer().encode_awareness_update([5, OTHER, 9, ME])


def test_a_removal_can_be_encoded_in_the_observer_that_hears_of_it() -> None:
    hub = with_peer()
    sent: list[bytes] = []

    def forward(topic: str, event: tuple[dict[str, Any], Any]) -> None:
        if topic == "update":
            sent.append(hub.encode_awareness_update([i for ids in event[0].values() for i in ids]))

    hub.observe(forward)
    hub.remove_awareness_states([OTHER], "disconnect")
    assert sent == [update((OTHER, 3, None))]
    reader = with_peer()
    reader.apply_awareness_update(sent[0], "network")
    assert OTHER not in reader.states


def test_an_update_is_rewritten_with_the_functions_of_the_protocol() -> None:
    """y-protocols' modifyAwarenessUpdate, and its encode from other states, in one line."""
    data = with_peer({"secret": 1, "a": 2}).encode_awareness_update([OTHER])
    entries = [
        encode_entry(i, clock, state and {"a": state["a"]})
        for i, clock, state in decode_update(data)
    ]
    peers = make()
    peers.apply_awareness_update(encode_update(entries), "network")
    assert peers.states[OTHER] == {"a": 2}


def test_client_ids_have_53_bits() -> None:
    largest = 2**53 - 1
    local, other = make(client_id=largest), make()
    other.apply_awareness_update(local.encode_awareness_update([largest]), "network")
    assert other.states[largest] == {}


def test_a_document_that_takes_another_id_changes_nothing() -> None:
    """In y-protocols it makes every encoding throw (yjs/y-protocols#19)."""

    class Renamed(pycrdt.Doc[Any]):
        client_id = ME

    doc = Renamed()
    local = Awareness(doc)
    doc.client_id = 99
    local.set_local_state({"a": 1})
    assert decode_update(local.encode_awareness_update([ME])) == ((ME, 1, {"a": 1}),)


# Clocks: who is seen, and when


def test_of_equal_and_lower_clocks_only_a_removal_at_the_same_clock_counts() -> None:
    peers, recorder = with_peer(clock=3), Recorder()
    peers.observe(recorder)
    for clock, state in ((3, {"a": 2}), (2, {"a": 3}), (2, None)):
        peers.apply_awareness_update(update((OTHER, clock, state)), "network")
    assert recorder.events == []
    peers.apply_awareness_update(update((OTHER, 3, None)), "network")
    assert recorder.topics == ["change", "update"]
    peers.apply_awareness_update(update((OTHER, 3, {"a": 4})), "network")
    assert OTHER not in peers.states


def test_several_entries_of_one_client_in_an_update_are_one_change() -> None:
    peers, recorder = make(), Recorder(all_topics=True)
    peers.observe(recorder)
    peers.apply_awareness_update(update((OTHER, 1, {"a": 1}), (OTHER, 2, {"a": 2})), "network")
    assert recorder.topics == ["change", "update", "add"]
    peers.apply_awareness_update(update((3, 1, {}), (3, 2, None)), "network")
    assert recorder.topics == ["change", "update", "add"]


def test_a_first_state_at_clock_0_is_seen() -> None:
    local, other = make(), make(client_id=OTHER)
    assert local.meta[ME]["clock"] == 0
    other.apply_awareness_update(local.encode_awareness_update([ME]), "network")
    assert other.states[ME] == {}


def test_who_reconnects_with_the_same_clock_is_seen_at_once_and_reported_as_added() -> None:
    hub, recorder = with_peer(clock=3), Recorder(all_topics=True)
    hub.remove_awareness_states([OTHER], "disconnect")
    hub.observe(recorder)
    hub.apply_awareness_update(update((OTHER, 3, {"a": 1})), "network")
    assert hub.states[OTHER] == {"a": 1}
    assert ("add", {"added": [OTHER], "updated": [], "removed": []}, "network") in recorder.events


def test_who_left_and_returns_is_reported_as_added() -> None:
    peers, recorder = with_peer(clock=3), Recorder(all_topics=True)
    peers.apply_awareness_update(update((OTHER, 4, None)), "network")
    peers.observe(recorder)
    peers.apply_awareness_update(update((OTHER, 5, {"a": 1})), "network")
    assert recorder.topics == ["change", "update", "add"]


def test_removing_twice_or_removing_the_unknown_is_no_event() -> None:
    peers, recorder = with_peer(), Recorder()
    peers.remove_awareness_states([OTHER], "disconnect")
    peers.observe(recorder)
    peers.remove_awareness_states([OTHER, 77], "disconnect")
    peers.apply_awareness_update(update((OTHER, 9, None), (77, 9, None)), "network")
    assert recorder.events == []


def test_a_victim_of_a_forged_clock_is_seen_again_after_one_timeout() -> None:
    clock = Clock()
    peers = with_peer(now=clock)
    peers.apply_awareness_update(update((OTHER, 2**53 - 1, {"forged": True})), "network")
    clock.wait(30)
    peers.tick()
    peers.apply_awareness_update(update((OTHER, 4, {"a": 2})), "network")
    assert peers.states[OTHER] == {"a": 2}


def test_nobody_else_takes_over_the_local_state() -> None:
    clock = Clock()
    local, recorder = make(now=clock), Recorder()
    local.set_local_state({"a": 1})
    local.observe(recorder)
    local.apply_awareness_update(update((ME, 50, {"hijacked": True})), "network")
    assert local.get_local_state() == {"a": 1}
    assert recorder.events == []
    local.tick()  # outbids the claim at once, not only when a renewal is due
    assert recorder.events == [("update", {"added": [], "updated": [ME], "removed": []}, "local")]
    assert decode_update(local.encode_awareness_update([ME])) == ((ME, 51, {"a": 1}),)


def test_two_programs_with_one_id_do_not_answer_each_other_without_end() -> None:
    left, right = make(), make()
    left.set_local_state({"a": "left"})
    left.set_local_state({"a": "still left"})
    answers = Recorder()
    right.observe(answers)
    right.apply_awareness_update(left.encode_awareness_update([ME]), "network")
    assert answers.events == []


def test_a_forged_clock_does_not_stop_the_local_clock() -> None:
    local = make()
    for state in ({"hijacked": True}, None):
        local.apply_awareness_update(update((ME, 2**53 - 1, state)), "network")
    local.set_local_state({"a": 1})
    assert local.meta[ME]["clock"] == 1


def test_who_is_told_to_have_left_says_at_once_that_it_has_not() -> None:
    local, recorder = make(), Recorder(all_topics=True)
    local.set_local_state({"a": 1})
    local.observe(recorder)
    local.apply_awareness_update(update((ME, 1, None), (OTHER, 1, {})), "network")
    assert local.get_local_state() == {"a": 1}
    assert recorder.topics == ["change", "update", "add", "update"]
    assert recorder.events[-1][1:] == ({"added": [], "updated": [ME], "removed": []}, "local")
    assert decode_update(local.encode_awareness_update([ME])) == ((ME, 2, {"a": 1}),)


def test_removing_the_local_state_raises_the_clock_so_that_peers_believe_it() -> None:
    local, recorder = make(), Recorder()
    local.observe(recorder)
    local.remove_awareness_states([ME], "local")
    assert local.get_local_state() is None
    assert recorder.topics == ["change", "update"]
    assert decode_update(local.encode_awareness_update([ME])) == ((ME, 1, None),)
    local.set_local_state({})
    assert recorder.events[-1][1]["added"] == [ME]


# Memory


def test_ten_thousand_nulls_leave_nothing_behind() -> None:
    peers = make()
    peers.apply_awareness_update(update(*((i, 1, None) for i in range(10, 10_000))), "network")
    assert set(peers.meta) == {ME}


def test_meta_forgets_who_left_after_one_timeout() -> None:
    clock = Clock()
    peers = with_peer(now=clock)
    peers.remove_awareness_states([OTHER], "disconnect")
    assert set(peers.meta) == {ME, OTHER}
    clock.wait(30)
    peers.tick()
    assert set(peers.meta) == {ME}


def test_clients_are_bounded() -> None:
    peers = make(max_clients=2)
    peers.apply_awareness_update(update((2, 1, {}), (3, 1, {})), "network")
    assert refuses(peers, update((2, 2, {}), (4, 1, {}))).code is CloseCode.TOO_MUCH
    refuses(make(limits=Limits(entries=1)), update((2, 1, {}), (3, 1, {})))


# Observers


def test_subscribing_and_unsubscribing_in_an_observer_disturbs_nobody() -> None:
    local, before, after, late = make(), Recorder(), Recorder(), Recorder()

    def restless(topic: str, event: object) -> None:
        local.unobserve(local.observe(late))

    for observer in (before, restless, after):
        local.observe(observer)
    local.set_local_state({"a": 1})
    assert before.topics == after.topics == ["change", "update"]
    assert late.events == []


def test_one_callback_is_called_with_topic_changes_and_origin() -> None:
    local = make()
    calls: list[Any] = []
    assert isinstance(local.observe(lambda *args: calls.append(args)), str)
    local.set_local_state({"a": 1})
    changes = {"added": [], "updated": [ME], "removed": []}
    assert calls == [("change", (changes, "local")), ("update", (changes, "local"))]


@pytest.mark.parametrize(
    "act",
    [
        lambda peers: peers.set_local_state({"b": 2}),
        lambda peers: peers.set_local_state_field("b", 2),
        lambda peers: peers.remove_awareness_states([OTHER], "x"),
        lambda peers: peers.apply_awareness_update(update((OTHER, 9, {"b": 2})), "x"),
        lambda peers: peers.apply_awareness_update(update((ME, 9, None)), "x"),
    ],
    ids=["set", "field", "remove", "apply", "deny"],
)
def test_an_observer_that_raises_hinders_nobody(act: Callable[[Awareness], None]) -> None:
    def failing(topic: str, event: object) -> None:
        raise LookupError(topic)

    failed, sound = with_peer(), with_peer()
    recorders = []
    for peers in (failed, sound):
        recorders.append(Recorder(all_topics=True))
        if peers is failed:
            peers.observe(failing)
        peers.observe(recorders[-1])
    act(sound)
    with pytest.raises(Exception, match="observers raised") as caught:
        act(failed)
    errors = caught.value.exceptions  # type: ignore[attr-defined]
    assert [str(error) for error in errors] == recorders[0].topics
    assert recorders[0].events == recorders[1].events != []
    assert failed.states == sound.states


def test_a_state_set_inside_an_observer_is_notified_too() -> None:
    local, recorder = make(), Recorder()

    def answer(topic: str, event: tuple[dict[str, Any], Any]) -> None:
        if topic == "change" and event[1] == "network":
            local.set_local_state({"answer": 1})

    local.observe(answer)
    local.observe(recorder)
    local.apply_awareness_update(update((OTHER, 1, {})), "network")
    assert sorted(recorder.topics) == ["change", "change", "update", "update"]
    assert local.get_local_state() == {"answer": 1}


# Time


def test_a_silent_peer_is_removed_after_the_timeout() -> None:
    clock = Clock()
    peers, recorder = with_peer(now=clock, outdated_timeout=1000), Recorder(all_topics=True)
    peers.observe(recorder)
    clock.wait(0.9)
    peers.apply_awareness_update(update((OTHER, 4, {"a": 1})), "network")
    recorder.events.clear()
    clock.wait(0.9)
    peers.set_local_state({})  # so that no renewal is due
    recorder.events.clear()
    peers.tick()
    assert recorder.events == []
    clock.wait(0.1)
    peers.tick()
    assert recorder.topics == ["change", "update", "remove"]
    assert recorder.events[0][1:] == ({"added": [], "updated": [], "removed": [OTHER]}, "timeout")


def test_the_local_state_is_renewed_after_half_of_the_timeout() -> None:
    clock = Clock()
    local, recorder = make(now=clock, outdated_timeout=1000), Recorder()
    local.observe(recorder)
    clock.wait(0.4)
    local.tick()
    assert recorder.events == []
    clock.wait(0.1)
    local.tick()
    local.tick()
    assert recorder.topics == ["update"]
    assert local.meta[ME]["clock"] == 1


def test_who_has_no_local_state_renews_nothing() -> None:
    clock = Clock()
    local, recorder = make(now=clock), Recorder()
    local.set_local_state(None)
    local.observe(recorder)
    clock.wait(100)
    local.tick()
    assert recorder.events == []


def test_the_wall_clock_may_jump(monkeypatch: pytest.MonkeyPatch) -> None:
    peers = with_peer(now=time.monotonic)
    monkeypatch.setattr(Awareness, "_get_time", lambda self: 2**45)
    peers.tick()
    assert set(peers.states) == {ME, OTHER}


def test_a_peer_that_somebody_wrote_into_the_table_is_counted_from_the_first_tick() -> None:
    clock = Clock()
    peers = make(now=clock)
    peers._meta[OTHER], peers._states[OTHER] = {"clock": 0, "lastUpdated": 0}, {}
    peers.tick()
    assert OTHER in peers.states
    clock.wait(30)
    peers.tick()
    assert OTHER not in peers.states


def test_an_observer_that_raises_in_a_tick_hinders_nothing() -> None:
    clock = Clock()
    peers = with_peer(now=clock)
    clock.wait(30)
    recorder = Recorder()
    peers.observe(lambda topic, event: 1 / 0)  # type: ignore[arg-type]
    peers.observe(recorder)
    with pytest.raises(Exception, match="observers raised") as caught:
        peers.tick()
    assert len(caught.value.exceptions) == 4  # type: ignore[attr-defined]
    assert recorder.topics == ["change", "update", "update"]


def test_an_observer_of_a_tick_may_add_and_remove_clients() -> None:
    clock = Clock()
    peers = with_peer(now=clock)
    peers.apply_awareness_update(update((3, 1, {}), (4, 1, {})), "network")
    clock.wait(30)

    def restless(topic: str, event: tuple[dict[str, Any], Any]) -> None:
        if event[1] == "timeout" and topic == "change":
            peers.remove_awareness_states([3], "observer")
            peers.apply_awareness_update(update((5, 1, {}), (OTHER, 9, {})), "observer")

    peers.observe(restless)
    peers.tick()
    assert set(peers.states) == {ME, OTHER, 5}


# The timer


class Ticking(Awareness):
    """Says when it ticks, and how often."""

    def __init__(self, **options: Any) -> None:
        super().__init__(pycrdt.Doc(client_id=ME), outdated_timeout=10, **options)
        self.ticks = 0
        self.ticked = asyncio.Event()

    def tick(self) -> None:
        self.ticks += 1
        self.ticked.set()
        super().tick()

    async def next_tick(self) -> None:
        self.ticked.clear()
        await self.ticked.wait()


async def await_it(ticking: Ticking) -> None:
    await ticking.start()
    await ticking.next_tick()
    await ticking.stop()


async def start_soon(ticking: Ticking) -> None:
    async with anyio.create_task_group() as group:
        group.start_soon(ticking.start)
        await ticking.next_tick()
        await ticking.stop()


async def start_in_a_group(ticking: Ticking) -> None:
    async with anyio.create_task_group() as group:
        await group.start(ticking.start)
        await ticking.next_tick()
    await ticking.next_tick()  # the group is gone, the timer is not
    await ticking.stop()


@pytest.mark.parametrize("use", [await_it, start_soon, start_in_a_group])
def test_every_way_to_start_runs_the_timer_and_stop_ends_it(use: Any) -> None:
    async def main() -> None:
        ticking = Ticking()
        for _ in range(2):  # what is stopped can be started again
            await use(ticking)
            ticks = ticking.ticks
            loop, passed = asyncio.get_running_loop(), asyncio.Event()
            loop.call_later(0.003, passed.set)  # three intervals, on the loop's own clock
            await passed.wait()
            assert ticking.ticks == ticks

    asyncio.run(main(), debug=True)


def test_no_timer_without_start() -> None:
    async def main() -> int:
        ticking = Ticking()
        passed = asyncio.Event()
        asyncio.get_running_loop().call_later(0.003, passed.set)
        await passed.wait()
        return ticking.ticks

    assert asyncio.run(main()) == 0


def test_a_second_start_and_a_second_stop_are_errors() -> None:
    async def main() -> None:
        local = make()
        with pytest.raises(RuntimeError, match="^Awareness not started$"):
            await local.stop()
        await local.start()
        with pytest.raises(RuntimeError, match="^Awareness already started$"):
            await local.start()
        await local.stop()
        with pytest.raises(RuntimeError, match="^Awareness not started$"):
            await local.stop()

    asyncio.run(main())


def test_an_observer_that_raises_in_the_timer_is_logged_and_the_timer_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def main() -> None:
        ticking = Ticking(now=(clock := Clock()))
        ticking.observe(lambda topic, event: 1 / 0)  # type: ignore[arg-type]
        await ticking.start()
        clock.wait(60)
        await ticking.next_tick()
        await ticking.next_tick()
        await ticking.stop()

    with caplog.at_level(logging.ERROR):
        asyncio.run(main())
    assert "raised in the timer" in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_an_observer_may_stop_the_timer() -> None:
    async def main() -> None:
        ticking = Ticking(now=(clock := Clock()))

        def stop(topic: str, event: object) -> None:
            with pytest.raises(StopIteration):
                ticking.stop().send(None)

        ticking.observe(stop)
        await ticking.start()
        clock.wait(60)
        await ticking.next_tick()
        with pytest.raises(RuntimeError, match="not started"):
            await ticking.stop()

    asyncio.run(main())


def test_stop_leaves_the_states_and_tells_nobody() -> None:
    async def main() -> None:
        peers, recorder = with_peer(), Recorder()
        peers.observe(recorder)
        await peers.start()
        await peers.stop()
        assert set(peers.states) == {ME, OTHER}
        assert recorder.events == []

    asyncio.run(main())


def test_what_is_dropped_without_stop_is_collected_and_its_timer_ends() -> None:
    async def main() -> None:
        local = make(outdated_timeout=10)
        await local.start()
        reference = weakref.ref(local)
        del local
        gc.collect()
        assert reference() is None
        passed = asyncio.Event()
        asyncio.get_running_loop().call_later(0.003, passed.set)
        await passed.wait()

    asyncio.run(main(), debug=True)


def test_a_loop_that_ended_does_not_count_as_started() -> None:
    local = make()
    asyncio.run(local.start())

    async def again() -> None:
        await local.start()
        await local.stop()

    asyncio.run(again())


def test_without_asyncio_start_says_what_to_do() -> None:
    with pytest.raises(RuntimeError, match=r"elsewhere call tick\(\)"):
        make().start().send(None)


# Disconnect messages


def framings(data: bytes) -> list[bytes]:
    """A bare update, the payload of a frame as pycrdt takes it, and a whole frame."""
    payload = pycrdt.write_message(data)
    return [data, payload, b"\x01" + payload]


@pytest.mark.parametrize(
    ("entries", "disconnects"),
    [
        ([(OTHER, 3, None)], True),
        ([(2**32, 2**50, None)], True),
        ([(OTHER, 3, None), (3, 1, None)], True),
        ([(OTHER, 3, None), (3, 1, {})], False),
        ([(OTHER, 3, {})], False),
        ([(OTHER, 3, {"a": None})], False),
        ([], False),
    ],
)
def test_a_disconnect_message_says_only_that_clients_are_gone(
    entries: list[tuple[int, int, State | None]], disconnects: bool
) -> None:
    for message in framings(update(*entries)):
        assert is_awareness_disconnect_message(message) is disconnects
    frame = encode_awareness([encode_entry(*entry) for entry in entries])
    assert is_awareness_disconnect_message(frame) is disconnects


def test_null_with_blanks_is_null_and_an_empty_text_is_not() -> None:
    assert is_awareness_disconnect_message(raw(b" null "))
    for message in framings(raw(b"")):
        assert not is_awareness_disconnect_message(message)


@pytest.mark.parametrize(
    "junk", [b"", b"\x01", b"\xff" * 400, b"null", "text", None, 5, raw(b"null") + b"\x00"]
)
def test_junk_is_no_disconnect_message(junk: Any) -> None:
    assert is_awareness_disconnect_message(junk) is False
