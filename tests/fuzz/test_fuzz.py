"""Frames that chance makes, and the corpus that coverage found: none breaks anything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import corpus
import pytest
from mutations import Mutations
from target import Target

from jupyter_awareness import protocol
from jupyter_awareness.protocol import State, encode_awareness, encode_entry
from jupyter_awareness.room import Room

HERE = Path(__file__).parent
FRAMES = 200_000
CORPUS = corpus.read()


def test_two_hundred_thousand_frames_break_nothing() -> None:
    # In a process of its own: it would take three times as long where coverage is measured.
    command = [sys.executable, str(HERE / "fuzz.py"), f"--frames={FRAMES}", "--seed=1"]
    ended = subprocess.run(command, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert f"{FRAMES} frames, nothing broke" in ended.stdout


def test_what_coverage_found_breaks_nothing() -> None:
    target = Target()
    assert len(CORPUS) > 30
    for data in CORPUS:
        target(data)


def test_a_seed_is_a_run() -> None:
    first, second = (Mutations(7, CORPUS) for _ in range(2))
    assert [first.next() for _ in range(500)] == [second.next() for _ in range(500)]


def run(frames: int) -> None:
    target, mutations = Target(), Mutations(1, CORPUS)
    for _ in range(frames):
        target(mutations.next())


def test_a_decoder_that_lets_anything_through_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def lax(text: bytes, limits: object = None) -> State | None:
        return {"n": float("nan")} if b"NaN" in text else None

    monkeypatch.setattr(protocol, "decode_state", lax)
    with pytest.raises(protocol.ProtocolError):
        run(5_000)


def test_a_decoder_that_raises_something_else_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    read = protocol._read_integer

    def careless(data: bytes, position: int) -> tuple[int, int]:
        if position == len(data):
            raise IndexError
        return read(data, position)

    monkeypatch.setattr(protocol, "_read_integer", careless)
    with pytest.raises(IndexError):
        run(5_000)


def test_a_room_in_which_all_may_speak_for_all_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    target = Target()
    monkeypatch.setattr(Room, "_owns", lambda room, member, entry, first: True)
    with pytest.raises((AssertionError, KeyError)):
        target(encode_awareness([encode_entry(1, 2**40, {"n": 666})]))
