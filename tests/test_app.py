"""What an admin can set, what is refused, and how the extension starts and ends."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from sockets import Visit, until
from tornado.httpclient import HTTPClientError
from traitlets import TraitError
from traitlets.config import Config

from jupyter_awareness.app import AwarenessExtension, _clock
from jupyter_awareness.broker import Broker
from jupyter_awareness.opaque import OpaqueKeys
from jupyter_awareness.protocol import CloseCode

WRONG: dict[str, list[Any]] = {
    "enabled": ["perhaps", None],
    "flush_interval": [-0.001, 10.1, "soon", float("nan")],
    "max_bytes_per_second": [-1, "much", float("inf"), float("nan")],
    "renewal_interval": [0.9, 29.1, "often", float("nan")],
    "client_timeout": [0.4, "", float("inf"), float("nan")],
    "reconnect_grace": [-1, None, float("inf"), float("nan")],
    "max_frame_bytes": [1_023, 2_000.5, "1MB"],
    "max_state_bytes": [255, "16k"],
    "max_clients_per_connection": [0, 1.5],
    "max_peers_per_room": [0, -1],
    "max_rooms": [0, None],
    "max_state_depth": [1, 257, "deep"],
    "max_peers_per_user": [0, -1],
    "max_connections": [0, "many"],
    "max_connections_per_user": [0, "many"],
    "max_updates_per_second": [-1, float("inf"), float("nan")],
    "max_updates_per_second_per_user": [-1, float("inf"), float("nan")],
    "max_received_bytes_per_second": [-1, float("inf"), float("nan")],
    "max_changed_bytes_per_second": [-1, float("inf"), float("nan")],
    "topics_allowed": [5, [1], None],
    "share_locations": ["no", True, False, None, "Choice"],
    "share_cursors": ["no", True, 2],
    "allow_invisible": ["no", 2],
    "palette": [[], ["red"], ["#fff"], ["#1a73e8", ""], [1], None],
    "keep_server_alive": ["no", 2],
    "broker_url": [5],
    "service_url": [5],
    "relay_secret": ["short", "s" * 31],
    "document_keys_class": ["no.such.module", "jupyter_awareness.app.AwarenessExtension", 5],
    "document_folders": [5, {"a": 5}, ["a"]],
    "broker_secret": ["short", "s" * 31],
    "broker_class": ["no.such.module", "jupyter_awareness.app.AwarenessExtension", 5],
}

EDGES: dict[str, list[Any]] = {
    "flush_interval": [0, 10],
    "max_bytes_per_second": [0, 1_000],
    "renewal_interval": [1, 29],
    "client_timeout": [0.5, 3_600],
    "reconnect_grace": [0, 3_600],
    "max_frame_bytes": [16_384],
    "max_state_bytes": [256],
    "max_clients_per_connection": [1],
    "max_peers_per_room": [1],
    "max_rooms": [1],
    "max_state_depth": [2, 256],
    "max_peers_per_user": [1],
    "max_connections": [1],
    "max_connections_per_user": [1],
    "max_updates_per_second": [0, 0.1],
    "max_updates_per_second_per_user": [0, 0.1],
    "max_received_bytes_per_second": [0, 0.1],
    "max_changed_bytes_per_second": [0, 0.1],
    "topics_allowed": [[], ["chat", "lab-*"]],
    "share_locations": ["never", "choice", "always"],
    "share_cursors": ["never", "choice", "always"],
    "palette": [["#000000"], ["#ABCDEF"]],
    "broker_secret": ["s" * 32],
    "document_folders": [{}],
    "relay_secret": ["s" * 32],
}


def pairs(table: dict[str, list[Any]]) -> list[tuple[str, Any]]:
    return [(name, value) for name, values in table.items() for value in values]


@pytest.fixture
def traits(request: pytest.FixtureRequest) -> dict[str, Any]:
    return getattr(request, "param", {})


@pytest.fixture
def jp_server_config(jp_server_config, traits) -> dict[str, Any]:
    return {**jp_server_config, "AwarenessExtension": traits}


def configured(**traits: Any) -> pytest.MarkDecorator:
    """The extension of this test's server has these traits."""
    return pytest.mark.parametrize("traits", [traits], indirect=True)


# Traits


def test_every_trait_is_tried() -> None:
    own = AwarenessExtension.class_own_traits(config=True)
    assert set(WRONG) == set(own)


@pytest.mark.parametrize(("name", "value"), pairs(WRONG))
def test_a_wrong_value_is_refused_and_named(name: str, value: Any) -> None:
    with pytest.raises(TraitError, match=name):
        AwarenessExtension(config=Config(AwarenessExtension={name: value}))


@pytest.mark.parametrize(("name", "value"), pairs(EDGES))
def test_the_edges_are_allowed(name: str, value: Any) -> None:
    extension = AwarenessExtension(config=Config(AwarenessExtension={name: value}))
    assert getattr(extension, name) == value
    extension.initialize_settings()


