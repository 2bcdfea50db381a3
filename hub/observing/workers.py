"""readings: how many workers live, when any was heard of, and how many mapping children they have lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from hub.health import FRESH
from hub.jsonata.ends import End
from hub.models import WorkerHeartbeat
from hub.observing.readings import Reading, age_s


def readings(at: datetime) -> Iterator[Reading]:
    """One query; its table has a row per worker."""
    heard = list(WorkerHeartbeat.objects.order_by("name"))
    alive = [worker for worker in heard if worker.at > at - FRESH]
    yield Reading("hub_workers_alive", len(alive))
    if heard:
        yield Reading("hub_worker_heartbeat_age_seconds", age_s(max(worker.at for worker in heard), at))
    for worker in alive:
        for end in End:
            labels = {"worker": worker.name, "reason": end.value}
            yield Reading("hub_mapping_children_ended", getattr(worker, f"children_{end}"), labels)
