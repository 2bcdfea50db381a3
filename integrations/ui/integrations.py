"""The list of integrations; one integration: use cases, connection, settings; creating and deleting one."""

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
from hub.accounts.models import ApiToken
from hub.errors import HubError
from hub.web.access import fresh, may, page
from hub.web.asking import Question, ask
from hub.web.first_event import curl_for, inlet_url
from hub.web.forms import sent, show_refusal
from hub.web.requests import HubRequest
from integrations.changes.integration import IntegrationChanges
from integrations.connectors import advice_on_connector
from integrations.figures import NOTHING, read_figures
from integrations.models import Integration, UseCase, UseCaseType
from integrations.operations.author import IntegrationProtected
from integrations.operations.integrations import create_integration, delete_integration, update_integration
from integrations.queries import get_integration, integrations_of, use_cases_of
from integrations.ui.detail import author_of, frame_of
from integrations.ui.forms import IntegrationForm
from integrations.ui.types import TYPES, WITH_EVENTS


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
    """A form, then the page of the new integration."""
    form = IntegrationForm(sent(request))
    if form.is_valid():
        try:
            changes = IntegrationChanges.parse(form.as_json(), needs_name=True)
            integration = create_integration(author=author_of(request), changes=changes)
        except HubError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("%(name)s is created.") % {"name": integration.name})
            return redirect("integrations:detail", integration.pk)
    status = 422 if form.is_bound else 200
    return render(request, "integrations/new.html", {"form": form}, status=status)


@page(Capability.READ)
@require_safe
def detail(request: HubRequest, integration_id: UUID) -> HttpResponse:
    """The use cases of one integration, with their figures and the inlet beside them."""
    integration = get_integration(organization=request.organization, integration_id=integration_id)
    use_cases, at = list(use_cases_of(integration)), clock.now()
    figures = read_figures(organization=request.organization, at=at)
    context = frame_of(request, integration, tab="use-cases", use_cases=len(use_cases)) | {
        "rows": [(use_case, figures.get(use_case.pk, NOTHING)) for use_case in use_cases],
        "figure": figures.get(integration.pk, NOTHING),
        "with_events": WITH_EVENTS.intersection(one.type for one in use_cases),
        "has_outbound": any(one.type == UseCaseType.OUTBOUND for one in use_cases),
        **_inlet(integration, use_cases),
    }
    return render(request, "integrations/detail.html", context)


@page(Capability.READ)
@require_safe
def connection(request: HubRequest, integration_id: UUID) -> HttpResponse:
    """How the ERP reaches the integration: address, ids, a command to try, tokens."""
    integration = get_integration(organization=request.organization, integration_id=integration_id)
    use_cases = list(use_cases_of(integration))
    tokens = ApiToken.objects.of(request.organization).filter(revoked_at__isnull=True).order_by("name", "pk")
    reaching = [token for token in tokens if not token.integration_ids or str(integration.pk) in token.integration_ids]
    context = frame_of(request, integration, tab="connection", use_cases=len(use_cases))
    names = [(_("Integration id"), str(integration.pk)), *((TYPES[one.type].label, one.slug) for one in use_cases)]
    facts = [{"label": label, "value": value, "mono": True, "copyable": True} for label, value in names]
    context |= {"tokens": reaching, "facts": facts, **_inlet(integration, use_cases)}
    return render(request, "integrations/connection.html", context)


@page(Capability.READ, writes=Capability.WRITE)
@require_http_methods(["GET", "POST"])
def settings(request: HubRequest, integration_id: UUID) -> HttpResponse:
    """Name, description, type and protection; read only for those who may not change them."""
    integration = get_integration(organization=request.organization, integration_id=integration_id)
    form = IntegrationForm(sent(request), initial=IntegrationForm.initial_of(integration))
    if form.is_valid():
        try:
            changes = IntegrationChanges.parse(form.as_json(), needs_name=True)
            saved = update_integration(author=author_of(request), integration_id=integration.pk, changes=changes)
        except HubError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Settings of %(name)s are saved.") % {"name": form.cleaned_data["name"]})
            for one in advice_on_connector(saved.connector_config):
                messages.warning(request, f"{one.path}: {one.message}")
            return redirect("integrations:settings", integration.pk)
    context = frame_of(request, integration, tab="settings", use_cases=use_cases_of(integration).count())
    return render(request, "integrations/settings.html", context | {"form": form}, status=422 if form.is_bound else 200)


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


def _inlet(integration: Integration, use_cases: list[UseCase]) -> dict[str, object]:
    """Where events go, and a command that sends one to the first use case that takes any."""
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
