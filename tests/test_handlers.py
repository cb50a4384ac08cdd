"""The doorman, visited over real sockets: who may come in, and what is done with what they say."""

from __future__ import annotations

import asyncio
import gc
import logging
import socket as sockets_of_the_machine
import time
import weakref
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.auth.authorizer import Authorizer
from sockets import SYNC_STEP_1, WIDE, Socket, Visit, until
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

from jupyter_awareness.handlers import RoomHandler
from jupyter_awareness.identity import PALETTE
from jupyter_awareness.protocol import (
    MAX_INTEGER,
    SUBPROTOCOL,
    CloseCode,
    Entry,
    MessageType,
    decode_message,
    encode_awareness,
    encode_entry,
    encode_query,
    encode_sync_reply,
)
from jupyter_awareness.session import Session


class Guests(Authorizer):
    """Alice may do everything, Bob only look and not at documents, Carol not even that."""

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        if resource == "contents":
            return user.username != "bob"
        return user.username == "alice" or (user.username == "bob" and action == "read")


@pytest.fixture
def traits(request: pytest.FixtureRequest) -> dict[str, Any]:
    return getattr(request, "param", {})


@pytest.fixture
def server(request: pytest.FixtureRequest) -> dict[str, Any]:
    return getattr(request, "param", {})


@pytest.fixture
def jp_server_config(jp_server_config, traits, server) -> dict[str, Any]:
    jp_server_config["ServerApp"].update(server)
    return {**jp_server_config, "AwarenessExtension": traits}


def configured(**traits: Any) -> pytest.MarkDecorator:
    """The extension of this test's server has these traits."""
    return pytest.mark.parametrize("traits", [traits], indirect=True)


def with_server(**traits: Any) -> pytest.MarkDecorator:
    """The server of this test has these traits."""
    return pytest.mark.parametrize("server", [traits], indirect=True)


guarded = with_server(authorizer_class=Guests)


@pytest.fixture(autouse=True)
def files(jp_root_dir: Path) -> None:
    for path in ("a.ipynb", "sub dir/R\u00e9sum\u00e9 100% #1?.ipynb", ".hidden.txt"):
        (jp_root_dir / path).parent.mkdir(exist_ok=True)
        (jp_root_dir / path).touch()
    (jp_root_dir.parent / "outside.txt").touch()


# Who may come in


@pytest.mark.parametrize(
    "server",
    [{"allow_unauthenticated_access": False}, {"allow_unauthenticated_access": True}],
    indirect=True,
)
@pytest.mark.parametrize("token", ["", "token wrong"])
async def test_a_stranger_is_turned_away(visit: Visit, extension, token: str) -> None:
    with pytest.raises(HTTPClientError) as refused:
        await visit(headers={"Authorization": token})
    assert refused.value.code == 403
    assert len(extension.rooms) == 0


async def cookie_of(visit: Visit) -> str:
    """Give the login cookie that the server gives Alice."""
    first = await (await visit()).greeted()
    return first.headers["Set-Cookie"].split(";")[0]


async def test_a_page_of_another_origin_is_turned_away_with_a_valid_cookie(visit: Visit) -> None:
    headers = {"Authorization": "", "Cookie": await cookie_of(visit)}
    with pytest.raises(HTTPClientError) as refused:
        await visit(headers={**headers, "Origin": "https://evil.example"})
    assert refused.value.code == 403


async def test_a_page_of_this_server_comes_in_with_its_cookie(visit: Visit, jp_http_port) -> None:
    headers = {"Authorization": "", "Cookie": await cookie_of(visit)}
    origin = f"http://localhost:{jp_http_port}"
    page = await visit(client=7, headers={**headers, "Origin": origin})
    await page.entries()
    assert (await page.hello())["user"]["username"] == "alice"


async def test_a_plain_request_is_told_to_be_a_websocket(jp_fetch, extension) -> None:
    with pytest.raises(HTTPClientError) as refused:
        await jp_fetch("api", "awareness", "room", "lobby")
    assert refused.value.code == 400
    assert len(extension.rooms) == 0


async def test_a_websocket_of_another_age_is_told_which_one_is_spoken(jp_fetch) -> None:
    old = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "7"}
    with pytest.raises(HTTPClientError) as refused:
        await jp_fetch("api", "awareness", "room", "lobby", headers=old)
    assert refused.value.code == 426


@pytest.fixture
def complaints(jp_asyncio_loop) -> list[dict[str, Any]]:
    """Collect what asyncio would log of errors that nobody looked at."""
    found: list[dict[str, Any]] = []
    jp_asyncio_loop.set_exception_handler(lambda _, context: found.append(context))
    return found


