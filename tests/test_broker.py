"""The broker of a single process, and the one with which tests join several."""

from __future__ import annotations

import pytest
from brokers import FIRST, BrokerContract, Connect, ConnectedBrokerContract, Wire, start
from stage import settle

from jupyter_awareness.broker import Broker, LocalBroker


class TestLocalBroker(BrokerContract):
    @pytest.fixture
    def connect(self) -> Connect:
        return LocalBroker

    async def test_reaches_nobody(self, connect: Connect) -> None:
        here, there = [await start(connect(), "lobby") for _ in range(2)]
        here.broker.publish("lobby", [FIRST])
        await settle()
        assert there.told == []


class TestWiredBroker(ConnectedBrokerContract):
    @pytest.fixture
    def connect(self) -> Connect:
        return Wire().connect


def test_a_broker_has_to_say_how_it_does_everything() -> None:
    with pytest.raises(TypeError, match="abstract"):
        Broker()  # type: ignore[abstract]
