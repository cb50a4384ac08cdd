"""The REST interface: what it answers, to whom, and that `openapi.yaml` says the same."""

from __future__ import annotations

import asyncio
import json
import re
from importlib.resources import files
from io import BytesIO
from typing import Any
from urllib.parse import quote

import nbformat
import pages
import pytest
import yaml
from jupyter_server.auth.authorizer import Authorizer
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest, MockResponse
from openapi_core.validation.response.exceptions import InvalidData
from sockets import Socket, Visit
from tornado.httpclient import HTTPClientError, HTTPRequest, HTTPResponse
from tornado.httputil import HTTPHeaders

from jupyter_awareness.api import routes

DESCRIPTION = files("jupyter_awareness") / "openapi.yaml"
SPECIFICATION = yaml.safe_load(DESCRIPTION.read_text("utf-8"))
OPENAPI = OpenAPI.from_dict(SPECIFICATION)
METHODS = ("get", "head", "post", "put", "patch", "delete")


class Guests(Authorizer):
    """Alice may do everything, Bob may read no documents, Carol may not see who is here."""

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        return not (
            (user.username == "bob" and resource == "contents")
            or (user.username == "carol" and resource == "awareness")
        )


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


guarded = pytest.mark.parametrize("server", [{"authorizer_class": Guests}], indirect=True)


@pytest.fixture(autouse=True)
def documents(jp_root_dir) -> None:
    (jp_root_dir / "sub dir").mkdir()
    for path in ("a.ipynb", "sub dir/Résumé 100% #1?.ipynb"):
        nbformat.write(nbformat.v4.new_notebook(), jp_root_dir / path)


@pytest.fixture
def ask(jp_fetch, visit: Visit) -> Any:
    """Ask as somebody; the answer, whatever it is, must be as `openapi.yaml` says."""

    async def ask(path: str, who: str = "alice") -> tuple[int, Any]:
        headers = {"Authorization": f"token {who}-token"}
        where = ("api", "awareness", path)
        response: HTTPResponse = await jp_fetch(*where, headers=headers, raise_error=False)
        validate(path, response)
        return response.code, json.loads(response.body)

    return ask


def validate(path: str, response: HTTPResponse) -> None:
    """Compare an answer with the specification."""
    room = path.partition("rooms/")[2]
    parameters: dict[str, Any] = {"view_args": {"room": room}} if room else {}
    encoded = path if not room else "rooms/" + quote(room, safe="")
    request = MockRequest(
        "http://localhost", "get", f"/api/awareness/{encoded}", headers={}, **parameters
    )
    answer = MockResponse(
        response.body,
        response.code,
        headers=dict(response.headers),
        content_type=response.headers["Content-Type"].partition(";")[0],
    )
    OPENAPI.validate_response(request, answer)


async def come(visit: Visit, who: str, room: str, client: int, **state: Any) -> Socket:
    """Be seen in a room, and wait until one is."""
    socket = await (await visit(room, who, client)).greeted()
    await socket.say({"n": client, **state})
    assert await socket.has_nothing_to_read()
    return socket


# The specification and the handlers


def test_paths_and_methods_are_those_of_the_handlers() -> None:
    handled = {}
    for pattern, handler, _ in routes(None):  # type: ignore[arg-type]
        path = pattern.replace("(.+)", "{room}")
        own = [m for m in METHODS if getattr(handler, m).__qualname__.startswith(handler.__name__)]
        handled[path] = own
    described = {
        path: [method for method in METHODS if method in item]
        for path, item in SPECIFICATION["paths"].items()
    }
    assert handled == described


def test_every_schema_is_used_and_says_which_fields_there_are() -> None:
    text = DESCRIPTION.read_text("utf-8")
    for name, schema in SPECIFICATION["components"]["schemas"].items():
        assert f'"#/components/schemas/{name}"' in text, name
        if schema["type"] == "object":
            assert "additionalProperties" in schema, name
    names = [v["get"]["operationId"] for v in SPECIFICATION["paths"].values()]
    assert len(set(names)) == len(names)


def test_an_answer_that_differs_is_noticed() -> None:
    with pytest.raises(InvalidData):
        validate("people", answer_of('{"people": [{"user": null}]}'))
    with pytest.raises(InvalidData):
        validate("status", answer_of('{"version": "1.0.0", "broker": "x", "more": 1}'))


def answer_of(body: str) -> HTTPResponse:
    """An answer that no server gave."""
    headers = HTTPHeaders({"Content-Type": "application/json"})
    return HTTPResponse(HTTPRequest("http://x"), 200, headers, BytesIO(body.encode()))


# What is answered


async def test_the_status_says_what_runs(ask: Any, extension) -> None:
    code, status = await ask("status")
    assert code == 200
    assert status == {"version": extension.door.hello["version"], "broker": "LocalBroker"}
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", status["version"])


async def test_where_nobody_is_nothing_is_listed(ask: Any) -> None:
    assert await ask("rooms") == (200, {"rooms": []})
    assert await ask("people") == (200, {"people": []})
    lobby = {"id": "lobby", "kind": "lobby", "subject": "", "peers": []}
    assert await ask("rooms/lobby") == (200, lobby)


async def test_three_people_in_three_rooms(ask: Any, visit: Visit) -> None:
    place = {"path": "a.ipynb", "type": "notebook", "cell": "c0", "index": 0}
    await come(visit, "alice", "lobby", 1, location=place)
    await come(visit, "bob", "lobby", 2, status="idle")
    await come(visit, "carol", "topic:chat", 3, kind="agent")
    await come(visit, "alice", "document:a.ipynb", 4)
    await come(visit, "alice", "document:a.ipynb", 5)
    code, answer = await ask("rooms")
    assert (code, answer["rooms"]) == (
        200,
        [
            room("document:a.ipynb", "document", "a.ipynb", peers=2, people=1),
            room("lobby", "lobby", "", peers=2, people=2),
            room("topic:chat", "topic", "chat", peers=1, people=1),
        ],
    )
    code, answer = await ask("people")
    people = [
        (p["user"]["username"], p["kind"], p["status"], p["peers"], p["where"])
        for p in answer["people"]
    ]
    assert people == [
        ("alice", "person", "active", 3, [place]),
        ("bob", "person", "idle", 1, []),
        ("carol", "agent", "active", 1, []),
    ]


