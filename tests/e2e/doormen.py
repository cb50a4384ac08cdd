"""Whom the browser tests' servers let in, and what for; used in the server's process."""

from __future__ import annotations

from identities import TokenUsers
from jupyter_server.auth.authorizer import AllowAllAuthorizer
from jupyter_server.auth.identity import User
from jupyter_server.base.handlers import JupyterHandler
from tornado.web import RequestHandler

SCRIPT = "<img src=x onerror='window.attacked=1'><script>window.attacked=1</script>"
STRANGERS = {
    # May not see who is here.
    "erin-token": User("erin", "Erin Example", "Erin", "EE"),
    # May see who is here, but read no documents.
    "frank-token": User("frank", "Frank Example", "Frank", "FE"),
    # Whose identity is an attack.
    "mallory-token": User(
        username="mallory",
        name=SCRIPT,
        display_name=SCRIPT,
        initials="<b>M",
        avatar_url="javascript:window.attacked=1",
        color="red;background:url(/attacked)",
    ),
}
FORBIDDEN = {"erin": "awareness", "frank": "contents"}
GIVEN = ("Ada", "Ben", "Chloe", "Dario", "Elif", "Femi", "Grace", "Hiro", "Ines", "Jonas")
FAMILY = ("Abe", "Brandt", "Costa", "Diaz", "Evans", "Fischer", "Garcia", "Haddad", "Ito", "Jansen")


def extra(token: str) -> User | None:
    """Return the person of a token like `extra-12-token`: there are as many as a test needs."""
    number = token.removeprefix("extra-").removesuffix("-token")
    if token != f"extra-{number}-token" or not number.isdecimal():
        return None
    hundreds, rest = divmod(int(number), 100)
    suffix = f" {'I' * (hundreds + 1)}" if hundreds else ""
    name = f"{GIVEN[rest % 10]} {FAMILY[rest // 10]}{suffix}"
    return User(f"extra-{number}", name, name, name[0] + FAMILY[rest // 10][0])


class Identities(TokenUsers):
    """The people of all tests, and those above."""

    async def get_user_token(self, handler: RequestHandler) -> User | None:
        """Return the person whom the request's token names, else whom Jupyter finds."""
        token = self.get_token(handler) or ""
        return STRANGERS.get(token) or extra(token) or await super().get_user_token(handler)


class Authorizer(AllowAllAuthorizer):
    """Everybody may do everything, but Erin may not see who is here, nor Frank read documents."""

    def is_authorized(
        self, handler: JupyterHandler, user: User, action: str, resource: str
    ) -> bool:
        """Say whether `user` may do `action` with `resource`."""
        return FORBIDDEN.get(user.username) != resource
