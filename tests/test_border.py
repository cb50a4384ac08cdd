"""Paths become keys on the way out, and paths of this server on the way in."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from brokers import Process
from stage import Clock, settle

from jupyter_awareness.atlas import Atlas
from jupyter_awareness.border import FRESH, Border
from jupyter_awareness.broker import Broker, Deliver, Snapshot
from jupyter_awareness.protocol import Entry


class Far(Broker):
    """The broker behind the border, which notes what it is asked to publish."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.published: list[Entry] = []
        self.deliver: Deliver
        self.snapshot: Snapshot

    async def start(self, deliver: Deliver, snapshot: Snapshot) -> None:
        self.deliver, self.snapshot = deliver, snapshot

    async def stop(self) -> None:
        self.asked.append(("stop", ""))

    def subscribe(self, room: str) -> None:
        self.asked.append(("subscribe", room))

    def unsubscribe(self, room: str) -> None:
        self.asked.append(("unsubscribe", room))

    def publish(self, room: str, entries: Sequence[Entry]) -> None:
        self.published += entries


class Scene:
    """A border with a server's files on one side, and what others say on the other."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.far = Far()
        self.atlas = Atlas()
        self.files: dict[str, str] = {}
        self.looked_for: list[str] = []
        self.fails = False
        self.retold: list[Entry] = []
        self.border = Border(self.far, self.atlas, self.find, self.retell, self.clock)
        self.near = Process(self.border)

    async def find(self, key: str) -> str | None:
        await asyncio.sleep(0)
        self.looked_for.append(key)
        if self.fails:
            raise OSError("the disk is away")
        return self.files.get(key)

    def retell(self, room: str, entries: Sequence[Entry]) -> None:
        assert room == "lobby"
        self.retold += entries

    async def hears(self, *entries: Entry) -> list[Any]:
        """Let something be said elsewhere; give what is told of it here, in the end."""
        self.near.told.clear()
        self.retold.clear()
        self.far.deliver("lobby", entries)
        await settle()
        told = {entry.client_id: entry.state for _, entry in self.near.told}
        told |= {entry.client_id: entry.state for entry in self.retold}
        return [told[entry.client_id] for entry in entries]


@pytest.fixture
def scene(jp_asyncio_loop: asyncio.AbstractEventLoop) -> Scene:
    scene = Scene()
    start = scene.border.start(scene.near.deliver, scene.near.snapshot)
    jp_asyncio_loop.run_until_complete(start)
    return scene


def at(path: str, client: int = 1, clock: int = 2**50) -> Entry:
    return Entry(client, clock, {"n": client, "location": {"path": path, "cell": "c"}})


async def test_what_is_not_of_paths_passes_as_it_is(scene: Scene) -> None:
    entries = [Entry(1, 2**50, {"n": 1}), Entry(2, 2**50, None)]
    scene.border.publish("lobby", entries)
    assert scene.far.published == entries
    assert await scene.hears(*entries) == [{"n": 1}, None]
    scene.border.subscribe("lobby")
    scene.border.unsubscribe("lobby")
    await scene.border.stop()
    asked = [("subscribe", "lobby"), ("unsubscribe", "lobby"), ("stop", "")]
    assert (scene.far.asked, scene.border.name) == (asked, "Far")


async def test_other_servers_are_told_keys_and_nothing_of_own_documents(scene: Scene) -> None:
    scene.atlas.open("a.ipynb", "K")
    scene.border.publish("lobby", [at("a.ipynb"), at("private.ipynb", 2)])
    told = [entry.state for entry in scene.far.published]
    assert told == [{"n": 1, "location": {"path": "K", "cell": "c"}}, {"n": 2}]
    scene.near.says("lobby", at("a.ipynb"))
    assert scene.far.snapshot("lobby")[1] == [scene.far.published[0]]


async def test_a_place_elsewhere_is_told_by_its_path_here(scene: Scene) -> None:
    scene.files["K"] = "shared/a.ipynb"
    told = await scene.hears(at("K"), at("unknown", 2))
    assert told == [{"n": 1, "location": {"path": "shared/a.ipynb", "cell": "c"}}, {"n": 2}]
    assert [entry.state for _, entry in scene.near.told] == [{"n": 1}, {"n": 2}]  # until found


async def test_an_open_document_needs_not_be_looked_for(scene: Scene) -> None:
    scene.atlas.open("link.ipynb", "K")
    scene.files["K"] = "a.ipynb"
    assert await scene.hears(at("K")) == [at("link.ipynb").state]
    assert scene.retold == []


async def test_a_file_is_looked_for_once_in_a_while(scene: Scene) -> None:
    scene.files["K"] = "a.ipynb"
    for clock in range(5):
        await scene.hears(at("K", clock=2**50 + clock), at("K", 2, 2**50 + clock))
    assert scene.looked_for == ["K"]
    scene.clock.wind(FRESH)
    scene.border.sweep()
    await settle()
    assert scene.looked_for == ["K", "K"]
    assert scene.retold == []


async def test_what_was_not_found_can_be_looked_for_again_at_once(scene: Scene) -> None:
    scene.files["K"] = "a.ipynb"
    await scene.hears(at("K"), at("L", 2))
    scene.files["L"] = "b.ipynb"
    scene.retold.clear()
    scene.border.look_again()
    await settle()
    assert scene.looked_for == ["K", "L", "L"]
    assert [entry.state for entry in scene.retold] == [at("b.ipynb", 2).state]


async def test_a_file_that_goes_is_named_no_more(scene: Scene) -> None:
    scene.files["K"] = "a.ipynb"
    await scene.hears(at("K"))
    del scene.files["K"]
    scene.retold.clear()
    scene.clock.wind(FRESH)
    scene.border.sweep()
    await settle()
    assert [entry.state for entry in scene.retold] == [{"n": 1}]


async def test_a_file_that_is_opened_under_another_path_is_named_by_that(scene: Scene) -> None:
    scene.files["K"] = "a.ipynb"
    await scene.hears(at("K"))
    scene.retold.clear()
    scene.atlas.open("link.ipynb", "K")
    scene.border.sweep()
    scene.border.sweep()
    assert [entry.state for entry in scene.retold] == [at("link.ipynb").state]


async def test_a_failure_to_look_shows_nothing_and_ends_nothing(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    scene.fails = True
    assert await scene.hears(at("K")) == [{"n": 1}]
    assert "could not be looked for" in caplog.text
    scene.fails, scene.files["L"] = False, "b"
    assert await scene.hears(at("L")) == [at("b").state]


async def test_who_left_is_not_told_of_again_and_nothing_is_kept_of_them(scene: Scene) -> None:
    await scene.hears(at("K"), at("L", 2))
    await scene.hears(Entry(1, 2**50 + 1, None), Entry(2, 2**50 + 1, {"n": 2}))
    scene.files["K"] = "a"
    scene.clock.wind(FRESH)
    scene.border.sweep()
    await settle()
    assert scene.retold == []
    assert (scene.border._said, scene.border._keys) == ({}, {})


async def test_a_room_that_is_left_is_forgotten(scene: Scene) -> None:
    await scene.hears(at("K"))
    scene.border.unsubscribe("lobby")
    assert (scene.border._said, scene.border._keys) == ({}, {})


async def test_a_search_ends_with_the_border(scene: Scene) -> None:
    scene.far.deliver("lobby", [at("K")])
    task = scene.border._task
    assert task is not None
    await scene.border.stop()
    assert task.done()
    assert scene.looked_for == []