async def refusal(socket: Socket) -> CloseCode:
    """Wait for the server to close; its reason is a sentence for people."""
    code, reason = await socket.end()
    assert reason is not None
    assert reason.endswith(".") or code in (CloseCode.BAD_FRAME, CloseCode.TOO_LARGE)
    assert code is not None
    return CloseCode(code)


@guarded
async def test_whoever_may_not_see_who_is_here_is_told_so(visit: Visit, extension) -> None:
    assert await refusal(await visit(who="carol", client=3)) == CloseCode.NOT_ALLOWED
    assert len(extension.rooms) == 0


@guarded
async def test_whoever_may_read_no_documents_is_in_none(visit: Visit, extension) -> None:
    bob = await visit("document:a.ipynb", who="bob", client=2)
    assert await refusal(bob) == CloseCode.NOT_ALLOWED
    assert await refusal(await visit("document:missing", who="bob")) == CloseCode.NOT_ALLOWED
    await (await visit(who="bob", client=2)).greeted()
    assert extension.rooms.ids() == ["lobby"]


@guarded
@pytest.mark.parametrize("ours", [True, False])
async def test_whoever_may_only_look_sees_and_is_not_seen(visit: Visit, ours: bool) -> None:
    alice = await (await visit(client=1)).greeted()
    await alice.say({"n": 1})
    bob = await visit(who="bob", client=2 if ours else None)
    assert await bob.states() == {1: 1}
    if ours:
        assert (await bob.hello())["write"] is False
    await bob.say({"n": 2}, client=2)
    assert await bob.has_nothing_to_read()
    assert await alice.has_nothing_to_read()
    await alice.say({"n": 10})
    assert await bob.states() == {1: 10}


@configured(enabled=False)
@pytest.mark.parametrize("client", [1, None])
async def test_presence_that_is_switched_off_says_so(visit: Visit, client: int | None) -> None:
    code, reason = await (await visit(client=client)).end()
    assert code == CloseCode.NOT_ALLOWED
    assert reason == "Presence is switched off on this server."


# Rooms


@pytest.mark.parametrize(
    "room",
    [
        "document:missing.ipynb",
        "document:.hidden.txt",
        "document:../outside.txt",
        "document:sub dir/../a.ipynb",
        "document:sub dir",
        "document:",
        "document:a.ipynb\n",
        "nothing",
        "topic:",
        "Lobby",
    ],
)
async def test_a_room_that_there_is_not_is_not_entered(visit: Visit, extension, room: str) -> None:
    assert await refusal(await visit(room, client=1)) == CloseCode.NO_DOCUMENT
    assert len(extension.rooms) == 0


@configured(topics_allowed=["chat"])
async def test_only_allowed_topics_are_entered(visit: Visit) -> None:
    await (await visit("topic:chat", client=1)).greeted()
    assert await refusal(await visit("topic:other", client=1)) == CloseCode.NOT_ALLOWED


ODD = "sub dir/R\u00e9sum\u00e9 100% #1?.ipynb"


@pytest.mark.parametrize(
    "spelling",
    [
        f"document:{ODD}",
        f"document:/{ODD}",
        f"document:{ODD}/",
    ],
)
async def test_spellings_of_a_path_are_one_room(visit: Visit, extension, spelling: str) -> None:
    alice = await (await visit(f"document:{ODD}", client=1)).greeted()
    await alice.say({"n": 1})
    bob = await visit(spelling, who="bob", client=2)
    assert await bob.states() == {1: 1}
    assert extension.rooms.ids() == [f"document:{ODD}"]


@pytest.mark.parametrize(
    "path",
    [
        "document:sub%20dir/R%C3%A9sum%C3%A9%20100%25%20%231%3F.ipynb",
        "document%3Asub%20dir%2FR%c3%a9sum%c3%a9%20100%25%20%231%3f%2Eipynb",
    ],
)
async def test_a_path_may_be_percent_encoded_in_any_way(
    http_server, extension, jp_http_port: int, jp_base_url: str, path: str
) -> None:
    url = f"ws://localhost:{jp_http_port}{jp_base_url}api/awareness/room/{path}"
    request = HTTPRequest(url, headers={"Authorization": "token alice-token"})
    alice = await Socket(await websocket_connect(request), None).greeted()
    assert extension.rooms.ids() == [f"document:{ODD}"]
    await alice.close()


# The first frames


