"""Principals: what connections proved, so that those that proved the same are known together.

Ground floor: plain tables; no socket, no clock.
"""

from __future__ import annotations

from .room import Member

__all__ = ["Principal", "Principals"]


class Principal:
    """The connections that proved the same, and, as a container, the documents they have open.

    A document counts as open for a while after a connection to it broke, so that a flaky network
    does not make somebody's place blink.
    """

    __slots__ = ("_documents", "members", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self.members: set[Member] = set()
        self._documents: dict[str, int] = {}

    def __contains__(self, path: object) -> bool:
        return path in self._documents

    @property
    def gone(self) -> bool:
        """Whether nothing is left to be known of it."""
        return not self.members and not self._documents

    def open(self, path: str) -> bool:
        """A connection to a document began; whether it is the first."""
        count = self._documents.get(path, 0)
        self._documents[path] = count + 1
        return count == 0

    def close(self, path: str) -> bool:
        """A connection to a document ended; whether it was the last."""
        count = self._documents[path]
        if count > 1:
            self._documents[path] = count - 1
            return False
        del self._documents[path]
        return True


class Principals:
    """All principals that have connections, or had some a moment ago."""

    def __init__(self) -> None:
        self._known: dict[str, Principal] = {}

    def __len__(self) -> int:
        return len(self._known)

    def of(self, name: str) -> Principal:
        """The principal of a name; one that nothing is known of is not kept until `keep`."""
        return self._known.get(name) or Principal(name)

    def keep(self, principal: Principal) -> None:
        """Something is known of a principal now."""
        self._known[principal.name] = principal

    def forget(self, principal: Principal) -> None:
        """Drop a principal that is gone."""
        if principal.gone and self._known.get(principal.name) is principal:
            del self._known[principal.name]
