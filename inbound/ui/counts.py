"""What the counters say of a window: events per step and status, with two queries whatever its length."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Sum

from inbound.ui.windows import HOUR, Window
from monitoring.counters import window_of
from monitoring.models import Bucket, BucketDelta
from monitoring.retention import BUCKETS_KEPT

FINE, HOURLY = 5, 60
"""Widths of counters in minutes."""

Counts = dict[tuple[datetime, str], int]


def counted(
    *, organization_id: int, window: Window, integration_ids: Iterable[UUID], use_case_ids: Iterable[UUID], at: datetime
) -> Counts:
    """Inbound events that ended in the window, by the start of their counter and status; no ids mean all."""
    width = FINE if window.step < HOUR and window.since >= at - BUCKETS_KEPT[FINE] else HOURLY
    since = _floor(window.since, width)
    chosen: dict[str, Any] = {  # Any: arguments of filter()
        "organization_id": organization_id,
        "direction": "inbound",
        "starts_at__gte": since,
        "starts_at__lt": window.until,
        **({"integration_id__in": list(integration_ids)} if integration_ids else {}),
        **({"use_case_id__in": list(use_case_ids)} if use_case_ids else {}),
    }
    counts: Counts = {}
    _add(counts, Bucket.objects.filter(width_minutes=width, **chosen), width)
    _add(counts, BucketDelta.objects.filter(**chosen), width)
    return counts


def _add(counts: Counts, rows: QuerySet[Any], width: int) -> None:  # Any: either kind of counter
    sums = rows.order_by().values_list("starts_at", "status").annotate(Sum("events"))
    for starts_at, status, events in sums:
        place = (_floor(starts_at, width), status)
        counts[place] = counts.get(place, 0) + events


def _floor(at: datetime, width: int) -> datetime:
    fine = window_of(at)
    return fine - timedelta(minutes=fine.minute) if width == HOURLY else fine
