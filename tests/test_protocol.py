"""Frames <-> entries, against frames that y-protocols itself has written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_awareness.protocol import (
    MAX_INTEGER,
    SERVER_CLOCK_FLOOR,
    SUBPROTOCOL,
    CloseCode,
    Entry,
    Limits,
    Message,
    MessageType,
    ProtocolError,
    Refused,
    decode_hello,
    decode_message,
    decode_state,
    decode_update,
    encode_again,
    encode_awareness,
    encode_entry,
    encode_hello,
    encode_query,
    encode_state,
    encode_sync_reply,
    encode_update,
    integer_of,
)

GOLDEN = json.loads((Path(__file__).parent / "golden" / "frames.json").read_text("utf-8"))


def entries_of(vector: dict[str, Any]) -> tuple[Entry, ...]:
    return tuple(Entry(*entry) for entry in vector["entries"])


def by_name(vectors: list[dict[str, Any]]) -> list[Any]:
    return [pytest.param(vector, id=vector["name"]) for vector in vectors]


# What y-protocols writes


@pytest.mark.parametrize("vector", by_name(GOLDEN["awareness"]))
def test_reads_what_y_protocols_writes(vector: dict[str, Any]) -> None:
    entries = entries_of(vector)
    assert decode_update(bytes.fromhex(vector["update"])) == entries
    message = decode_message(bytes.fromhex(vector["frame"]))
    assert message == Message(MessageType.AWARENESS, entries)


@pytest.mark.parametrize("vector", by_name(GOLDEN["awareness"]))
def test_writes_the_bytes_that_y_protocols_writes(vector: dict[str, Any]) -> None:
    entries = [encode_entry(*entry) for entry in entries_of(vector)]
    assert encode_update(entries).hex() == vector["update"]
    assert encode_awareness(entries).hex() == vector["frame"]


@pytest.mark.parametrize("vector", by_name(GOLDEN["others"]))
def test_reads_the_other_messages(vector: dict[str, Any]) -> None:
    message = decode_message(bytes.fromhex(vector["frame"]))
    assert message == Message(vector["type"], (), vector["step"])


def test_writes_a_sync_reply_and_a_query_as_y_protocols_does() -> None:
    frames = {vector["name"]: vector["frame"] for vector in GOLDEN["others"]}
    assert encode_sync_reply().hex() == frames["sync step 2"]
    assert encode_query().hex() == frames["query"]


def test_constants_agree_with_each_other() -> None:
    assert SERVER_CLOCK_FLOOR < MAX_INTEGER == 2**53 - 1
    assert SUBPROTOCOL == "jupyter-awareness.v1"


def test_what_is_refused_has_a_cause_to_be_counted_by() -> None:
    assert Refused(CloseCode.NOT_ALLOWED, "No.").cause == "not_allowed"
    assert Refused(CloseCode.TOO_MUCH, "No.", "max_rooms").cause == "max_rooms"
    assert ProtocolError("no").cause == "bad_frame"
    with pytest.raises(Refused, match="No"):
        raise Refused(CloseCode.TOO_MUCH, "No.")


# Round trips

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda values: st.lists(values, max_size=4) | st.dictionaries(st.text(), values, max_size=4),
    max_leaves=10,
)
states = st.none() | st.dictionaries(st.text(), json_values, max_size=5)
integers = st.integers(0, MAX_INTEGER)


@given(st.lists(st.builds(Entry, integers, integers, states), max_size=4))
def test_what_is_written_reads_back(entries: list[Entry]) -> None:
    encoded = [encode_entry(*entry) for entry in entries]
    assert decode_update(encode_update(encoded)) == tuple(entries)
    assert decode_message(encode_awareness(encoded)).entries == tuple(entries)


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for read in (decode_message, decode_update, decode_state, decode_hello):
        try:
            read(data)
        except ProtocolError as error:
            assert len(error.reason.encode()) <= 123  # noqa: PT017


@given(st.data())
def test_no_cut_of_an_update_is_an_update(data: st.DataObject) -> None:
    vector = data.draw(st.sampled_from(GOLDEN["awareness"]))
    update = bytes.fromhex(vector["update"])
    cut = data.draw(st.integers(0, len(update) - 1))
    with pytest.raises(ProtocolError):
        decode_update(update[:cut])


def test_a_bytearray_and_a_memoryview_are_bytes_too() -> None:
    update = bytes.fromhex("010703046e756c6c")
    for data in (bytearray(update), memoryview(update)):
        assert decode_update(data) == (Entry(7, 3, None),)  # type: ignore[arg-type]


def test_a_padded_integer_is_read_as_y_protocols_reads_it() -> None:
    assert decode_update(bytes.fromhex("01870003046e756c6c")) == (Entry(7, 3, None),)


# Bad frames


def refused(data: Any, limits: Limits | None = None) -> ProtocolError:
    with pytest.raises(ProtocolError) as caught:
        decode_message(data, limits or Limits())
    assert str(caught.value) == caught.value.reason
    return caught.value


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        ("", "ends too early"),
        ("01", "ends too early"),
        ("00", "ends too early"),
        ("0300", "bytes after the end of the frame"),
        ("0101", "length of the awareness update"),
        ("010200", "length of the awareness update"),
        ("01010000", "length of the awareness update"),
        ("01020000", "bytes after the end of the update"),
        ("010101", "ends too early"),
        ("01020101", "ends too early"),
        ("0103010105", "ends too early"),
        ("010401010532", "ends too early"),
        ("01060101057f7b7d", "ends too early"),
    ],
)
def test_a_frame_of_the_wrong_length_is_refused(frame: str, reason: str) -> None:
    error = refused(bytes.fromhex(frame))
    assert reason in error.reason
    assert error.code is CloseCode.BAD_FRAME


@pytest.mark.parametrize("integer", ["80" * 7 + "10", "ff" * 7 + "7f", "ff" * 8, "ff" * 320_000])
def test_an_integer_of_2_to_the_53_or_without_end_is_refused(integer: str) -> None:
    for prefix in ("", "01", "0101", "010101"):
        with pytest.raises(ProtocolError, match=r"not below 2\^53"):
            decode_update(bytes.fromhex(prefix + integer), Limits(entries=MAX_INTEGER))


def test_text_is_not_a_frame() -> None:
    assert refused("00").reason == "a frame must be binary, not text"


def test_a_second_bad_entry_spoils_the_first() -> None:
    good = encode_entry(1, 1, {})
    with pytest.raises(ProtocolError):
        decode_update(encode_update([good, good[:-1] + b"!"]))


def test_a_type_nobody_knows_is_returned_with_its_payload_unread() -> None:
    assert decode_message(b"\x63\xff\xff") == Message(99)
    assert decode_message(b"\x6e\xff") == Message(MessageType.HELLO)


def test_every_limit_is_kept_at_its_edge() -> None:
    entry = encode_entry(1, 1, {"a": [1]})
    frame = encode_awareness([entry, entry])
    exact = Limits(frame_bytes=len(frame), state_bytes=9, depth=2, entries=2)
    assert len(decode_message(frame, exact).entries) == 2
    for limits, code, cause in [
        (Limits(frame_bytes=len(frame) - 1), CloseCode.TOO_LARGE, "max_frame_bytes"),
        (Limits(state_bytes=8), CloseCode.TOO_LARGE, "max_state_bytes"),
        (Limits(entries=1), CloseCode.TOO_LARGE, "max_peers_per_room"),
        (Limits(depth=1), CloseCode.BAD_FRAME, "max_state_depth"),
    ]:
        error = refused(frame, limits)
        assert (error.code, error.cause) == (code, cause)


@pytest.mark.parametrize(
    "text", ["", " ", "5", "[]", '"x"', "true", "NaN", '{"a":NaN}', '{"a":1e400}', "{}{}"]
)
def test_what_is_no_object_is_no_state(text: str) -> None:
    with pytest.raises(ProtocolError, match="a state is"):
        decode_state(text.encode())


def test_null_is_no_state_also_with_blanks() -> None:
    assert decode_state(b" null ") is None


# States that cannot be written


@pytest.mark.parametrize("state", [5, "x", [], (), True, object()])
def test_only_a_dict_or_none_is_written_as_a_state(state: Any) -> None:
    with pytest.raises(ProtocolError, match="must be a dict or None, not"):
        encode_state(state)


def test_a_state_that_is_not_json_is_named() -> None:
    with pytest.raises(ProtocolError, match="a state is not JSON: .*set"):
        encode_entry(1, 1, {"a": {1}})


@pytest.mark.parametrize("integer", [-1, 2**53])
def test_an_integer_out_of_range_is_not_written(integer: int) -> None:
    for client_id, clock in ((integer, 0), (0, integer)):
        with pytest.raises(ProtocolError, match="0 .. 2"):
            encode_entry(client_id, clock, None)


@pytest.mark.parametrize("state", [None, {}, {"n": "é", "m": [1, 2.5, None, True]}])
def test_what_was_read_is_written_again_as_it_was(state: dict[str, Any] | None) -> None:
    entry = (2**40, 2**52, state)
    assert encode_again(*entry) == encode_entry(*entry)


def test_an_integer_is_read_from_some_bytes() -> None:
    assert integer_of(b"\xac\x02\x07") == 300
    with pytest.raises(ProtocolError):
        integer_of(b"\xac")


# hello


def test_hello_reads_back() -> None:
    hello = {"client": 7, "user": {"name": "Zoë"}, "palette": ["#112233"] * 5000}
    assert encode_hello(hello)[0] == MessageType.HELLO
    assert decode_hello(encode_hello(hello)) == hello


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        ("0100", "not a hello frame"),
        ("6e", "ends too early"),
        ("6e037b7d", "length of the hello"),
        ("6e017b7d", "length of the hello"),
        ("6e046e756c6c", "not null"),
        ("6e025b5d", "neither a JSON object"),
    ],
)
def test_a_bad_hello_is_refused(frame: str, reason: str) -> None:
    with pytest.raises(ProtocolError, match=reason):
        decode_hello(bytes.fromhex(frame))


def test_a_hello_that_is_not_json_is_not_written() -> None:
    with pytest.raises(ProtocolError, match="not JSON"):
        encode_hello({"flush_interval": float("inf")})
