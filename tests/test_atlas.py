"""Which documents are open here: their paths, and their keys."""

from __future__ import annotations

import pytest

from jupyter_awareness.atlas import Atlas


@pytest.fixture
def atlas() -> Atlas:
    return Atlas()


def test_an_open_document_has_a_path_and_a_key(atlas: Atlas) -> None:
    atlas.open("a", "K")
    assert (atlas.key_of("a"), atlas.path_of("K")) == ("K", "a")
    assert (atlas.key_of("b"), atlas.path_of("L")) == (None, None)


def test_it_has_them_until_the_last_has_closed_it(atlas: Atlas) -> None:
    atlas.open("a", "K")
    atlas.open("a", "K")
    atlas.close("a")
    assert atlas.path_of("K") == "a"
    atlas.close("a")
    assert (atlas.key_of("a"), atlas.path_of("K")) == (None, None)


def test_of_several_paths_the_first_stands_for_the_file(atlas: Atlas) -> None:
    atlas.open("a", "K")
    atlas.open("link", "K")
    assert (atlas.key_of("link"), atlas.path_of("K")) == ("K", "a")
    atlas.close("a")
    assert atlas.path_of("K") == "link"


def test_a_path_may_come_to_lead_elsewhere(atlas: Atlas) -> None:
    atlas.open("a", "K")
    atlas.open("a", "L")
    assert (atlas.key_of("a"), atlas.path_of("L"), atlas.path_of("K")) == ("L", "a", None)
    atlas.close("a")
    assert atlas.path_of("L") == "a"
    atlas.close("a")
    assert atlas.path_of("L") is None
