"""Which rooms there are, asked of the contents managers that Jupyter Server has."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.services.contents.largefilemanager import (
    AsyncLargeFileManager,
    LargeFileManager,
)
from tornado.web import HTTPError

from jupyter_awareness.documents import LONGEST_NAME, RoomName, admit, find
from jupyter_awareness.keys import KeyOptions, OwnDocuments, SharedFiles
from jupyter_awareness.protocol import CloseCode, Refused

ODD_NAMES = [
    "a b.ipynb",
    "R\u00e9sum\u00e9 \u4e16\u754c.ipynb",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467.ipynb",  # a family of emoji, joined
    "\u0646\u0645\u06cc\u200c\u062f\u0627\u0646\u0645.py",  # Persian needs a joiner
    "Screenshot at 9.41\u202fAM.png",  # as macOS names them
    "\u7b2c\u4e00\u7ae0\u3000\u5e8f.txt",  # a wide space
    "100% #1 ?&=+;.txt",
    "document:lobby",
    "[a-z]*.txt",
]


def refused(text: str) -> CloseCode:
    with pytest.raises(Refused, match=r"\.$") as refusal:
        RoomName.parse(text)
    return refusal.value.code


# Names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("lobby", ("lobby", "")),
        ("document:a.ipynb", ("document", "a.ipynb")),
        ("document:sub/a.ipynb", ("document", "sub/a.ipynb")),
        ("document:RTC:a.ipynb", ("document", "RTC:a.ipynb")),
        ("topic:chat", ("topic", "chat")),
        ("topic:a:b/c", ("topic", "a:b/c")),
    ],
)
def test_a_room_has_a_kind_and_is_of_something(text: str, name: tuple[str, str]) -> None:
    room = RoomName.parse(text)
    assert room == name
    assert room.text == text
    assert room.path == (name[1] if name[0] == "document" else None)


@pytest.mark.parametrize("text", ["document:/a/b", "document:a/b/", "document:///a/b//"])
def test_slashes_at_the_ends_name_the_same_document(text: str) -> None:
    assert RoomName.parse(text).text == "document:a/b"


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_document_may_have_any_name_that_a_file_has(name: str) -> None:
    assert RoomName.parse(f"document:{name}") == ("document", name)


@pytest.mark.parametrize(
    "text",
    ["", "Lobby", "lobby:", "lobby:x", "document", "document:", "document:/", "topic:", "x:y"],
)
def test_there_are_no_other_rooms(text: str) -> None:
    assert refused(text) == CloseCode.NO_DOCUMENT


@pytest.mark.parametrize("character", ["\0", "\n", "\x1b", "\x7f", "\x85", "\ud800"])
@pytest.mark.parametrize("kind", ["document", "topic"])
def test_control_characters_are_in_no_name(kind: str, character: str) -> None:
    assert refused(f"{kind}:a{character}b") == CloseCode.NO_DOCUMENT


def test_a_name_has_an_end() -> None:
    RoomName.parse("topic:" + "x" * (LONGEST_NAME - 6))
    assert refused("topic:" + "x" * (LONGEST_NAME - 5)) == CloseCode.NO_DOCUMENT


# Who may enter


@pytest.fixture(params=[LargeFileManager, AsyncLargeFileManager])
def contents(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """A contents manager over a folder with some files; in `outside` beside it is one more."""
    root = tmp_path / "root"
    for path in ("a.ipynb", "sub dir/b.py", ".hidden.txt", ".secret/c.txt", *ODD_NAMES):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text("{}", encoding="utf-8")
    (tmp_path / "outside.txt").write_text("not yours", encoding="utf-8")
    return request.param(root_dir=str(root))


async def outcome(contents: Any, text: str, topics: list[str] | None = None) -> CloseCode | None:
    try:
        await admit(RoomName.parse(text), contents, topics or [], OwnDocuments())
    except Refused as refusal:
        return refusal.code
    return None


@pytest.mark.parametrize("path", ["a.ipynb", "sub dir/b.py", *ODD_NAMES])
async def test_a_document_that_exists_is_entered(contents: Any, path: str) -> None:
    assert await outcome(contents, f"document:{path}") is None


@pytest.mark.parametrize("path", ["missing.txt", "sub dir", "a.ipynb/x", "x" * 500, "A" * 300])
async def test_what_is_no_file_is_not_entered(contents: Any, path: str) -> None:
    assert await outcome(contents, f"document:{path}") == CloseCode.NO_DOCUMENT


@pytest.mark.parametrize("path", [".hidden.txt", ".secret/c.txt"])
async def test_a_hidden_file_is_not_there(contents: Any, path: str) -> None:
    assert await outcome(contents, f"document:{path}") == CloseCode.NO_DOCUMENT
    contents.allow_hidden = True
    assert await outcome(contents, f"document:{path}") is None


@pytest.mark.parametrize(
    "path",
    [
        "..",
        "../outside.txt",
        "sub dir/../../outside.txt",
        "sub dir/../a.ipynb",
        "./a.ipynb",
        "sub dir//b.py",
        "sub dir/./b.py",
        "//../outside.txt",
    ],
)
async def test_there_is_one_way_to_write_a_path_and_none_out(contents: Any, path: str) -> None:
    assert await outcome(contents, f"document:{path}") == CloseCode.NO_DOCUMENT


async def test_a_path_of_the_whole_machine_is_one_below_the_root(
    contents: Any, tmp_path: Path
) -> None:
    assert await outcome(contents, f"document:{tmp_path}/outside.txt") == CloseCode.NO_DOCUMENT


async def test_a_backslash_is_a_second_spelling_where_it_separates(
    contents: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (Path(contents.root_dir) / "a\\b.txt").touch()
    assert await outcome(contents, "document:a\\b.txt") is None
    monkeypatch.setattr(os, "sep", "\\")
    assert await outcome(contents, "document:a\\b.txt") == CloseCode.NO_DOCUMENT


async def test_a_refusal_of_the_contents_manager_is_no_document(contents: Any) -> None:
    class Strict(type(contents)):  # type: ignore[misc]
        def is_hidden(self, path: str) -> bool:
            raise HTTPError(404, "not for you")

    strict = Strict(root_dir=contents.root_dir)
    assert await outcome(strict, "document:a.ipynb") == CloseCode.NO_DOCUMENT


async def test_a_failure_of_the_contents_manager_is_not_said_to_be_a_missing_file(
    contents: Any,
) -> None:
    class Broken(type(contents)):  # type: ignore[misc]
        def file_exists(self, path: str) -> bool:
            raise HTTPError(503, "the disk is away")

    with pytest.raises(HTTPError, match="503"):
        await outcome(Broken(root_dir=contents.root_dir), "document:a.ipynb")


async def test_topics_are_allowed_by_patterns(contents: Any) -> None:
    allowed = ["chat", "lab-*", "[xy]"]
    for topic in ("chat", "lab-1", "x"):
        assert await outcome(contents, f"topic:{topic}", allowed) is None
    for topic in ("chats", "Chat", "z", "lab"):
        assert await outcome(contents, f"topic:{topic}", allowed) == CloseCode.NOT_ALLOWED


async def test_no_pattern_allows_no_topic_and_the_lobby_needs_none(contents: Any) -> None:
    assert await outcome(contents, "topic:chat", []) == CloseCode.NOT_ALLOWED
    assert await outcome(contents, "lobby", []) is None


async def test_a_file_that_the_server_may_not_read_is_not_there(
    contents: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: not path.endswith("a.ipynb"))
    assert await outcome(contents, "document:a.ipynb") == CloseCode.NO_DOCUMENT
    assert await outcome(contents, "document:sub dir/b.py") is None


# Which room a document is


@pytest.fixture
def shared(contents: Any) -> SharedFiles:
    return SharedFiles(KeyOptions(contents, {".": "team"}))


async def test_without_other_servers_a_document_is_the_room_of_its_path(contents: Any) -> None:
    name = RoomName.parse("document:sub dir/b.py")
    assert await admit(name, contents, [], OwnDocuments()) == name.text


async def test_with_other_servers_it_is_that_of_its_file(
    contents: Any, shared: SharedFiles
) -> None:
    name = RoomName.parse("document:sub dir/b.py")
    assert await admit(name, contents, [], shared) == "file:shared:team/sub dir/b.py"
    assert await admit(RoomName.parse("lobby"), contents, [], shared) == "lobby"
    assert await find("shared:team/sub dir/b.py", contents, shared) == "sub dir/b.py"


@pytest.mark.parametrize("text", ["file:shared:team/a.ipynb", "file:x"])
def test_nobody_enters_a_room_by_the_key_of_its_file(text: str) -> None:
    assert refused(text) == CloseCode.NO_DOCUMENT


@pytest.mark.parametrize(
    "key",
    [
        "shared:team/missing.ipynb",
        "shared:team/.hidden.txt",
        "shared:team/.secret/c.txt",
        "shared:team/../outside.txt",
        "shared:team/sub dir/../a.ipynb",
        "shared:other/a.ipynb",
        "shared:team/sub dir",
        "shared:team/",
        "mount:elsewhere:/a.ipynb",
        "",
    ],
)
async def test_what_is_not_here_or_hidden_has_no_path(
    contents: Any, shared: SharedFiles, key: str
) -> None:
    assert await find(key, contents, shared) is None


async def test_what_is_not_readable_has_no_path(
    contents: Any, shared: SharedFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await find("shared:team/a.ipynb", contents, shared) == "a.ipynb"
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert await find("shared:team/a.ipynb", contents, shared) is None


async def test_a_contents_manager_that_cannot_tell_has_no_path(
    contents: Any, shared: SharedFiles
) -> None:
    class Broken(type(contents)):  # type: ignore[misc]
        def file_exists(self, path: str) -> bool:
            raise HTTPError(503, "the disk is away")

    broken = Broken(root_dir=contents.root_dir)
    assert await find("shared:team/a.ipynb", broken, shared) is None
