"""Every peer of the load is a person of its own, to all Jupyter servers that are compared."""

from __future__ import annotations

from jupyter_server.auth.identity import IdentityProvider, User
from tornado.web import RequestHandler


class Numbered(IdentityProvider):
    """The token ``bench-12`` is person 12's."""

    async def get_user_token(self, handler: RequestHandler) -> User | None:
        """Return the person whom the request's token names, else whom Jupyter finds."""
        name, _, number = (self.get_token(handler) or "").partition("-")
        if name != self.token or not number.isdecimal():
            return await super().get_user_token(handler)
        return User(f"person-{number}", f"Person {number}", f"Person {number}", "PE")
