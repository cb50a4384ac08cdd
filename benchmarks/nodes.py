#!/usr/bin/env python
"""Compare one server process with several that share a Redis, in one run on this machine.

    python benchmarks/nodes.py                     4 processes and Redis; two minutes
    python benchmarks/nodes.py --members 100       a smaller crowd
    python benchmarks/nodes.py --members 40 --rate 10    one that moves faster
    python benchmarks/nodes.py --members 100 --outage 60    Redis is killed, and hangs, for so long

The peers of each room are spread over the processes. What is measured is the time from a movement
to its arrival, at some peers that are spread over all: from peers of the same process (`here`), and
from those of others (`elsewhere`). Beside it a process of its own measures how long Redis takes to
bring back what was published; and the servers' metrics tell how long their rooms gather at most.
Everything shares the machine's cores, so more processes are not more machines.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import multiprocessing
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from arena.crowd import Crowd, Job, Peer, Samples
from arena.dialects import TOKEN
from arena.figures import cpu_seconds, quantiles
from arena.servers import SERVERS, running
from redis import Redis

from jupyter_awareness.pace import Pace

SECRET = "0123456789abcdef" * 4
SETTLES = 3.0  # seconds in which servers tell each other who is there
PING = 0.02  # seconds between two trials of Redis
BETWEEN = 15.0  # seconds before, between and after two outages
HEAD = "| processes | rooms x peers | rate | moved/s | seen | arrived | here p50, p99 ms |\
 elsewhere p50, p99 ms | window ms | Redis p50, p99 ms | servers' CPU | Redis' CPU | load late ms |"


class Spread(Crowd):
    """A crowd whose peers are on several servers in turn."""

    def __init__(self, job: Job, ports: Sequence[int]) -> None:
        super().__init__(job)
        self._ports = ports

    def connect(self) -> None:
        """Bring everybody in, to one server after the other."""
        job = self.job
        for number in range(job.rooms * job.members):
            room = f"room{number % job.rooms}"
            port = self._ports[self.node_of(number)]
            self.add(Peer(dataclasses.replace(job, port=port), room, number))
            if number % 50 == 0:
                while self.read(0):
                    pass
        self._sample()

    def node_of(self, number: int) -> int:
        """On which server a peer is."""
        return number // self.job.rooms % len(self._ports)

    @property
    def samples(self) -> list[tuple[int, Samples]]:
        """What was seen, by which peers."""
        return [(peer.index, peer.samples) for peer in self.peers if peer.samples is not None]

    def begin(self) -> None:
        """Forget what was measured, and measure from now on."""
        self.lag = 0
        for _, sample in self.samples:
            sample.on = True
            del sample.latency[:], sample.senders[:]

    def latencies(self, *, here: bool) -> list[int]:
        """Microseconds that movements took, of peers on one's own server or of the others."""
        return sorted(
            late
            for index, sample in self.samples
            for late, sender in zip(sample.latency, sample.senders, strict=True)
            if (self.node_of(sender) == self.node_of(index)) is here
        )


class Brook:
    """A redis-server that keeps nothing, and can be killed, stopped and started again."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._socket = Path(folder, "redis.sock")
        self.url = f"unix://{self._socket}"

    def start(self) -> None:
        """Start it, and wait until it listens."""
        self._socket.unlink(missing_ok=True)
        command = ["redis-server", "--port", "0", "--unixsocket", str(self._socket), "--save", ""]
        self.process = subprocess.Popen(
            [*command, "--dir", self._folder], stdout=subprocess.DEVNULL
        )
        while not self._socket.exists():
            time.sleep(0.01)

    def kill(self) -> None:
        """End it."""
        self.process.kill()
        self.process.wait()

    def hang(self) -> None:
        """Let it answer nobody."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let it answer again."""
        self.process.send_signal(signal.SIGCONT)


@contextlib.contextmanager
def redis() -> Iterator[Brook]:
    """Start a Redis for a while."""
    with tempfile.TemporaryDirectory() as folder:
        brook = Brook(folder)
        brook.start()
        try:
            yield brook
        finally:
            brook.kill()


def ping(url: str, line: multiprocessing.connection.Connection) -> None:
    """Publish and wait for it, until told to end; then tell the microseconds that it took."""
    client = Redis.from_url(url)
    pubsub = client.pubsub()
    pubsub.subscribe("ping")
    pubsub.get_message(timeout=1)
    took = []
    while not line.poll(PING):
        before = time.monotonic_ns()
        client.publish("ping", b"x")
        pubsub.get_message(timeout=1)
        took.append((time.monotonic_ns() - before) // 1000)
    line.send(sorted(took))


@contextlib.contextmanager
def pinged(brook: Brook | None) -> Iterator[list[int]]:
    """Measure Redis for a while; the list is filled at the end."""
    took: list[int] = []
    if brook is None:
        yield took
        return
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=ping, args=(brook.url, theirs))
    process.start()
    theirs.close()
    time.sleep(SETTLES)  # it has to import things
    yield took
    ours.send(None)
    took += ours.recv()
    process.join()


