"""Connections that proved the same, and the documents that they have open."""

from __future__ import annotations

from persons import person

from jupyter_awareness.principals import Principal, Principals
from jupyter_awareness.room import Member


def member() -> Member:
    return Member(person("alice"), "user:alice", 0.0)


def test_a_document_is_open_from_the_first_to_the_last_connection() -> None:
    alice = Principal("user:alice")
    assert "a.ipynb" not in alice
    assert alice.open("a.ipynb")
    assert not alice.open("a.ipynb")
    assert "a.ipynb" in alice
    assert not alice.close("a.ipynb")
    assert "a.ipynb" in alice
    assert alice.close("a.ipynb")
    assert "a.ipynb" not in alice


def test_nothing_that_is_no_path_is_open() -> None:
    alice = Principal("user:alice")
    alice.open("a.ipynb")
    assert "b.ipynb" not in alice
    assert None not in alice


def test_principals_are_known_by_name_while_something_is_known_of_them() -> None:
    principals = Principals()
    alice = principals.of("user:alice")
    assert principals.of("user:alice") is not alice
    assert len(principals) == 0
    principals.keep(alice)
    assert principals.of("user:alice") is alice
    assert principals.of("user:bob").name == "user:bob"
    tab = member()
    alice.members.add(tab)
    alice.open("a.ipynb")
    principals.forget(alice)
    assert len(principals) == 1
    alice.members.discard(tab)
    principals.forget(alice)
    assert principals.of("user:alice") is alice  # a document of theirs may come back
    alice.close("a.ipynb")
    principals.forget(alice)
    assert len(principals) == 0


def test_who_came_back_is_not_forgotten_for_who_left() -> None:
    principals = Principals()
    before, now = Principal("user:alice"), Principal("user:alice")
    principals.keep(now)
    principals.forget(before)
    assert principals.of("user:alice") is now
