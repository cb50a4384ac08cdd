"""What nobody is told, tried by those who would like to know: over real sockets, and by REST."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from jupyter_server.auth.authorizer import Authorizer
from sockets import WIDE, Socket, Visit
from tornado.httpclient import HTTPClientError

from jupyter_awareness.protocol import MessageType, decode_message, encode_query

Ask: TypeAlias = Callable[..., Awaitable[Any]]
SECRET = "plans/merger.ipynb"


class Readers(Authorizer):
    """Everybody may see who is here; Bob may not read documents."""

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        return not (user.username == "bob" and resource == "contents")


@pytest.fixture
def traits(request: pytest.FixtureRequest) -> dict[str, Any]:
    return getattr(request, "param", {})


@pytest.fixture
def jp_server_config(jp_server_config, traits) -> dict[str, Any]:
    jp_server_config["ServerApp"].update(authorizer_class=Readers)
    return {**jp_server_config, "AwarenessExtension": {"flush_interval": 0.0, **traits}}


def configured(**traits: Any) -> pytest.MarkDecorator:
    """The extension of this test's server has these traits."""
    return pytest.mark.parametrize("traits", [traits], indirect=True)


@pytest.fixture(autouse=True)
def files(jp_root_dir: Path) -> None:
    for path in (SECRET, "open.ipynb", ".hidden.ipynb"):
        (jp_root_dir / path).parent.mkdir(exist_ok=True)
        (jp_root_dir / path).touch()


@pytest.fixture
def ask(jp_fetch) -> Ask:
    """Ask the REST interface as somebody."""

    async def fetch(*path: str, who: str = "bob") -> Any:
        headers = {"Authorization": f"token {who}-token"}
        answer = await jp_fetch("api", "awareness", *path, headers=headers)
        return json.loads(answer.body)

    return fetch


async def names(ask: Ask, who: str = "carol") -> list[str]:
    people = (await ask("people", who=who))["people"]
    return [row["user"]["username"] for row in people]


async def state(socket: Socket) -> dict[str, Any] | None:
    """Read the next frame, which says something of one peer."""
    [entry] = await socket.entries()
    return entry.state


def at(path: object, **more: Any) -> dict[str, Any]:
    return {"location": {"path": path, "type": "notebook"}, "open": [path], **more}


# Invisible


async def test_nobody_hears_of_whoever_is_invisible(visit: Visit, ask: Ask) -> None:
    bob = await (await visit(who="bob", client=2)).greeted()
    stock = await (await visit(who="carol")).greeted()
    for room, number in (("lobby", 1), (f"document:{SECRET}", 11), ("topic:chat", 12)):
        alice = await (await visit(room, client=number)).greeted()
        await alice.say({"n": 1, "invisible": True, **at(SECRET)})
        await alice.say({"n": 2, "invisible": True})
        assert await alice.has_nothing_to_read()
    assert await bob.has_nothing_to_read()
    assert await stock.has_nothing_to_read()
    newcomer = await visit(who="carol", client=3)
    assert await newcomer.states() == {}
    await newcomer.hello()
    await newcomer.send(encode_query())
    assert await newcomer.states() == {}
    assert await names(ask) == []
    assert (await ask("rooms", who="carol"))["rooms"] == []
    for room in ("lobby", f"document:{SECRET}", "topic:chat"):
        assert (await ask("rooms", room, who="carol"))["peers"] == []


async def test_whoever_becomes_invisible_is_gone_at_once_and_comes_back_anew(
    visit: Visit, ask: Ask
) -> None:
    alice = await (await visit(client=1)).greeted()
    bob = await (await visit(who="bob", client=2)).greeted()
    await alice.say({"n": 1})
    assert await bob.states() == {1: 1}
    await alice.say({"n": 1, "invisible": True})
    assert await state(bob) is None
    assert await names(ask) == []
    await bob.say({"n": 2})
    assert await alice.states() == {2: 2}  # she still sees the others
    await alice.say({"n": 3})
    assert await bob.states() == {1: 3}
    assert await names(ask) == ["alice", "bob"]


