"""Spans of every type of use case, as the second monitoring API lists them: filters, keyset, newest first (A.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q

from hub.accounts.models import Organization
from integrations.models import UseCase
from monitoring.counting.writing import NO_USE_CASE
from monitoring.models import MonitoringEvent
from monitoring.span_reach import Kind, find_reach

Position = tuple[datetime, UUID]
"""Where a row stands: completed_at, id."""
GENERAL: Final = ""
"""Stands for rows that belong to no use case."""
UNKNOWN: Final = "__unknown__"
"""Stands for rows whose use case is not configured any more."""


@dataclass(frozen=True, slots=True)
class SpanSearch:
    """What the list is narrowed to; empty fields narrow nothing.

    use_case: the id of one, GENERAL, UNKNOWN, or None for all of them. before is the last row of the page before.
    """

    integration_id: UUID
    use_case: UUID | str | None = None
    sync_types: tuple[str, ...] = ()
    level: str = ""
    code: str = ""
    event_id: UUID | None = None
    correlation_id: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: Position | None = None


def search_spans(*, organization: Organization, wanted: SpanSearch, limit: int) -> list[MonitoringEvent]:
    """At most limit spans, the last completed first; one query, two where counters tell how far it has to reach, with
    UNKNOWN three."""
    spans = MonitoringEvent.objects.of(organization).filter(integration_id=wanted.integration_id)
    known = configured_use_cases(organization, wanted.integration_id) if wanted.use_case == UNKNOWN else frozenset()
    exact = {
        "sync_type__in": wanted.sync_types,
        "level": wanted.level,
        "code": wanted.code,
        "event_id": wanted.event_id,
        "correlation_id": wanted.correlation_id,
        "completed_at__gte": wanted.since,
        "completed_at__lte": wanted.until,
    }
    spans = spans.filter(**{name: value for name, value in exact.items() if value})
    kind = _kind(wanted, known)
    if not wanted.event_id and not wanted.correlation_id and not kind.is_all:
        until = wanted.before[0] if wanted.before else wanted.until
        place = organization.pk, wanted.integration_id
        reach = find_reach(place, kind, since=wanted.since, until=until, limit=limit)
        if reach is None:
            return []
        spans = spans.filter(reach.inside)
    spans = spans.filter(_of_use_case(wanted, known), _after(wanted.before))
    return list(spans.order_by("-completed_at", "-id")[:limit])


def spans_of_event(*, organization: Organization, integration_id: UUID, event_id: UUID) -> list[MonitoringEvent]:
    """Every span of an event, oldest first."""
    spans = MonitoringEvent.objects.of(organization).filter(integration_id=integration_id, event_id=event_id)
    return list(spans.order_by("completed_at", "id"))


def correlated_spans(
    *, organization: Organization, integration_id: UUID, correlation_id: str, limit: int
) -> Sequence[MonitoringEvent]:
    """The first limit spans of an integration with this correlation id, oldest first."""
    spans = MonitoringEvent.objects.of(organization).filter(
        integration_id=integration_id, correlation_id=correlation_id
    )
    return list(spans.order_by("completed_at", "id")[:limit])


def configured_use_cases(organization: Organization, integration_id: UUID) -> frozenset[UUID]:
    """Those that still are; every other id is an unknown one."""
    use_cases = UseCase.objects.of(organization).filter(integration_id=integration_id)
    return frozenset(use_cases.values_list("pk", flat=True))


def _kind(wanted: SpanSearch, known: frozenset[UUID]) -> Kind:
    """What counters can tell of it."""
    only: dict[str, Sequence[object]] = {
        "sync_type": wanted.sync_types,
        "level": (wanted.level,) if wanted.level else (),
        "code": (wanted.code,) if wanted.code else (),
    }
    if wanted.use_case == UNKNOWN:
        return Kind(only, {"use_case_id": (NO_USE_CASE, *known)})
    use_cases = () if wanted.use_case is None else (wanted.use_case or NO_USE_CASE,)
    return Kind(only | {"use_case_id": use_cases}, {})


def _of_use_case(wanted: SpanSearch, known: frozenset[UUID]) -> Q:
    if wanted.use_case is None:
        return Q()
    if wanted.use_case == UNKNOWN:
        return Q(use_case_id__isnull=False) & ~Q(use_case_id__in=known)
    if wanted.use_case == GENERAL:
        return Q(use_case_id=None)
    return Q(use_case_id=wanted.use_case)


def _after(before: Position | None) -> Q:
    if before is None:
        return Q()
    completed_at, span_id = before
    return Q(completed_at__lt=completed_at) | Q(completed_at=completed_at, pk__lt=span_id)
