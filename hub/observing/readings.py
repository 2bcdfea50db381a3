"""Reading: one number that /metrics shows; read_all asks every source of the settings for theirs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple, Protocol

from django.conf import settings

from hub.plugins import load

MOST_COUNTED: Final = 100_000
"""Rows of a queue that are counted; a metric that shows this number means: at least so many."""


class Metric(NamedTuple):
    """What a metric is: counter or gauge, its labels, and the sentence that explains it."""

    kind: str
    labels: tuple[str, ...]
    meaning: str


METRICS: Final[Mapping[str, Metric]] = {
    "hub_database_up": Metric("gauge", (), "1 when the database answers, else 0."),
    "hub_events_accepted": Metric(
        "counter", (), "Sequence numbers given to inbound events, replays included; rolled back ones leave gaps."
    ),
    "hub_events_ended": Metric("counter", ("direction", "status"), "Events and deliveries that ended, by how."),
    "hub_queue_rows": Metric("gauge", ("queue",), "Rows that wait in a queue, counted up to 100000."),
    "hub_queue_oldest_age_seconds": Metric("gauge", ("queue",), "Age of the oldest row of a queue, 0 without any."),
    "hub_deliveries": Metric("gauge", ("state",), "Deliveries under way by state, counted up to 100000 each."),
    "hub_circuits_open": Metric("gauge", (), "Receivers that get nothing but probes."),
    "hub_dead_letters": Metric("gauge", (), "Messages nobody could poll, counted up to 100000."),
    "hub_workers_alive": Metric("gauge", (), "Worker processes heard of within 30 seconds."),
    "hub_mapping_children_ended": Metric(
        "counter", ("worker", "reason"), "Mapping children that a living worker replaced, as worn or as broken."
    ),
    "hub_worker_heartbeat_age_seconds": Metric("gauge", (), "Time since any worker was heard of; absent without one."),
}
"""Every number that is read from the database, the same in all processes; an exposed counter ends in _total."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The value of a metric of METRICS for one set of its labels."""

    name: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


class ReadingSource(Protocol):
    """Reads some numbers; its queries neither count nor sort a big table, and their number is constant."""

    def __call__(self, at: datetime) -> Iterable[Reading]:
        """What they are at that moment."""


def read_all(at: datetime) -> list[Reading]:
    """The readings of all sources. Raises DatabaseError when the database cannot be asked."""
    sources: list[ReadingSource] = [load(path) for path in settings.METRIC_SOURCES]
    return [reading for source in sources for reading in source(at)]


def age_s(moment: datetime | None, at: datetime) -> float:
    """Seconds from moment to at; 0 without a moment or for one that a clock ahead of ours has set."""
    return max(0.0, (at - moment).total_seconds()) if moment else 0.0
