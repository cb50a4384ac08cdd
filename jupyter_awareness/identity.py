"""Who a peer is: what it may claim, what the server signs, which colour a person gets.

Ground floor: pure functions and tables; no socket, no clock, no traits.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypedDict
from zlib import crc32

from .privacy import Sharing, keep_to, withheld
from .protocol import MAX_INTEGER, State

__all__ = [
    "PALETTE",
    "Colors",
    "Policy",
    "User",
    "initials",
    "is_color",
    "look_of",
    "sign",
    "user_from_model",
    "username_of",
]

# Relative luminance 0.146..0.27 (WCAG 2.2, 1.4.11): at least 3:1 against the grounds of
# JupyterLab's light and dark themes, of which #f5f5f5 and #212121 come nearest.
# The order puts hues that are far apart next to each other.
PALETTE: tuple[str, ...] = (
    "#1a73e8",
    "#d93025",
    "#1e8e3e",
    "#b5651d",
    "#9638e8",
    "#00838f",
    "#d01884",
    "#6b7f12",
    "#5c6bc0",
    "#e8580c",
    "#0b8a6a",
    "#8d6e63",
)

STATUSES = frozenset({"active", "idle", "away"})
# Fields that the server says, or keeps to itself.
VOUCHED = frozenset({"user", "kind", "status", "seen", "unreachable", "invisible", "privacy"})
LONGEST_NAME = 200  # characters; longer names are cut, so that no name can fill everybody's screen
LONGEST_URL = 2_048  # characters; a longer one (a picture as data) would be part of every change


class User(TypedDict):
    """A person as the server signs them (the fields of Jupyter Server's identity model)."""

    username: str
    name: str
    display_name: str
    initials: str
    avatar_url: str | None
    color: str


@dataclass(frozen=True, slots=True)
class Policy:
    """What this deployment lets peers show; handed in by whoever reads the configuration."""

    palette: Sequence[str] = PALETTE
    share_locations: Sharing = "choice"
    share_cursors: Sharing = "choice"
    allow_invisible: bool = True
    usual: frozenset[str] = field(init=False)  # what `withholds` of somebody without a wish

    def __post_init__(self) -> None:
        usual = withheld(None, self.share_locations, self.share_cursors)
        object.__setattr__(self, "usual", usual | VOUCHED)

    def withholds(self, privacy: object) -> frozenset[str]:
        """Fields of a claim that are not relayed as they are, given what the person wishes."""
        if privacy is None:
            return self.usual
        return withheld(privacy, self.share_locations, self.share_cursors) | VOUCHED

    def hides(self, claimed: State) -> bool:
        """Whether a claim asks for nothing of it to be shown, and may."""
        return self.allow_invisible and claimed.get("invisible") is True

    def hides_more(self, claimed: State, before: State) -> bool:
        """Whether a claim shows less than an earlier one, and nothing that was hidden then."""
        if self.hides(claimed) or self.hides(before):
            return not self.hides(before)
        return self.withholds(claimed.get("privacy")) > self.withholds(before.get("privacy"))


def is_color(value: object) -> bool:
    """Whether a value is a colour as the palette writes it: ``#rrggbb``."""
    return isinstance(value, str) and re.fullmatch(r"#[0-9a-fA-F]{6}", value) is not None


def initials(name: str) -> str:
    """One or two letters for a name: of its first and its last word."""
    words = [word for word in re.split(r"[\s._-]+", name) if word and word[0].isalnum()]
    letters = [words[0][0], words[-1][0]] if len(words) > 1 else [word[0] for word in words]
    return unicodedata.normalize("NFC", "".join(letters)).upper() or "?"


def username_of(model: Mapping[str, Any]) -> str:
    """Whom an identity model is of, as text that can be sent: half a surrogate pair cannot."""
    return str(model["username"]).encode(errors="replace").decode()


def look_of(signed: State | None) -> tuple[str, str] | None:
    """The username and the colour of whom a state is, if it says both."""
    user = (signed or {}).get("user")
    if isinstance(user, dict):
        username, color = user.get("username"), user.get("color")
        if isinstance(username, str) and isinstance(color, str):
            return username, color
    return None


def _text(value: object) -> str:
    if not isinstance(value, str):
        return ""
    return value[:LONGEST_NAME].encode(errors="replace").decode()


def _url(value: object) -> str | None:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_URL:
        return None
    return value.encode(errors="replace").decode()


def user_from_model(model: Mapping[str, Any], color: str) -> User:
    """Complete Jupyter Server's identity model: JupyterHub's, for one, has a username only.

    Args:
        model: the identity provider's ``identity_model`` of the verified user.
        color: the colour that this person got.
    """
    username = username_of(model)
    name = _text(model.get("name")) or username[:LONGEST_NAME]
    display_name = _text(model.get("display_name")) or name
    return User(
        username=username,
        name=name,
        display_name=display_name,
        initials=_text(model.get("initials"))[:4] or initials(display_name),
        avatar_url=_url(model.get("avatar_url")),
        color=color,
    )


def sign(claimed: State, user: User, policy: Policy, documents: Container[str]) -> State | None:
    """Make of what a client claims what the server vouches for.

    Fields that mean nothing here are relayed untouched; identity is overwritten, except that the
    client chooses a colour from the palette.

    Args:
        claimed: as the client sent it.
        user: whom the server verified.
        policy: what this deployment lets peers show.
        documents: paths that the person was let into; no other is shown.

    Returns:
        The state to relay, or None for a peer that asks to be invisible and may be.
    """
    if policy.hides(claimed):
        return None
    fields = policy.withholds(claimed.get("privacy"))
    state = {name: value for name, value in claimed.items() if name not in fields}
    keep_to(documents, state)
    wanted = claimed.get("user")
    color = wanted.get("color") if isinstance(wanted, dict) else None
    state["user"] = {**user, "color": color} if color in policy.palette else user
    state["kind"] = "agent" if claimed.get("kind") == "agent" else "person"
    status = claimed.get("status")
    state["status"] = status if isinstance(status, str) and status in STATUSES else "active"
    if state["status"] != "active" and _is_moment(claimed.get("seen")):
        state["seen"] = claimed["seen"]
    return state


def _is_moment(value: object) -> bool:
    """Whether a value is a time in milliseconds since the epoch."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and 0 <= value <= MAX_INTEGER  # type: ignore[operator]


class Colors:
    """Which colour each person has who is seen: stable by name, not twice while colours last.

    Whoever is not seen holds none: others would learn of them by the colours that they get.

    Colours in which people are seen on other servers, by username, are not given either.
    """

    def __init__(self, palette: Sequence[str] = PALETTE) -> None:
        self._palette = palette
        self._held: dict[str, tuple[str, int]] = {}

    def of(self, username: str, elsewhere: Callable[[], Mapping[str, str]] = dict) -> str:
        """The colour that a person holds, or would get now: the one that they have elsewhere."""
        held = self._held.get(username)
        if held:
            return held[0]
        return self._free(username, elsewhere()) or self._order(username)[0]

    def clashing(self, username: str, color: str) -> list[str]:
        """Who has to give way to somebody elsewhere: who has the same colour and a later name."""
        later = (name for name, held in self._held.items() if held[0] == color and name > username)
        return list(later)

    def another(self, username: str, elsewhere: Mapping[str, str]) -> str:
        """A colour that nobody has, for somebody who holds one; if there is none, the same."""
        others = {name: color for name, color in elsewhere.items() if name != username}
        return self._free(username, others) or self._held[username][0]

    def hold(self, username: str, color: str) -> None:
        """A person is seen in a colour: theirs until `give_back` was called as often as this."""
        _, count = self._held.get(username, (color, 0))
        self._held[username] = (color, count + 1)

    def give_back(self, username: str) -> None:
        """One peer of the person is not seen any more, or in another colour.

        Raises:
            KeyError: the person holds no colour.
        """
        color, count = self._held[username]
        if count > 1:
            self._held[username] = (color, count - 1)
        else:
            del self._held[username]

    def _free(self, username: str, elsewhere: Mapping[str, str]) -> str | None:
        taken = {color for color, _ in self._held.values()}
        own = elsewhere.get(username)
        if own in self._palette and own not in taken:
            return own
        taken.update(elsewhere.values())
        return next((color for color in self._order(username) if color not in taken), None)

    def _order(self, username: str) -> Sequence[str]:
        """The palette as it is for a person: from one colour on that depends on the name."""
        first = crc32(username.encode()) % len(self._palette)
        return [*self._palette[first:], *self._palette[:first]]