async def test_the_client_id_of_whoever_hides_says_nothing(visit: Visit) -> None:
    alice = await (await visit(client=1)).greeted()
    await alice.say({"n": 1})
    await alice.say({"invisible": True})
    assert await alice.has_nothing_to_read()
    probe = await visit(who="bob", client=1)
    assert await probe.states() == {}
    assert (await probe.hello())["user"]["username"] == "bob"
    await alice.say({"n": 2})
    assert (await alice.end())[0] == 4409  # and she comes back under another


@configured(palette=["#000001", "#000002"])
async def test_the_colours_of_others_say_nothing_of_whoever_hides(visit: Visit) -> None:
    async def color() -> str:
        bob = await visit(who="bob", client=2)
        await bob.entries()
        told: str = (await bob.hello())["user"]["color"]
        await bob.close()
        return told

    alone = await color()
    for who, number in (("alice", 1), ("carol", 3)):
        hidden = await (await visit(who=who, client=number)).greeted()
        await hidden.say({"invisible": True, "user": {"color": alone}})
        assert await hidden.has_nothing_to_read()
    assert await color() == alone


@configured(allow_invisible=False)
async def test_nobody_hides_where_that_is_not_allowed(visit: Visit, ask: Ask) -> None:
    alice = await (await visit(client=1)).greeted()
    bob = await (await visit(who="bob", client=2)).greeted()
    await alice.say({"n": 1, "invisible": True})
    assert await bob.states() == {1: 1}
    assert await names(ask) == ["alice"]


# What a person keeps to themself


async def in_document(visit: Visit, path: str = SECRET) -> tuple[Socket, Socket]:
    """Let Alice into the lobby and into a document."""
    alice = await (await visit(client=1)).greeted()
    document = await (await visit(f"document:{path}", client=11)).greeted()
    return alice, document


EVERYTHING = {
    **at(SECRET),
    "cell": {"id": "c", "index": 0, "mode": "edit"},
    "view": {"cell": "c"},
    "cursor": {"position": 1, "anchor": 1, "quote": {"before": "secret", "after": ""}},
    "cursors": [],
    "selection": [0, 1],
}
VOUCHED = {"user", "kind", "status"}


@pytest.mark.parametrize(
    ("privacy", "shown"),
    [
        ({"location": False, "cursor": False}, set()),
        ({"location": False}, set()),  # A cursor tells the cell.
        ({"cursor": False}, {"location", "open", "cell", "view"}),
        ("nonsense", set()),
        ({}, set(EVERYTHING)),
    ],
)
@pytest.mark.parametrize("room", ["lobby", f"document:{SECRET}"])
async def test_what_a_person_withholds_is_told_to_nobody(
    visit: Visit, ask: Ask, room: str, privacy: object, shown: set[str]
) -> None:
    alice, document = await in_document(visit)
    carol = await (await visit(room, who="carol", client=3)).greeted()
    speaker = alice if room == "lobby" else document
    await speaker.say({**EVERYTHING, "privacy": privacy})
    assert set(await state(carol) or {}) == shown | VOUCHED
    late = await visit(room, who="carol", client=4)
    assert set(await state(late) or {}) == shown | VOUCHED
    [row] = (await ask("rooms", room, who="carol"))["peers"]
    assert set(row["state"]) == shown | VOUCHED


async def test_a_choice_takes_effect_at_once(visit: Visit) -> None:
    alice, _ = await in_document(visit)
    carol = await (await visit(who="carol", client=3)).greeted()
    await alice.say(at(SECRET))
    assert "location" in (await state(carol) or {})
    await alice.say({**at(SECRET), "privacy": {"location": False}})
    assert "location" not in (await state(carol) or {})
    await alice.say(at(SECRET))
    assert "location" in (await state(carol) or {})


async def test_the_list_of_rooms_does_not_tell_where_somebody_is_who_does_not(
    visit: Visit, ask: Ask
) -> None:
    alice, document = await in_document(visit)
    for socket in (alice, document):
        await socket.say({**at(SECRET), "privacy": {"location": False}})
        assert await socket.has_nothing_to_read()
    assert [row["id"] for row in (await ask("rooms", who="carol"))["rooms"]] == ["lobby"]
    [row] = (await ask("people", who="carol"))["people"]
    assert row["where"] == []