async def test_the_first_frame_is_the_snapshot_and_the_second_a_hello(visit: Visit) -> None:
    alice = await visit(client=1)
    assert await alice.states() == {}
    hello = await alice.hello()
    await alice.say({"n": 1})
    bob = await visit(who="bob", client=2)
    assert await bob.states() == {1: 1}
    assert bob.connection.selected_subprotocol == SUBPROTOCOL
    user = (await bob.hello())["user"]
    assert user == {
        "username": "bob",
        "name": "Bob Example",
        "display_name": "Bob",
        "initials": "BE",
        "avatar_url": None,
        "color": user["color"],
    }
    assert user["color"] in set(PALETTE) - {hello["user"]["color"]}


@configured(
    flush_interval=0.1,
    max_frame_bytes=2_000,
    max_state_bytes=1_000,
    max_updates_per_second=5,
    share_cursors="never",
    palette=["#123456"],
)
async def test_a_hello_says_what_holds_here(visit: Visit) -> None:
    alice = await visit(client=MAX_INTEGER)
    await alice.entries()
    hello = await alice.hello()
    assert hello.pop("user")["color"] == "#123456"
    assert hello.pop("version").count(".") == 2
    assert hello == {
        "client": MAX_INTEGER,
        "write": True,
        "kind": "person",
        "palette": ["#123456"],
        "flush_interval": 0.1,
        "limits": {"frame_bytes": 2_000, "state_bytes": 1_000, "updates_per_second": 5.0},
        "share_locations": "choice",
        "share_cursors": "never",
        "allow_invisible": True,
    }


@configured(palette=["#000001", "#000002"])
async def test_whoever_is_seen_in_another_colour_is_told_so(visit: Visit) -> None:
    told: dict[str, str] = {}
    sockets: dict[str, Socket] = {}
    for number, who in enumerate(("alice", "carol"), 1):
        sockets[who] = await visit(who=who, client=number)
        await sockets[who].entries()
        told[who] = (await sockets[who].hello())["user"]["color"]
    assert told["alice"] == told["carol"]  # nobody is seen yet
    await sockets["alice"].say({"n": 1})
    await sockets["carol"].states()
    await sockets["carol"].say({"n": 2})
    now = (await sockets["carol"].hello())["user"]["color"]
    assert {told["alice"], now} == {"#000001", "#000002"}
    [entry] = await sockets["alice"].entries()
    assert entry.state is not None
    assert entry.state["user"]["color"] == now


@configured(palette=["#000001", "#000002"], client_timeout=1.0)
async def test_whoever_gives_way_to_somebody_elsewhere_is_told_so(visit: Visit, extension) -> None:
    carol = await visit(who="carol", client=1)
    await carol.entries()
    before = (await carol.hello())["user"]["color"]
    await carol.say({"n": 1})
    await until(lambda: extension.rooms.seen("lobby"))
    same = {"user": {"username": "alice", "color": before}}
    extension.rooms.deliver("lobby", [Entry(9, 1, same)])
    await carol.entries()
    now = (await carol.hello())["user"]["color"]
    assert {before, now} == {"#000001", "#000002"}
    assert extension.rooms.seen("lobby")[-1].state["user"]["color"] == now


async def test_a_stock_client_gets_no_hello(visit: Visit) -> None:
    alice = await visit()
    assert alice.connection.selected_subprotocol is None
    assert await alice.states() == {}
    assert await alice.has_nothing_to_read()


async def test_other_subprotocols_are_not_ours(jp_ws_fetch, extension, jp_asyncio_loop) -> None:
    connection = await jp_ws_fetch(
        *("api", "awareness", "room", "lobby"),
        headers={"Authorization": "token alice-token"},
        subprotocols=["other", f" {SUBPROTOCOL}"],
        params={"client": "5"},
    )
    ours = Socket(connection, 5)
    assert connection.selected_subprotocol == SUBPROTOCOL
    await ours.greeted()
    await ours.close()


@pytest.mark.parametrize(
    "client", ["", "0", "-1", "1.0", "0x10", "\u0663", "\u00b2", str(MAX_INTEGER + 1), "9" * 400]
)
async def test_a_client_of_ours_names_its_id(visit: Visit, client: Any) -> None:
    assert await refusal(await visit(client=client)) == CloseCode.BAD_FRAME


# What people say


async def test_what_one_says_the_others_see(visit: Visit) -> None:
    alice = await (await visit(client=1)).greeted()
    bob = await (await visit(who="bob")).greeted()
    await alice.say({"n": 1, "text": "\u00e9\u4e16\U0001f600"})
    [entry] = await bob.entries()
    assert entry.state is not None
    assert (entry.client_id, entry.state["text"]) == (1, "\u00e9\u4e16\U0001f600")
    await bob.say({"n": 2}, client=2)
    assert await alice.states() == {2: 2}


