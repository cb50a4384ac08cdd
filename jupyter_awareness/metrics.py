"""Presence on the server's ``/metrics``: gathered when Prometheus asks, not when it happens.

Top floor: prometheus_client, which Jupyter Server brings along.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from prometheus_client import Metric
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)
from prometheus_client.registry import REGISTRY, Collector, CollectorRegistry

from .rooms import Rooms, kind_of
from .tally import FLUSH_BOUNDS, Tally

__all__ = ["Metrics"]


class Metrics(Collector):
    """Reads the rooms and the tally for whoever scrapes the registry."""

    def __init__(self, rooms: Rooms, tally: Tally, registry: CollectorRegistry = REGISTRY) -> None:
        self._rooms = rooms
        self._tally = tally
        self._registry = registry
        self._offered = False

    def offer(self) -> None:
        """Be scraped from now on; twice is once."""
        if not self._offered:
            self._registry.register(self)
            self._offered = True

    def withdraw(self) -> None:
        """Be scraped no more; twice is once."""
        if self._offered:
            self._registry.unregister(self)
            self._offered = False

    def describe(self) -> list[Metric]:
        """Nothing in advance: the registry would gather everything to learn the names."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Give all metrics as they are now."""
        rooms, tally = self._rooms, self._tally
        yield GaugeMetricFamily(
            "jupyter_awareness_people", "People with a connection.", rooms.people
        )
        yield GaugeMetricFamily(
            "jupyter_awareness_connections", "Open connections.", rooms.connections
        )
        yield GaugeMetricFamily(
            "jupyter_awareness_slow_readers",
            "Connections that have a frame unread.",
            rooms.slow_readers,
        )
        of_kind = GaugeMetricFamily(
            "jupyter_awareness_rooms", "Rooms that somebody is in.", labels=["kind"]
        )
        kinds = Counter(map(kind_of, rooms.ids()))
        for kind in ("lobby", "document", "topic"):
            of_kind.add_metric([kind], kinds[kind])
        yield of_kind
        yield CounterMetricFamily(
            "jupyter_awareness_frames_in", "Frames received.", tally.frames_in
        )
        yield CounterMetricFamily("jupyter_awareness_frames_out", "Frames sent.", tally.frames_out)
        refused = CounterMetricFamily(
            "jupyter_awareness_refused", "Connections refused or closed.", labels=["cause"]
        )
        for cause, count in sorted(tally.refused.items()):
            refused.add_metric([cause], count)
        yield refused
        yield self._flushes()

    def _flushes(self) -> Metric:
        buckets: list[tuple[str, float]] = []
        total = 0
        for bound, count in zip(
            (*map(str, FLUSH_BOUNDS), "+Inf"), self._tally.flushes, strict=True
        ):
            total += count
            buckets.append((bound, total))
        return HistogramMetricFamily(
            "jupyter_awareness_flush_seconds",
            "Processor time in which a room tells its members what changed.",
            buckets=buckets,
            sum_value=self._tally.flush_seconds,
        )
