"""What is measured, each with a fresh server: a job in, figures out."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from .crowd import Crowd, Job, Peer, Samples, microseconds
from .dialects import FIRST_ID, NO_TIME, frame
from .figures import ages, cpu_seconds, quantiles, rss_bytes
from .replica import Replica

RENEWAL = 15.0  # seconds after which a stock client says its state again
CHECK = 3.0  # how often it looks whether that is due
DOZEN = 12


def moving(job: Job) -> dict[str, Any]:
    """Everybody moves: how old what people see is, and what that costs."""
    crowd = Crowd(job)
    crowd.connect()
    schedule = crowd.schedule()
    crowd.move_for(job.warm, schedule)
    receivers = [peer.samples for peer in crowd.peers if peer.samples is not None]
    for samples in receivers:
        samples.on = True
    crowd.lag = 0
    data, frames = _read(crowd)
    cpu, own, begun = cpu_seconds(job.pid), time.process_time(), time.monotonic()
    moved = crowd.move_for(job.measured, schedule)
    seconds = time.monotonic() - begun
    cpu, own = cpu_seconds(job.pid) - cpu, time.process_time() - own
    delivered = sum(len(samples.latency) for samples in receivers)
    data_after, frames_after = _read(crowd)
    missing, settled = _settle(crowd)
    peers = len(crowd.peers)
    due = moved * (peers / job.rooms - 1) / peers * len(receivers)
    return {
        "moved_per_second": moved / seconds,
        "delivered_share": delivered / due if due else None,
        "latency_ms": quantiles(sorted(v for samples in receivers for v in samples.latency)),
        "age_ms": ages(receivers),
        "cpu_share": cpu / seconds,
        "cpu_us_per_delivery": cpu * 1e6 / max(delivered * peers / len(receivers), 1),
        "bytes_per_client": (data_after - data) / seconds / peers,
        "frames_per_client": (frames_after - frames) / seconds / peers,
        "never_delivered": missing,
        "settle_seconds": settled,
        "closed": sum(peer.closed for peer in crowd.peers),
        "refused_sends": crowd.refused,
        "load_cpu_share": own / seconds,
        "load_lag_ms": crowd.lag / 1e3,
        "rss_mb": rss_bytes(job.pid) / 1e6,
    }


def memory(job: Job) -> dict[str, Any]:
    """Connections that say nothing: what the server keeps for each."""
    crowd = Crowd(replace(job, members=DOZEN, sampled=0))
    crowd.connect()
    crowd.read_for(0.5)
    before = rss_bytes(job.pid)
    for index in range(DOZEN, DOZEN + job.members):
        crowd.add(Peer(job, "room0", index))
    crowd.read_for(1.0)
    return {"bytes_per_connection": (rss_bytes(job.pid) - before) / job.members}


def idle(job: Job) -> dict[str, Any]:
    """A room where nobody moves: what is sent to each client all the same.

    Clients of the y-protocols say their state every 15 s anew; ours need not.
    """
    crowd = Crowd(job)
    crowd.connect()
    crowd.move_once()
    crowd.read_for(job.warm)
    data, frames = _read(crowd)
    pings = sum(peer.pings for peer in crowd.peers)
    cpu, begun = cpu_seconds(job.pid), time.monotonic()
    peers = len(crowd.peers)
    for peer in crowd.peers:  # spread over the renewal's time, as by chance
        crowd.read_for(job.measured / peers)
        if job.dialect != "ours":
            for _ in range(int(job.measured / RENEWAL)):
                peer.send(peer.movement.again())
    seconds = time.monotonic() - begun
    data_after, frames_after = _read(crowd)
    pings = sum(peer.pings for peer in crowd.peers) - pings
    return {
        "frames_per_client": (frames_after - frames) / seconds / peers,
        "pings_per_client": pings / seconds / peers,
        "bytes_per_client": (data_after - data) / seconds / peers,
        "cpu_share": (cpu_seconds(job.pid) - cpu) / seconds,
    }


def newcomer(job: Job) -> dict[str, Any]:
    """Somebody comes into a room: how long until all others are seen, and in how many frames."""
    crowd = Crowd(job)
    crowd.connect()
    crowd.move_once()
    crowd.read_for(1.0)
    times, frames = [], []
    for number in range(DOZEN):
        begun = time.monotonic()
        index = job.members + number
        replica = Replica(FIRST_ID + index, job.dialect)
        comer = Peer(job, "room0", index, samples=Samples(index), replica=replica)
        crowd.add(comer)
        while len(comer.samples.latest) < job.members and time.monotonic() - begun < job.settle:
            crowd.read(0.05)
        seen = len(comer.samples.latest) == job.members
        times.append((time.monotonic() - begun) * 1e3 if seen else None)
        frames.append(replica.frames)
        crowd.read_for(0.1)
    known = [value for value in times if value is not None]
    return {
        "seen_ms": statistics.median(known) if len(known) == DOZEN else None,
        "frames": statistics.median(frames),
    }


def comeback(job: Job) -> dict[str, Any]:
    """A peer's socket closes and is back after a quarter of a second: how long it is not seen.

    It comes back as stock y-websocket clients do: with the same id and, at first, the same clock.
    """
    crowd = Crowd(replace(job, members=2, sampled=0))
    crowd.connect()
    watcher, walker = crowd.peers
    replica = Replica(FIRST_ID + walker.index, job.dialect)
    watcher.replica = replica
    walker.move(microseconds())
    crowd.read_for(1.0)
    if not replica.visible:
        return {"seen_after_seconds": None, "gone_at_once": None}
    renewed = time.monotonic() - 1.0
    walker.send(frame(b"\x03\xe9", opcode=8))
    crowd.read_for(0.05)
    walker.line.close()
    crowd.read_for(0.2)
    again = Peer(job, "room0", walker.index)
    again.movement = walker.movement
    begun = time.monotonic()
    again.send(walker.movement.same())
    crowd.add(again)
    while time.monotonic() - begun < job.measured:
        crowd.read_for(CHECK if replica.visible else 0.05)
        if replica.visible:
            break
        if time.monotonic() - renewed > RENEWAL + CHECK / 2:
            again.send(walker.movement.again())
            renewed = time.monotonic()
    gone = replica.invisible_since
    return {
        "seen_after_seconds": max(replica.visible_since - begun, 0) if replica.visible else None,
        "gone_at_once": gone is not None and gone < begun,
    }


MEASURES: dict[str, Callable[[Job], dict[str, Any]]] = {
    measure.__name__: measure for measure in (moving, memory, idle, newcomer, comeback)
}


def run(job: Job) -> dict[str, Any]:
    """Measure, on a core of its own if the machine has more than one."""
    if job.core in os.sched_getaffinity(0):
        os.sched_setaffinity(0, {job.core})
    return MEASURES[job.measure](job)


def _read(crowd: Crowd) -> tuple[int, int]:
    return sum(peer.bytes for peer in crowd.peers), sum(peer.frames for peer in crowd.peers)


def _settle(crowd: Crowd) -> tuple[int, float]:
    """After the last movement: of whom receivers never learn the last, and how long it takes."""
    started = time.monotonic()
    last = {b"%04d" % p.index: (b"%d" % (NO_TIME + p.last), p) for p in crowd.peers if p.last}
    missing = 0
    while time.monotonic() - started < crowd.job.settle:
        crowd.read_for(0.02)
        missing = 0
        for receiver in crowd.peers:
            if receiver.samples is None:
                continue
            latest = receiver.samples.latest
            for sender, (stamp, peer) in last.items():
                if peer.room == receiver.room and peer is not receiver:
                    missing += latest.get(sender, (b"", 0))[0] != stamp
        if not missing:
            break
    return missing, time.monotonic() - started
