"""Many peers in one process, which must never be what is slow.

One epoll, plain sockets, frames that are ready but for their time. Every receiver counts its bytes
and frames; what is *in* the frames only some ``sampled`` receivers look at, spread over the peers.
"""

from __future__ import annotations

import random
import re
import select
import socket
import time
import zlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass

from .dialects import DIALECTS, NO_TIME, Movement, frame
from .replica import Replica

STAMP = re.compile(rb'"at": ?"(\d{16})/(\d{4})"')
LONGEST_STAMP = 32
CONNECT_SECONDS = 60
BUFFER = 1 << 20
KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
# What browsers offer too; whoever does not compress each message by itself does not agree.
EXTENSIONS = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
COMPRESSED = 0x40  # in the first byte of a message


@dataclass
class Job:
    """What to do; times in seconds. ``rooms`` rooms of ``members`` peers each.

    ``slow`` peers of each room read nothing and say nothing. ``own`` counts what comes back to who
    said it, and else is left out. ``pid`` is the server's process,
    ``core`` where the load runs, if there are more than one.
    """

    measure: str
    port: int
    pid: int
    dialect: str
    rooms: int
    members: int
    rate: float = 10.0
    warm: float = 1.0
    measured: float = 4.0
    settle: float = 6.0
    sampled: int = 12
    slow: int = 0
    own: bool = False
    core: int = 1


def connect(job: Job, room: str, index: int, slow: bool = False) -> tuple[socket.socket, bytes]:
    """A connection whose upgrade was answered, and what came after the answer."""
    dialect = DIALECTS[job.dialect]
    line = socket.socket()
    if slow:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    line.settimeout(CONNECT_SECONDS)
    line.connect(("127.0.0.1", job.port))
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    line.sendall(
        f"GET {dialect.path(room, index)} HTTP/1.1\r\nHost: 127.0.0.1:{job.port}\r\n"
        f"Upgrade: websocket\r\nConnection: Upgrade\r\n{KEY}\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Extensions: {EXTENSIONS}\r\n{dialect.headers}\r\n".encode()
    )
    answer = b""
    while b"\r\n\r\n" not in answer:
        more = line.recv(65_536)
        if not more:
            raise ConnectionError(f"refused: {answer!r}")
        answer += more
    head, _, rest = answer.partition(b"\r\n\r\n")
    if b" 101 " not in head.split(b"\r\n")[0]:
        raise ConnectionError(f"refused: {head!r}")
    if dialect.greeting is not None:
        line.sendall(dialect.greeting(room))
    line.setblocking(False)
    return line, rest


class Peer:
    """One connection: what it sends, and how far it has read into the frame that arrives."""

    def __init__(
        self,
        job: Job,
        room: str,
        index: int,
        slow: bool = False,
        samples: Samples | None = None,
        replica: Replica | None = None,
    ) -> None:
        self.index = index
        self.room = room
        self.line, rest = connect(job, room, index, slow)
        self.movement = Movement(DIALECTS[job.dialect], room, index)
        self.samples = samples
        self.replica = replica
        self.bytes = 0
        self.frames = 0
        self.pings = 0
        self.closed = False
        self.last = 0  # when it moved last, in microseconds
        self._skip = 0
        self._head = b""
        self._tail = b""
        self.take(memoryview(rest), microseconds())

    def take(self, data: memoryview, now: int) -> None:
        """Read what arrived: count the frames, answer pings, keep the times if it is sampled."""
        self.bytes += len(data)
        if self.samples is not None:
            text = self._tail + bytes(data)
            end = self.samples.look(text, now)
            self._tail = text[max(end, len(text) - LONGEST_STAMP) :]
        if self._head:
            data = memoryview(self._head + bytes(data))
            self._head = b""
        place, size = self._skip, len(data)
        while place < size:
            opcode, length = data[place] & 15, 0
            reads = self.replica is not None
            inflates = data[place] & COMPRESSED and (reads or self.samples is not None)
            if size - place >= 2:
                length = data[place + 1] & 0x7F
            header = 2 if length < 126 else 4 if length == 126 else 10
            if length >= 126 and size - place >= header:
                length = int.from_bytes(data[place + 2 : place + header], "big")
            whole = opcode > 7 or inflates or reads
            if size - place < header + whole * length:
                self._head = bytes(data[place:])
                self._skip = 0
                return
            place += header
            if opcode > 7:
                self._control(opcode, bytes(data[place : place + length]))
            else:
                self.frames += 1
                if reads or inflates:
                    payload = bytes(data[place : place + length])
                    self._look(inflate(payload) if inflates else payload, now)
            place += length
        self._skip = place - size

    def _look(self, payload: bytes, now: int) -> None:
        if self.replica is not None:
            self.replica.apply(payload)
        if self.samples is not None:
            self.samples.look(payload, now)

    def move(self, now: int) -> None:
        """Say where it is now."""
        self.send(self.movement.at(now))
        self.last = now

    def send(self, data: bytes | bytearray) -> None:
        if not self.closed and self.line.send(data) != len(data):
            raise BlockingIOError("a frame was sent in part")

    def _control(self, opcode: int, payload: bytes) -> None:
        if opcode == 9:
            self.pings += 1
            self.send(frame(payload, opcode=10))
        elif opcode == 8:
            self.closed = True


