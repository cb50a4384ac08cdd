"""Which server is meant, and which document a kernel is of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jupyter_awareness.client import NoServer, servers
from jupyter_awareness.client.servers import (
    Server,
    current_document,
    find_server,
    parse_server,
    renewed,
    running_servers,
)

FIRST = {"url": "http://localhost:8888/", "token": "one", "root_dir": "/notes", "pid": 11}
SECOND = {"url": "http://127.0.0.1:9999/base/", "token": "two", "root_dir": "/home", "pid": 22}
LOCKED = {"url": "http://localhost:7777/", "token": "", "password": True, "pid": 33}
SOCKET = {"url": "http+unix://%2Ftmp%2Fx", "sock": "/tmp/x", "token": "three", "pid": 44}


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The servers that run on this computer; none until a test says so."""
    known: list[dict[str, Any]] = []
    monkeypatch.setattr(servers, "running_servers", lambda: known)
    return known


# A URL


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("http://host:8888", "http://host:8888/"),
        ("host:8888", "http://host:8888/"),
        ("localhost", "http://localhost/"),
        ("https://host/base/", "https://host/base/"),
        ("http://host/lab", "http://host/"),
        ("http://host/tree", "http://host/"),
        ("http://host/base/lab/tree/a/b.ipynb?reset#x", "http://host/base/"),
        ("http://host/lab/workspaces/mine/tree/a.ipynb", "http://host/"),
        ("http://host/notebooks/a.ipynb", "http://host/"),
        ("http://host/labs/", "http://host/labs/"),
        ("http://user:secret@host/", "http://host/"),
        ("http://[::1]:8888/lab", "http://[::1]:8888/"),
    ],
)
def test_what_is_in_an_address_bar_is_read(url: str, base: str) -> None:
    assert parse_server(url, "t") == Server(base, "t")


@pytest.mark.parametrize("url", ["ftp://host/", "http://", "http:///x", "://", "http://:80/"])
def test_what_is_no_url_of_a_server_is_refused(url: str) -> None:
    with pytest.raises(NoServer, match="Not the URL of a Jupyter server"):
        parse_server(url, "t")


def test_a_refusal_repeats_no_secret() -> None:
    with pytest.raises(NoServer) as refused:
        parse_server("ftp://me:password@host/?token=secret", None)
    assert str(refused.value) == "Not the URL of a Jupyter server: host/"


def test_a_unix_socket_cannot_be_joined(running: list[dict[str, Any]]) -> None:
    with pytest.raises(NoServer, match="Unix socket"):
        parse_server("http+unix://%2Ftmp%2Fx", None)
    running.append(SOCKET)
    with pytest.raises(NoServer, match="Unix socket"):
        find_server()


# A token


def test_a_token_is_what_was_given_then_of_the_url_then_of_the_running_server(
    running: list[dict[str, Any]],
) -> None:
    running += [FIRST, SECOND]
    url = "http://127.0.0.1:8888/lab"  # as good as localhost
    assert find_server(url, "given").token == "given"
    assert find_server(url + "?token=in-url").token == "in-url"
    assert find_server(url + "?token=in-url", "given").token == "given"
    assert find_server(url, "").token == ""
    assert find_server(url) == Server("http://127.0.0.1:8888/", "one", "/notes", listed=True)
    assert find_server("http://elsewhere/").token == ""


def test_a_server_with_a_password_needs_a_token(running: list[dict[str, Any]]) -> None:
    running.append(LOCKED)
    with pytest.raises(NoServer, match="http://localhost:7777/ has a password and no token"):
        find_server()
    assert find_server(token="t").token == "t"


def test_a_server_that_started_again_has_another_token(running: list[dict[str, Any]]) -> None:
    running.append(FIRST)
    listed, given = find_server(), find_server(token="mine")
    running[:] = [{**FIRST, "token": "new"}]
    assert renewed(listed).token == "new"
    assert renewed(given) is given
    running.clear()
    assert renewed(listed) is listed


# No URL


def test_the_only_server_is_meant(running: list[dict[str, Any]]) -> None:
    with pytest.raises(NoServer, match="No Jupyter server is running here"):
        find_server(environ={})
    running.append(FIRST)
    assert find_server(environ={}) == Server("http://localhost:8888/", "one", "/notes", True)


def test_of_several_one_has_to_be_named_and_no_token_is_told(running: list[dict[str, Any]]) -> None:
    running += [SECOND, FIRST, SOCKET]
    with pytest.raises(NoServer, match="Several Jupyter servers are running") as refused:
        find_server(environ={})
    told = str(refused.value)
    assert told.endswith("/tmp/x, http://127.0.0.1:9999/base/, http://localhost:8888/")
    assert "two" not in told


def test_a_kernel_means_the_server_that_started_it(running: list[dict[str, Any]]) -> None:
    running += [FIRST, SECOND]
    assert find_server(environ={"JPY_PARENT_PID": "22"}).token == "two"


HUB = {
    "JUPYTERHUB_API_TOKEN": "hub",
    "JUPYTERHUB_SERVICE_URL": "http://0.0.0.0:8888/user/ada/",
    "JUPYTERHUB_ROOT_DIR": "/home/ada",
}


def test_on_a_hub_it_is_the_server_of_this_user(running: list[dict[str, Any]]) -> None:
    server = Server("http://127.0.0.1:8888/user/ada/", "hub", "/home/ada")
    assert find_server(environ=HUB) == server
    assert find_server(token="t", environ=HUB).token == "t"
    assert find_server(environ={**HUB, "JUPYTERHUB_SERVICE_URL": "http://:80/x/"}).url == (
        "http://127.0.0.1:80/x/"
    )
    running.append({**FIRST, "token": ""})
    own = find_server(environ={**HUB, "JPY_PARENT_PID": "11"})
    assert own == Server("http://localhost:8888/", "hub", "/notes")


def test_jupyter_is_asked_what_runs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    assert running_servers() == []


# The document of a kernel


def test_a_kernel_knows_its_notebook(running: list[dict[str, Any]]) -> None:
    server = Server("http://localhost:8888/", root="/notes")
    session = {"JPY_SESSION_NAME": "/notes/sub/a.ipynb"}
    assert current_document(server, session) == "sub/a.ipynb"
    assert current_document(server, {}) is None
    assert current_document(server, {"JPY_SESSION_NAME": "sub/a.ipynb"}) == "sub/a.ipynb"
    assert current_document(server, {"JPY_SESSION_NAME": "/other/a.ipynb"}) is None
    elsewhere = Server("http://127.0.0.1:8888/")
    assert current_document(elsewhere, session) is None
    running += [SECOND, FIRST]
    assert current_document(elsewhere, session) == "sub/a.ipynb"
