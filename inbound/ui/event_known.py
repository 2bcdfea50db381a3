"""known_of: the entities and held prunes that an event's spans are about, which the spans name by id or not at all."""

from __future__ import annotations

from collections.abc import Sequence

from hub.accounts.models import Organization
from hub.entities.models import Entity
from hub.entities.read import title
from inbound.models import InboundEvent
from inbound.prunes.query import held_of_event
from inbound.ui.trace_prunes import is_pruned
from inbound.ui.trace_readings import is_of_readings
from inbound.ui.trace_steps import Known
from monitoring.models import MonitoringEvent

MOST_HELD = 200
"""Held prunes that the page of an event links: as many as its trace has rows."""


def known_of(organization: Organization, event: InboundEvent, spans: Sequence[MonitoringEvent]) -> Known:
    """With one query for entities and one for held prunes, each only where a span asks for it."""
    ids = {span.entity_id for span in spans if span.entity_id and (is_pruned(span) or is_of_readings(span))}
    entities = Entity.objects.of(organization).filter(pk__in=ids) if ids else ()
    has_held = any(span.code == "PRUNE_HELD" for span in spans)
    held = held_of_event(organization=organization, event=event, limit=MOST_HELD) if has_held else ()
    return Known({entity.pk: title(entity, organization) for entity in entities}, held)