@configured(share_locations="never", share_cursors="never")
async def test_an_admin_can_keep_all_of_it_from_everybody(visit: Visit, ask: Ask) -> None:
    alice, document = await in_document(visit)
    carol = await (await visit(f"document:{SECRET}", who="carol", client=3)).greeted()
    await document.say({**EVERYTHING, "privacy": {"location": True, "cursor": True}})
    assert set(await state(carol) or {}) == VOUCHED
    await alice.say(EVERYTHING)
    assert await alice.has_nothing_to_read()
    assert [row["id"] for row in (await ask("rooms", who="carol"))["rooms"]] == ["lobby"]


@configured(share_locations="always", share_cursors="always")
async def test_an_admin_can_have_everybody_share(visit: Visit) -> None:
    alice, _ = await in_document(visit)
    carol = await (await visit(who="carol", client=3)).greeted()
    await alice.say({**EVERYTHING, "privacy": {"location": False, "cursor": False}})
    assert set(await state(carol) or {}) == set(EVERYTHING) | VOUCHED


# Paths that somebody may not know of


async def test_whoever_may_not_read_documents_learns_no_path(visit: Visit, ask: Ask) -> None:
    alice, document = await in_document(visit)
    bob = await (await visit(who="bob", client=2)).greeted()
    stock = await (await visit(who="bob")).greeted()
    carol = await (await visit(who="carol", client=3)).greeted()
    await alice.say({"n": 1, **EVERYTHING})
    await document.say({"n": 1})
    assert (await state(carol) or {})["location"]["path"] == SECRET
    for guest in (bob, stock, await visit(who="bob", client=4)):
        frame = await guest.frame()
        [entry] = decode_message(frame, WIDE).entries
        assert set(entry.state or {}) == {"n"} | VOUCHED
        assert b"merger" not in frame
    await bob.send(encode_query())
    frame = await bob.frame()
    assert decode_message(frame, WIDE).type == MessageType.AWARENESS
    assert b"merger" not in frame
    told = [await ask(*path) for path in (("people",), ("rooms",), ("rooms", "lobby"))]
    assert "merger" not in json.dumps(told)
    with pytest.raises(HTTPClientError) as refused:
        await ask("rooms", f"document:{SECRET}")
    assert refused.value.code == 403
    assert "merger" in json.dumps(await ask("people", who="carol"))


@pytest.mark.parametrize(
    "path",
    [
        ".hidden.ipynb",
        "no such file.ipynb",
        "../outside.ipynb",
        "/etc/passwd",
        SECRET,  # it exists, but she did not go in
        f"/{SECRET}",
        "open.ipynb/../" + SECRET,
        None,
        ["open.ipynb"],
    ],
)
async def test_nobody_is_said_to_be_where_they_were_not_let_in(
    visit: Visit, ask: Ask, path: object
) -> None:
    alice, _ = await in_document(visit, "open.ipynb")
    carol = await (await visit(who="carol", client=3)).greeted()
    await alice.say({**at(path), "call": {"path": path, "at": 1}})
    assert set(await state(carol) or {}) == VOUCHED
    await alice.say({"n": 1, **at("open.ipynb"), "open": ["open.ipynb", path]})
    assert (await state(carol) or {})["open"] == ["open.ipynb"]
    assert SECRET not in json.dumps(await ask("people", who="carol"))


async def test_a_place_is_told_as_long_as_its_document_is_open(visit: Visit) -> None:
    alice = await (await visit(client=1)).greeted()
    carol = await (await visit(who="carol", client=3)).greeted()
    await alice.say(at(SECRET))
    assert set(await state(carol) or {}) == VOUCHED
    document = await (await visit(f"document:{SECRET}", client=11)).greeted()
    assert (await state(carol) or {})["location"]["path"] == SECRET
    await document.close(1000)
    assert set(await state(carol) or {}) == VOUCHED


async def test_nobody_is_said_to_be_where_somebody_else_is(visit: Visit) -> None:
    mallory = await (await visit(who="bob", client=2)).greeted()
    carol = await (await visit(who="carol", client=3)).greeted()
    await (await visit(f"document:{SECRET}", client=11)).greeted()
    await mallory.say(at(SECRET))
    assert set(await state(carol) or {}) == VOUCHED
