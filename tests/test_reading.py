"""Digests of the files that are open here: of what is in them now, and read only when it is new."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tornado.web import HTTPError

from jupyter_awareness import proofs, reading
from jupyter_awareness.atlas import FILE, Atlas
from jupyter_awareness.proofs import digest_of
from jupyter_awareness.reading import Readings

OLD = 1_000_000_000.0  # seconds since the epoch: a time at which nobody writes any more


@pytest.fixture
def atlas() -> Atlas:
    atlas = Atlas()
    for path in ("a.txt", "b.txt", "folder", "pipe"):
        atlas.open(path, path.upper())
    return atlas


@pytest.fixture
def readings(atlas: Atlas, tmp_path: Path) -> Readings:
    return Readings(atlas, SimpleNamespace(root_dir=str(tmp_path)))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count what is really read: the sizes of files."""
    sizes: list[int] = []

    def noted(size: int, pieces: Any) -> bytes:
        sizes.append(size)
        return digest_of(size, pieces)

    monkeypatch.setattr(reading, "digest_of", noted)
    return sizes


def write(file: Path, text: str, at: float = OLD) -> None:
    file.write_text(text)
    os.utime(file, (at, at))


async def test_a_file_is_read_again_when_it_is_another(
    readings: Readings, tmp_path: Path, read: list[int]
) -> None:
    file = tmp_path / "a.txt"
    write(file, "one")
    first = await readings.digest(FILE + "A.TXT")
    assert first == digest_of(3, [b"one"])
    assert await readings.digest(FILE + "A.TXT") == first
    assert read == [3]
    write(file, "two")  # as large, and of the same time as far as that can be set
    assert await readings.digest(FILE + "A.TXT") == digest_of(3, [b"two"])
    assert read == [3, 3]


async def test_a_file_that_was_written_just_now_is_read_again(
    readings: Readings, tmp_path: Path, read: list[int]
) -> None:
    (tmp_path / "a.txt").write_text("one")
    for _ in range(2):
        await readings.digest(FILE + "A.TXT")
    assert read == [3, 3]


async def test_a_file_that_is_written_while_it_is_read_is_read_again(
    readings: Readings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.txt"
    write(file, "one")

    def meanwhile(size: int, pieces: Any) -> bytes:
        write(file, "three")
        return digest_of(size, pieces)

    monkeypatch.setattr(reading, "digest_of", meanwhile)
    await readings.digest(FILE + "A.TXT")
    monkeypatch.setattr(reading, "digest_of", digest_of)
    assert await readings.digest(FILE + "A.TXT") == digest_of(5, [b"three"])


async def test_of_a_large_file_the_ends_are_read(
    readings: Readings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proofs, "WHOLE", 4)
    monkeypatch.setattr(reading, "PIECE", 1)
    write(tmp_path / "a.txt", "abcdef")
    assert await readings.digest(FILE + "A.TXT") == digest_of(6, [b"abef"])


async def test_what_is_no_file_or_not_open_has_no_digest(
    readings: Readings, tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "c.txt").touch()
    for name in ("A.TXT", "FOLDER", "PIPE", "C.TXT", "../A.TXT"):
        assert await readings.digest(FILE + name) is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
async def test_a_file_that_may_not_be_read_any_more_has_no_digest(
    readings: Readings, tmp_path: Path
) -> None:
    file = tmp_path / "a.txt"
    write(file, "one")
    assert await readings.digest(FILE + "A.TXT") is not None
    file.chmod(0)
    assert await readings.digest(FILE + "A.TXT") is None


async def test_only_so_many_are_remembered(
    readings: Readings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: list[int]
) -> None:
    monkeypatch.setattr(reading, "MOST_READINGS", 1)
    for name in ("a.txt", "b.txt", "b.txt", "a.txt"):
        write(tmp_path / name, name) if not (tmp_path / name).exists() else None
        await readings.digest(FILE + name.upper())
    assert len(read) == 3


class Store:
    """A contents manager that has no files."""

    def __init__(self) -> None:
        self.model: dict[str, Any] = {"last_modified": 1, "size": 3}
        self.content = b"one"
        self.asked: list[dict[str, Any]] = []

    async def get(self, path: str, **how: Any) -> dict[str, Any]:
        if path != "a.txt":
            raise HTTPError(404)
        self.asked.append(how)
        return {**self.model, "content": base64.b64encode(self.content).decode()}


async def test_what_is_kept_elsewhere_is_read_by_the_contents_manager(atlas: Atlas) -> None:
    store = Store()
    readings = Readings(atlas, store)
    for _ in range(2):
        assert await readings.digest(FILE + "A.TXT") == digest_of(3, [b"one"])
    assert [how for how in store.asked if how != {"content": False}] == [
        {"type": "file", "format": "base64"}
    ]
    store.content, store.model["last_modified"] = b"two", 2
    assert await readings.digest(FILE + "A.TXT") == digest_of(3, [b"two"])
    assert await readings.digest(FILE + "B.TXT") is None


async def test_without_a_time_it_is_always_read(atlas: Atlas) -> None:
    store = Store()
    store.model = {}
    readings = Readings(atlas, store)
    for content in (b"one", b"two"):
        store.content = content
        assert await readings.digest(FILE + "A.TXT") == digest_of(3, [content])