class Samples:
    """What one receiver learned of the others, and how old it was."""

    def __init__(self, index: int) -> None:
        self.on = False
        self._own = b"%04d" % index
        self.latest: dict[bytes, tuple[bytes, int]] = {}  # sender: its time, and when that came
        self.latency = array("q")  # microseconds from movement to arrival ...
        self.senders = array("q")  # ... and whose that was
        self.since = array("q")  # how old a shown state was when it was shown first ...
        self.until = array("q")  # ... and when the next one replaced it

    def look(self, text: bytes, now: int) -> int:
        """Find the times in some bytes; return where the last one ends."""
        end = 0
        latest = self.latest
        for found in STAMP.finditer(text):
            stamp, sender = found.groups()
            end = found.end()
            if sender == self._own:
                continue  # some servers send one's own state back
            shown = latest.get(sender)
            if shown is not None and shown[0] >= stamp:
                continue
            latest[sender] = (stamp, now)
            if self.on:
                self.latency.append(now - int(stamp) + NO_TIME)
                self.senders.append(int(sender))
                if shown is not None:
                    moved = int(shown[0]) - NO_TIME
                    self.since.append(shown[1] - moved)
                    self.until.append(now - moved)
        return end


class Crowd:
    """All peers, and one loop."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.epoll = select.epoll()
        self.peers: list[Peer] = []
        self.stalled: list[Peer] = []
        self._by_fd: dict[int, Peer] = {}
        self._buffer = memoryview(bytearray(BUFFER))
        self.refused = 0
        self.lag = 0  # microseconds that the latest movement was late

    def connect(self) -> None:
        """Bring everybody in."""
        job = self.job
        for number in range(job.rooms * job.members):
            room = f"room{number % job.rooms}"
            if number // job.rooms < job.slow:
                self.stalled.append(Peer(job, room, number, slow=True))
                continue
            self.add(Peer(job, room, number))
            if number % 50 == 0:
                while self.read(0):
                    pass
        self._sample()

    def add(self, peer: Peer) -> None:
        self.peers.append(peer)
        self._by_fd[peer.line.fileno()] = peer
        self.epoll.register(peer.line, select.EPOLLIN)

    def read(self, seconds: float) -> bool:
        """Read from whoever has something, waiting at most so long; False if nobody had."""
        events = self.epoll.poll(max(seconds, 0), 32)
        for number, _ in events:
            peer = self._by_fd[number]
            try:
                size = peer.line.recv_into(self._buffer)
            except BlockingIOError:
                continue
            except ConnectionError:
                size = 0
            if size == 0:
                peer.closed = True
                self.epoll.unregister(number)
                continue
            peer.take(self._buffer[:size], microseconds())
        return bool(events)

    def read_for(self, seconds: float) -> None:
        """Only read."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.read(left)

    def schedule(self) -> Iterator[tuple[float, Peer]]:
        """Whose turn it is, and when: everybody at the same rate, each at its own moment."""
        period = 1 / self.job.rate
        moments = sorted((random.random() * period, peer.index) for peer in self.peers)
        by_index = {peer.index: peer for peer in self.peers}
        start = time.monotonic() + 0.01
        while True:
            for moment, index in moments:
                yield start + moment, by_index[index]
            start += period

    def move_for(self, seconds: float, schedule: Iterator[tuple[float, Peer]]) -> int:
        """Move everybody; return how many movements that were."""
        end = time.monotonic() + seconds
        moved = 0
        for due, peer in schedule:
            while (left := due - time.monotonic()) > 0:
                self.read(left)
            now = microseconds()
            self.lag = max(self.lag, now - int(due * 1e6))
            try:
                peer.move(now)
                moved += 1
            except BlockingIOError:
                self.refused += 1
            except ConnectionError:
                peer.closed = True
            if moved % 16 == 0:
                self.read(0)
            if now > end * 1e6:
                break
        return moved

    def move_once(self) -> None:
        """Let everybody be seen."""
        for peer in self.peers:
            peer.move(microseconds())
            self.read_for(0.002)

    def _sample(self) -> None:
        count = min(self.job.sampled, len(self.peers))
        for number in range(count):
            peer = self.peers[number * len(self.peers) // count]
            peer.samples = Samples(-1 if self.job.own else peer.index)


def inflate(message: bytes) -> bytes:
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(message + b"\0\0\xff\xff")


def microseconds() -> int:
    return time.monotonic_ns() // 1000
