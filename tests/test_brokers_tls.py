"""The broker over TLS: a real redis-server with a certificate, and one with another's."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme
from brokers import FIRST, Process, options, start
from redis_server import RedisServer
from sockets import until

from jupyter_awareness.brokers.redis import RedisBroker


class TlsRedisServer(RedisServer):
    """One that speaks TLS only, and asks for a certificate and a password.

    Args:
        name: whom its certificate names.
    """

    scheme = "rediss"
    ready = "-NOAUTH"
    password = "0123-very-secret"

    def __init__(self, folder: Path, name: str) -> None:
        authority = trustme.CA()
        self._authority = folder / "authority.pem"
        authority.cert_pem.write_to_path(str(self._authority))
        own, self._client = (folder / f"{who}.pem" for who in ("redis", "client"))
        for file, whom in ((own, name), (self._client, "client.example.org")):
            authority.issue_cert(whom).private_key_and_cert_chain_pem.write_to_path(str(file))
        options = {
            "--tls-ca-cert-file": str(self._authority),
            "--tls-cert-file": str(own),
            "--tls-key-file": str(own),
            "--requirepass": self.password,
        }
        super().__init__(folder, *(word for option in options.items() for word in option))

    @property
    def url(self) -> str:
        """Where it is, and what is to be known of it."""
        files = {"ca_certs": self._authority, "certfile": self._client, "keyfile": self._client}
        known = "&".join(f"ssl_{name}={file}" for name, file in files.items())
        return f"{super().url.replace('//', f'//:{self.password}@')}?{known}"

    @property
    def listens(self) -> list[str]:
        """The words of its command line that name its port."""
        return ["--port", "0", "--tls-port", str(self.port)]

    def dial(self) -> socket.socket:
        """Connect to it."""
        context = ssl.create_default_context(cafile=str(self._authority))
        context.check_hostname = False
        context.load_cert_chain(str(self._client))
        return context.wrap_socket(super().dial())


def broker(url: str) -> RedisBroker:
    return RedisBroker(options(url))


Serve = Callable[[str], TlsRedisServer]


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Start a server whose certificate names somebody."""
    started: list[TlsRedisServer] = []

    def one(name: str = "127.0.0.1") -> TlsRedisServer:
        started.append(TlsRedisServer(tmp_path, name))
        started[-1].start()
        return started[-1]

    yield one
    for server in started:
        server.kill()


async def test_servers_meet_by_tls(serve: Serve) -> None:
    redis = serve("127.0.0.1")
    here, there = [await start(broker(redis.url), "lobby") for _ in range(2)]
    here.says("lobby", FIRST)
    assert await there.hears(1) == [("lobby", FIRST)]
    for process in (here, there):
        await process.broker.stop()


@pytest.mark.parametrize(
    ("name", "known", "why"),
    [
        ("127.0.0.1", False, "certificate"),  # OpenSSL's word for an authority nobody knows differs
        ("redis.example.org", True, "not valid for '127.0.0.1'"),
    ],
    ids=["unknown authority", "another name"],
)
async def test_a_wrong_certificate_is_refused_and_told(
    serve: Serve, caplog: pytest.LogCaptureFixture, name: str, known: bool, why: str
) -> None:
    redis = serve(name)
    url = redis.url if known else redis.url.partition("?")[0]
    lonely = Process(broker(url))
    await lonely.broker.start(lonely.deliver, lonely.snapshot)
    await until(lambda: "cannot be reached" in caplog.text)
    [line] = {record.getMessage() for record in caplog.records}
    place = f"rediss://127.0.0.1:{redis.port}/0"
    assert line.startswith(f"{place} cannot be reached: its certificate is refused: ")
    assert why in line.partition("refused: ")[2]
    assert redis.password not in caplog.text
    await lonely.broker.stop()
