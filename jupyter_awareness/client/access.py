"""One person's way to one server: who one is there, under a name that stays the same.

Top floor: asks the server.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from ..identity import initials
from .errors import ClientError, Denied
from .requests import Requests
from .servers import Server, renewed

__all__ = ["Access"]


class Access(Requests):
    """Requests to a server in one person's name.

    A server that knows people by a shared token gives each request another anonymous name,
    unless it brings the cookie that the first one got. So `login` comes before everything else.

    Args:
        server: where it is, and the token.
        name: what one wishes to be called, where the server lets people choose that.
        verify: whether an https server's certificate is checked, or the path of a CA file.
    """

    def __init__(self, server: Server, name: str | None = None, verify: bool | str = True) -> None:
        super().__init__(server, verify)
        self._name = name
        self._login: asyncio.Task[dict[str, Any]] | None = None

    async def login(self) -> dict[str, Any]:
        """Ask the server who we are, and keep its cookie; calls at the same time ask once.

        Returns:
            The identity model of the user.

        Raises:
            Denied, Unreachable: we are nobody there, or it does not answer.
        """
        if self._login is None or self._login.done():
            self._login = asyncio.ensure_future(self._ask())
            self._login.add_done_callback(_look_at)
        return await asyncio.shield(self._login)

    async def close(self) -> None:
        """End; nothing can be asked any more."""
        if self._login is not None and not self._login.done():
            self._login.cancel()
            await asyncio.wait([self._login])
        await super().close()

    async def _ask(self) -> dict[str, Any]:
        try:
            return await self._introduce()
        except Denied as refusal:
            server = renewed(self.server)
            if refusal.code not in (401, 403) or server.token == self.server.token:
                raise
            self.move(server)
            return await self._introduce()

    async def _introduce(self) -> dict[str, Any]:
        answer = await self.get("api/me")
        identity = answer.get("identity") if isinstance(answer, dict) else None
        if not isinstance(identity, dict):
            raise Denied(f"{self.server.url} is no Jupyter server.")
        wishes = _wishes(self._name, identity, answer.get("permissions"))
        if wishes:
            with suppress(ClientError):  # of no weight: one has a name all the same
                await self.patch("api/me", wishes)
                return {**identity, **wishes}
        return identity


def _wishes(name: str | None, identity: Mapping[str, Any], permissions: object) -> dict[str, str]:
    """What of an identity is to be changed, and may be, so that one has that name."""
    if name is None or not isinstance(permissions, dict):
        return {}
    wanted = {"name": name, "display_name": name, "initials": initials(name)}
    may = permissions.get("updatable_fields")
    allowed = may if isinstance(may, list) else ()
    return {k: v for k, v in wanted.items() if k in allowed and identity.get(k) != v}


def _look_at(login: asyncio.Task[dict[str, Any]]) -> None:
    """An exception that nobody waits for any more is nobody's loss."""
    if not login.cancelled():
        login.exception()
