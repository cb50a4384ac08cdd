"""Names for simulated peers: an identity provider for a demonstration server.

Top floor: Jupyter's own provider with one more kind of token. Never meant for a real deployment.
"""

from __future__ import annotations

import hmac
import re

from jupyter_server.auth.identity import PasswordIdentityProvider, User
from tornado.web import RequestHandler

__all__ = ["DemoUsers", "demo_token", "demo_user"]

# First names only: the demonstration is about nobody in particular.
PEOPLE = (
    *("Ada", "Grace", "Linus", "Mei", "Omar", "Priya", "Tomas", "Yuki", "Zola", "Ingrid", "Kofi"),
    *("Lucia", "Nadia", "Pavel", "Rosa", "Sana"),
)
AGENTS = ("Tidy Agent", "Plot Agent", "Review Agent")
TOKEN = re.compile(r"(?P<server>.+)\.demo-(?P<kind>person|agent)-(?P<number>[1-9][0-9]{0,4})")


def demo_token(server_token: str, number: int, *, agent: bool = False) -> str:
    """Make the token of simulated peer ``number`` (from 1) on a server with that token.

    The server's token is part of it: who cannot guess the one cannot guess the other.
    """
    return f"{server_token}.demo-{'agent' if agent else 'person'}-{number}"


def demo_user(number: int, *, agent: bool = False) -> User:
    """Name simulated peer ``number`` (from 1); names come round again with a number behind them."""
    names = AGENTS if agent else PEOPLE
    again, place = divmod(number - 1, len(names))
    name = names[place] if again == 0 else f"{names[place]} {again + 1}"
    initials = "".join(word[0] for word in name.split())
    return User(f"demo-{'agent' if agent else 'person'}-{number}", name, name, initials)


class DemoUsers(PasswordIdentityProvider):
    """Knows simulated peers by `demo_token`; everybody else is Jupyter's own business."""

    async def get_user_token(self, handler: RequestHandler) -> User | None:
        """Return the simulated peer whom the request's token names, else whom Jupyter finds."""
        claim = TOKEN.fullmatch(self.get_token(handler) or "")
        if claim and self.token and hmac.compare_digest(claim["server"], self.token):
            return demo_user(int(claim["number"]), agent=claim["kind"] == "agent")
        return await super().get_user_token(handler)
