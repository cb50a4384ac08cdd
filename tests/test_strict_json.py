"""JSON that every reader of the protocol reads alike."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import json
import uuid
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_awareness import strict_json


class Colour(str, enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    LOW = 1


class Plain(enum.Enum):
    ONE = 1


class Point(NamedTuple):
    x: int
    y: int


class Metres(float):
    pass


@dataclasses.dataclass
class Record:
    a: int = 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "NaN",
        "-Infinity",
        "1e400",
        "-1e400",
        "1" * 400,
        "01",
        "[1,]",
        "{a:1}",
        r'"\ud800"',
        r'"\udc00x"',
        '"\x01"',
        "\ufeff{}",
        "{} {}",
        "[" * 2000 + "]" * 2000,
    ],
)
def test_what_is_not_json_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match="^not valid JSON$"):
        strict_json.loads(text.encode(), 32)


def test_bytes_that_are_not_utf_8_are_not_read() -> None:
    for text in (b'"\xff"', b'"\xed\xa0\x80"'):
        with pytest.raises(ValueError, match="^not valid JSON$"):
            strict_json.loads(text, 32)


@pytest.mark.parametrize("integer", [-(2**63), 2**64 - 1, 10**18, 2**53 + 1])
def test_integers_up_to_64_bits_are_read_exactly(integer: int) -> None:
    value = strict_json.loads(b'{"a":[%d]}' % integer, 2)
    assert value == {"a": [integer]}
    assert isinstance(value["a"][0], int)


@pytest.mark.parametrize("integer", [-(2**63) - 1, 2**64, 10**20, 10**300])
def test_integers_beyond_64_bits_are_refused(integer: int) -> None:
    with pytest.raises(ValueError, match="^an integer beyond 64 bits$"):
        strict_json.loads(b'{"a":[%d]}' % integer, 2)


def test_other_long_runs_of_digits_are_let_through() -> None:
    for value in ("1" * 30, 0.1234567890123456789, 1e22, 1.5e300):
        assert strict_json.loads(json.dumps([value]).encode(), 1) == [value]
    assert strict_json.loads(b"12345678901234567890123.0", 0) == 12345678901234567890123.0


@pytest.mark.parametrize("pair", ["[]", '{"a":}'])
def test_depth_counts_nested_objects_and_arrays(pair: str) -> None:
    head, tail = pair[:-1], pair[-1]
    text = (head * 4 + "1" + tail * 4).encode() if head != "[" else b"[[[[1]]]]"
    assert strict_json.loads(text, 4)
    with pytest.raises(ValueError, match="deeper than 3 levels"):
        strict_json.loads(text, 3)


def test_many_brackets_side_by_side_are_not_deep() -> None:
    value = {"a": [{}] * 50, "b": "[{" * 50}
    assert strict_json.loads(strict_json.dumps(value), 3) == value


def test_of_equal_keys_the_last_counts() -> None:
    assert strict_json.loads(b'{"a":1,"a":2}', 1) == {"a": 2}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"a": (1, 2)}, '{"a":[1,2]}'),
        ({"a": Point(1, 2)}, '{"a":[1,2]}'),
        ({"a": Metres(1.5)}, '{"a":1.5}'),
        ({"a": Colour.RED}, '{"a":"red"}'),
        ({"a": Level.LOW}, '{"a":1}'),
        ({"é": "\u2028"}, '{"é":"\u2028"}'),
        ([None, True, -0.0, 2**64 - 1], "[null,true,-0.0,18446744073709551615]"),
    ],
)
def test_what_json_can_say_is_written(value: object, text: str) -> None:
    assert strict_json.dumps(value).decode() == text


@pytest.mark.parametrize("text", ['{"a":[1,2.5,null]}', '{"é":"\\n"}', "null"])
def test_what_was_read_is_written_again(text: str) -> None:
    assert strict_json.rewrite(strict_json.loads(text.encode(), 3)).decode() == text


def cycle() -> dict[str, Any]:
    value: dict[str, Any] = {}
    value["self"] = value
    return value


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        {"a": (1, float("-inf"))},
        Metres("nan"),
        2**64,
        -(2**63) - 1,
        "\ud800",
        {"\ud800": 1},
        {1: 2},
        {None: 1},
        {1, 2},
        b"x",
        object(),
        datetime.datetime(2026, 1, 1),
        uuid.UUID(int=1),
        Record(),
        Plain.ONE,
        cycle(),
    ],
)
def test_what_is_not_json_is_not_written(value: object) -> None:
    with pytest.raises(ValueError, match="^not JSON: "):
        strict_json.dumps(value)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda values: st.lists(values) | st.dictionaries(st.text(), values),
        max_leaves=8,
    )
)
def test_whatever_is_written_reads_back_as_it_was(value: object) -> None:
    try:
        text = strict_json.dumps(value)
    except ValueError:
        return
    assert strict_json.loads(text, 32) == value
