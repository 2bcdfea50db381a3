"""queues: whether a worker lives, and whether anything waits for too long, from the numbers of /metrics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from hub import clock
from hub.doctor.findings import Finding, fail, ok, warn
from hub.observing.readings import read_all

WORST_AGE_S: Final[Mapping[str, float]] = {"inbound": 900.0, "outbound": 3600.0, "poll": 86_400.0}
"""From which the oldest row of a queue needs a look; receivers and polling ERPs may well be away for a while."""


def queues() -> Iterator[Finding]:
    """One line about workers, one per queue, one about open circuits."""
    readings = {(one.name, *one.labels.values()): one.value for one in read_all(clock.now())}
    workers = int(readings["hub_workers_alive",])
    if workers:
        yield ok("workers", f"{workers} heard of within 30 s.")
    else:
        advice = "Start manage.py hub_worker, or the Celery worker where there is a broker."
        yield fail("workers", "None is alive: events are kept and not processed.", advice)
    for queue, worst_s in WORST_AGE_S.items():
        rows, age_s = readings["hub_queue_rows", queue], readings["hub_queue_oldest_age_seconds", queue]
        told = f"{rows:.0f} rows, the oldest for {age_s:.0f} s."
        yield warn(f"queue {queue}", told, "Look at the overview.") if age_s > worst_s else ok(f"queue {queue}", told)
    if circuits := readings["hub_circuits_open",]:
        yield warn("receivers", f"{circuits:.0f} get nothing but probes.", "Look at the webhooks that are failing.")
