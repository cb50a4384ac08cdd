"""Letters between server processes: as they were, or refused with a reason."""

from __future__ import annotations

import pytest

from jupyter_awareness.letters import (
    OLDEST,
    Kind,
    Letter,
    LetterError,
    life_of,
    node_channel,
    node_of,
    room_channel,
    room_of,
    seal,
    unseal,
)
from jupyter_awareness.protocol import Entry

NOW = 1_800_000_000.0
SECRET, OTHER = b"s" * 32, b"o" * 32
ENTRIES = (Entry(1, 2**50, {"text": "\u00e9\U0001f600"}), Entry(2**53 - 1, 2**50 + 1, None))
LETTER = Letter(Kind.NEWS, "node", "document:\u00e9 *.ipynb", 7, ENTRIES)


@pytest.mark.parametrize("kind", Kind)
def test_a_letter_is_read_as_it_was_written(kind: Kind) -> None:
    letter = LETTER._replace(kind=kind)
    assert unseal(seal(letter, SECRET, NOW), SECRET, NOW + OLDEST) == letter


@pytest.mark.parametrize("age", [OLDEST + 1, -OLDEST - 1])
def test_a_letter_of_another_time_is_refused(age: float) -> None:
    with pytest.raises(LetterError, match=f"{age:.0f} s ago"):
        unseal(seal(LETTER, SECRET, NOW), SECRET, NOW + age)


def test_a_letter_with_another_secret_is_refused() -> None:
    with pytest.raises(LetterError, match="another secret"):
        unseal(seal(LETTER, OTHER, NOW), SECRET, NOW)


@pytest.mark.parametrize(("data", "version"), [(b"", "none"), (b"\x02rest", "2")])
def test_a_letter_of_another_version_is_refused(data: bytes, version: str) -> None:
    with pytest.raises(LetterError, match=f"version {version}, this process speaks version 1"):
        unseal(data, SECRET, NOW)


def test_every_changed_or_missing_byte_is_seen() -> None:
    whole = seal(LETTER, SECRET, NOW)
    for at in range(len(whole)):
        changed = whole[:at] + bytes((whole[at] ^ 1,)) + whole[at + 1 :]
        for data in (whole[:at], changed):
            with pytest.raises(LetterError):
                unseal(data, SECRET, NOW)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00\x00\x00\x04null\x00",
        b"\x00\x00\x00\x02{}\x00",
        b"\xff\xff\xff\xff{}\x00",
        b'\x00\x00\x00\x43{"kind":"news","node":"n","room":"r","place":0,"sent":1800000000.0 }\xff',
        b'\x00\x00\x00\x41{"kind":"x","node":"n","room":"r","place":0,"sent":1800000000.0}   \x00',
        b'\x00\x00\x00\x38{"kind":"news","node":"n","room":"r","place":{},"sent":1}\x00',
    ],
)
def test_what_is_sealed_but_no_letter_is_refused(body: bytes) -> None:
    import hashlib
    import hmac

    mac = hmac.new(SECRET, b"\x01" + body, hashlib.sha256).digest()
    with pytest.raises(LetterError, match="malformed"):
        unseal(b"\x01" + mac + body, SECRET, NOW)


def test_channels_and_signs_of_life_have_names() -> None:
    assert room_channel("topic:a:b") == "jupyter_awareness:room:topic:a:b"
    assert room_of(room_channel("topic:a:room:b")) == "topic:a:room:b"
    assert node_channel("n") == "jupyter_awareness:node:n"
    assert room_of(node_channel("n:room:x")) == ""
    assert node_of(life_of("n")) == "n"
