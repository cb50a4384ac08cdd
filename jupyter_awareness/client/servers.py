"""Which Jupyter server is meant: by a URL, by the kernel one lives in, or the only one running.

Top floor: reads what Jupyter servers write about themselves.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit, urlunsplit

from .errors import NoServer

__all__ = [
    "Server",
    "current_document",
    "find_server",
    "parse_server",
    "renewed",
    "running_servers",
]

# What a browser's address bar has behind the base URL.
PAGE = re.compile(r"/(lab|tree)$|/(lab|tree|notebooks|edit|doc)/.*$")


@dataclass(frozen=True, slots=True)
class Server:
    """A server: its base URL, with a slash at the end; a token that is never shown; its root.

    ``listed`` says that the token is what a running server writes about itself.
    """

    url: str
    token: str = field(default="", repr=False)
    root: str | None = None
    listed: bool = False


def find_server(
    url: str | None = None, token: str | None = None, environ: Mapping[str, str] = os.environ
) -> Server:
    """Find the server that is meant.

    With a URL it is that; its token may be in the URL, as Jupyter prints it, or is that of the
    running server of that URL. Without one, it is the server whose kernel this process is (also
    on JupyterHub), else the only one that runs on this computer.

    Raises:
        NoServer: the URL is unusable, or no server runs, or several do.
    """
    if url and (token is not None or "token=" in url):
        return parse_server(url, token)
    servers = running_servers()
    if url:
        return parse_server(url, token, servers)
    own = [s for s in servers if str(s.get("pid")) == environ.get("JPY_PARENT_PID")]
    if not own and environ.get("JUPYTERHUB_SERVICE_URL") and environ.get("JUPYTERHUB_API_TOKEN"):
        return _hub_server(environ, token)
    meant = own or servers
    if not meant:
        raise NoServer("No Jupyter server is running here. Start one, or give a URL and a token.")
    if len(meant) > 1:
        urls = ", ".join(sorted(_name(server) for server in meant))
        raise NoServer(f"Several Jupyter servers are running; say which one you mean: {urls}")
    return _running(meant[0], token, environ.get("JUPYTERHUB_API_TOKEN", ""))


def parse_server(url: str, token: str | None, servers: Sequence[Mapping[str, Any]] = ()) -> Server:
    """Read a server's URL, also one copied from a browser's address bar.

    Args:
        servers: running ones, of which one may have that URL and know its token.

    Raises:
        NoServer: it is not the URL of a server that can be reached over TCP.
    """
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme.endswith("+unix"):
        raise NoServer("A server on a Unix socket cannot be joined; let it listen on a port.")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NoServer(f"Not the URL of a Jupyter server: {_without_secrets(url)}")
    base = PAGE.sub("", parts.path).rstrip("/") + "/"
    clean = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], base, "", ""))
    known = next((s for s in servers if _same(str(s.get("url", "")), clean)), {})
    given = parse_qs(parts.query).get("token", [""])[0]
    secret = token if token is not None else given or str(known.get("token", ""))
    return Server(clean, secret, known.get("root_dir"), listed=token is None and not given)


def renewed(server: Server) -> Server:
    """The same server as it is now: one that was started again has another token."""
    found = parse_server(server.url, None, running_servers()) if server.listed else server
    return found if found.token else server


def running_servers() -> list[dict[str, Any]]:
    """What the servers of this user on this computer say about themselves."""
    from jupyter_server.serverapp import list_running_servers

    return list(list_running_servers())


def current_document(server: Server, environ: Mapping[str, str] = os.environ) -> str | None:
    """The contents path of the notebook whose kernel this process is; None if it is none."""
    session = environ.get("JPY_SESSION_NAME")
    if not session:
        return None
    path = Path(session)
    if not path.is_absolute():
        return path.as_posix()
    roots = [Path(server.root)] if server.root else _roots(server.url)
    return next((path.relative_to(r).as_posix() for r in roots if path.is_relative_to(r)), None)


def _roots(url: str) -> list[Path]:
    same = [s for s in running_servers() if _same(str(s.get("url", "")), url)]
    return [Path(s["root_dir"]) for s in same if s.get("root_dir")]


def _hub_server(environ: Mapping[str, str], token: str | None) -> Server:
    url, own = environ["JUPYTERHUB_SERVICE_URL"], environ["JUPYTERHUB_API_TOKEN"]
    # What a server listens on is not always what one connects to.
    url = re.sub(r"://(0\.0\.0\.0|\[::\]|)(?=[:/])", "://127.0.0.1", url)
    server = parse_server(url, own if token is None else token)
    return Server(server.url, server.token, environ.get("JUPYTERHUB_ROOT_DIR") or None)


def _running(server: Mapping[str, Any], token: str | None, hub_token: str) -> Server:
    if server.get("sock"):
        raise NoServer("A server on a Unix socket cannot be joined; let it listen on a port.")
    known = str(server.get("token") or hub_token)
    if token is None and server.get("password") and not known:
        raise NoServer(f"{_name(server)} has a password and no token: give a token.")
    root = str(server.get("root_dir") or "")
    listed = token is None and bool(server.get("token"))
    return Server(str(server["url"]), known if token is None else token, root or None, listed)


def _name(server: Mapping[str, Any]) -> str:
    return str(server.get("sock") or _without_secrets(str(server.get("url", ""))))


def _same(one: str, other: str) -> bool:
    return one.replace("://localhost:", "://127.0.0.1:") == other.replace(
        "://localhost:", "://127.0.0.1:"
    )


def _without_secrets(url: str) -> str:
    return url.partition("?")[0].rpartition("@")[2]
