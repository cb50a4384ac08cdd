"""Who one is at a server, and what becomes of a server's answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from doors import ALICE, Door

from jupyter_awareness.client import Denied, Unreachable, access
from jupyter_awareness.client.access import Access
from jupyter_awareness.client.servers import Server

NAMES = ("name", "display_name", "initials")


@pytest.fixture
def door(jp_asyncio_loop: asyncio.AbstractEventLoop) -> Iterator[Door]:
    async def make() -> Door:
        return Door()

    opened = jp_asyncio_loop.run_until_complete(make())
    yield opened
    jp_asyncio_loop.run_until_complete(opened.close())


async def login(door: Door, **options: Any) -> dict[str, Any]:
    way = Access(Server(door.url, "secret"), **options)
    try:
        return await way.login()
    finally:
        await way.close()


async def test_the_token_goes_in_a_header_and_never_in_a_url(door: Door) -> None:
    assert await login(door) == ALICE
    (request,) = door.requests
    assert request.headers["Authorization"] == "token secret"
    assert "secret" not in request.uri
    assert "secret" not in repr(Server(door.url, "secret"))


async def test_cookies_are_kept_replaced_and_dropped(door: Door) -> None:
    way = Access(Server(door.url))
    jar = [("Set-Cookie", "a=1; Path=/; HttpOnly"), ("Set-Cookie", 'b="x y"'), ("Set-Cookie", "")]
    door.knows(ALICE, *jar, ("Set-Cookie", "not a cookie at all;;="))
    await way.login()
    door.knows(ALICE, ("Set-Cookie", "a=2"), ("Set-Cookie", "b=; Max-Age=0"))
    await way.login()
    await way.login()
    assert [request.headers.get("Cookie") for request in door.requests] == [
        None,
        'a=1; b="x y"',
        "a=2",
    ]
    assert "Authorization" not in door.requests[0].headers
    assert way.upgrade("api/x", client="1").headers["Cookie"] == "a=2"
    await way.close()


async def test_who_asks_at_the_same_time_asks_once(door: Door) -> None:
    way = Access(Server(door.url))
    first, second = await asyncio.gather(way.login(), way.login())
    assert first == second
    assert len(door.requests) == 1
    await way.close()


async def test_an_end_while_asking_is_an_end(door: Door) -> None:
    way = Access(Server(door.url))
    asking = asyncio.ensure_future(way.login())
    await asyncio.sleep(0)
    await way.close()
    with pytest.raises(asyncio.CancelledError):
        await asking


@pytest.mark.parametrize(
    ("me", "kind", "said"),
    [
        ((403, (), json.dumps({"message": "Forbidden"})), Denied, "a valid token is needed"),
        ((401, (), "<html>"), Denied, "a valid token is needed"),
        ((403, (), json.dumps({"message": "Not you."})), Denied, r"refuses: Not you\.$"),
        ((302, (("Location", "/login"),), ""), Denied, "asks for a login: a token is needed"),
        ((404, (), ""), Denied, r"answers 404 \(Not Found\)"),
        ((500, (), json.dumps({"message": "Oh."})), Unreachable, r"answers 500 \(Oh\.\)"),
        ((503, (), ""), Unreachable, "answers 503"),
        ((200, (), "<html>Welcome"), Denied, "is no Jupyter server"),
        ((200, (), "[]"), Denied, "is no Jupyter server"),
        ((200, (), '{"identity": 5}'), Denied, "is no Jupyter server"),
    ],
)
async def test_what_a_server_answers_is_said_in_a_sentence(
    door: Door, me: Any, kind: type[Exception], said: str
) -> None:
    door.me = me
    with pytest.raises(kind, match=said) as refused:
        await login(door)
    assert str(refused.value).startswith(door.url)
    assert refused.value.code == (None if me[0] == 200 else me[0])  # type: ignore[attr-defined]


async def test_a_server_that_is_not_there_is_named() -> None:
    way = Access(Server("http://127.0.0.1:1/"))
    with pytest.raises(Unreachable, match="http://127.0.0.1:1/ does not answer: .*refused"):
        await way.login()
    await way.close()


async def test_a_certificate_that_nobody_signed_is_refused_unless_told_otherwise() -> None:
    strict = Access(Server("https://example.org/")).upgrade("api/x")
    assert (strict.url, strict.validate_cert) == ("wss://example.org/api/x", True)
    own = Access(Server("https://example.org/"), verify="ca.pem").upgrade("api/x")
    assert (own.validate_cert, own.ca_certs) == (True, "ca.pem")
    assert not Access(Server("https://example.org/"), verify=False).upgrade("api/x").validate_cert


async def test_a_path_is_percent_encoded_and_a_query_too(door: Door) -> None:
    way = Access(Server("http://host/base/"))
    url = way.upgrade("api/awareness/room/document:sub dir/ü?#%.ipynb", client="1 2").url
    room = "document:sub%20dir/%C3%BC%3F%23%25.ipynb"
    assert url == f"ws://host/base/api/awareness/room/{room}?client=1+2"
    await way.close()


# Names


async def test_a_name_is_asked_for_where_people_choose_theirs(door: Door) -> None:
    door.knows({**ALICE, "name": "Anonymous Carme"}, may=(*NAMES, "color"))
    identity = await login(door, name="Tidy Agent")
    wishes = {"name": "Tidy Agent", "display_name": "Tidy Agent", "initials": "TA"}
    assert door.wishes == [wishes]
    assert identity == {**ALICE, **wishes}


async def test_a_name_that_one_has_is_not_asked_for(door: Door) -> None:
    door.knows(ALICE, may=NAMES)
    assert await login(door, name="Alice") == ALICE
    assert door.wishes == []


@pytest.mark.parametrize("may", [(), ("color",)])
async def test_elsewhere_the_server_says_who_one_is(door: Door, may: tuple[str, ...]) -> None:
    door.knows(ALICE, may=may)
    assert await login(door, name="Tidy Agent") == ALICE
    assert door.wishes == []


@pytest.mark.parametrize("permissions", [None, [], {}, {"updatable_fields": None}])
async def test_a_server_of_another_age_says_nothing_of_names(door: Door, permissions: Any) -> None:
    door.me = (200, (), json.dumps({"identity": ALICE, "permissions": permissions}))
    assert await login(door, name="Tidy Agent") == ALICE


async def test_a_name_that_is_refused_is_no_reason_to_stay_away(door: Door) -> None:
    door.knows(ALICE, may=NAMES)
    door.wish_status = 403
    assert await login(door, name="Tidy Agent") == ALICE
    assert len(door.wishes) == 1


# A server that started again


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch, door: Door) -> Server:
    """A server whose token was found among the running ones, where there is another one now."""
    server = Server(door.url, "old", listed=True)
    monkeypatch.setattr(access, "renewed", lambda it: Server(it.url, "new", listed=True))
    return server


async def test_a_token_that_holds_no_more_is_looked_up_anew(door: Door, listed: Server) -> None:
    way = Access(listed)
    door.knows(ALICE, ("Set-Cookie", "login=old"))
    await way.login()
    door.me = (403, (), "")
    with pytest.raises(Denied):
        await way.login()
    tokens = [request.headers["Authorization"] for request in door.requests]
    assert tokens == ["token old", "token old", "token new"]
    assert "Cookie" not in door.requests[-1].headers
    await way.close()


async def test_only_a_refusal_is_a_reason_to_look_it_up(door: Door, listed: Server) -> None:
    way = Access(listed)
    door.me = (500, (), "")
    with pytest.raises(Unreachable):
        await way.login()
    door.me = (404, (), "")
    with pytest.raises(Denied):
        await way.login()
    assert {request.headers["Authorization"] for request in door.requests} == {"token old"}
    await way.close()
