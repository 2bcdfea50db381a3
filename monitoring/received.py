"""received_by_use_case: how many events of an integration ended in a window, by the use case that took them."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Sum

from hub.accounts.models import Organization
from monitoring.counting.reading import FINE_KEPT
from monitoring.counting.windows import Piece, cut
from monitoring.models import Bucket, BucketDelta, MonitoringEvent
from monitoring.use_case_types import INBOUND_KINDS

INBOUND: Final = "inbound"

Received = Counter[UUID | None]


def received_by_use_case(
    organization: Organization, integration_id: UUID, since: datetime | None, until: datetime, *, at: datetime
) -> Received:
    """Distinct events, None for those that no use case took; at is now.

    At most six queries: counters of events for what they cover of the window, the rows of the events for its edges.
    """
    pieces = cut(since, until, at=at, fine_kept=FINE_KEPT)
    received: Received = Counter()
    for piece in pieces.pieces:
        received += _of_piece(organization, integration_id, piece)
    deltas = BucketDelta.objects.of(organization).filter(
        starts_at__gte=pieces.counted_since, starts_at__lt=pieces.counted_until
    )
    return received + _summed(deltas, integration_id)


def _of_piece(organization: Organization, integration_id: UUID, piece: Piece) -> Received:
    if not piece.width_minutes:
        return _at_edge(organization, integration_id, piece)
    buckets = Bucket.objects.of(organization).filter(
        width_minutes=piece.width_minutes, starts_at__gte=piece.since, starts_at__lt=piece.until
    )
    return _summed(buckets, integration_id)


def _at_edge(organization: Organization, integration_id: UUID, piece: Piece) -> Received:
    until = "completed_at__lte" if piece.includes_until else "completed_at__lt"
    spans = MonitoringEvent.objects.of(organization).filter(
        integration_id=integration_id,
        sync_type__in=INBOUND_KINDS,
        completed_at__gte=piece.since,
        **{until: piece.until},
    )
    rows = spans.order_by().values_list("use_case_id").annotate(events=Count("event_id", distinct=True))
    return Counter({use_case_id: events for use_case_id, events in rows if events})


def _summed(counters: Any, integration_id: UUID) -> Received:  # Any: a queryset of either kind of counter
    rows = counters.filter(integration_id=integration_id, direction=INBOUND).order_by().values_list("use_case_id")
    return Counter(dict(rows.annotate(number=Sum("events"))))
