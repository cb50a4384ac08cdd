"""The server extension: what an admin can set, and how the parts are put together.

Top floor: traits, wiring, the one timer, shutdown.
"""

from __future__ import annotations

import asyncio
import gc
import math
import os
import secrets
import time
from collections.abc import Sequence
from datetime import datetime, timezone
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, cast, get_args

from jupyter_server.extension.application import ExtensionApp
from tornado.ioloop import PeriodicCallback
from traitlets import (
    Bool,
    Dict,
    Enum,
    Float,
    Int,
    List,
    TraitError,
    Type,
    Unicode,
    default,
    validate,
)

from .allowance import Allowed
from .api import routes
from .atlas import Atlas
from .border import Border
from .broker import Broker, BrokerOptions, LocalBroker
from .documents import find
from .door import Door
from .events import Events
from .handlers import RoomHandler
from .identity import PALETTE, Policy, is_color
from .journal import Journal
from .keys import DocumentKeys, KeyOptions
from .metrics import Metrics
from .opaque import OpaqueKeys
from .privacy import Sharing
from .protocol import Entry, Limits
from .reading import Readings
from .room import RoomLimits
from .rooms import Rooms, Rules
from .tally import Tally

if TYPE_CHECKING:
    from .relay import Relay

__all__ = ["AwarenessExtension"]

SWEEP_MILLISECONDS = 500
SHORTEST_SECRET = 32  # characters
LOOK_EVERY = 15.0  # seconds between two searches for files that others name, or
REST = 20  # times as long as the last one took
SHARING: tuple[Sharing, ...] = get_args(Sharing)
STOCK_TIMEOUT = 30  # seconds after which y-protocols drops a peer whose clock has not moved