def test_every_trait_is_explained() -> None:
    for name, trait in AwarenessExtension.class_own_traits(config=True).items():
        assert trait.help.endswith("."), name


def test_a_state_fits_into_a_frame() -> None:
    extension = AwarenessExtension(max_frame_bytes=2_000, max_state_bytes=2_001)
    with pytest.raises(TraitError) as refused:
        extension.initialize_settings()
    assert str(refused.value) == "max_state_bytes (2001) must be at most max_frame_bytes (2000)."


@pytest.mark.parametrize("url", ["redis://there", "redis+cluster://there:7000"])
def test_a_broker_needs_a_secret(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JUPYTER_AWARENESS_BROKER_SECRET", raising=False)
    with pytest.raises(TraitError, match="broker_url needs a broker_secret"):
        AwarenessExtension(broker_url=url).initialize_settings()


@pytest.mark.parametrize(
    ("user", "secret", "broker_url", "why"),
    [
        ("", "s" * 32, "", "JUPYTERHUB_USER"),
        ("alice", "", "", "own key"),
        ("alice", "s" * 32, "redis://there", "not both"),
    ],
)
def test_a_central_server_needs_a_key_and_a_name(
    user: str, secret: str, broker_url: str, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUPYTERHUB_USER", user)
    monkeypatch.setenv("JUPYTER_AWARENESS_BROKER_SECRET", secret)
    with pytest.raises(TraitError, match=why):
        AwarenessExtension(service_url="http://there", broker_url=broker_url).initialize_settings()


async def test_with_a_central_server_files_are_named_by_digests(
    monkeypatch: pytest.MonkeyPatch, jp_serverapp, jp_root_dir
) -> None:
    monkeypatch.setenv("JUPYTERHUB_USER", "alice")
    extension = AwarenessExtension(
        service_url="http://127.0.0.1:1", broker_secret="s" * 32, serverapp=jp_serverapp
    )
    extension.initialize_settings()
    assert extension.rooms.broker == "ServiceBroker"
    (jp_root_dir / "a.txt").touch()
    assert isinstance(extension.keys, OpaqueKeys)
    keys, key = extension.keys, extension.keys.key("a.txt")
    assert key is not None
    assert "a.txt" not in key
    assert list(extension.keys.paths("~unknown")) == []
    extension._sweep()
    extension._sweep()  # one search at a time
    await until(lambda: not keys.lacks)
    assert extension._search is not None
    extension._search.cancel()


async def test_the_secret_of_the_broker_may_be_in_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("JUPYTER_AWARENESS_BROKER_SECRET", "e" * 32)
    extension = AwarenessExtension(broker_url="redis://127.0.0.1:1")
    extension.initialize_settings()
    assert extension.rooms.broker == "RedisBroker"


def test_the_default_values_go_together() -> None:
    AwarenessExtension().initialize_settings()


wrong_settings = pytest.mark.parametrize(
    "traits",
    [{"flush_interval": -1.0}, {"max_state_bytes": 5_000_000}, {"broker_class": "no.such.Broker"}],
    indirect=True,
)


@wrong_settings
def test_a_server_is_told_which_setting_is_wrong(traits, jp_configurable_serverapp) -> None:
    [name] = traits
    with pytest.raises(SystemExit) as ended:
        jp_configurable_serverapp(reraise_server_extension_failures=True)
    assert isinstance(ended.value.__context__, TraitError)
    assert name in str(ended.value.__context__)


@wrong_settings
async def test_a_server_with_a_wrong_setting_runs_without_presence(
    traits, jp_serverapp, jp_fetch
) -> None:
    await jp_serverapp.extension_manager.start_all_extensions()
    assert (await jp_fetch("api", "status")).code == 200
    with pytest.raises(HTTPClientError) as refused:
        await jp_fetch("api", "awareness", "room", "lobby")
    assert refused.value.code == 404
    await jp_serverapp.extension_manager.stop_all_extensions()


@pytest.mark.parametrize(
    ("document_folders", "why"),
    [({"shared": "$NO_SUCH_VARIABLE"}, "NO_SUCH_VARIABLE"), ({"shared": "/"}, "needs a name")],
)
def test_a_shared_folder_needs_a_name(
    document_folders: dict[str, str], why: str, jp_serverapp
) -> None:
    extension = AwarenessExtension(
        broker_class=NotedBroker, document_folders=document_folders, serverapp=jp_serverapp
    )
    with pytest.raises(TraitError, match=f"document_folders: .*{why}"):
        extension.initialize_settings()


# Starting and ending


class NotedBroker(Broker):
    """Notes what it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    async def start(self, deliver: Any, snapshot: Any) -> None:
        self.asked.append(("start", deliver, snapshot))

    async def stop(self) -> None:
        self.asked.append(("stop",))

    def subscribe(self, room: str) -> None:
        self.asked.append(("subscribe", room))

    def unsubscribe(self, room: str) -> None:
        self.asked.append(("unsubscribe", room))

    def publish(self, room: str, entries: Any) -> None:
        who = [(entry.client_id, entry.state is not None) for entry in entries]
        self.asked.append(("publish", room, who))


@configured(broker_class=NotedBroker)
async def test_a_broker_is_started_told_and_stopped(visit: Visit, extension) -> None:
    alice = await (await visit("topic:chat", client=1)).greeted()
    await alice.say({"n": 1})
    assert await alice.has_nothing_to_read()
    await extension.stop_extension()
    asked = extension.broker.asked
    assert asked[0][0] == "start"
    assert asked[1:] == [
        ("subscribe", "topic:chat"),
        ("publish", "topic:chat", [(1, True)]),
        ("publish", "topic:chat", [(1, False)]),
        ("unsubscribe", "topic:chat"),
        ("stop",),
    ]


@configured(broker_class=NotedBroker, reconnect_grace=60.0)
async def test_a_grace_does_not_outlive_its_server(visit: Visit, extension) -> None:
    alice = await (await visit("topic:chat", client=1)).greeted()
    await alice.say({"n": 1})
    assert await alice.has_nothing_to_read()
    alice.cut()
    await until(lambda: not extension.door.connections)
    await extension.stop_extension()
    assert extension.broker.asked[-3:] == [
        ("publish", "topic:chat", [(1, False)]),
        ("unsubscribe", "topic:chat"),
        ("stop",),
    ]


async def test_a_server_that_shuts_down_says_so(visit: Visit, extension) -> None:
    sockets = [await (await visit(who=who)).greeted() for who in ("alice", "bob")]
    await extension.stop_extension()
    for socket in sockets:
        code, reason = await socket.end()
        assert (code, reason) == (CloseCode.GOING_AWAY, "The server is shutting down.")
    assert len(extension.rooms) == 0


async def test_ending_twice_is_allowed(visit: Visit, extension) -> None:
    await extension.stop_extension()
    await extension.stop_extension()


@configured(renewal_interval=1.0)
async def test_stock_clients_are_shown_signs_of_life_by_the_running_server(visit: Visit) -> None:
    bob = await (await visit(who="bob", client=2)).greeted()
    await bob.say({"n": 2})
    alice = await visit()
    first, second, third = [await alice.entries() for _ in range(3)]
    clocks = [entry.clock for [entry] in (first, second, third)]
    assert clocks == sorted(set(clocks))
    assert 900_000 < clocks[2] - clocks[1] < 5_000_000  # microseconds
    assert await bob.has_nothing_to_read()


@configured(flush_interval=0.0)
async def test_a_window_may_be_one_turn_of_the_loop(visit: Visit) -> None:
    alice = await (await visit(client=1)).greeted()
    bob = await (await visit(who="bob", client=2)).greeted()
    for number in range(3):
        await alice.say({"n": number})
        assert await bob.states() == {1: number}


@configured(share_locations="never", allow_invisible=False)
async def test_what_the_admin_decided_reaches_the_rooms(visit: Visit) -> None:
    alice = await (await visit(client=1)).greeted()
    bob = await (await visit(who="bob", client=2)).greeted()
    await alice.say({"n": 1, "location": {"path": "secret"}, "invisible": True})
    [entry] = await bob.entries()
    assert entry.state is not None
    assert set(entry.state) == {"n", "user", "kind", "status"}


def test_the_clock_shows_the_time_and_does_not_go_back() -> None:
    clock = _clock()
    assert clock() == pytest.approx(time.time(), abs=1)
    times = [clock() for _ in range(1_000)]
    assert times == sorted(times)


@pytest.mark.parametrize("hours", [-1, 1, 1_000])
def test_a_running_server_does_not_notice_that_the_machines_clock_is_set(
    monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    clock = _clock()
    before = clock()
    monkeypatch.setattr(time, "time", lambda: before + 3_600 * hours)
    assert 0 <= clock() - before < 60


# Culling


async def test_presence_keeps_no_server_alive(visit: Visit, jp_serverapp) -> None:
    before = jp_serverapp.web_app.last_activity()
    alice = await (await visit(client=1)).greeted()
    await alice.say({"n": 1})
    assert await alice.has_nothing_to_read()
    assert jp_serverapp.web_app.last_activity() == before


@configured(keep_server_alive=True)
async def test_presence_keeps_a_server_alive_if_an_admin_says_so(
    visit: Visit, jp_serverapp
) -> None:
    before = jp_serverapp.web_app.last_activity()
    alice = await (await visit(client=1)).greeted()
    assert jp_serverapp.web_app.last_activity() == before  # being there is not yet activity
    await alice.say({"n": 1})
    assert await alice.has_nothing_to_read()
    active = jp_serverapp.web_app.last_activity()
    assert active > before
    await alice.say({"n": 1})  # nor is a renewal
    assert await alice.has_nothing_to_read()
    assert jp_serverapp.web_app.last_activity() == active


def test_the_timer_calls_back(jp_asyncio_loop) -> None:
    async def wait() -> bool:
        called = asyncio.Event()
        AwarenessExtension._call_later(0, called.set)
        return await called.wait()

    assert jp_asyncio_loop.run_until_complete(wait())