async def test_nobody_is_sent_their_own_entry(visit: Visit) -> None:
    alice = await (await visit(client=1)).greeted()
    for number in range(5):
        await alice.say({"n": number})
    assert await alice.has_nothing_to_read()
    await alice.send(encode_query())
    assert await alice.states() == {}


async def test_identity_is_what_the_server_knows(visit: Visit) -> None:
    bob = await (await visit(who="bob", client=2)).greeted()
    alice = await visit(client=1)
    await alice.entries()
    user = (await alice.hello())["user"]
    await alice.say({"user": {"username": "root", "name": "Root", "color": "url(/)"}})
    [entry] = await bob.entries()
    assert entry.state is not None
    assert entry.state["user"] == user
    await alice.say({"user": {"color": PALETTE[7]}})
    [entry] = await bob.entries()
    assert entry.state is not None
    assert entry.state["user"] == {**user, "color": PALETTE[7]}


async def test_nobody_speaks_for_somebody_else(visit: Visit) -> None:
    alice = await (await visit(client=1)).greeted()
    await alice.say({"n": 1})
    bob = await (await visit(who="bob", client=2)).greeted()
    carol = await (await visit(who="carol", client=3)).greeted()
    for state in ({"n": 666}, None):
        await bob.send(encode_awareness([encode_entry(1, 2**40, state)]))
    assert await bob.has_nothing_to_read()
    assert await carol.has_nothing_to_read()
    await alice.say({"n": 2})
    assert await carol.states() == {1: 2}


async def test_an_id_that_belongs_to_somebody_else_is_refused(visit: Visit) -> None:
    await (await visit(client=1)).greeted()
    assert await refusal(await visit(who="bob", client=1)) == CloseCode.ID_TAKEN


async def test_whoever_asks_is_shown_everybody(visit: Visit) -> None:
    alice = await (await visit(client=1)).greeted()
    await alice.say({"n": 1})
    bob = await (await visit(who="bob", client=2)).greeted()
    for _ in range(3):
        await bob.send(encode_query())
        assert await bob.states() == {1: 1}


async def test_sync_is_answered_as_of_an_empty_document(visit: Visit) -> None:
    alice = await (await visit()).greeted()
    await alice.send(SYNC_STEP_1)
    assert await alice.frame() == encode_sync_reply()


@pytest.mark.parametrize(
    "frame",
    [
        encode_sync_reply(),
        bytes((MessageType.SYNC, 2, 2, 0, 0)),
        bytes((MessageType.AUTH, 0, 1, 65)),
        bytes((MessageType.HELLO, 2, 123, 125)),
        bytes((42, 1, 2, 3)),
        encode_awareness([]),
    ],
)
async def test_what_means_nothing_here_is_ignored(visit: Visit, frame: bytes) -> None:
    alice = await (await visit(client=1)).greeted()
    await alice.send(frame)
    assert await alice.has_nothing_to_read()


# What is refused

SECRET = "a5c1f0-secret"

BAD_FRAMES = {
    "nothing": b"",
    "a length that is wrong": b"\x01\x05\x01\x01",
    "cut short": encode_awareness([encode_entry(1, 9, {"n": SECRET})])[:-3],
    "bytes behind the end": encode_awareness([encode_entry(1, 9, {"n": SECRET})]) + b"\0",
    "no JSON": b"\x01\x05\x01\x01\x09\x01{",
    "no object": b"\x01\x05\x01\x01\x09\x015",
    "an integer without an end": b"\x01" + b"\xff" * 50_000,
    "a good entry before a bad one": encode_awareness(
        [encode_entry(1, 9, {"n": SECRET}), b"\x02\x01\x03{x}"]
    ),
    "too deep": encode_awareness([b"\x01\x09\xc0\x01" + b"[" * 96 + b"]" * 96]),
}


@pytest.mark.parametrize("name", BAD_FRAMES)
async def test_a_bad_frame_ends_its_connection_and_changes_nothing(visit: Visit, name: str) -> None:
    alice = await (await visit(client=1)).greeted()
    bob = await (await visit(who="bob", client=2)).greeted()
    await bob.say({"n": 2})
    assert await alice.states() == {2: 2}
    mallory = await (await visit(who="carol", client=3)).greeted()
    await mallory.send(BAD_FRAMES[name])
    assert await refusal(mallory) == CloseCode.BAD_FRAME
    assert await alice.has_nothing_to_read()
    assert await bob.has_nothing_to_read()
    await bob.say({"n": 20})
    assert await alice.states() == {2: 20}


