"""places: the events an organization has defined whose expressions read variables."""

from __future__ import annotations

from hub.environments.uses import Place, mentioned_in
from hub.events.models import CustomEvent


def places(organization_id: int) -> list[Place]:
    """A function of ENVIRONMENT_USES; deprecated events, which are not published any more, do not count. One query."""
    events = CustomEvent.objects.filter(organization_id=organization_id).order_by("created_at", "pk")
    return [_place_of(event) for event in events.exclude(status=CustomEvent.Status.DEPRECATED)]


def _place_of(event: CustomEvent) -> Place:
    return Place("core event", event.name, "web:core-event", (event.name,), mentioned_in(event.definition))
