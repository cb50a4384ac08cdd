"""Which file a document is, on real folders with real links."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest

from jupyter_awareness import keys
from jupyter_awareness.keys import DocumentKeys, KeyOptions, OwnDocuments, SharedFiles


class Home:
    """The root folder of one person's server, beside a folder that all share."""

    def __init__(self, folder: Path, name: str) -> None:
        self.shared = folder / "team"
        self.root = folder / name
        for path in (self.shared / "sub", self.root / "own"):
            path.mkdir(parents=True, exist_ok=True)
        (self.shared / "sub" / "a.ipynb").touch()

    def keys(self, folders: Mapping[str, str] | None = None, **environ: str) -> DocumentKeys:
        manager = SimpleNamespace(root_dir=str(self.root))
        return SharedFiles.make(KeyOptions(manager, folders or {}, environ))

    def link(self, path: str, target: Path) -> None:
        (self.root / path).symlink_to(target)


@pytest.fixture
def homes(tmp_path: Path) -> tuple[Home, Home]:
    return Home(tmp_path, "alice"), Home(tmp_path, "bob")


def key_of(where: DocumentKeys, path: str) -> str:
    key = where.key(path)
    assert key is not None
    return key


def test_a_link_leads_to_the_same_file_under_another_path(homes: tuple[Home, Home]) -> None:
    alice, bob = homes
    alice.link("shared", alice.shared)
    bob.link("project", bob.shared / "sub")
    key = key_of(alice.keys(), "shared/sub/a.ipynb")
    assert bob.keys().key("project/a.ipynb") == key
    assert list(bob.keys().paths(key)) == ["project/a.ipynb"]
    assert list(alice.keys().paths(key)) == ["shared/sub/a.ipynb"]


def test_a_root_may_be_the_shared_folder_itself(homes: tuple[Home, Home]) -> None:
    alice, bob = homes
    bob.root = bob.shared
    alice.link("shared", alice.shared)
    key = key_of(alice.keys(), "shared/sub/a.ipynb")
    assert list(bob.keys().paths(key)) == ["sub/a.ipynb"]
    assert bob.keys().key("sub/a.ipynb") == key


def test_equal_paths_below_two_roots_are_two_files(homes: tuple[Home, Home]) -> None:
    alice, bob = homes
    for home in homes:
        (home.root / "own" / "a.ipynb").touch()
    key = key_of(alice.keys(), "own/a.ipynb")
    assert bob.keys().key("own/a.ipynb") != key
    assert list(bob.keys().paths(key)) == []


def test_a_deep_link_is_known_once_it_was_used(homes: tuple[Home, Home]) -> None:
    alice, bob = homes
    alice.link("shared", alice.shared)
    bob.link("own/deep", bob.shared)
    (bob.shared / "b.ipynb").touch()
    key, where = key_of(alice.keys(), "shared/sub/a.ipynb"), bob.keys()
    assert list(where.paths(key)) == []
    where.key("own/deep/b.ipynb")
    assert list(where.paths(key)) == ["own/deep/sub/a.ipynb"]


def test_only_so_many_links_are_remembered(
    homes: tuple[Home, Home], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "MOST_LINKS", 1)
    alice, bob = homes
    for name in ("x", "y"):
        (bob.shared / name).mkdir()
        (bob.shared / name / "f").touch()
        bob.link(f"own/{name}", bob.shared / name)
    where = bob.keys()
    x, y = key_of(where, "own/x/f"), key_of(where, "own/y/f")
    assert (list(where.paths(x)), list(where.paths(y))) == ([], ["own/y/f"])


def test_a_link_to_a_file_is_that_file(homes: tuple[Home, Home]) -> None:
    alice, _ = homes
    alice.link("shared", alice.shared)
    alice.link("mine.ipynb", alice.shared / "sub" / "a.ipynb")
    assert alice.keys().key("mine.ipynb") == alice.keys().key("shared/sub/a.ipynb")