async def test_what_follows_a_bad_frame_is_not_read(visit: Visit) -> None:
    bob = await (await visit(who="bob", client=2)).greeted()
    alice = await (await visit(client=1)).greeted()
    await asyncio.gather(alice.send(b""), alice.say({"n": 1}))
    assert await refusal(alice) == CloseCode.BAD_FRAME
    assert await bob.has_nothing_to_read()


async def test_whoever_sends_a_bad_frame_is_gone_at_once(visit: Visit) -> None:
    bob = await (await visit(who="bob")).greeted()
    alice = await (await visit(client=1)).greeted()
    await alice.say({"n": 1})
    assert await bob.states() == {1: 1}
    await alice.send(b"")
    assert await bob.states() == {1: None}


def send_at_once(socket: Socket, entries: Iterable[bytes]) -> None:
    """Write a frame of each entry before the server has a turn to read: it reads them together."""
    for entry in entries:
        socket.connection.write_message(encode_awareness([entry]), binary=True)


async def test_of_what_comes_at_once_only_the_latest_is_read(visit: Visit) -> None:
    bob = await (await visit(who="bob", client=2)).greeted()
    alice = await (await visit(client=1)).greeted()
    await alice.say({"n": 1})
    assert await bob.states() == {1: 1}
    send_at_once(
        alice, [encode_entry(1, 5, {"n": 5}), b"\x01\x06\x03{x}", encode_entry(1, 7, {"n": 7})]
    )
    assert await bob.states() == {1: 7}
    assert await bob.has_nothing_to_read()


@configured(max_updates_per_second=5)
async def test_what_is_not_read_counts(visit: Visit) -> None:
    alice = await (await visit(client=1)).greeted()
    send_at_once(alice, [encode_entry(1, clock, {"n": clock}) for clock in range(1, 40)])
    assert (await alice.end())[0] == CloseCode.TOO_MUCH


async def test_text_is_refused(visit: Visit) -> None:
    alice = await (await visit(client=1)).greeted()
    await alice.send("hello")
    assert await refusal(alice) == CloseCode.BAD_FRAME


@configured(max_state_bytes=1_000)
async def test_a_state_that_is_too_large_is_refused(visit: Visit) -> None:
    alice = await (await visit(client=1)).greeted()
    await alice.say({"n": "x" * 900})
    await alice.say({"n": "x" * 1_000})
    assert await refusal(alice) == CloseCode.TOO_LARGE


@configured(max_frame_bytes=2_000, max_state_bytes=1_000)
@pytest.mark.parametrize("size", [2_001, 4_000, 4_001, 1_000_000])
async def test_a_frame_that_is_too_large_is_refused(visit: Visit, size: int) -> None:
    alice = await (await visit(client=1)).greeted()
    await alice.send(b"\x2a" * 2_000)
    await alice.send(b"\x2a" * size)
    code, _ = await alice.end()
    assert code == CloseCode.TOO_LARGE


@configured(max_updates_per_second=1)
async def test_whoever_sends_too_fast_is_refused(visit: Visit) -> None:
    bob = await (await visit(who="bob")).greeted()
    alice = await (await visit(client=1)).greeted()
    for number in range(3):
        await alice.say({"n": number})
    assert await refusal(alice) == CloseCode.TOO_MUCH
    assert await bob.states() == {1: 0}


@configured(max_updates_per_second_per_user=1)
async def test_a_person_sends_no_faster_with_many_connections(visit: Visit) -> None:
    bob = await (await visit(who="bob", client=9)).greeted()
    first = await (await visit(client=1)).greeted()
    second = await (await visit(client=2)).greeted()
    await first.say({"n": 1})
    assert await bob.states() == {1: 1}
    await second.say({"n": 2})
    assert await bob.states() == {2: 2}
    await second.say({"n": 3})
    assert await refusal(second) == CloseCode.TOO_MUCH
    assert await bob.states() == {2: None}
    await bob.say({"n": 9})
    assert (await first.entries())[-1].client_id in (2, 9)


@configured(max_updates_per_second=1)
async def test_pings_are_frames_too(visit: Visit) -> None:
    alice = await (await visit(client=1)).greeted()
    for _ in range(200):
        alice.connection.ping()
    assert await refusal(alice) == CloseCode.TOO_MUCH


