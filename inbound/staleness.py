"""staleness_of: which events a replay would run although newer ones have spoken since (engine rule 1.11)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import IsNull
from django.db.models.sql.compiler import SQLCompiler

from hub.database import walking_indexes
from monitoring.codes import Level
from monitoring.models import MonitoringEvent

Names = Sequence[str] | None
"""Attributes that a span brought; None is a deletion, which stands for every attribute of its entity."""


def brought_reading(external_id: str) -> str:
    """What a span says to have brought to a meter with a reading: a newer event about it overtakes this one, and
    spares the reading from prunes that were held before."""
    return f"reading {external_id}"


@dataclass(frozen=True, slots=True)
class Overtaken:
    """newer_event_id: the newest event that brought something the stale one brings, too; attributes: how many it
    has brought of those, 0 where the stale one deletes and names none."""

    newer_event_id: UUID
    attributes: int


@dataclass(frozen=True, slots=True)
class Staleness:
    """overtaken: the stale events. unknown: those of which no span names an entity, so that nobody can say: they
    never reached one, still wait, or their spans are no longer kept."""

    overtaken: Mapping[UUID, Overtaken]
    unknown: Set[UUID]


def staleness_of(*, organization_id: int, event_ids: Collection[UUID]) -> Staleness:
    """What is known about each of the events, with two queries whatever their number.

    An event is stale when a span of its own and one of the same lane with a higher order name an entity and an
    attribute alike, even if that one changed nothing. A replay has the order of its original: it overtakes what is
    older than that, and never the original. A span that failed overtakes nothing, for what it brought was not applied.
    """
    spans = MonitoringEvent.objects.filter(organization_id=organization_id)
    newest = _later(spans).order_by("-event_order").values("pk")[:1]
    own = spans.filter(event_id__in=event_ids, entity_id__isnull=False).annotate(newest_id=Subquery(newest))
    with walking_indexes():
        found = list(own.values_list("event_id", "attributes", "newest_id"))
    newer = spans.filter(pk__in={span_id for *_, span_id in found if span_id})
    newer_spans = {span.pk: span for span in newer.only("event_id", "event_order", "attributes")}
    met: dict[UUID, list[_Meeting]] = {}
    for event_id, names, span_id in found:
        if span_id in newer_spans:
            met.setdefault(event_id, []).append((names, newer_spans[span_id]))  # type: ignore[arg-type]  # found by it
    known = {event_id for event_id, *_ in found}
    return Staleness({event_id: _overtaken(meetings) for event_id, meetings in met.items()}, set(event_ids) - known)


_Meeting = tuple[Names, MonitoringEvent]
"""What a span of an event brought, and the newest span that brought some of it again."""


def _overtaken(meetings: Sequence[_Meeting]) -> Overtaken:
    newest = max((span for _, span in meetings), key=lambda span: (span.event_order, span.pk)).event_id
    shared = sum(_shared(names, span.attributes) for names, span in meetings if span.event_id == newest)
    return Overtaken(newest, shared)  # type: ignore[arg-type]  # a span of a lane has its event


def _shared(names: Names, newer: Names) -> int:
    if names is None:
        return 0
    return len(names if newer is None else set(names) & set(newer))


def _later(spans: QuerySet[MonitoringEvent]) -> QuerySet[MonitoringEvent]:
    """The spans that overtake the one of the outer query."""
    later = spans.filter(
        entity_id=OuterRef("entity_id"), lane_id=OuterRef("lane_id"), event_order__gt=OuterRef("event_order")
    ).exclude(level=Level.ERROR)
    deletes = Q(attributes__isnull=True) | Q(IsNull(OuterRef("attributes"), True))
    return later.filter(deletes | Q(_Shares(F("attributes"), OuterRef("attributes"))))


class _Shares(Func):
    """Whether two JSON lists of names have one in common; false where one of them is null."""

    output_field = BooleanField()
    arity = 2

    def as_postgresql(  # Any: the context of Django's own templates
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Any]:
        return self.as_sql(
            compiler,
            connection,
            template="jsonb_exists_any(%(expressions)s)))",
            arg_joiner=", ARRAY(SELECT jsonb_array_elements_text(",
            **context,
        )

    def as_sqlite(  # Any: as above
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Any]:
        return self.as_sql(
            compiler,
            connection,
            template="EXISTS (SELECT 1 FROM json_each(%(expressions)s) AS theirs USING (value))",
            arg_joiner=") AS ours JOIN json_each(",
            **context,
        )
