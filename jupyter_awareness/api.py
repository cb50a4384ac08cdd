"""The REST interface: who is in which room, for tools that do not keep a connection.

Top floor: Jupyter Server's API handlers. ``openapi.yaml`` describes what they answer.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web

from .documents import RoomName, admit
from .door import Door
from .handlers import AUTH_RESOURCE
from .protocol import CloseCode, Refused

if TYPE_CHECKING:  # the listings are loaded when somebody asks, and the peers' parser with them
    from .listings import Census

__all__ = ["PeopleHandler", "PeersHandler", "RoomsHandler", "StatusHandler", "routes"]


class _Handler(APIHandler):
    """Reading who is here is no activity, and needs the permission to see who is here."""

    auth_resource = AUTH_RESOURCE
    _track_activity = False

    def initialize(self, door: Door) -> None:
        """Take what the application hands in."""
        super().initialize()
        self.door = door

    def check_enabled(self) -> None:
        """
        Raises:
            HTTPError: presence is switched off (403).
        """
        if not self.door.enabled:
            raise web.HTTPError(403, "Presence is switched off on this server.")

    async def may_read_documents(self) -> bool:
        """Whether this user may know of documents at all."""
        allowed = self.authorizer.is_authorized(self, self.current_user, "read", "contents")
        return bool(await ensure_async(allowed))

    async def shows_locations(self) -> bool:
        """Whether this user may be told who is where."""
        policy = self.door.rooms.rules.policy
        return policy.share_locations != "never" and await self.may_read_documents()

    def census(self) -> Census:
        """Who is seen in which room, by the names that clients have for rooms."""
        rooms = self.door.rooms
        return {
            name: seen
            for room_id in rooms.ids()
            if (seen := rooms.seen(room_id)) and (name := rooms.name_of(room_id))
        }

    def reply(self, answer: dict[str, Any]) -> None:
        """Answer with JSON that nobody keeps: it is out of date at once."""
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps(answer))


class StatusHandler(_Handler):
    """``GET api/awareness/status``"""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Say which version runs here, and how it reaches other server processes."""
        self.check_enabled()
        rooms = self.door.rooms
        self.reply({"version": self.door.hello["version"], "broker": rooms.broker})


class RoomsHandler(_Handler):
    """``GET api/awareness/rooms``"""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """List the rooms in which somebody is seen; of documents those that people tell of."""
        from .listings import list_rooms

        self.check_enabled()
        self.reply({"rooms": list_rooms(self.census(), await self.shows_locations())})


class PeersHandler(_Handler):
    """``GET api/awareness/rooms/<room>``"""

    @web.authenticated
    @authorized
    async def get(self, room: str) -> None:
        """List a room's peers; it may be asked for by whoever may join it."""
        from .listings import describe, list_peers

        self.check_enabled()
        try:
            name = RoomName.parse(room)
            if name.kind == "document" and not await self.may_read_documents():
                raise Refused(CloseCode.NOT_ALLOWED, "You may not read documents.")
            room_id = await admit(
                name, self.contents_manager, self.door.topics_allowed, self.door.keys
            )
        except Refused as refusal:
            status = 404 if refusal.code == CloseCode.NO_DOCUMENT else 403
            raise web.HTTPError(status, refusal.reason) from refusal
        peers = list_peers(self.door.rooms.seen(room_id), await self.shows_locations())
        self.reply({**describe(name.text), "peers": peers})


class PeopleHandler(_Handler):
    """``GET api/awareness/people``"""

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """List the people who are seen anywhere; where they are only if that is shared."""
        from .listings import list_people

        self.check_enabled()
        self.reply({"people": list_people(self.census(), await self.shows_locations())})


def routes(door: Door) -> list[tuple[str, type[_Handler], dict[str, Any]]]:
    """The paths below the base URL, with their handlers."""
    return [
        (r"/api/awareness/status", StatusHandler, {"door": door}),
        (r"/api/awareness/rooms", RoomsHandler, {"door": door}),
        (r"/api/awareness/rooms/(.+)", PeersHandler, {"door": door}),
        (r"/api/awareness/people", PeopleHandler, {"door": door}),
    ]
