"""Requests to a server in one person's name: the token, and the cookies that the server gave.

Top floor: tornado's HTTP client.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import quote, urlencode

from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest, HTTPResponse

from .errors import Denied, Unreachable
from .servers import Server

__all__ = ["Requests"]

TIMEOUT = 10.0  # seconds for a connection, and for an answer
FAILURES = (OSError, HTTPClientError)  # what tornado raises when a server does not answer


class Requests:
    """Requests to one server, and what it says to them.

    Args:
        server: where it is, and the token.
        verify: whether an https server's certificate is checked, or the path of a CA file.
    """

    def __init__(self, server: Server, verify: bool | str = True) -> None:
        self.server = server
        self._https: dict[str, Any] = {"validate_cert": bool(verify)}
        if isinstance(verify, str):
            self._https["ca_certs"] = verify
        self._cookies: dict[str, str] = {}
        self._http = AsyncHTTPClient(force_instance=True)

    async def get(self, path: str, **query: str) -> Any:
        """GET a JSON answer.

        Args:
            path: below the base URL, not yet percent-encoded.

        Raises:
            Denied, Unreachable: with the status as ``code`` and what the server says.
        """
        return await self._send(self._request(self._url(self.server.url, path, query)))

    async def patch(self, path: str, changes: Mapping[str, Any]) -> Any:
        """PATCH with JSON, and give the JSON answer.

        Raises:
            Denied, Unreachable: as `get`.
        """
        request = self._request(self._url(self.server.url, path, {}))
        request.method, request.body = "PATCH", json.dumps(changes).encode()
        return await self._send(request)

    def upgrade(self, path: str, **query: str) -> HTTPRequest:
        """The request that opens a WebSocket."""
        scheme, rest = self.server.url.split("://", 1)
        sockets = {"http": "ws", "https": "wss"}[scheme]
        return self._request(self._url(f"{sockets}://{rest}", path, query))

    def move(self, server: Server) -> None:
        """Go on with another server, which knows nothing of the cookies."""
        self.server, self._cookies = server, {}

    async def close(self) -> None:
        """End; nothing can be asked any more."""
        self._http.close()

    async def _send(self, request: HTTPRequest) -> Any:
        try:
            response = await self._http.fetch(request, raise_error=False)
        except FAILURES as error:
            raise Unreachable(f"{self.server.url} does not answer: {_said(error)}") from error
        self._keep_cookies(response)
        if response.code != 200:
            kind = Unreachable if response.code >= 500 else Denied
            raise kind(self._refusal(response), response.code)
        try:
            return json.loads(response.body)
        except ValueError as error:
            raise Denied(f"{self.server.url} is no Jupyter server.") from error

    def _request(self, url: str) -> HTTPRequest:
        headers: dict[str, str] = {}
        if self.server.token:
            headers["Authorization"] = f"token {self.server.token}"
        if self._cookies:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self._cookies.items())
        return HTTPRequest(
            url,
            headers=headers,
            follow_redirects=False,
            connect_timeout=TIMEOUT,
            request_timeout=TIMEOUT,
            **self._https,
        )

    @staticmethod
    def _url(base: str, path: str, query: Mapping[str, str]) -> str:
        url = base + quote(path, safe="/:")
        return f"{url}?{urlencode(query)}" if query else url

    def _keep_cookies(self, response: HTTPResponse) -> None:
        for line in response.headers.get_list("Set-Cookie"):
            try:
                cookie = SimpleCookie(line)
            except CookieError:
                continue
            for name, morsel in cookie.items():
                if morsel.value:
                    self._cookies[name] = morsel.coded_value
                else:
                    self._cookies.pop(name, None)

    def _refusal(self, response: HTTPResponse) -> str:
        if 300 <= response.code < 400:
            return f"{self.server.url} asks for a login: a token is needed."
        if response.code in (401, 403):
            said = _message(response)
            why = "a valid token is needed" if said in ("Forbidden", "Unauthorized") else said
            return f"{self.server.url} refuses: {why.rstrip('.')}."
        return f"{self.server.url} answers {response.code} ({_message(response)})."


def _message(response: HTTPResponse) -> str:
    try:
        return str(json.loads(response.body)["message"])
    except (ValueError, KeyError, TypeError):
        return str(response.reason)


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__