def room(room_id: str, kind: str, subject: str, **counts: int) -> dict[str, Any]:
    return {"id": room_id, "kind": kind, "subject": subject, **counts}


ODD = "sub dir/Résumé 100% #1?.ipynb"


async def test_a_room_is_asked_for_by_its_name(ask: Any, visit: Visit) -> None:
    await come(visit, "alice", f"document:{ODD}", 4, cursor={"position": 3})
    for spelling in (f"rooms/document:{ODD}", f"rooms/document:/{ODD}/"):
        code, answer = await ask(spelling)
        assert code == 200
        (peer,) = answer.pop("peers")
        assert answer == {"id": f"document:{ODD}", "kind": "document", "subject": ODD}
        assert peer["id"] == 4
        assert peer["changed"] > 1_700_000_000
        assert peer["state"]["user"]["username"] == "alice"
        assert peer["state"]["cursor"] == {"position": 3}


@pytest.mark.parametrize("name", ["document:missing.ipynb", "document:../x", "other", "topic:"])
async def test_a_room_that_there_is_not_is_not_found(ask: Any, name: str) -> None:
    code, answer = await ask(f"rooms/{name}")
    assert code == 404
    assert answer["message"].endswith(".")


@configured(topics_allowed=["chat"])
async def test_a_topic_that_is_not_allowed_is_refused(ask: Any) -> None:
    assert (await ask("rooms/topic:other"))[0] == 403
    assert (await ask("rooms/topic:chat"))[0] == 200


async def test_answers_are_not_kept_and_asking_is_no_activity(
    jp_fetch, jp_serverapp, visit: Visit
) -> None:
    before = jp_serverapp.web_app.last_activity()
    response = await jp_fetch("api", "awareness", "people")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Content-Type"].startswith("application/json")
    assert jp_serverapp.web_app.last_activity() == before


# To whom


PATHS = ("status", "rooms", "rooms/lobby", "people")


@pytest.mark.parametrize("path", PATHS)
async def test_a_stranger_is_refused(ask: Any, path: str) -> None:
    assert (await ask(path, "nobody"))[0] == 403


@guarded
@pytest.mark.parametrize("path", PATHS)
async def test_whoever_may_not_see_who_is_here_is_refused(ask: Any, path: str) -> None:
    assert (await ask(path, "carol"))[0] == 403


@configured(enabled=False)
@pytest.mark.parametrize("path", PATHS)
async def test_presence_that_is_switched_off_says_so(ask: Any, path: str) -> None:
    code, answer = await ask(path)
    assert (code, answer["message"]) == (403, "Presence is switched off on this server.")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_nothing_can_be_changed(jp_fetch, method: str) -> None:
    for path in PATHS:
        body = None if method == "DELETE" else "{}"
        with pytest.raises(HTTPClientError) as refused:
            await jp_fetch("api", "awareness", path, method=method, body=body)
        assert refused.value.code == 405


@guarded
async def test_whoever_may_read_no_documents_is_told_of_none(ask: Any, visit: Visit) -> None:
    await come(visit, "alice", "lobby", 1, location={"path": "a.ipynb", "type": "notebook"})
    await come(visit, "alice", "document:a.ipynb", 2)
    assert (await ask("rooms/document:a.ipynb", "bob"))[0] == 403
    assert (await ask("rooms/document:missing", "bob"))[0] == 403  # it could be there
    _, answer = await ask("rooms", "bob")
    assert [room["id"] for room in answer["rooms"]] == ["lobby"]
    _, answer = await ask("people", "bob")
    assert [person["where"] for person in answer["people"]] == [[]]
    _, answer = await ask("rooms/lobby", "bob")
    assert "a.ipynb" not in json.dumps(answer)


async def test_who_is_invisible_is_not_counted(ask: Any, visit: Visit) -> None:
    await come(visit, "alice", "lobby", 1, invisible=True)
    assert await ask("rooms") == (200, {"rooms": []})
    assert await ask("people") == (200, {"people": []})
    assert (await ask("rooms/lobby"))[1]["peers"] == []


# The page of the documentation


async def test_the_program_of_the_page(
    server_url: str, visit: Visit, capsys: pytest.CaptureFixture[str]
) -> None:
    await come(visit, "alice", "lobby", 1, location={"path": "a.ipynb", "type": "notebook"})
    await come(visit, "alice", "document:a.ipynb", 2)
    (program,) = pages.blocks("rest.md", "python")
    names = {"url": server_url, "token": "bob-token"}
    run = asyncio.get_running_loop().run_in_executor  # its requests block, and the server is here
    await run(None, lambda: asyncio.run(pages.run(program, names)))
    where = [{"path": "a.ipynb", "type": "notebook"}]
    assert capsys.readouterr().out == f"Alice active {where}\n"


def test_the_answers_of_the_page_are_answers() -> None:
    text = (pages.DOCS / "rest.md").read_text("utf-8")
    answers = re.findall(r"^### `GET /api/awareness/(\S+)`$.*?```json\n(.*?)```", text, re.S | re.M)
    assert {path.partition("/")[0] for path, _ in answers} == {"status", "rooms", "people"}
    for path, body in answers:
        validate(path, answer_of(body))
