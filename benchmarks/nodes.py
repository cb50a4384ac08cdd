#!/usr/bin/env python
"""Compare one server process with several that share a Redis, in one run on this machine.

    python benchmarks/nodes.py                 4 processes and Redis; two minutes
    python benchmarks/nodes.py --members 100   a smaller crowd

The peers of each room are spread over the processes. What is measured is the time from a movement
to its arrival, at some peers that are spread over all; and the processor time of servers and Redis.
Everything shares the machine's cores, so more processes are not more machines.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from arena.crowd import Crowd, Job, Peer
from arena.figures import cpu_seconds, quantiles
from arena.servers import SERVERS, running

SECRET = "0123456789abcdef" * 4
SETTLES = 3.0  # seconds in which servers tell each other who is there


class Spread(Crowd):
    """A crowd whose peers are on several servers in turn."""

    def __init__(self, job: Job, ports: list[int]) -> None:
        super().__init__(job)
        self._ports = ports

    def connect(self) -> None:
        """Bring everybody in, to one server after the other."""
        job = self.job
        for number in range(job.rooms * job.members):
            room = f"room{number % job.rooms}"
            port = self._ports[number // job.rooms % len(self._ports)]
            self.add(Peer(dataclasses.replace(job, port=port), room, number))
            if number % 50 == 0:
                while self.read(0):
                    pass
        self._sample()


@contextlib.contextmanager
def redis() -> Iterator[tuple[str, int]]:
    """A redis-server that keeps nothing: its URL, and its process."""
    with tempfile.TemporaryDirectory() as folder:
        socket = Path(folder, "redis.sock")
        command = ["redis-server", "--port", "0", "--unixsocket", str(socket), "--save", ""]
        process = subprocess.Popen([*command, "--dir", folder], stdout=subprocess.DEVNULL)
        try:
            while not socket.exists():
                time.sleep(0.01)
            yield f"unix://{socket}", process.pid
        finally:
            process.kill()
            process.wait()


def measure(nodes: int, rooms: int, members: int, rate: float, seconds: float) -> str:
    """Run one crowd against so many processes; give a row of the table."""
    with contextlib.ExitStack() as stack:
        options: list[str] = []
        pids: list[int] = []
        if nodes > 1:
            url, pid = stack.enter_context(redis())
            pids.append(pid)
            options += [f"--AwarenessExtension.broker_url={url}"]
            options += [f"--AwarenessExtension.broker_secret={SECRET}"]
        cache = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ports = []
        for _ in range(nodes):
            started = running(SERVERS["jupyter_awareness"], cache, options)
            port, pid = stack.enter_context(started)
            os.sched_setaffinity(pid, os.sched_getaffinity(0))  # all servers share all cores
            ports.append(port)
            pids.append(pid)
        job = Job("age", ports[0], pids[-1], "ours", rooms, members, rate=rate)
        crowd = Spread(job, ports)
        crowd.connect()
        crowd.move_once()
        crowd.read_for(SETTLES)
        schedule = crowd.schedule()
        crowd.move_for(job.warm, schedule)
        samples = [peer.samples for peer in crowd.peers if peer.samples is not None]
        for sample in samples:
            sample.on = True
        before = [cpu_seconds(pid) for pid in pids]
        moved = crowd.move_for(seconds, schedule)
        used = [after - b for after, b in zip(map(cpu_seconds, pids), before, strict=True)]
        seen = min(len(sample.latest) for sample in samples) + 1
        figures = quantiles(sorted(late for sample in samples for late in sample.latency))
        broker = f"{used[0] / seconds:.0%}" if nodes > 1 else "-"
        servers = sum(used[1:] if nodes > 1 else used) / seconds
        return (
            f"| {nodes} | {rooms} x {members} | {rate:g} | {moved / seconds:.0f} | {seen} |"
            f" {figures['p50']:.0f} | {figures['p99']:.0f} | {servers:.0%} | {broker} |"
            f" {crowd.lag / 1e3:.0f} |"
        )


def main() -> None:
    """Measure the shapes that were asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--nodes", type=int, default=4)
    parser.add_argument("--members", type=int, default=400, help="in the one room")
    parser.add_argument("--rate", type=float, default=1.0, help="movements a second of everybody")
    parser.add_argument("--seconds", type=float, default=6.0)
    asked = parser.parse_args()
    if shutil.which("redis-server") is None:
        sys.exit("redis-server is needed.")
    print("| processes | rooms x peers | rate | moved/s | seen | p50 ms | p99 ms |", end="")
    print(" servers' CPU | Redis' CPU | load late ms |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for rooms, members in ((1, asked.members), (asked.members // 2, 10)):
        for nodes in (1, asked.nodes):
            print(measure(nodes, rooms, members, asked.rate, asked.seconds), flush=True)


if __name__ == "__main__":
    main()
