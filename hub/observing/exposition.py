"""exposition: every metric in the text format of Prometheus; what the database says is kept for a few seconds."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from typing import Final

from django.db import DatabaseError
from prometheus_client import CollectorRegistry, disable_created_metrics, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from hub import clock
from hub.observing.http_counters import REQUESTS
from hub.observing.readings import METRICS, Reading, read_all

KEPT_S: Final = 5.0
"""How long readings are shown again, however many scrapers ask."""

disable_created_metrics()  # type: ignore[no-untyped-call]  # the library leaves it untyped


class _Readings(Collector):
    """The readings of one moment as the library wants them."""

    def __init__(self, readings: Iterable[Reading]) -> None:
        self.readings = list(readings)

    def collect(self) -> Iterator[Metric]:
        """One family per metric that was read."""
        for name, metric in METRICS.items():
            found = [reading for reading in self.readings if reading.name == name]
            family_of = CounterMetricFamily if metric.kind == "counter" else GaugeMetricFamily
            family = family_of(name, metric.meaning, labels=metric.labels)
            for reading in found:
                family.add_metric([reading.labels[label] for label in metric.labels], reading.value)
            if found:
                yield family


class _Kept:
    """One thread reads, the others wait for it and share what it found."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.text = b""
        self.until_s = float("-inf")

    def read(self) -> bytes:
        with self.lock:
            if clock.monotonic() >= self.until_s:
                self.text = _from_database()
                self.until_s = clock.monotonic() + KEPT_S
            return self.text

    def forget(self) -> None:
        with self.lock:
            self.until_s = float("-inf")


_kept = _Kept()


def exposition() -> bytes:
    """The body of an answer. Without a database it holds hub_database_up 0 and what this process counts itself."""
    return _kept.read() + generate_latest(REQUESTS)


def forget_all() -> None:
    """The next answer asks the database again."""
    _kept.forget()


def _from_database() -> bytes:
    try:
        readings = [Reading("hub_database_up", 1), *read_all(clock.now())]
    except DatabaseError:
        readings = [Reading("hub_database_up", 0)]
    registry = CollectorRegistry()
    registry.register(_Readings(readings))
    return generate_latest(registry)
