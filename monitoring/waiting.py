"""How many events wait in each lane, since when. The queue belongs to an app above, so its tables go by their names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Count, Min, QuerySet

from hub.accounts.models import Organization
from hub.ids import millis_of


@dataclass(frozen=True, slots=True)
class Waiting:
    """Events that were accepted and have not ended; oldest_at is when the first of them came."""

    events: int = 0
    oldest_at: datetime | None = None

    def __add__(self, other: Waiting) -> Waiting:
        moments = [moment for moment in (self.oldest_at, other.oldest_at) if moment]
        return Waiting(self.events + other.events, min(moments, default=None))


NOTHING = Waiting()


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits, by use case and by integration; a lane that use cases share counts for its integration only."""

    use_cases: dict[UUID, Waiting]
    integrations: dict[UUID, Waiting]

    def of_use_case(self, identifier: UUID | None) -> Waiting:
        """What waits for the use case itself."""
        return self.use_cases.get(identifier, NOTHING) if identifier else NOTHING

    def of_integration(self, identifier: UUID) -> Waiting:
        """What waits for all of the integration."""
        return self.integrations.get(identifier, NOTHING)


def read_backlog(organization: Organization) -> Backlog:
    """The queue as it is now, with three queries."""
    lanes = {
        lane_id: (integration_id, name)
        for lane_id, integration_id, name in _table("Lane")
        .filter(organization_id=organization.pk)
        .values_list("pk", "integration_id", "name")
    }
    backlog = Backlog({}, {})
    for lane_id, waiting in _by_lane(list(lanes)).items():
        integration_id, name = lanes[lane_id]
        _add(backlog.integrations, integration_id, waiting)
        use_case_id = _find_use_case(name)
        if use_case_id is not None:
            _add(backlog.use_cases, use_case_id, waiting)
    return backlog


def _by_lane(lane_ids: list[int]) -> dict[int, Waiting]:
    queue = _table("QueuedEvent")
    lengths = queue.filter(lane_id__in=lane_ids).values_list("lane_id").annotate(Count("pk"), Min("pk"))
    found = {lane_id: (events, head) for lane_id, events, head in lengths}
    heads = queue.filter(pk__in=[head for _, head in found.values()]).values_list("lane_id", "event_id")
    oldest = {lane_id: datetime.fromtimestamp(millis_of(event_id) / 1000, UTC) for lane_id, event_id in heads}
    return {lane_id: Waiting(events, oldest.get(lane_id)) for lane_id, (events, _) in found.items()}


def _add(sums: dict[UUID, Waiting], identifier: UUID, waiting: Waiting) -> None:
    sums[identifier] = sums.get(identifier, NOTHING) + waiting


def _find_use_case(name: str) -> UUID | None:
    """A lane of its own is called like its use case."""
    try:
        return UUID(name)
    except ValueError:
        return None


def _table(name: str) -> QuerySet[Any]:  # Any: a model of the app above
    rows: QuerySet[Any] = apps.get_model("inbound", name)._default_manager.order_by()
    return rows
