"""Acts on an app: mapping a component to an integration, and deleting the app; each asks first."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from hub.accounts.grants import Capability
from hub.errors import NotFound
from hub.web.access import page
from hub.web.asking import Question, ask
from hub.web.forms import sent
from hub.web.requests import HubRequest
from integrations.changes.app_mapping import AppComponent
from integrations.operations.app_mappings import delete_app_mapping, set_app_mapping
from integrations.queries import integrations_of
from integrations.ui.detail import author_of
from outbound.models import RegisteredApp
from outbound.registered_apps.operations import AppInUse, delete_app
from outbound.registered_apps.overview import SeenApp, SeenComponent, overview
from outbound.registered_apps.queries import get_mapped_app


class MappingForm(forms.Form):
    """Where events go that are addressed by a component."""

    integration = forms.ChoiceField(label=gettext_lazy("Events go to"), required=False)

    def __init__(self, request: HubRequest, mapped: UUID | None) -> None:
        super().__init__(sent(request), initial={"integration": str(mapped or "")})
        known = [(str(one.pk), one.name) for one in integrations_of(request.organization)]
        nowhere = ("", _("no integration: they are refused"))
        self.fields["integration"].choices = [nowhere, *known]  # type: ignore[attr-defined]  # a choice field has them


class DeleteForm(forms.Form):
    """Whether somebody has read that mappings go, too."""

    force = forms.BooleanField(required=False, widget=forms.HiddenInput)


@page(Capability.WRITE)
@require_http_methods(["GET", "POST"])
def map_component(request: HubRequest, app_id: UUID, component_id: UUID) -> HttpResponse:
    """Asks where events of the component go, then maps it there, or nowhere."""
    seen = _seen(request, app_id)
    one = component_in(seen, component_id)
    form = MappingForm(request, one.integration.pk if one.integration else None)
    if form.is_valid():
        _map(request, seen.app, one, form.cleaned_data["integration"])
        return redirect("outbound:app", app_id)
    named = {"name": one.component.name}
    question = Question(
        title=_("Where do events of %(name)s go?") % named,
        text=_("Events of the first version name an app and a component instead of an integration."),
        action=_("Map %(name)s") % named,
        back=address_of(seen.app),
        place=seen.app.name,
    )
    return ask(request, question, form)


@page(Capability.WRITE)
@require_http_methods(["GET", "POST"])
def remove_app(request: HubRequest, app_id: UUID) -> HttpResponse:
    """Asks, then deletes the app with what it still holds."""
    seen = _seen(request, app_id)
    form = DeleteForm(sent(request), initial={"force": bool(seen.integrations)})
    if form.is_valid():
        try:
            delete_app(author=author_of(request), app_id=app_id, force=form.cleaned_data["force"])
        except AppInUse:
            messages.warning(request, _("A component was mapped meanwhile. Look at what goes, then decide again."))
            return redirect("outbound:delete-app", app_id)
        messages.success(request, _("%(name)s is deleted.") % {"name": seen.app.name})
        return redirect("outbound:apps")
    return ask(request, _delete_question(seen), form)


def component_in(seen: SeenApp, component_id: UUID) -> SeenComponent:
    """The component; raises NotFound."""
    found = next((one for one in seen.components if one.component.component_id == component_id), None)
    if found is None:
        raise NotFound("The app has no such component.", code="COMPONENT_NOT_FOUND")
    return found


def address_of(app: RegisteredApp) -> str:
    """Its page."""
    return reverse("outbound:app", args=[app.app_id])


def _seen(request: HubRequest, app_id: UUID) -> SeenApp:
    [seen] = overview(request.organization, [get_mapped_app(organization=request.organization, app_id=app_id)])
    return seen


def _map(request: HubRequest, app: RegisteredApp, one: SeenComponent, integration_id: str) -> None:
    pair = AppComponent(app.app_id, one.component.component_id)
    if integration_id:
        mapping = set_app_mapping(
            author=author_of(request), integration_id=UUID(integration_id), component=pair, overwrite=True
        )
        named = {"name": one.component.name, "integration": mapping.integration.name}
        messages.success(request, _("Events of %(name)s go to %(integration)s.") % named)
    elif one.integration is not None:
        delete_app_mapping(author=author_of(request), integration_id=one.integration.pk, component=pair)
        messages.success(request, _("Events of %(name)s are refused from now on.") % {"name": one.component.name})


def _delete_question(seen: SeenApp) -> Question:
    named = {"name": seen.app.name}
    mapped = ", ".join(one.name for one in seen.integrations)
    return Question(
        title=_("Delete %(name)s?") % named,
        text=_(
            "Automations that call it fail from now on, events that are addressed by it are refused, and tokens that "
            "it still holds end. Past calls stay among the deliveries."
        ),
        action=_("Delete %(name)s") % named,
        keep=_("Keep it"),
        back=address_of(seen.app),
        place=seen.app.name,
        facts=[
            {"label": _("Components"), "value": ", ".join(one.component.name for one in seen.components)},
            {"label": _("Events go to"), "value": mapped or _("no integration")},
            {"label": _("Can be undone"), "value": _("no")},
        ],
        is_dangerous=True,
    )
