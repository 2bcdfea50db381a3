"""read_backlog: how many events wait in the lanes of an organization, since when; monitoring shows it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Count, Min

from hub.accounts.models import Organization
from hub.ids import millis_of
from inbound.lanes import SHARED
from inbound.models import Lane, QueuedEvent
from monitoring.waiting import NOTHING, Backlog, Waiting


def read_backlog(*, organization: Organization) -> Backlog:
    """The queue as it is now, with three queries."""
    lanes = {
        lane_id: (integration_id, name)
        for lane_id, integration_id, name in Lane.objects.of(organization).values_list("pk", "integration_id", "name")
    }
    backlog = Backlog({}, {})
    for lane_id, waiting in _by_lane(list(lanes)).items():
        integration_id, name = lanes[lane_id]
        _add(backlog.integrations, integration_id, waiting)
        if not name.startswith(SHARED):
            _add(backlog.use_cases, UUID(name), waiting)
    return backlog


def _by_lane(lane_ids: list[int]) -> dict[int, Waiting]:
    lengths = (
        QueuedEvent.objects.order_by()
        .filter(lane_id__in=lane_ids)
        .values_list("lane_id")
        .annotate(Count("pk"), Min("pk"))
    )
    found = {lane_id: (events, head) for lane_id, events, head in lengths}
    heads = QueuedEvent.objects.filter(pk__in=[head for _, head in found.values()]).values_list("lane_id", "event_id")
    oldest = {lane_id: datetime.fromtimestamp(millis_of(event_id) / 1000, UTC) for lane_id, event_id in heads}
    return {lane_id: Waiting(events, oldest.get(lane_id)) for lane_id, (events, _) in found.items()}


def _add(sums: dict[UUID, Waiting], identifier: UUID, waiting: Waiting) -> None:
    sums[identifier] = sums.get(identifier, NOTHING) + waiting
