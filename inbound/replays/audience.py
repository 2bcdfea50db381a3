"""heard_of: the core events that a replay may publish, and who would get them, as earlier runs suggest.

A dry run says what would really go out, for the first events; this looks at many and maps none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Count, OuterRef, QuerySet, Subquery

from hub.accounts.models import Organization
from hub.entities.models import Entity
from hub.events.audience import Listener, audience_of
from hub.events.definitions import Event, events_at
from hub.events.reading_events import EVENT as READING_ADDED
from monitoring.models import MonitoringEvent

OF_READINGS: Final = "meter_reading"
"""sync_type of spans about readings."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A core event with those who get it. at_most: so many of it, if every change that runs made before were made
    again; each goes to every listener."""

    name: str
    at_most: int
    listeners: Sequence[Listener]

    @property
    def deliveries(self) -> int:
        """How many deliveries there would be at most."""
        return self.at_most * len(self.listeners)


def heard_of(organization: Organization, event_ids: Sequence[UUID]) -> list[Heard]:
    """Those that somebody listens to, in the order of the catalogue; half a dozen queries, whatever the number."""
    spans = MonitoringEvent.objects.filter(
        organization_id=organization.pk, event_id__in=event_ids, entity_id__isnull=False
    )
    readings = spans.filter(sync_type=OF_READINGS).count()
    touched = _by_schema(spans.exclude(sync_type=OF_READINGS))
    audience = audience_of(organization) if readings or touched else {}
    events = events_at(organization.pk, organization.config_version).values() if audience else ()
    counted = ((event.name, _most(event, touched, readings)) for event in events if _is_automatic(event))
    return [Heard(name, most, audience[name]) for name, most in counted if most and audience.get(name)]


def _by_schema(spans: QuerySet[MonitoringEvent]) -> Mapping[str, int]:
    schema = Subquery(Entity.objects.filter(pk=OuterRef("entity_id")).values("schema")[:1])
    rows = spans.annotate(schema=schema).order_by().values_list("schema").annotate(count=Count("pk"))
    return {name: count for name, count in rows if name}


def _is_automatic(event: Event) -> bool:
    return event.is_published and event.switch.auto_trigger


def _most(event: Event, touched: Mapping[str, int], readings: int) -> int:
    if event.name == READING_ADDED:
        return readings
    trigger = event.definition.trigger
    return sum(touched.get(schema, 0) for schema in trigger.schemas) if trigger else 0
