"""Whom the attacked server knows besides the tests' people; used in that server's process."""

from __future__ import annotations

from identities import TokenUsers
from jupyter_server.auth.authorizer import Authorizer
from jupyter_server.auth.identity import User
from jupyter_server.base.handlers import JupyterHandler
from tornado.web import RequestHandler

SCRIPT = "<img src=x onerror=alert(1)>"
STRANGERS = {
    # May do everything; even his identity is an attack.
    "mallory-token": User(
        "mallory", SCRIPT, SCRIPT, "<b>", "javascript:alert(1)", "red;background:url(//evil)"
    ),
    "rita-token": User("rita", "Rita Reader", "Rita", "RR"),  # may only read
    "dora-token": User("dora", "Dora Doe", "Dora", "DD"),  # may not read documents
}


class Identities(TokenUsers):
    """The people of all tests, and those above."""

    async def get_user_token(self, handler: RequestHandler) -> User | None:
        """Return the person whom the request's token names, else whom Jupyter finds."""
        stranger = STRANGERS.get(self.get_token(handler) or "")
        return stranger or await super().get_user_token(handler)


class Permissions(Authorizer):
    """Rita may not write, Dora may not read documents."""

    def is_authorized(
        self, handler: JupyterHandler, user: User, action: str, resource: str
    ) -> bool:
        """Say whether ``user`` may do ``action`` with ``resource``."""
        return not (
            (user.username == "rita" and action != "read")
            or (user.username == "dora" and resource == "contents")
        )