def told(port: int) -> tuple[float, int]:
    """For how many seconds of the processor a server has told rooms what changed, and how often."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/metrics", headers={"Authorization": f"token {TOKEN}"}
    )
    with urllib.request.urlopen(request) as answer:
        text = answer.read().decode()
    found = dict(re.findall(r"^jupyter_awareness_flush_seconds_(sum|count) (\S+)", text, re.M))
    return float(found["sum"]), int(float(found["count"]))


def window(before: Sequence[tuple[float, int]], after: Sequence[tuple[float, int]]) -> float:
    """Seconds that a room gathers at most when telling it costs what it did on average."""
    cost = sum(a[0] - b[0] for a, b in zip(after, before, strict=True))
    count = sum(a[1] - b[1] for a, b in zip(after, before, strict=True))
    return Pace(0, 0, 0).begin(cost / max(count, 1), sys.maxsize, 0, 0)


@contextlib.contextmanager
def settled(job: Job, nodes: int) -> Iterator[tuple[Spread, list[int], list[int], Brook | None]]:
    """A crowd that has come in, with the ports and processes of the servers, and their Redis."""
    with contextlib.ExitStack() as stack:
        options: list[str] = []
        brook = stack.enter_context(redis()) if nodes > 1 else None
        if brook is not None:
            options += [f"--AwarenessExtension.broker_url={brook.url}"]
            options += [f"--AwarenessExtension.broker_secret={SECRET}"]
        cache = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ports, pids = [], []
        for _ in range(nodes):
            started = running(SERVERS["jupyter_awareness"], cache, options)
            port, pid = stack.enter_context(started)
            os.sched_setaffinity(pid, os.sched_getaffinity(0))  # all servers share all cores
            ports.append(port)
            pids.append(pid)
        crowd = Spread(dataclasses.replace(job, port=ports[0], pid=pids[0]), ports)
        crowd.connect()
        crowd.move_once()
        crowd.read_for(SETTLES)
        yield crowd, ports, pids, brook


def measure(nodes: int, job: Job, seconds: float) -> str:
    """Run one crowd against so many processes; give a row of the table."""
    with settled(job, nodes) as (crowd, ports, pids, brook), pinged(brook) as pings:
        schedule = crowd.schedule()
        crowd.move_for(job.warm, schedule)
        crowd.begin()
        counted = [*pids, *([brook.process.pid] if brook else [])]
        before, said = [cpu_seconds(pid) for pid in counted], [told(port) for port in ports]
        moved = crowd.move_for(seconds, schedule)
        used = [after - b for after, b in zip(map(cpu_seconds, counted), before, strict=True)]
        gathers = window(said, [told(port) for port in ports])
        samples = [sample for _, sample in crowd.samples]
        expected = moved / job.rooms * (job.members - 1) / job.members * len(samples)
    arrived = sum(len(sample.latency) for sample in samples) / expected
    seen = min(len(sample.latest) for sample in samples) + 1
    broker = f"{used[-1] / seconds:.0%}" if brook else "-"
    cells = (
        *(nodes, f"{job.rooms} x {job.members}", f"{job.rate:g}", f"{moved / seconds:.0f}", seen),
        *(f"{arrived:.0%}", _milliseconds(crowd.latencies(here=True))),
        *(_milliseconds(crowd.latencies(here=False)), f"{gathers * 1e3:.1f}"),
        *(_milliseconds(pings), f"{sum(used[:nodes]) / seconds:.0%}", broker),
        f"{crowd.lag / 1e3:.0f}",
    )
    return "| " + " | ".join(map(str, cells)) + " |"


def measure_outage(nodes: int, job: Job, seconds: float) -> Iterator[str]:
    """Move a crowd while Redis is there, killed, back, hanging, going on; give a row for each."""
    with settled(job, nodes) as (crowd, ports, _, brook):
        assert brook is not None
        schedule = crowd.schedule()
        phases: list[tuple[str, Callable[[], None], float]] = [
            ("there", lambda: None, BETWEEN),
            ("killed", brook.kill, seconds),
            ("there again", brook.start, BETWEEN),
            ("hanging", brook.hang, seconds),
            ("going on", brook.go_on, BETWEEN),
        ]
        for name, begin, lasts in phases:
            said = [told(port) for port in ports]
            crowd.move_for(job.warm, schedule)  # it was late while it asked
            crowd.begin()
            threading.Thread(target=begin).start()
            crowd.move_for(lasts, schedule)
            here = crowd.latencies(here=True)
            gathers = window(said, [told(port) for port in ports])
            yield (
                f"| {name} | {len(here):,} | {_milliseconds(here)}, {here[-1] / 1e3:.1f} |"
                f" {_milliseconds(crowd.latencies(here=False))} | {gathers * 1e3:.1f} |"
                f" {crowd.lag / 1e3:.0f} |"
            )


def _milliseconds(ordered: list[int]) -> str:
    figures = quantiles(ordered)
    return f"{figures['p50']:.1f}, {figures['p99']:.1f}" if ordered else "-"


def main() -> None:
    """Measure the shapes that were asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--nodes", type=int, default=4)
    parser.add_argument("--members", type=int, default=400, help="in the one room")
    parser.add_argument("--rate", type=float, default=1.0, help="movements a second of everybody")
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--outage", type=float, help="seconds for which Redis is not there")
    asked = parser.parse_args()
    if shutil.which("redis-server") is None:
        sys.exit("redis-server is needed.")
    job = Job("age", 0, 0, "ours", 1, asked.members, rate=asked.rate)
    if asked.outage:
        print("| Redis is | movements seen | here p50, p99, slowest ms |", end="")
        print(" elsewhere p50, p99 ms | window ms | load late ms |")
        print("|---|---|---|---|---|---|")
        for row in measure_outage(asked.nodes, job, asked.outage):
            print(row, flush=True)
        return
    print(HEAD)
    print("|---" * (HEAD.count("|") - 1) + "|")
    for shape in (job, dataclasses.replace(job, rooms=asked.members // 2, members=10)):
        for nodes in (1, asked.nodes):
            print(measure(nodes, shape, asked.seconds), flush=True)


if __name__ == "__main__":
    main()
