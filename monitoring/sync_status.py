"""sync_states: when each integration last brought an entity, and when it last changed something (api.md A.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Max, QuerySet

from hub.accounts.models import Organization
from hub.entities.models import Entity
from monitoring.codes import Level
from monitoring.models import MonitoringEvent

OPERATIONS: Final = {
    "ENTITY_CREATED": "create",
    "ENTITY_UPDATED": "patch",
    "ENTITY_DELETED": "delete",
    "ENTITY_NO_OP": "no-op",
}
"""Code of a span → what was done to the entity."""
READING_OPERATIONS: Final = {"METER_READING_UPSERTED": "upsert", "METER_READING_DELETED": "delete"}
"""The same of its meter readings."""
UNCHANGED: Final = "ENTITY_NO_OP"


@dataclass(frozen=True, slots=True)
class Sync:
    """The last thing that an integration did."""

    at: datetime
    operation: str
    event_id: UUID | None
    use_case_id: UUID | None


@dataclass(frozen=True, slots=True)
class SyncState:
    """What one integration did with the entity. entity: its last operation, None where it only brought readings."""

    integration_id: UUID
    entity: Sync | None
    last_changed_at: datetime | None
    readings: Sync | None


@dataclass(frozen=True, slots=True)
class SyncStates:
    """Those of one entity, the integration that was last first; schema is empty for an unknown entity."""

    schema: str
    states: list[SyncState]


def sync_states(*, organization: Organization, entity_id: UUID, integration_id: UUID | None = None) -> SyncStates:
    """Read from spans, so as far back as these are kept; at most six queries. Another's entity is an unknown one."""
    schema = Entity.objects.of(organization).filter(pk=entity_id).values_list("schema", flat=True).first()
    if schema is None:
        return SyncStates("", [])
    spans = MonitoringEvent.objects.of(organization).filter(entity_id=entity_id, level=Level.SUCCESS)
    if integration_id:
        spans = spans.filter(integration_id=integration_id)
    entity = _last(spans, OPERATIONS)
    readings = _last(spans, READING_OPERATIONS)
    changed = dict(_newest(spans.filter(code__in=OPERATIONS.keys() - {UNCHANGED})))
    states = [
        SyncState(integration, entity.get(integration), changed.get(integration), readings.get(integration))
        for integration in entity.keys() | readings.keys()
    ]
    return SyncStates(schema, sorted(states, key=_latest, reverse=True))


def _last(spans: QuerySet[MonitoringEvent], operations: Mapping[str, str]) -> dict[UUID, Sync]:
    """By integration. Of spans that ended at once the one that was written last counts."""
    done = spans.filter(code__in=operations)
    moments = dict(_newest(done))
    last = done.filter(integration_id__in=moments, completed_at__in=moments.values()).order_by("completed_at", "pk")
    rows = last.values_list("integration_id", "completed_at", "code", "event_id", "use_case_id")
    return {
        integration: Sync(at, operations[code], event_id, use_case_id)
        for integration, at, code, event_id, use_case_id in rows
        if at == moments[integration]
    }


def _newest(spans: QuerySet[MonitoringEvent]) -> Iterable[tuple[UUID, datetime]]:
    return spans.order_by().values_list("integration_id").annotate(at=Max("completed_at"))


def _latest(state: SyncState) -> datetime:
    return max(sync.at for sync in (state.entity, state.readings) if sync)
