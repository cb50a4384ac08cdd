"""Keys that say nothing of a file, and how files are recognized by them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_awareness import opaque
from jupyter_awareness.keys import DocumentKeys
from jupyter_awareness.opaque import OpaqueKeys


class Plain(DocumentKeys):
    """Every path is its own key, but that of something private."""

    def key(self, path: str) -> str | None:
        return None if path.startswith("private") else f"/srv/{path}"

    def paths(self, key: str) -> Iterator[str]:
        raise AssertionError("Digests cannot be read back.")


@pytest.fixture
def keys(tmp_path: Path) -> OpaqueKeys:
    for path in ("a.txt", "sub/deep/b.txt", ".hidden/c.txt", ".d.txt", "private.txt"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    (tmp_path / "sub" / "again").symlink_to(tmp_path)
    return OpaqueKeys(Plain(), Plain(), str(tmp_path))


def key_of(path: str) -> str:
    key = OpaqueKeys(Plain(), Plain(), "").key(path)
    assert key is not None
    return key


def test_a_key_says_nothing_of_its_file(keys: OpaqueKeys) -> None:
    key = key_of("secret plans.txt")
    assert key == keys.key("secret plans.txt")
    assert "secret" not in key
    assert len(key) == len(key_of("a"))
    assert keys.key("private.txt") is None


def test_what_was_open_is_recognized(keys: OpaqueKeys) -> None:
    assert list(keys.paths(key_of("elsewhere.txt"))) == []
    assert keys.lacks
    keys.key("elsewhere.txt")
    assert list(keys.paths(key_of("elsewhere.txt"))) == ["elsewhere.txt"]


def test_what_is_in_the_folders_is_recognized_after_a_look(keys: OpaqueKeys) -> None:
    assert list(keys.paths(key_of("sub/deep/b.txt"))) == []
    keys.look()
    assert not keys.lacks
    assert list(keys.paths(key_of("sub/deep/b.txt"))) == ["sub/deep/b.txt"]
    assert not keys.lacks
    for path in (".hidden/c.txt", ".d.txt", "sub/again/a.txt"):
        assert list(keys.paths(key_of(path))) == []
    assert keys.lacks


def test_only_so_much_is_looked_at(keys: OpaqueKeys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opaque, "MOST_FILES", 1)
    keys.look()
    assert list(keys.paths(key_of("a.txt"))) == ["a.txt"]
    assert list(keys.paths(key_of("sub/deep/b.txt"))) == []
    monkeypatch.setattr(opaque, "MOST_FILES", 100)
    monkeypatch.setattr(opaque, "DEEPEST", 1)
    keys.look()
    assert list(keys.paths(key_of("sub/deep/b.txt"))) == []


def test_only_so_much_is_remembered(keys: OpaqueKeys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opaque, "MOST_USED", 1)
    keys.key("x")
    keys.key("y")
    assert (list(keys.paths(key_of("x"))), list(keys.paths(key_of("y")))) == ([], ["y"])


def test_a_folder_that_cannot_be_read_has_nothing(tmp_path: Path) -> None:
    keys = OpaqueKeys(Plain(), Plain(), str(tmp_path / "gone"))
    keys.look()
    assert list(keys.paths(key_of("a.txt"))) == []
