"""Named people for tests: who they are is in the token they come with.

The tests' servers name `identities.TokenUsers` as their `identity_provider_class`, the one in the
process of pytest as well as the one that browsers visit (with this folder on its path).
"""

from __future__ import annotations

from dataclasses import replace

from jupyter_server.auth.identity import PasswordIdentityProvider, User
from tornado.web import RequestHandler

PEOPLE = {
    "alice-token": User("alice", "Alice Example", "Alice", "AE"),
    "bob-token": User("bob", "Bob Example", "Bob", "BE"),
    "carol-token": User("carol", "Carol Example", "Carol", "CE"),
}


class TokenUsers(PasswordIdentityProvider):
    """The tokens above name people; any other is Jupyter's own business.

    A page opened with ``?token=alice-token`` goes on with the server's own token, for which
    Jupyter keeps the user of the cookie that the first request set.
    """

    async def get_user_token(self, handler: RequestHandler) -> User | None:
        """Return the person whom the request's token names, else whom Jupyter finds."""
        person = PEOPLE.get(self.get_token(handler) or "")
        # A copy: Jupyter writes into it what somebody wishes to be called.
        return replace(person) if person else await super().get_user_token(handler)
