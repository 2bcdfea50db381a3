"""inlet_of: where the events of an integration go, and a command that sends one."""

from __future__ import annotations

from collections.abc import Sequence

from hub import clock
from hub.web.first_event import curl_for, inlet_url
from integrations.models import Integration, UseCase, UseCaseType
from integrations.ui.detail import Context


def inlet_of(integration: Integration, use_cases: Sequence[UseCase]) -> Context:
    """What integrations/_inlet.html shows. The command is for the first enabled use case that takes events."""
    takes_events = [one for one in use_cases if one.type == UseCaseType.INBOUND]
    chosen = next((one for one in takes_events if one.enabled), next(iter(takes_events), None))
    curl = ""
    if chosen:
        curl = curl_for(
            integration_id=str(integration.pk),
            slug=chosen.slug,
            configuration=chosen.configuration,
            at=clock.now(),
        )
    return {"inlet_url": inlet_url(), "curl": curl, "curl_use_case": chosen}