class AwarenessExtension(ExtensionApp):
    """Presence: who is here, which document and cell they are in, where their cursor is."""

    name = "jupyter_awareness"

    enabled = Bool(
        True,
        help="Whether presence is offered at all; False tells clients that it is switched off.",
    ).tag(config=True)
    flush_interval = Float(
        0.0,
        min=0,
        max=10,
        help="Least seconds in which a room gathers changes after a first one that left at once."
        " Rooms gather only if telling each change by itself would take too much of the processor,"
        " so 0 is nothing in small rooms. More is less work for the server and later news.",
    ).tag(config=True)
    max_bytes_per_second = Float(
        256_000.0,
        min=0,
        help="Bytes a second of changes that one connection is sent: a room with more to tell"
        " tells the latest of everybody, less often. 0 sets no limit.",
    ).tag(config=True)
    renewal_interval = Float(
        20.0,
        min=1,
        max=29,
        help="Seconds between two signs of life that stock y-websocket clients are sent of all"
        f" peers; less than the {STOCK_TIMEOUT} s after which they drop a silent peer.",
    ).tag(config=True)
    client_timeout = Float(
        8.0,
        min=0.5,
        help="Seconds without an answer to pings after which a connection counts as broken."
        " A ping is sent three times as often.",
    ).tag(config=True)
    reconnect_grace = Float(
        3.0,
        min=0,
        help="Seconds for which a broken connection's peer stays visible, so that a flaky network"
        " does not make people blink. 0 removes it at once.",
    ).tag(config=True)
    max_frame_bytes = Int(
        1_048_576,
        min=1_024,
        help="Bytes of the largest frame that is read; a larger one closes its connection (1009).",
    ).tag(config=True)
    max_state_bytes = Int(
        16_384,
        min=256,
        help="Bytes of the largest state of one peer, as JSON; a larger one closes its connection"
        " (1009). At most max_frame_bytes.",
    ).tag(config=True)
    max_clients_per_connection = Int(
        1,
        min=1,
        help="Client ids that one connection may own in a room; entries for more are ignored.",
    ).tag(config=True)
    max_state_depth = Int(
        32,
        min=2,
        max=256,
        help="Objects and arrays inside of each other in a state; a deeper one closes its"
        " connection (4400).",
    ).tag(config=True)
    max_peers_per_room = Int(
        1_000,
        min=1,
        help="Peers in one room; one more is refused (4429). An update with more than twice as many"
        " entries closes its connection (1009).",
    ).tag(config=True)
    max_peers_per_user = Int(
        100,
        min=1,
        help="Peers of one person in one room, as which every tab and every script counts;"
        " one more is refused (4429).",
    ).tag(config=True)
    max_rooms = Int(10_000, min=1, help="Rooms on this server; one more is refused (4429).").tag(
        config=True
    )
    max_connections = Int(
        3_000,
        min=1,
        help="Connections of everybody; one more is refused (4429). Each is an open file of the"
        " server's, of which Jupyter Server has 4096 unless told otherwise.",
    ).tag(config=True)
    max_connections_per_user = Int(
        200,
        min=1,
        help="Connections of one person, over all rooms; one more is refused (4429)."
        " A JupyterLab tab has one, and one more for every open document.",
    ).tag(config=True)
    max_updates_per_second = Float(
        100.0,
        min=0,
        help="Frames a second that one connection may send, twice as many at once; more closes it"
        " (4429). What stock y-websocket clients send back of changes that they were told is not"
        " counted. 0 sets no limit.",
    ).tag(config=True)
    max_updates_per_second_per_user = Float(
        1_000.0,
        min=0,
        help="Frames a second that all connections of one person may send together, twice as many"
        " at once; more closes the one that sends it (4429). A snapshot costs as much as one frame"
        " for 25 peers. 0 sets no limit.",
    ).tag(config=True)
    max_received_bytes_per_second = Float(
        8_000_000.0,
        min=0,
        help="Bytes a second that all connections of one person may send together, twice as many"
        " at once; more closes the one that sends them (4429). An entry counts 256 bytes more."
        " Stock y-websocket clients send back all that they receive. 0 sets no limit.",
    ).tag(config=True)
    max_changed_bytes_per_second = Float(
        128_000.0,
        min=0,
        help="Bytes a second by which the states of one person may change, over all connections;"
        " everybody in the room is sent them. Faster changes wait, unless somebody leaves or hides,"
        " and of each state only the latest is told. 0 sets no limit.",
    ).tag(config=True)
    topics_allowed = List(
        Unicode(),
        default_value=["*"],
        help="Patterns (as in file names: *, ?, [abc]) of the topic rooms that other extensions and"
        " scripts may use. An empty list allows none.",
    ).tag(config=True)
    share_locations = Enum(
        SHARING,
        default_value="choice",
        help="Whether people are shown which documents and cells the others look at: 'never',"
        " 'choice' (each person says), or 'always'.",
    ).tag(config=True)
    share_cursors = Enum(
        SHARING,
        default_value="choice",
        help="Whether people are shown the others' cursors and selections: 'never', 'choice' (each"
        " person says), or 'always'.",
    ).tag(config=True)
    allow_invisible = Bool(
        True, help="Whether a person may be here without being shown to the others."
    ).tag(config=True)
    palette = List(
        Unicode(),
        default_value=list(PALETTE),
        help="Colours that people get and can choose from, each as #rrggbb. The default ones have"
        " a contrast of 3:1 and more on light and on dark backgrounds.",
    ).tag(config=True)
    keep_server_alive = Bool(
        False,
        help="Whether people's movements count as activity for the culling of idle servers."
        " False: a server on which people are merely present can be culled.",
    ).tag(config=True)
    broker_class = Type(
        default_value="jupyter_awareness.broker.LocalBroker",
        klass=Broker,
        help="How rooms reach other server processes. The default reaches none; with a broker_url"
        " it is jupyter_awareness.brokers.redis.RedisBroker.",
    ).tag(config=True)
    broker_url = Unicode(
        "",
        help="Where the broker of all servers is: redis://, rediss://, unix://,"
        " redis+sentinel://host:port,host:port/service or redis+cluster://host:port."
        " Empty: there is none.",
    ).tag(config=True)
    broker_secret = Unicode(
        help="What all servers of the deployment know and nobody else: at least 32 characters, with"
        " which they seal what they tell each other. The default is the environment variable"
        " JUPYTER_AWARENESS_BROKER_SECRET.",
    ).tag(config=True)
    service_url = Unicode(
        "",
        help="Where the central presence server is (http:// or https://) through which this server"
        " reaches the others, instead of a broker_url. The broker_secret then is this server's own"
        " key, made of the central one's relay_secret and the person's name. Empty: there is none.",
    ).tag(config=True)
    relay_secret = Unicode(
        help="Makes this server the central one: at least 32 characters, of which the keys of all"
        " others are made. The default is the environment variable"
        " JUPYTER_AWARENESS_RELAY_SECRET; empty: this server is none.",
    ).tag(config=True)

    document_keys_class = Type(
        default_value="jupyter_awareness.keys.SharedFiles",
        klass=DocumentKeys,
        help="How servers know that they have the same document. The default with a shared broker:"
        " by the file and its file system. Without one, jupyter_awareness.keys.OwnDocuments: no"
        " other server has it.",
    ).tag(config=True)
    document_folders = Dict(
        value_trait=Unicode(),
        key_trait=Unicode(),
        help="Folders that are the same on all servers though that cannot be seen: a folder, in"
        " the contents or as an absolute path, and the name that it has on all servers. $NAME in"
        " a name is an environment variable. Empty: what is shared is found out.",
    ).tag(config=True)

    @validate(
        "flush_interval",
        "renewal_interval",
        "client_timeout",
        "reconnect_grace",
        "max_bytes_per_second",
        "max_updates_per_second",
        "max_updates_per_second_per_user",
        "max_received_bytes_per_second",
        "max_changed_bytes_per_second",
    )
    def _check_finite(self, proposal: dict[str, Any]) -> float:
        number: float = proposal["value"]
        if not math.isfinite(number):
            raise TraitError(f"{proposal['trait'].name} must be a finite number.")
        return number

    _sweeper: PeriodicCallback | None = None
    _search: asyncio.Task[None] | None = None
    _relay: Relay | None = None

    @default("broker_secret")
    def _default_broker_secret(self) -> str:
        return os.environ.get("JUPYTER_AWARENESS_BROKER_SECRET", "")

    @default("relay_secret")
    def _default_relay_secret(self) -> str:
        return os.environ.get("JUPYTER_AWARENESS_RELAY_SECRET", "")

    @default("broker_class")
    def _default_broker_class(self) -> str:
        if self.service_url:
            return "jupyter_awareness.brokers.service.ServiceBroker"
        kind = "brokers.redis.RedisBroker" if self.broker_url else "broker.LocalBroker"
        return f"jupyter_awareness.{kind}"

    @default("document_keys_class")
    def _default_document_keys_class(self) -> str:
        alone = issubclass(cast("type[Broker]", self.broker_class), LocalBroker)
        return f"jupyter_awareness.keys.{'OwnDocuments' if alone else 'SharedFiles'}"

    @validate("broker_secret", "relay_secret")
    def _check_secret(self, proposal: dict[str, Any]) -> str:
        secret: str = proposal["value"]
        if len(secret) < SHORTEST_SECRET:
            message = f"{proposal['trait'].name} must have at least {SHORTEST_SECRET} characters."
            raise TraitError(message)
        return secret

    @validate("palette")
    def _check_palette(self, proposal: dict[str, Any]) -> list[str]:
        colors: list[str] = proposal["value"]
        if not colors or not all(is_color(color) for color in colors):
            message = "palette must have at least one colour, each written as #rrggbb."
            raise TraitError(message)
        return colors

    def initialize(self, argv: Any = None) -> None:
        """Come into being, unless a setting was refused when Jupyter Server read it.

        It would go on without that setting and those after it, and show more than was meant.

        Raises:
            TraitError: a setting is wrong; the log has said which.
        """
        if not self._linked:
            raise TraitError("Presence is not offered, as one of its settings is wrong.")
        super().initialize()  # type: ignore[no-untyped-call,unused-ignore]

    def initialize_settings(self) -> None:
        """Check what traits cannot check alone, and put the parts together.

        Raises:
            TraitError: two values do not go together.
        """
        if self.max_state_bytes > self.max_frame_bytes:
            message = (
                f"max_state_bytes ({self.max_state_bytes}) must be at most"
                f" max_frame_bytes ({self.max_frame_bytes})."
            )
            raise TraitError(message)
        self.tally, atlas = Tally(), Atlas()
        self.broker, self.keys = self._make_broker(atlas), self._make_keys()
        self.border = Border(self.broker, atlas, self._find, self._retell, time.monotonic)
        self.rooms = Rooms(
            self._rules(),
            self.broker if isinstance(self.broker, LocalBroker) else self.border,
            _clock(),
            self._call_later,
            time.thread_time,
            self.tally,
            atlas,
        )
        self.metrics = Metrics(self.rooms, self.tally)
        self._sweeper = PeriodicCallback(self._sweep, SWEEP_MILLISECONDS)

    def initialize_handlers(self) -> None:
        """Offer the rooms under the server's base URL."""
        journal = Journal(self.log)
        self.door = Door(
            enabled=self.enabled,
            rooms=self.rooms,
            limits=self._limits(),
            clock=time.monotonic,
            topics_allowed=self.topics_allowed,
            keys=self.keys,
            client_timeout=self.client_timeout,
            hello=self._hello(),
            on_activity=self._note_activity,
            events=Events(self.settings["event_logger"], journal),
            log=journal,
            tally=self.tally,
        )
        self._pinger = PeriodicCallback(self.door.ping, self.door.turn * 1_000)
        self.handlers.append((r"/api/awareness/room/(.+)", RoomHandler, {"door": self.door}))
        self.handlers.extend(routes(self.door))
        if self.relay_secret:
            from .central import RelayDoor, RelayHandler  # few servers are one
            from .relay import Relay

            self._relay = Relay(self.relay_secret, secrets.token_hex, time.monotonic)
            door = RelayDoor(self._relay, time.time)
            self.handlers.append((r"/api/awareness/relay", RelayHandler, {"door": door}))

    async def _start_jupyter_server_extension(self, serverapp: Any) -> None:
        """Start what needs the running event loop."""
        if self._sweeper is None:
            return  # a wrong setting kept it from being put together
        if not gc.get_freeze_count():
            # All that a server is made of stays. To go through it takes the garbage collector a
            # tenth of a second and more, again and again, in which nobody is told anything.
            gc.freeze()
        self._sweeper.start()
        self._pinger.start()
        self.metrics.offer()
        await self.border.start(self.rooms.deliver, self.rooms.local)

    async def stop_extension(self) -> None:
        """Tell the clients that the server goes away, and end."""
        if self._sweeper is None:
            return
        self._sweeper.stop()
        self._pinger.stop()
        if self._search is not None:
            self._search.cancel()
        self.metrics.withdraw()
        self.door.shut()
        self.rooms.close()
        await self.border.stop()

    def _make_broker(self, atlas: Atlas) -> Broker:
        """
        Raises:
            TraitError: the settings of the broker are not complete.
        """
        if self.broker_url and self.service_url:
            raise TraitError("Set broker_url or service_url, not both.")
        if self.broker_url and len(self.broker_secret) < SHORTEST_SECRET:
            message = (
                "broker_url needs a broker_secret that all servers share; make one with:"
                ' python -c "import secrets; print(secrets.token_hex(32))"'
            )
            raise TraitError(message)
        username = os.environ.get("JUPYTERHUB_USER", "")
        if self.service_url and not (username and len(self.broker_secret) >= SHORTEST_SECRET):
            raise TraitError(
                "service_url needs a broker_secret that is this server's own key, and the name of"
                " its person in JUPYTERHUB_USER."
            )
        url = self.broker_url or self.service_url
        digest = Readings(atlas, self._contents_manager).digest
        options = BrokerOptions(url, self.broker_secret, Journal(self.log), username, digest)
        return cast("type[Broker]", self.broker_class).make(options)

    def _make_keys(self) -> DocumentKeys:
        """
        Raises:
            TraitError: the names of shared folders cannot be used.
        """
        options = KeyOptions(self._contents_manager, self.document_folders)
        kind = cast("type[DocumentKeys]", self.document_keys_class)
        try:
            if self.service_url:
                root = getattr(self._contents_manager, "root_dir", "")
                return OpaqueKeys(kind.make(options), kind.make(options), root)
            return kind.make(options)
        except ValueError as error:
            raise TraitError(f"document_folders: {error}.") from error

    @property
    def _contents_manager(self) -> Any:
        return getattr(self.serverapp, "contents_manager", None)

    async def _find(self, key: str) -> str | None:
        return await find(key, self._contents_manager, self.keys)

    def _retell(self, room_id: str, entries: Sequence[Entry]) -> None:
        self.rooms.retell(room_id, entries)

    def _sweep(self) -> None:
        self.rooms.sweep()
        self.border.sweep()
        if self._relay is not None:
            self._relay.sweep(time.time())
        if isinstance(self.keys, OpaqueKeys) and self.keys.lacks and self._search is None:
            self._search = asyncio.ensure_future(self._look(self.keys))

    async def _look(self, keys: OpaqueKeys) -> None:
        """Look for the files that others name; rest for much longer than that took."""
        started = time.monotonic()
        await asyncio.get_running_loop().run_in_executor(None, keys.look)
        self.border.look_again()
        await asyncio.sleep(max(LOOK_EVERY, REST * (time.monotonic() - started)))
        self._search = None

    def _limits(self) -> Limits:
        return Limits(
            frame_bytes=self.max_frame_bytes,
            state_bytes=self.max_state_bytes,
            depth=self.max_state_depth,
            entries=2 * self.max_peers_per_room,  # a stock client sends back who came and who left
        )

    def _rules(self) -> Rules:
        return Rules(
            flush_interval=self.flush_interval,
            max_bytes_per_second=self.max_bytes_per_second,
            renewal_interval=self.renewal_interval,
            reconnect_grace=self.reconnect_grace,
            max_rooms=self.max_rooms,
            allowed=Allowed(
                connections=self.max_connections,
                connections_per_user=self.max_connections_per_user,
                updates_per_second=self.max_updates_per_second,
                updates_per_second_per_user=self.max_updates_per_second_per_user,
                received_bytes_per_second=self.max_received_bytes_per_second,
                changed_bytes_per_second=self.max_changed_bytes_per_second,
            ),
            limits=RoomLimits(
                self.max_peers_per_room, self.max_clients_per_connection, self.max_peers_per_user
            ),
            policy=Policy(
                palette=tuple(self.palette),
                share_locations=self.share_locations,
                share_cursors=self.share_cursors,
                allow_invisible=self.allow_invisible,
            ),
        )

    def _hello(self) -> dict[str, Any]:
        """What every client of our subprotocol is told; the handler adds who the client is."""
        return {
            "kind": "person",
            "palette": list(self.palette),
            "flush_interval": self.flush_interval,
            "limits": {
                "frame_bytes": self.max_frame_bytes,
                "state_bytes": self.max_state_bytes,
                "updates_per_second": self.max_updates_per_second,
            },
            "share_locations": self.share_locations,
            "share_cursors": self.share_cursors,
            "allow_invisible": self.allow_invisible,
            "version": version("jupyter_awareness"),
        }

    def _note_activity(self) -> None:
        if self.keep_server_alive:
            # A dictionary of the server's own, which it asks when it is to be culled.
            self.settings["last_activity_times"][self.name] = datetime.now(timezone.utc)

    @staticmethod
    def _call_later(seconds: float, callback: Any) -> None:
        asyncio.get_running_loop().call_later(seconds, callback)


def _clock() -> Any:
    """Seconds since the epoch, by a clock that never goes back while the process lives."""
    start = time.time() - time.monotonic()
    return lambda: start + time.monotonic()
