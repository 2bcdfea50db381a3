"""What is kept how long, and the deletion in small batches (engine rule 2.10)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model, QuerySet

from hub import clock
from hub.ids import first_id_at
from monitoring.models import AccessLog, Bucket, MonitoringEvent, SpanBucket

KEPT = {
    MonitoringEvent: ("completed_at", timedelta(days=90)),
    AccessLog: ("at", timedelta(days=30)),
}
BUCKETS_KEPT = {5: timedelta(hours=48), 60: timedelta(days=400), 1440: timedelta(days=400)}
"""Width of a bucket in minutes → for how long (engine rule 2.9 for the narrowest)."""
ROWS_PER_TRANSACTION = 1000
MOST_BATCHES = 100
"""Batches of one table in one run, a second or so of work; what is left goes in the next, so that nothing holds the
worker for long. A run a minute keeps up with 1,600 rows a second."""


def apply() -> int:
    """Delete what is older than its time; how many rows went."""
    at = clock.now()
    gone = sum(delete_older(made_before(model, at - age), field, at - age) for model, (field, age) in KEPT.items())
    for width, age in BUCKETS_KEPT.items():
        gone += delete_older(Bucket.objects.filter(width_minutes=width), "starts_at", at - age)
        gone += delete_older(SpanBucket.objects.filter(width_minutes=width), "starts_at", at - age)
    return gone


def made_before(model: type[Model], limit: datetime) -> QuerySet[Any]:
    """Rows whose id is older than limit, so that a search among them never goes through the whole table. Any: model."""
    return model._default_manager.filter(pk__lt=first_id_at(limit))


def delete_older(rows: QuerySet[Any], field: str, limit: datetime) -> int:
    """Delete those of the rows whose field lies before limit, ROWS_PER_TRANSACTION at a time; how many went.

    Any: rows of whichever table.
    """
    gone = 0
    for _ in range(MOST_BATCHES):
        oldest = rows.filter(**{f"{field}__lt": limit}).order_by("pk")
        keys = list(oldest.values_list("pk", flat=True)[:ROWS_PER_TRANSACTION])
        gone += rows.filter(pk__in=keys).delete()[0] if keys else 0
        if len(keys) < ROWS_PER_TRANSACTION:
            break
    return gone
