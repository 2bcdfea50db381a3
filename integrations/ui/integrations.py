"""The list of integrations; one integration with its use cases; creating and deleting one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hub import clock
from hub.accounts.grants import Capability
from hub.errors import HubError
from hub.web.access import fresh, may, page
from hub.web.asking import Question, ask
from hub.web.forms import sent, show_refusal
from hub.web.requests import HubRequest
from integrations.changes.integration import IntegrationChanges
from integrations.figures import NOTHING, read_figures
from integrations.models import IntegrationType, UseCaseType
from integrations.operations.author import IntegrationProtected
from integrations.operations.integrations import create_integration, delete_integration
from integrations.queries import get_integration, integrations_of, use_cases_of
from integrations.ui.connection.facts import calls_of
from integrations.ui.detail import author_of, frame_of
from integrations.ui.forms import IntegrationForm
from integrations.ui.inlet import inlet_of
from integrations.ui.types import WITH_EVENTS


@page(Capability.READ)
@require_safe
def integration_list(request: HubRequest) -> HttpResponse:
    """Every integration with its figures of 24 hours, oldest first."""
    counted = integrations_of(request.organization).annotate(
        use_case_count=Count("use_cases"), enabled_count=Count("use_cases", filter=Q(use_cases__enabled=True))
    )
    figures = read_figures(organization=request.organization, at=clock.now())
    rows = [(integration, figures.get(integration.pk, NOTHING)) for integration in counted]
    return render(request, "integrations/list.html", {"rows": rows, "may_edit": may(request, Capability.WRITE)})


@page(Capability.WRITE)
@require_http_methods(["GET", "POST"])
def new_integration(request: HubRequest) -> HttpResponse:
    """A form, then the page of the new integration; for a connector the form that asks where its calls go."""
    form = IntegrationForm(sent(request))
    if form.is_valid():
        try:
            changes = IntegrationChanges.parse(form.as_json(), needs_name=True)
            integration = create_integration(author=author_of(request), changes=changes)
        except HubError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("%(name)s is created.") % {"name": integration.name})
            is_connector = integration.integration_type == IntegrationType.CONNECTOR
            return redirect(f"integrations:{'edit-connection' if is_connector else 'detail'}", integration.pk)
    status = 422 if form.is_bound else 200
    return render(request, "integrations/new.html", {"form": form}, status=status)


@page(Capability.READ)
@require_safe
def detail(request: HubRequest, integration_id: UUID) -> HttpResponse:
    """The use cases of one integration, with their figures; beside them the inlet, or where a connector calls."""
    integration = get_integration(organization=request.organization, integration_id=integration_id)
    use_cases, at = list(use_cases_of(integration)), clock.now()
    figures = read_figures(organization=request.organization, at=at)
    context = frame_of(request, integration, tab="use-cases", use_cases=len(use_cases)) | {
        "rows": [(use_case, figures.get(use_case.pk, NOTHING)) for use_case in use_cases],
        "figure": figures.get(integration.pk, NOTHING),
        "with_events": WITH_EVENTS.intersection(one.type for one in use_cases),
        "has_outbound": any(one.type == UseCaseType.OUTBOUND for one in use_cases),
        **inlet_of(integration, use_cases),
    }
    is_connector = integration.integration_type == IntegrationType.CONNECTOR
    if is_connector and all(one.type != UseCaseType.INBOUND for one in use_cases):
        context |= {"only_calls": True, **calls_of(request, integration.connector_config or {})}
    return render(request, "integrations/detail.html", context)


@page(Capability.WRITE)
@require_http_methods(["GET", "POST"])
@fresh
def delete(request: HubRequest, integration_id: UUID) -> HttpResponse:
    """Asks, then deletes the integration with its use cases."""
    integration = get_integration(organization=request.organization, integration_id=integration_id)
    if integration.protected:
        raise IntegrationProtected(_("%(name)s is protected. Take the protection away first.") % {"name": integration})
    if request.method == "POST":
        delete_integration(author=author_of(request), integration_id=integration.pk)
        messages.success(request, _("%(name)s is deleted.") % {"name": integration.name})
        return redirect("integrations:list")
    use_cases = use_cases_of(integration).count()
    question = Question(
        title=_("Delete %(name)s?") % {"name": integration.name},
        text=_(
            "Its use cases and their versions go with it. Events that wait for them end as errors. "
            "Stored events and entities stay."
        ),
        action=_("Delete %(name)s") % {"name": integration.name},
        keep=_("Keep it"),
        back=reverse("integrations:settings", args=[integration.pk]),
        place=integration.name,
        facts=[{"label": _("Use cases"), "value": use_cases}, {"label": _("Can be undone"), "value": _("no")}],
        is_dangerous=True,
    )
    return ask(request, question)
