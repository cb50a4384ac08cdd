"""What an admin can see: metrics on ``/metrics``, events, and neither of what people say."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from sockets import Visit, until

from jupyter_awareness.events import PRESENCE, REFUSED, Events
from jupyter_awareness.journal import Journal
from jupyter_awareness.metrics import Metrics
from jupyter_awareness.protocol import CloseCode

SECRET = "a5c1f0-secret"


def values(text: str) -> dict[str, float]:
    """Give our metrics by name and labels, without timestamps of creation."""
    lines = re.findall(r"^(jupyter_awareness_\S+) (\S+)$", text, re.MULTILINE)
    return {name: float(value) for name, value in lines if "_created" not in name}


async def scraped(jp_fetch) -> dict[str, float]:
    answer = await jp_fetch("metrics")
    assert SECRET not in answer.body.decode()
    return values(answer.body.decode())


async def test_the_servers_metrics_tell_of_presence(visit: Visit, jp_fetch) -> None:
    alice = await (await visit(client=1)).greeted()
    tab = await (await visit("topic:chat", client=1)).greeted()
    bob = await (await visit(who="bob", client=2)).greeted()
    await alice.say({"n": SECRET})
    assert await bob.states() == {1: SECRET}
    seen = await scraped(jp_fetch)
    assert seen["jupyter_awareness_people"] == 2
    assert seen["jupyter_awareness_connections"] == 3
    assert seen["jupyter_awareness_slow_readers"] == 0
    assert seen['jupyter_awareness_rooms{kind="lobby"}'] == 1
    assert seen['jupyter_awareness_rooms{kind="document"}'] == 0
    assert seen['jupyter_awareness_rooms{kind="topic"}'] == 1
    assert seen["jupyter_awareness_frames_in_total"] == 1
    assert seen["jupyter_awareness_frames_out_total"] == 7  # a snapshot and a hello each, a change
    assert seen["jupyter_awareness_flush_seconds_count"] == 1
    assert seen['jupyter_awareness_flush_seconds_bucket{le="+Inf"}'] == 1
    await tab.close()
    await bob.send(b"")
    await bob.end()
    seen = await scraped(jp_fetch)
    assert seen["jupyter_awareness_people"] == 1
    assert seen['jupyter_awareness_refused_total{cause="bad_frame"}'] == 1


async def test_a_server_that_ends_is_scraped_no_more(visit: Visit, extension, jp_fetch) -> None:
    await extension.stop_extension()
    assert await scraped(jp_fetch) == {}


async def test_offering_and_withdrawing_twice_is_once(extension) -> None:
    registry = CollectorRegistry()
    metrics = Metrics(extension.rooms, extension.tally, registry)
    metrics.offer()
    metrics.offer()
    assert generate_latest(registry).count(b"# TYPE jupyter_awareness_people ") == 1
    metrics.withdraw()
    metrics.withdraw()
    assert generate_latest(registry) == b""


@pytest.fixture
def emitted(jp_serverapp) -> list[tuple[str, dict[str, Any]]]:
    """Listen to our events."""
    found: list[tuple[str, dict[str, Any]]] = []

    async def listen(logger: Any, schema_id: str, data: dict[str, Any]) -> None:
        found.append((schema_id, data))

    for schema in (PRESENCE, REFUSED):
        jp_serverapp.event_logger.add_listener(schema_id=schema, listener=listen)
    return found


async def test_events_tell_who_joined_and_left(visit: Visit, emitted) -> None:
    alice = await (await visit("topic:chat", client=1)).greeted()
    await alice.say({"n": SECRET})
    assert await alice.has_nothing_to_read()
    await alice.close()
    await until(lambda: len(emitted) == 2)
    who = {"room": "topic:chat", "username": "alice"}
    assert emitted == [
        (PRESENCE, {"action": "join", "seen": True, **who}),
        (PRESENCE, {"action": "leave", "broken": False, **who}),
    ]


async def test_events_tell_who_was_refused_and_why(visit: Visit, emitted) -> None:
    code, _ = await (await visit("document:missing", client=1)).end()
    await until(lambda: emitted)
    refused = {"kind": "document", "code": code, "cause": "no_document", "username": "alice"}
    assert emitted == [(REFUSED, refused)]
    assert code == CloseCode.NO_DOCUMENT


async def test_an_event_that_cannot_be_emitted_hinders_nobody(
    visit: Visit, jp_serverapp, monkeypatch: pytest.MonkeyPatch, caplog
) -> None:
    def full(**event: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(jp_serverapp.event_logger, "emit", full)
    alice = await (await visit(client=1)).greeted()
    bob = await (await visit(who="bob", client=2)).greeted()
    await alice.say({"n": 1})
    assert await bob.states() == {1: 1}
    assert "An event could not be emitted." in caplog.text


def test_schemas_mark_what_is_personal(jp_serverapp) -> None:
    Events(jp_serverapp.event_logger, Journal(jp_serverapp.log))  # registering twice is allowed
    for schema in (PRESENCE, REFUSED):
        registered = jp_serverapp.event_logger.schemas.get(schema)
        assert registered.version == "1"
        text = json.dumps(registered._schema)
        assert '"personal-data": true' in text
        assert "Personal data: who" in text
