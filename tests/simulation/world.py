"""A deployment in one thread: server processes, networks that fail, clients; all from one seed.

Nothing here waits or happens at once: every frame lies in the queue of its connection until a step
delivers it, and time passes only in steps. What holds after every step is in `check`, what holds
when all faults have ended and everything was delivered is in `come_to_rest`.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from typing import Any

from peers import Client, OwnClient, StockClient
from stage import Clock
from tornado.websocket import WebSocketClosedError

from jupyter_awareness.allowance import Allowed
from jupyter_awareness.broker import LocalBroker
from jupyter_awareness.protocol import (
    MessageType,
    Packet,
    ProtocolError,
    Refused,
    decode_message,
    encode_query,
    encode_sync_reply,
)
from jupyter_awareness.room import Member
from jupyter_awareness.rooms import Rooms, Rules, Visitor

USERS = ("alice", "bob", "carol")
ROOMS = ("lobby", "topic:chat")
GRACE = 3.0  # seconds
RENEWAL = 20.0
SWEEP = 0.5
TIMEOUT = 10.0  # of pings
REST = 40.0  # seconds; longer than y-protocols keeps somebody who is silent
STEPS = 400
CLIENTS = 12  # at most
AT_FIRST = 6
FREE = Allowed(10_000, 10_000, 0, 0, 0, 0)


class Wrong(AssertionError):
    """Something that must hold does not; says what."""


class Delivery:
    """Stands in for the future of a write; done when the client has taken the frame."""

    def __init__(self) -> None:
        self._callbacks: list[Callable[[Any], None]] = []
        self._error: Exception | None = None

    def add_done_callback(self, callback: Callable[[Any], None]) -> None:
        """Call back when it is done."""
        self._callbacks.append(callback)

    def cancelled(self) -> bool:
        """It never is."""
        return False

    def exception(self) -> Exception | None:
        """How it ended."""
        return self._error

    def end(self, error: Exception | None = None) -> None:
        """The frame was taken, or never will be."""
        self._error = error
        callbacks, self._callbacks = self._callbacks, []
        for callback in callbacks:
            callback(self)


class Connection:
    """One WebSocket, seen from both ends; each may believe that it is open when it is not."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.member: Member | None = None
        self.up: deque[bytes] = deque()
        self.down: deque[tuple[bytes, Delivery | None]] = deque()
        self.cut_at: float | None = None  # since when nothing passes any more, and nobody is told
        self.open_here = True  # the client's end
        self.open_there = True  # the server's end
        self.closing = False  # the server has said goodbye

    @property
    def cut(self) -> bool:
        """Whether the network between the two ends is dead."""
        return self.cut_at is not None

    def write(self, packet: Packet) -> Any:
        """What the server writes to; at most one frame that was not taken at once is on its way."""
        if not self.open_there:
            raise WebSocketClosedError
        delivery = Delivery()
        self.down.append((b"".join(packet), delivery))
        return delivery


