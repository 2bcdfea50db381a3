"""Spans of inbound events as the first monitoring API shows them: filters, keyset, newest first (api.md 15.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from monitoring.codes import Level
from monitoring.models import MonitoringEvent
from monitoring.record import EXTERNAL, FILE_PROXY, MANAGED_CALL, OUTBOUND, SECURE_PROXY
from monitoring.span_reach import Kind, find_reach

STATUS_OF = {Level.SUCCESS: "success", Level.ERROR: "error", Level.WARNING: "warning", Level.INFO: "skipped"}
"""The levels under the names of this API (appendix C: its skipped is info elsewhere)."""
OF_OTHERS = (OUTBOUND, MANAGED_CALL, SECURE_PROXY, FILE_PROXY, EXTERNAL)
"""What this API does not know."""
LEVEL_OF = {status: level for level, status in STATUS_OF.items()}


@dataclass(frozen=True, slots=True)
class SpanFilter:
    """What the query is narrowed to; empty fields narrow nothing. before is the last row of the page before."""

    integration_id: UUID
    use_case_id: UUID | None = None
    event_id: UUID | None = None
    event_type: str = ""
    sync_type: str = ""
    statuses: frozenset[str] = frozenset()
    category: str = ""
    correlation_id: str = ""
    object_type: str = ""
    code: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: tuple[datetime, UUID, UUID | None] | None = None
    """completed_at, event id and, where it is known, the id of the span: several spans share the first two."""


def list_spans(*, organization_id: int, wanted: SpanFilter, limit: int) -> list[MonitoringEvent]:
    """At most limit spans, the last completed first; two queries, one where ids or an event type are looked for: of
    these counters know nothing, so that they cannot tell how far the list has to reach."""
    spans = MonitoringEvent.objects.filter(organization_id=organization_id, integration_id=wanted.integration_id)
    spans = spans.filter(**_exact(wanted)).exclude(sync_type__in=OF_OTHERS)
    if wanted.statuses:
        spans = spans.filter(level__in=[LEVEL_OF[status] for status in wanted.statuses])
    if wanted.since:
        spans = spans.filter(completed_at__gte=wanted.since)
    if wanted.until:
        spans = spans.filter(completed_at__lte=wanted.until)
    if not (wanted.event_id or wanted.correlation_id or wanted.event_type):
        until = wanted.before[0] if wanted.before else wanted.until
        place = organization_id, wanted.integration_id
        reach = find_reach(place, _kind(wanted), since=wanted.since, until=until, limit=limit)
        if reach is None:
            return []
        spans = spans.filter(reach.inside)
    return list(_after(spans, wanted).order_by("-completed_at", "-event_id", "-id")[:limit])


def _exact(wanted: SpanFilter) -> dict[str, object]:
    exact = {
        "use_case_id": wanted.use_case_id,
        "event_id": wanted.event_id,
        "event_type": wanted.event_type,
        "sync_type": wanted.sync_type,
        "category": wanted.category,
        "correlation_id": wanted.correlation_id,
        "object_type": wanted.object_type,
        "code": wanted.code,
    }
    return {name: value for name, value in exact.items() if value}


def _kind(wanted: SpanFilter) -> Kind:
    """The filters in terms of counters, which know nothing of ids and event types."""
    single = {
        "use_case_id": wanted.use_case_id,
        "sync_type": wanted.sync_type,
        "category": wanted.category,
        "object_type": wanted.object_type,
        "code": wanted.code,
    }
    only: dict[str, Sequence[object]] = {name: (value,) for name, value in single.items() if value}
    only["level"] = [LEVEL_OF[status] for status in sorted(wanted.statuses)]
    return Kind(only, {} if wanted.sync_type else {"sync_type": OF_OTHERS})


def _after(spans: QuerySet[MonitoringEvent], wanted: SpanFilter) -> QuerySet[MonitoringEvent]:
    if wanted.before is None:
        return spans
    completed_at, event_id, span_id = wanted.before
    later = Q(completed_at__lt=completed_at) | Q(completed_at=completed_at, event_id__lt=event_id)
    if span_id is not None:
        later |= Q(completed_at=completed_at, event_id=event_id, pk__lt=span_id)
    return spans.filter(later)
