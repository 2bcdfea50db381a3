"""events_with_identifier: events whose payload's value was written as an identifier, and since when that is all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Final
from uuid import UUID

from django.db.models import Min, OuterRef, Q, QuerySet, Subquery

from hub.entities.keys import stored_key
from hub.entities.models import EntityKey, EntityKeyIndex
from hub.errors import Invalid
from inbound.configuration import InboundConfiguration, parse_configuration
from inbound.configuration.sources import FromExpression, FromPath
from inbound.payload_search.wanted import plain_path
from inbound.query import EventFilter
from integrations.models import Integration, UseCase, UseCaseType
from monitoring.models import MonitoringEvent

Attribute = tuple[str, str]
"""Schema and attribute."""
MOST_ENTITIES: Final = 100
MOST_SPANS: Final = 2_000
"""Steps of those entities that are read."""


def identifiers_at(organization_id: int, wanted: EventFilter, path: str) -> frozenset[Attribute]:
    """The identifiers that every inbound use case in question maps from this place; empty unless every one does.

    Two queries. An attribute whose index is still being built does not count.
    """
    plain = plain_path(path)
    mapped = [frozenset(_identifiers(one, plain)) for one in _configurations(organization_id, wanted)]
    if not mapped or not all(mapped):
        return frozenset()
    found = frozenset[Attribute]().union(*mapped)
    built = EntityKeyIndex.objects.filter(organization_id=organization_id, state=EntityKeyIndex.State.READY)
    return found if found <= set(built.values_list("schema", "attribute")) else frozenset()


def events_with_identifier(organization_id: int, attributes: frozenset[Attribute], value: str) -> frozenset[UUID]:
    """Events that wrote an entity which has this identifier; none where the index cannot tell of all: the entity is
    gone, or there are too many of them or of their steps. Two queries."""
    places = reduce(or_, (Q(schema=schema, attribute=attribute) for schema, attribute in sorted(attributes)))
    keys = EntityKey.objects.filter(places, organization_id=organization_id, value=stored_key(value))
    entities = list(keys.values_list("entity_id", flat=True)[: MOST_ENTITIES + 1])
    if not 0 < len(entities) <= MOST_ENTITIES:
        return frozenset()
    spans = MonitoringEvent.objects.filter(organization_id=organization_id, entity_id__in=entities)
    events = list(spans.exclude(event_id=None).values_list("event_id", flat=True)[: MOST_SPANS + 1])
    return frozenset(one for one in events if one) if len(events) <= MOST_SPANS else frozenset()


def steps_kept_since(organization_id: int, wanted: EventFilter) -> datetime | None:
    """When the oldest step ended that is kept of the integrations in question, None where none is: events that were
    received before may have been written though no step tells of it any more. One query, a row for each integration."""
    spans = MonitoringEvent.objects.filter(organization_id=organization_id, integration_id=OuterRef("pk"))
    oldest = Subquery(spans.order_by("completed_at", "id").values("completed_at")[:1])
    rows = Integration.objects.filter(organization_id=organization_id)
    if integrations := _integrations(wanted):
        rows = rows.filter(pk__in=integrations)
    moment: datetime | None = rows.aggregate(since=Min(oldest))["since"]
    return moment


def _integrations(wanted: EventFilter) -> frozenset[UUID]:
    return wanted.integration_ids | ({wanted.integration_id} if wanted.integration_id else set())


def _configurations(organization_id: int, wanted: EventFilter) -> Iterator[InboundConfiguration | None]:
    rows: QuerySet[UseCase] = UseCase.objects.filter(organization_id=organization_id, type=UseCaseType.INBOUND)
    integrations = _integrations(wanted)
    use_cases = wanted.use_case_ids | ({wanted.use_case_id} if wanted.use_case_id else set())
    if integrations:
        rows = rows.filter(integration_id__in=integrations)
    if use_cases:
        rows = rows.filter(pk__in=use_cases)
    for configuration in rows.values_list("configuration", flat=True):
        try:
            yield parse_configuration(configuration)
        except Invalid:
            yield None


def _identifiers(configuration: InboundConfiguration | None, plain: str) -> Iterator[Attribute]:
    for entry in configuration.entities if configuration else ():
        for field in () if entry.expression else entry.fields:
            source = field.source
            if field.attribute not in entry.unique_ids or field.special or field.enabled is not True:
                continue
            if isinstance(source, FromPath | FromExpression) and plain_path(source.text) == plain:
                yield entry.schema, field.attribute
