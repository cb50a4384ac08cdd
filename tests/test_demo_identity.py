"""Simulated peers have names on a demonstration server, and only for who knows its token."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError

from jupyter_awareness.demo_identity import AGENTS, PEOPLE, demo_token, demo_user


@pytest.fixture
def jp_server_config(jp_server_config: dict[str, Any]) -> dict[str, Any]:
    provider = "jupyter_awareness.demo_identity.DemoUsers"
    jp_server_config["ServerApp"]["identity_provider_class"] = provider
    return jp_server_config


async def who(jp_fetch, token: str) -> dict[str, Any]:
    response = await jp_fetch("api", "me", headers={"Authorization": f"token {token}"})
    return json.loads(response.body)["identity"]


async def test_a_token_names_its_peer(jp_fetch, jp_serverapp) -> None:
    token = jp_serverapp.identity_provider.token
    first = await who(jp_fetch, demo_token(token, 1))
    assert (first["username"], first["name"]) == ("demo-person-1", PEOPLE[0])
    agent = await who(jp_fetch, demo_token(token, 2, agent=True))
    assert (agent["username"], agent["name"]) == ("demo-agent-2", AGENTS[1])


async def test_the_server_token_is_still_an_anonymous_visitor(jp_fetch, jp_serverapp) -> None:
    visitor = await who(jp_fetch, jp_serverapp.identity_provider.token)
    assert visitor["name"].startswith("Anonymous ")


@pytest.mark.parametrize("token", ["guess.demo-person-1", ".demo-person-1", "demo-person-1"])
async def test_who_does_not_know_the_token_is_nobody(jp_fetch, token: str) -> None:
    with pytest.raises(HTTPClientError) as refused:
        await who(jp_fetch, token)
    assert refused.value.code == 403


@pytest.mark.parametrize("tail", [".demo-person-0", ".demo-robot-1", ".demo-person-1x"])
async def test_a_malformed_claim_is_nobody(jp_fetch, jp_serverapp, tail: str) -> None:
    with pytest.raises(HTTPClientError) as refused:
        await who(jp_fetch, jp_serverapp.identity_provider.token + tail)
    assert refused.value.code == 403


def test_names_come_round_again_but_usernames_do_not() -> None:
    users = [demo_user(number) for number in range(1, 3 * len(PEOPLE))]
    assert len({user.username for user in users}) == len({user.name for user in users})
    assert users[len(PEOPLE)].name == f"{PEOPLE[0]} 2"
    assert demo_user(1, agent=True).initials == "TA"