class World:
    """One run: ``World(seed).live(steps)``, then ``come_to_rest()``."""

    def __init__(self, seed: int, trace: Callable[[str], None] | None = None) -> None:
        self._chance = random.Random(seed)
        self._trace = trace or (lambda line: None)
        self._clock = Clock()
        self._offset = 0.0
        self._ids = iter(range(1, 1_000_000))
        self.clients: list[Client] = []
        self.connections: list[Connection] = []
        self._limits = self._chance.choice([FREE, Allowed(changed_bytes_per_second=4_000)])
        self.rooms = self._new_rooms()
        self._swept = self._clock.now
        self._latest: dict[tuple[int, int], int] = {}  # (viewer, peer): the highest n shown

    # Steps

    def live(self, steps: int) -> None:
        """Let things happen."""
        for _ in range(AT_FIRST):
            self.somebody_comes()
        self.everything_arrives()
        kinds = (
            (self.somebody_comes, 6),
            (self.somebody_moves, 30),
            (self.somebody_hides, 3),
            (self.frames_go_up, 60),
            (self.frames_come_down, 60),
            (self.everything_arrives, 4),
            (self.a_client_stutters, 3),
            (self.somebody_asks, 2),
            (self.somebody_leaves, 2),
            (self.somebody_reloads, 2),
            (self.a_network_dies, 4),
            (self.a_client_notices, 4),
            (self.the_server_notices, 4),
            (self.somebody_returns, 8),
            (self.a_moment_passes, 20),
            (self.a_while_passes, 3),
            (self.the_server_restarts, 1),
        )
        acts = [act for act, _ in kinds]
        weights = [weight for _, weight in kinds]
        for number in range(steps):
            act = self._chance.choices(acts, weights)[0]
            self._trace(f"{number}: {act.__name__}")
            act()
            self.check()

    def somebody_comes(self) -> None:
        """A tab is opened."""
        if len(self.clients) < CLIENTS:
            kind = self._chance.choice((OwnClient, StockClient))
            user, room = self._chance.choice(USERS), self._chance.choice(ROOMS)
            self.clients.append(kind(next(self._ids), user, room))
            self._connect(self.clients[-1])

    def somebody_moves(self) -> None:
        """A caret moves."""
        client = self._any(self.clients)
        if client:
            client.said += 1
            ballast = "x" * self._chance.choice((0, 0, 0, 2_000))
            self._say(client, {"n": client.said, "ballast": ballast})

    def somebody_hides(self) -> None:
        """A client says that it is nobody, or nobody to be seen."""
        client = self._any(self.clients)
        if client:
            client.said += 1
            self._say(client, self._chance.choice((None, {"n": client.said, "invisible": True})))

    def frames_go_up(self) -> None:
        """The server hears some frames of one connection."""
        connection = self._any([c for c in self.connections if c.up and self._passes(c)])
        for _ in range(self._chance.randint(1, 3)):
            if connection and connection.up and connection.open_there:
                self._hear(connection, connection.up.popleft())

    def frames_come_down(self) -> None:
        """A client hears some frames."""
        connection = self._any([c for c in self.connections if c.down and self._passes(c)])
        for _ in range(self._chance.randint(1, 3)):
            if connection and connection.down and connection.open_here:
                self._deliver(connection)

    def everything_arrives(self) -> None:
        """Everybody hears all that is on its way, and what they answer."""
        moving = True
        while moving:
            moving = False
            for connection in list(self.connections):
                while connection.up and self._passes(connection):
                    self._hear(connection, connection.up.popleft())
                    moving = True
                while connection.down and self._passes(connection):
                    self._deliver(connection)
                    moving = True

    def a_client_stutters(self) -> None:
        """A client sends a frame twice, or two in the wrong order."""
        connection = self._any([c for c in self.connections if len(c.up) > 1])
        if connection:
            place = self._chance.randrange(1, len(connection.up))
            if self._chance.random() < 0.5:
                connection.up.insert(place, connection.up[place - 1])
            elif self._of_states(connection.up[place]) and self._of_states(
                connection.up[place - 1]
            ):
                # Two words of one state: the later clock holds.
                up = connection.up
                up[place], up[place - 1] = up[place - 1], up[place]

    def somebody_asks(self) -> None:
        """A client asks for everybody's state."""
        connection = self._any([c for c in self.connections if c.open_here])
        if connection:
            connection.up.append(encode_query())

    def somebody_leaves(self) -> None:
        """A tab is closed for good."""
        client = self._any(self.clients)
        if client:
            self._goodbye(client)
            self.clients.remove(client)

    def somebody_reloads(self) -> None:
        """A client closes its connection, and will return under the same id."""
        client = self._any(self.clients)
        if client:
            self._goodbye(client)

    def a_network_dies(self) -> None:
        """Nothing passes on a connection any more; neither end knows."""
        connection = self._any([c for c in self.connections if self._passes(c)])
        if connection:
            connection.cut_at = self._clock.now

    def a_client_notices(self) -> None:
        """A client finds its connection dead."""
        connection = self._any([c for c in self.connections if c.cut and c.open_here])
        if connection:
            self._end_here(connection)

    def the_server_notices(self) -> None:
        """A connection does not answer pings."""
        connection = self._any([c for c in self.connections if c.cut and c.open_there])
        if connection:
            self._end_there(connection, broken=True)

    def somebody_returns(self) -> None:
        """A client without a connection opens one, whatever became of the last."""
        client = self._any([c for c in self.clients if self._line(c) is None])
        if client:
            self._connect(client)

    def a_moment_passes(self) -> None:
        """Less time than a window."""
        self._pass(self._chance.uniform(0.001, 0.2))

    def a_while_passes(self) -> None:
        """Time in which graces end, and stock clients grow impatient."""
        self._pass(self._chance.choice((1.0, 3.0, 16.0, 31.0)))

    def the_server_restarts(self) -> None:
        """The server is killed and started again; its clock may have been set forward."""
        for connection in list(self.connections):
            self._end_there(connection, broken=True, silently=True)
        self._offset += self._chance.choice((0.0, 0.0, 3_600.0))
        self.rooms = self._new_rooms()
        for client in self.clients:
            for connection in [c for c in self.connections if c.client is client]:
                connection.cut_at = self._clock.now

    # What must hold

    def check(self) -> None:
        """What holds after every step."""
        owned: dict[tuple[str, int], Member] = {}
        for connection in self.connections:
            member = connection.member
            if connection.open_there and member is not None:
                for number in member.ids:
                    key = (connection.client.room, number)
                    self._hold(key not in owned, f"{key} has two owners")
                    owned[key] = member
            feeds = sum(1 for _, delivery in connection.down if delivery is not None)
            self._hold(feeds <= 12, f"{feeds} frames are on their way to one reader")
        peers = {client.number: client for client in self.clients}
        for client in self.clients:
            for number, state in client.view.items():
                self._check_seen(client, peers.get(number), number, state)

    def _check_seen(
        self, viewer: Client, peer: Client | None, number: int, state: dict[str, Any]
    ) -> None:
        key = (viewer.number, number)
        n = state.get("n", 0)
        if peer is not None:
            self._hold(state["user"]["username"] == peer.user, f"{number} is not {peer.user}")
            self._hold(n <= peer.said, f"{viewer.number} sees what {number} never said")
            self._hold(peer.room == viewer.room, f"{number} is not in this room")
        self._hold(n >= self._latest.get(key, 0), f"{viewer.number} sees {number} go back")
        self._hold(state.get("invisible") is not True, f"{number} is invisible")
        self._latest[key] = n

    def come_to_rest(self) -> None:
        """End all faults, deliver everything, and see that everybody sees exactly the living."""
        for connection in list(self.connections):
            if connection.cut:
                self._end_here(connection)
                self._end_there(connection, broken=True)
        for client in self.clients:
            if self._line(client) is None:
                self._connect(client)
        self.everything_arrives()
        self._pass(GRACE + 1)
        self._see_that_all_see_all("at rest", also_silent=False)
        self._pass(REST)
        self._see_that_all_see_all(f"after {REST} s of rest")
        for client in list(self.clients):
            self._goodbye(client)
        self.everything_arrives()
        self._pass(GRACE + 61)
        self._see_that_nothing_is_left()

    def _see_that_all_see_all(self, when: str, also_silent: bool = True) -> None:
        """A stock client that says nothing of itself is shown its person's other tabs later."""
        for viewer in self.clients:
            if viewer.stock and viewer.state is None and not also_silent:
                continue
            expected = {
                peer.number: peer.state["n"] if "n" in peer.state else 0
                for peer in self.clients
                if peer is not viewer
                and peer.room == viewer.room
                and peer.state is not None
                and not peer.state.get("invisible")
            }
            seen = {number: state.get("n", 0) for number, state in viewer.view.items()}
            kind = "stock" if viewer.stock else "own"
            self._hold(
                seen == expected, f"{when}, {kind} {viewer.number} sees {seen}, not {expected}"
            )

    def _see_that_nothing_is_left(self) -> None:
        self._hold(self.rooms.ids() == [], f"rooms are left: {self.rooms.ids()}")
        self._hold(self._clock.waiting == 0, f"{self._clock.waiting} timers are left")
        self._hold(not self.rooms._where, "members are left")
        self._hold(len(self.rooms._allowances) == 0, "allowances are left")
        self._hold(not self.rooms._colors._held, "colours are left")

    def _hold(self, truth: bool, complaint: str) -> None:
        if not truth:
            raise Wrong(complaint)

    # How things are done

    def _new_rooms(self) -> Rooms:
        self._clock._due.clear()  # the timers of a process that was killed
        rules = Rules(renewal_interval=RENEWAL, reconnect_grace=GRACE, allowed=self._limits)
        offset = self._offset
        return Rooms(
            rules,
            LocalBroker(),
            lambda: self._clock.now + offset,
            self._clock.timer,
            lambda: 0.0005 * self._clock.now,
        )

    def _any(self, items: list[Any]) -> Any:
        return self._chance.choice(items) if items else None

    def _passes(self, connection: Connection) -> bool:
        return connection.open_here and connection.open_there and not connection.cut

    def _of_states(self, frame: bytes) -> bool:
        entries = decode_message(frame).entries
        return bool(entries) and all(entry.state is not None for entry in entries)

    def _line(self, client: Client) -> Connection | None:
        lines = [c for c in self.connections if c.client is client and c.open_here]
        return lines[-1] if lines else None

    def _connect(self, client: Client) -> None:
        connection = Connection(client)
        visitor = Visitor(
            {"username": client.user},
            f"user:{client.user}",
            writes=True,
            reads=True,
            client_id=None if client.stock else client.number,
        )
        self.connections.append(connection)
        connection.member = self.rooms.join(client.room, visitor, connection.write)
        if not client.stock:
            self.rooms.tell(connection.member, b"\x6e\x02{}")
        connection.up.extend(client.opened(self._clock.now))

    def _say(self, client: Client, state: dict[str, Any] | None) -> None:
        frames = client.say(state)
        line = self._line(client)
        if line:
            line.up.extend(frames)

    def _goodbye(self, client: Client) -> None:
        """Close as a browser does: what was sent before arrives, unless the network is dead."""
        for connection in [c for c in self.connections if c.client is client and c.open_here]:
            while connection.up and self._passes(connection):
                self._hear(connection, connection.up.popleft())
            passes = self._passes(connection)
            self._end_here(connection)
            if passes:
                self._end_there(connection, broken=False)

    def _hear(self, connection: Connection, frame: bytes) -> None:
        """What the handler does with a frame."""
        member = connection.member
        if member is None:
            return
        try:
            self.rooms.hear(member, len(frame))
            message = decode_message(frame)
            if message.type == MessageType.AWARENESS:
                self.rooms.receive(member, message.entries)
            elif message.type == MessageType.QUERY:
                self.rooms.query(member)
            elif message.type == MessageType.SYNC and message.sync_step == 0:
                self.rooms.tell(member, encode_sync_reply())
        except (ProtocolError, Refused) as why:
            raise Wrong(f"an honest client is refused: {why}") from why

    def _deliver(self, connection: Connection) -> None:
        frame, delivery = connection.down.popleft()
        entries = decode_message(frame).entries if frame[0] == MessageType.AWARENESS else ()
        own = connection.client.number
        self._hold(own not in [e.client_id for e in entries], f"{own} is told of itself")
        connection.up.extend(connection.client.heard(frame, self._clock.now))
        if delivery is not None:
            delivery.end()

    def _end_here(self, connection: Connection) -> None:
        if connection.open_here:
            connection.open_here = False
            connection.up.clear()
            connection.client.lost()
            self._forget(connection)

    def _end_there(self, connection: Connection, broken: bool, silently: bool = False) -> None:
        if connection.open_there:
            connection.open_there = False
            member, connection.member = connection.member, None
            if member is not None and not silently:
                self.rooms.leave(member, broken)
                lost, connection.down = connection.down, deque()
                for _, delivery in lost:
                    if delivery is not None:
                        delivery.end(WebSocketClosedError())
            self._forget(connection)

    def _forget(self, connection: Connection) -> None:
        if not connection.open_here and not connection.open_there:
            self.connections.remove(connection)

    def _pass(self, seconds: float) -> None:
        """Let time pass, with the server's sweeps and the clients' own timers."""
        end = self._clock.now + seconds
        while self._clock.now < end:
            step = min(SWEEP, end - self._clock.now)
            self._clock.wind(step)
            if self._clock.now - self._swept >= SWEEP:
                self._swept = self._clock.now
                self._ping()
                self.rooms.sweep()
            for client in self.clients:
                self._tick(client)
            if seconds > SWEEP:
                self.everything_arrives()

    def _ping(self) -> None:
        """The server notices what has not answered for long."""
        for connection in list(self.connections):
            cut_at = connection.cut_at
            if cut_at is not None and self._clock.now - cut_at >= TIMEOUT:
                self._end_there(connection, broken=True)

    def _tick(self, client: Client) -> None:
        frames = client.tick(self._clock.now)
        impatient = client.gives_up(self._clock.now)
        line = self._line(client) if frames or impatient else None
        if line is None:
            return
        line.up.extend(frames)
        if impatient:
            self._hold(line.cut, f"{client.number} hears nothing on a connection that is alive")
            self._end_here(line)
