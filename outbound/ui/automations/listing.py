"""The list of automations, and of the outbound use cases that act as triggers."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hub import clock
from hub.accounts.grants import Capability
from hub.accounts.models import Organization
from hub.web.access import may, page
from hub.web.requests import HubRequest
from integrations.models import UseCase, UseCaseType
from outbound.automations.figures import Figure, figures_of
from outbound.automations.queries import configuration_of
from outbound.subscriptions import configuration_of as outbound_configuration_of
from outbound.ui.automations.words import steps_in_words, trigger_in_words


@dataclass(frozen=True, slots=True)
class Row:
    """One automation of the list, in words."""

    figure: Figure
    trigger: str
    steps: str


@dataclass(frozen=True, slots=True)
class TriggerRow:
    """One outbound use case: it delivers an event where its filter lets it through, as a trigger does."""

    use_case: UseCase
    event_name: str
    event_filter: str


@page(Capability.AUTOMATION_VIEW)
@require_safe
def automation_list(request: HubRequest) -> HttpResponse:
    """Every automation with its last run, and the triggers that integrations have."""
    context = {
        "rows": [_row(figure) for figure in figures_of(organization=request.organization, at=clock.now())],
        "triggers": _triggers(request.organization) if may(request, Capability.READ) else [],
        "may_edit": may(request, Capability.AUTOMATION_MANAGE),
    }
    return render(request, "outbound/automations/list.html", context)


def _row(figure: Figure) -> Row:
    configuration = configuration_of(figure.automation)
    return Row(figure, trigger_in_words(configuration), steps_in_words(configuration))


def _triggers(organization: Organization) -> list[TriggerRow]:
    """One query."""
    use_cases = UseCase.objects.of(organization).filter(type=UseCaseType.OUTBOUND).select_related("integration")
    found = [(one, outbound_configuration_of(one)) for one in use_cases.order_by("created_at", "id")]
    return [TriggerRow(one, what.event_catalog_event, what.event_filter or "") for one, what in found if what]
