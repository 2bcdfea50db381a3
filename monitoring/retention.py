"""What is kept how long, and the deletion in small batches (engine rule 2.10)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models

from hub import clock
from monitoring.models import AccessLog, Bucket, MonitoringEvent

KEPT = {
    MonitoringEvent: ("completed_at", timedelta(days=90)),
    AccessLog: ("at", timedelta(days=30)),
}
FINE_BUCKETS_KEPT = timedelta(hours=48)
HOURLY_BUCKETS_KEPT = timedelta(days=400)
ROWS_PER_TRANSACTION = 1000
MOST_BATCHES = 200
"""Batches of one run; what is left goes in the next, so that nothing holds the worker for long."""


def apply() -> int:
    """Delete what is older than its time; how many rows went."""
    at = clock.now()
    gone = sum(delete_older(model, field, at - age) for model, (field, age) in KEPT.items())
    for width, age in ((5, FINE_BUCKETS_KEPT), (60, HOURLY_BUCKETS_KEPT)):
        gone += Bucket.objects.filter(width_minutes=width, starts_at__lt=at - age).delete()[0]
    return gone


def delete_older(model: type[models.Model], field: str, limit: datetime) -> int:
    """Delete rows of model whose field lies before limit, ROWS_PER_TRANSACTION at a time; how many went."""
    manager = model._default_manager
    gone = 0
    for _ in range(MOST_BATCHES):
        keys = list(
            manager.filter(**{f"{field}__lt": limit})
            .order_by(field)
            .values_list("pk", flat=True)[:ROWS_PER_TRANSACTION]
        )
        if not keys:
            break
        gone += manager.filter(pk__in=keys).delete()[0]
    return gone