def test_a_renamed_file_is_another_document(homes: tuple[Home, Home]) -> None:
    alice, bob = homes
    for home in homes:
        home.link("shared", home.shared)
    before = key_of(alice.keys(), "shared/sub/a.ipynb")
    (alice.shared / "sub" / "a.ipynb").rename(alice.shared / "b.ipynb")
    after = key_of(alice.keys(), "shared/b.ipynb")
    assert after != before
    assert bob.keys().key("shared/b.ipynb") == after


def test_a_folder_may_have_a_name_that_is_equal_on_all_servers(tmp_path: Path) -> None:
    alice, bob = Home(tmp_path / "1", "alice"), Home(tmp_path / "2", "bob")  # two machines
    alice.link("shared", alice.shared)
    here, there = alice.keys({"shared": "team"}), bob.keys({str(bob.shared): "team"})
    key = key_of(here, "shared/sub/a.ipynb")
    assert key == "shared:team/sub/a.ipynb"
    assert list(here.paths(key)) == ["shared/sub/a.ipynb"]
    assert list(there.paths(key)) == []  # bob's server does not show that folder
    bob.link("here", bob.shared)
    there = bob.keys({str(bob.shared): "team"})
    assert list(there.paths(key)) == ["here/sub/a.ipynb"]


def test_the_innermost_folder_names_a_file(homes: tuple[Home, Home]) -> None:
    alice, _ = homes
    alice.link("shared", alice.shared)
    where = alice.keys({"shared": "team", "shared/sub": "sub team", ".": "home/$WHO"}, WHO="alice")
    assert where.key("shared/sub/a.ipynb") == "shared:sub team/a.ipynb"
    assert where.key("own") == "shared:home/alice/own"


@pytest.mark.parametrize(
    ("name", "why"), [("$NOBODY", "NOBODY"), ("", "needs a name"), ("/", "needs a name")]
)
def test_a_name_that_cannot_be_is_refused(homes: tuple[Home, Home], name: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        homes[0].keys({"shared": name})


def test_a_folder_that_is_called_in_other_cases_is_the_same(
    homes: tuple[Home, Home], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a disk that does not tell cases apart, which Linux can be given none of here."""
    samefile = os.path.samefile
    monkeypatch.setattr(os.path, "samefile", lambda a, b: a.lower() == b.lower() or samefile(a, b))
    alice, _ = homes
    alice.link("shared", alice.shared)
    where = alice.keys()
    assert where.key("shared/SUB/A.IPYNB") == where.key("shared/sub/a.ipynb")
    assert where.key("shared/SUB/new.ipynb") == where.key("shared/sub/new.ipynb")


def test_names_that_differ_in_case_may_be_links_to_one_file(homes: tuple[Home, Home]) -> None:
    """Where cases are told apart, both names are there, and each is its own document."""
    alice, _ = homes
    (alice.root / "own" / "a").touch()
    (alice.root / "own" / "A").hardlink_to(alice.root / "own" / "a")
    assert alice.keys().key("own/a") != alice.keys().key("own/A")


def test_a_root_that_is_gone_has_no_links(tmp_path: Path) -> None:
    home = Home(tmp_path, "alice")
    where = home.keys()
    (home.root / "own").rmdir()
    home.root.rmdir()
    assert list(where.paths("mount:none:/a")) == []
    assert list(where.paths(key_of(where, "own/a"))) == ["own/a"]


def test_where_linux_tells_nothing_the_host_is_what_is_shared(
    homes: tuple[Home, Home], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "_read", lambda file: "")
    alice, bob = homes
    alice.link("shared", alice.shared)
    bob.link("shared", bob.shared)
    key = key_of(alice.keys(), "shared/sub/a.ipynb")
    assert list(bob.keys().paths(key)) == ["shared/sub/a.ipynb"]


def test_a_file_that_cannot_be_read_tells_nothing() -> None:
    assert keys._read("/proc/no/such/file") == ""


def test_documents_that_are_no_files_are_this_servers_own() -> None:
    where = SharedFiles.make(KeyOptions(object()))
    assert isinstance(where, OwnDocuments)
    assert where.key("a") is None  # type: ignore[func-returns-value]
    assert list(where.paths("a")) == []
