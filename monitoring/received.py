"""received_by_use_case: how many events of an integration ended in a window, by the use case that took them."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, QuerySet, Sum

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

    At most three queries: the rows of the events for the edges of the window, the counters for what lies between.
    """
    pieces = cut(since, until, at=at, fine_kept=FINE_KEPT)
    deltas = BucketDelta.objects.of(organization).filter(
        starts_at__gte=pieces.counted_since, starts_at__lt=pieces.counted_until
    )
    counted = [_summed(_buckets(organization, piece), integration_id) for piece in pieces.pieces if piece.width_minutes]
    received: Received = Counter()
    # In one statement: folding moves events from deltas to buckets, and would lose or double them between two.
    for use_case_id, events in _summed(deltas, integration_id).union(*counted, all=True):
        received[use_case_id] += events
    for edge in (piece for piece in pieces.pieces if not piece.width_minutes):
        received += _at_edge(organization, integration_id, edge)
    return received


def _buckets(organization: Organization, piece: Piece) -> QuerySet[Bucket]:
    return Bucket.objects.of(organization).filter(
        width_minutes=piece.width_minutes, starts_at__gte=piece.since, starts_at__lt=piece.until
    )


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


def _summed(counters: Any, integration_id: UUID) -> Any:  # Any: a queryset of either kind of counter
    rows = counters.filter(integration_id=integration_id, direction=INBOUND).order_by().values_list("use_case_id")
    return rows.annotate(number=Sum("events"))
