"""A real Jupyter server with this extension for every test that asks for `jp_serverapp`."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from coverage import Coverage
from hypothesis import HealthCheck, settings
from redis_server import RedisServer
from sockets import Socket, Visit
from tornado.websocket import _PerMessageDeflateCompressor

from jupyter_awareness.app import AwarenessExtension
from jupyter_awareness.protocol import SUBPROTOCOL

pytest_plugins = ("pytest_jupyter.jupyter_server",)

# How busy the machine is says nothing about the code.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

# What a shell starts in the background ignores Ctrl-C, and so would the programs that tests start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def jp_server_config() -> dict[str, Any]:
    """Refuse strangers, and know alice, bob and carol by their tokens (see `identities`)."""
    return {
        "ServerApp": {
            # The terminals' handlers let strangers in by some methods, which is a warning here.
            "jpserver_extensions": {"jupyter_awareness": True, "jupyter_server_terminals": False},
            "allow_unauthenticated_access": False,
            "identity_provider_class": "identities.TokenUsers",
        }
    }


@pytest.fixture
def server_url(http_server: object, jp_serverapp, jp_base_url: str) -> str:
    """The base URL of the running test server."""
    return f"http://127.0.0.1:{jp_serverapp.port}{jp_base_url}"


@pytest.fixture
def extension(jp_serverapp) -> AwarenessExtension:
    """The extension inside of the test server."""
    (found,) = jp_serverapp.extension_manager.extension_apps["jupyter_awareness"]
    return found


@pytest.fixture
def visit(jp_serverapp, jp_ws_fetch, jp_asyncio_loop: asyncio.AbstractEventLoop) -> Iterator[Visit]:
    """Open sockets of clients to rooms of the test server; they are closed when the test ends."""
    # Jupyter does this when its loop has begun to run; the plugin's server leaves it out.
    jp_asyncio_loop.run_until_complete(jp_serverapp.extension_manager.start_all_extensions())
    opened: list[Socket] = []

    async def open_socket(
        room: str = "lobby",
        who: str = "alice",
        client: int | None = None,
        headers: dict[str, str] | None = None,
        compress: bool = False,
    ) -> Socket:
        connection = await jp_ws_fetch(
            *("api", "awareness", "room", room),
            headers={"Authorization": f"token {who}-token", **(headers or {})},
            params={} if client is None else {"client": client},
            subprotocols=None if client is None else [SUBPROTOCOL],
            compression_options={} if compress else None,
        )
        if connection.protocol._compressor is not None:
            # tornado's client overlooks parameters without a value, and would keep a context.
            connection.protocol._compressor = _PerMessageDeflateCompressor(False, None)
        opened.append(Socket(connection, client))
        return opened[-1]

    yield open_socket
    for socket in opened:
        jp_asyncio_loop.run_until_complete(socket.close())


@pytest.fixture(scope="module")
def shared_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """Start a Redis for all tests of a file that leave it alone."""
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.kill()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Note which file's tests run what, for `scripts/own_coverage`."""
    measuring = Coverage.current()
    if measuring is not None:
        measuring.switch_context(item.path.name)
    return (yield)