async def test_whoever_was_refused_is_asked_for_no_sign_of_life(
    visit: Visit, extension, complaints
) -> None:
    alice = await (await visit(client=1)).greeted()
    assert len(extension.door.connections) == 1
    await alice.send(b"")
    await refusal(alice)
    assert not extension.door.connections
    assert complaints == []


@configured(max_connections_per_user=2)
async def test_a_person_has_no_more_connections_than_allowed(visit: Visit) -> None:
    first = await (await visit(client=1)).greeted()
    await (await visit("document:a.ipynb", client=1)).greeted()
    assert await refusal(await visit("topic:chat", client=1)) == CloseCode.TOO_MUCH
    await (await visit("topic:chat", who="bob", client=2)).greeted()
    await first.close()
    await (await visit("topic:chat", client=1)).greeted()


@configured(max_peers_per_room=1)
async def test_a_full_room_is_full(visit: Visit) -> None:
    await (await visit(client=1)).greeted()
    assert await refusal(await visit(who="bob", client=2)) == CloseCode.TOO_MUCH
    stock = await (await visit(who="bob")).greeted()
    await stock.say({}, client=2)
    assert await refusal(stock) == CloseCode.TOO_MUCH


@configured(max_rooms=1)
async def test_there_are_no_more_rooms_than_allowed(visit: Visit) -> None:
    await (await visit("document:a.ipynb", client=1)).greeted()
    assert await refusal(await visit(client=1)) == CloseCode.TOO_MUCH


