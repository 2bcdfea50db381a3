"""figures_of: how often the events of an organization were published lately, and when last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Subquery

from hub.accounts.models import Organization
from hub.events.models import CoreEvent, EventSwitch


@dataclass(frozen=True, slots=True)
class Fired:
    """count since the moment that was asked about; last_at: ever, as far as events are kept."""

    count: int = 0
    last_at: datetime | None = None


NEVER = Fired()


def figures_of(organization: Organization, since: datetime) -> Mapping[str, Fired]:
    """Name of an event → its figures; one query, an index probe per event. An event without a switch was never
    published, and is absent."""
    same = CoreEvent.objects.of(organization).filter(name=OuterRef("name"))
    counted = same.filter(occurred_at__gte=since).order_by().values("name").annotate(count=Count("pk")).values("count")
    last = same.order_by("-occurred_at").values("occurred_at")[:1]
    rows = EventSwitch.objects.of(organization).values_list("name", Subquery(counted), Subquery(last))
    return {name: Fired(count or 0, last_at) for name, count, last_at in rows}
