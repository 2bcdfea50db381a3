"""places: the automations whose expressions read variables."""

from __future__ import annotations

from hub.environments.uses import Place, mentioned_in
from outbound.models import Automation


def places(organization_id: int) -> list[Place]:
    """A function of ENVIRONMENT_USES. One query."""
    automations = Automation.objects.filter(organization_id=organization_id).order_by("created_at", "id")
    return [_place_of(automation) for automation in automations]


def _place_of(automation: Automation) -> Place:
    mentioned = mentioned_in(automation.configuration)
    return Place("automation", automation.name, "outbound:automation", (automation.pk,), mentioned)