async def test_what_people_say_is_not_in_the_log(visit: Visit, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    alice = await (await visit("document:a.ipynb", client=1)).greeted()
    await alice.say({"n": SECRET, "cursor": {"quote": {"before": SECRET}}})
    for frame in BAD_FRAMES.values():
        mallory = await (await visit("document:a.ipynb", who="bob", client=2)).greeted()
        await mallory.say({"n": SECRET})
        await mallory.send(frame)
        await mallory.end()
    messages = [record.getMessage() for record in caplog.records]
    assert sum(text.startswith("Closing a connection") for text in messages) == len(BAD_FRAMES)
    assert SECRET not in caplog.text
    assert "-token" not in caplog.text.partition("Closing a connection")[2]


async def test_nobody_fills_the_log_with_refusals(visit: Visit, extension, caplog) -> None:
    caplog.set_level(logging.DEBUG)
    door = extension.door
    for spent in (0, 1e6):
        door.complaints.allows(door.clock(), spent)
        mallory = await (await visit(who="bob", client=1)).greeted()
        await mallory.send(b"")
        await refusal(mallory)
    levels = [r.levelname for r in caplog.records if r.getMessage().startswith("Closing a conn")]
    assert levels == ["WARNING", "DEBUG"]


# Leaving


@configured(reconnect_grace=60.0)
@pytest.mark.parametrize("code", [None, 1000, 1001, 4000])
async def test_whoever_closes_cleanly_is_gone_at_once(visit: Visit, code: int | None) -> None:
    alice = await (await visit(client=1)).greeted()
    await alice.say({"n": 1})
    bob = await (await visit(who="bob")).greeted()
    await alice.close(code)
    assert await bob.states() == {1: None}


@configured(reconnect_grace=0.5)
async def test_whoever_breaks_off_is_gone_after_the_grace(visit: Visit) -> None:
    alice = await (await visit(client=1)).greeted()
    await alice.say({"n": 1})
    bob = await (await visit(who="bob")).greeted()
    cut = time.monotonic()
    alice.cut()
    assert await bob.states() == {1: None}
    assert time.monotonic() - cut >= 0.5


@configured(reconnect_grace=60.0)
async def test_whoever_returns_within_the_grace_was_never_away(visit: Visit, extension) -> None:
    alice = await (await visit(client=1)).greeted()
    await alice.say({"n": 1})
    bob = await (await visit(who="bob")).greeted()
    alice.cut()
    await until(lambda: len(extension.door.connections) == 1)
    again = await (await visit(client=1)).greeted()
    await again.say({"n": 1})
    assert await again.has_nothing_to_read()
    assert await bob.has_nothing_to_read()
    await again.say({"n": 2})
    assert await bob.states() == {1: 2}


@configured(reconnect_grace=0)
async def test_the_end_of_a_half_open_connection_removes_nobody(visit: Visit, extension) -> None:
    half_open = await (await visit(client=1)).greeted()
    await half_open.say({"n": 1})
    bob = await (await visit(who="bob")).greeted()
    again = await (await visit(client=1)).greeted()
    await again.say({"n": 1})
    half_open.cut()
    await until(lambda: len(extension.door.connections) == 2)
    assert await bob.has_nothing_to_read()
    await again.say({"n": 2})
    assert await bob.states() == {1: 2}


@configured(reconnect_grace=0)
async def test_a_room_that_everybody_left_is_freed(visit: Visit, extension) -> None:
    alice = await (await visit("document:a.ipynb", client=1)).greeted()
    await alice.say({"n": 1})
    bob = await (await visit("document:a.ipynb", who="bob")).greeted()
    assert extension.rooms.ids() == ["document:a.ipynb"]
    await alice.close()
    bob.cut()
    await until(lambda: len(extension.rooms) == 0)


async def test_nothing_grows_with_a_thousand_who_came_and_went(visit: Visit, extension) -> None:
    stays = await (await visit(client=1_000_000)).greeted()
    reading = asyncio.ensure_future(stays.end())
    remembered: weakref.WeakSet[Session] = weakref.WeakSet()

    async def come_and_go(number: int) -> None:
        guest = await (await visit(who="bob", client=number)).greeted()
        remembered.update(extension.door.connections)
        await guest.say({"n": number})
        await guest.close()

    for first in range(1, 1_001, 50):
        await asyncio.gather(*(come_and_go(number) for number in range(first, first + 50)))
    [handler] = extension.door.connections
    room_id, hub = extension.rooms._where[handler.member][:2]
    assert extension.rooms.ids() == [room_id]
    await until(lambda: hub.room.feed.since(0) == [])
    await until(lambda: gc.collect() < 0 or len(remembered) == 1)
    stays.connection.close()
    await reading


async def test_a_connection_does_not_hold_the_request_that_it_began_with(visit: Visit) -> None:
    alice = await (await visit(client=1)).greeted()
    await until(lambda: not any(type(thing) is RoomHandler for thing in gc.get_objects()))
    await alice.say({"n": 1})


# Sockets that do not behave


class RawSocket:
    """A WebSocket client that does nothing by itself: it reads and answers only when told."""

    def __init__(self) -> None:
        self.socket = sockets_of_the_machine.socket()
        self.socket.setsockopt(
            sockets_of_the_machine.SOL_SOCKET, sockets_of_the_machine.SO_RCVBUF, 4_096
        )
        self.socket.setblocking(False)

    async def connect(self, port: int, path: str, token: str) -> None:
        loop = asyncio.get_running_loop()
        await loop.sock_connect(self.socket, ("127.0.0.1", port))
        request = (
            f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            f"Sec-WebSocket-Version: 13\r\nAuthorization: token {token}\r\n\r\n"
        )
        await loop.sock_sendall(self.socket, request.encode())
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += await loop.sock_recv(self.socket, 1)
        assert head.startswith(b"HTTP/1.1 101")

    async def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            data += await asyncio.get_running_loop().sock_recv(self.socket, count - len(data))
        return data

    async def frame(self) -> list[Entry]:
        """Read the next awareness frame, and leave pings unanswered."""
        while True:
            opcode, length = await self._exactly(2)
            if length == 126:
                length = int.from_bytes(await self._exactly(2), "big")
            elif length == 127:
                length = int.from_bytes(await self._exactly(8), "big")
            data = await self._exactly(length)
            if opcode == 0x82:
                return list(decode_message(data, WIDE).entries)

    async def say(self, client: int, clock: int, state: dict[str, Any]) -> None:
        data = encode_awareness([encode_entry(client, clock, state)])
        assert len(data) < 126
        header = bytes((0x82, 0x80 | len(data), 0, 0, 0, 0))  # masked with zeros
        await self.send(header + data)

    async def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        await asyncio.get_running_loop().sock_sendall(self.socket, data)


@pytest.fixture
def raw(jp_base_url: str, jp_http_port: int):
    """Connect a socket that does not behave to the lobby."""
    opened: list[RawSocket] = []

    async def connect(token: str = "carol-token") -> RawSocket:
        opened.append(RawSocket())
        await opened[-1].connect(jp_http_port, f"{jp_base_url}api/awareness/room/lobby", token)
        return opened[-1]

    yield connect
    for one in opened:
        one.socket.close()


@configured(
    max_state_bytes=600_000,
    max_bytes_per_second=0.0,
    max_updates_per_second=0.0,
    max_received_bytes_per_second=0.0,
    max_changed_bytes_per_second=0.0,
    client_timeout=60.0,
)
async def test_a_reader_that_does_not_read_costs_nobody_anything(
    visit: Visit, raw, extension
) -> None:
    alice = await (await visit(client=1)).greeted()
    bob = await (await visit(who="bob")).greeted()
    slow = await raw()
    await until(lambda: len(extension.door.connections) == 3)
    [handler] = [it for it in extension.door.connections if it.member.user["username"] == "carol"]
    for number in range(60):  # 24 MB, far more than what the machine buffers
        await alice.say({"n": number, "ballast": "x" * 400_000})
        assert await bob.states() == {1: number}
    assert len(handler.line.stream._write_buffer) < 500_000  # one frame at most
    frames = [await slow.frame()]
    while not frames[-1] or (frames[-1][0].state or {}).get("n") != 59:
        frames.append(await slow.frame())
    assert len(frames) < 30
    clocks = [frame[0].clock for frame in frames[1:]]
    assert clocks == sorted(set(clocks))


@configured(client_timeout=0.5, reconnect_grace=0.0)
async def test_a_client_that_answers_no_pings_is_gone(visit: Visit, raw) -> None:
    alice = await (await visit(client=1)).greeted()
    dead = await raw()
    await dead.say(3, 1, {"n": 3})
    assert await alice.states() == {3: 3}
    assert await alice.states() == {3: None}  # while hers are answered


@configured(client_timeout=60.0)
async def test_who_talks_is_not_asked_for_signs_of_life(
    visit: Visit, extension, monkeypatch
) -> None:
    alice = await (await visit(client=1)).greeted()
    [handler] = extension.door.connections
    pings: list[bytes] = []
    monkeypatch.setattr(handler.line, "write_ping", pings.append)
    for number in range(9):  # without a pong
        await alice.say({"n": number})
        assert await alice.has_nothing_to_read()
        handler.ask()
    assert pings == []
    handler.ask()
    assert pings == [b""]
    handler.liveness.answered(asyncio.get_running_loop().time() - 61)
    handler.ask()
    assert handler.member is None


@configured(
    client_timeout=0.5,
    max_state_bytes=600_000,
    max_bytes_per_second=0.0,
    max_updates_per_second=0.0,
    max_changed_bytes_per_second=0.0,
)
async def test_a_reader_that_answers_pings_unread_is_gone(visit: Visit, raw, extension) -> None:
    alice = await (await visit(client=1)).greeted()
    stalled = await raw()
    await until(lambda: len(extension.door.connections) == 2)
    for number in range(30):  # 12 MB, far more than what the machine buffers
        await alice.say({"n": number, "ballast": "x" * 400_000})

    async def gone() -> None:
        while len(extension.door.connections) == 2:
            with suppress(ConnectionError):
                await stalled.send(b"\x8a\x80\0\0\0\0")  # a pong
            await asyncio.sleep(0.05)

    await asyncio.wait_for(gone(), 10)
    assert await alice.has_nothing_to_read()


@configured(reconnect_grace=0.0)
async def test_a_connection_that_sends_no_websocket_frames_is_gone(visit: Visit, raw) -> None:
    alice = await (await visit(client=1)).greeted()
    odd = await raw()
    await odd.say(3, 1, {"n": 3})
    assert await alice.states() == {3: 3}
    await odd.send(b"GET / HTTP/1.1\r\n\r\n")
    assert await alice.states() == {3: None}


# Who is who without a cookie


async def test_the_shared_token_gives_every_connection_a_name_but_one_principal(
    visit: Visit, jp_serverapp, extension
) -> None:
    headers = {"Authorization": f"token {jp_serverapp.identity_provider.token}"}
    first = await (await visit(client=1, headers=headers)).greeted()
    await first.say({"n": 1})
    again = await (await visit(client=1, headers=headers)).greeted()  # not refused: 4409
    members = [handler.member for handler in extension.door.connections]
    assert len({member.user["username"] for member in members}) == 2
    assert len({member.principal for member in members}) == 1
    assert jp_serverapp.identity_provider.token not in members[0].principal
    await again.say({"n": 2})


async def test_a_browser_is_the_user_of_its_cookie(visit: Visit, jp_serverapp, extension) -> None:
    headers = {"Authorization": f"token {jp_serverapp.identity_provider.token}"}
    first = await (await visit(client=1, headers=headers)).greeted()
    cookie = first.headers["Set-Cookie"].split(";")[0]
    await first.close()
    for authorization in (headers["Authorization"], ""):
        tab = await visit(client=1, headers={"Authorization": authorization, "Cookie": cookie})
        await tab.entries()
        username = (await tab.hello())["user"]["username"]
        [handler] = extension.door.connections
        assert handler.member.principal == f"user:{username}"
        await tab.close()
