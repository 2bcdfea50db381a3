"""Calling a component by hand: about an entity, as an automation would, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from hub import clock
from hub.accounts.audit import actor_of
from hub.accounts.grants import Capability
from hub.accounts.models import Organization
from hub.entities.documents import document_of
from hub.entities.models import Entity
from hub.errors import HubError, NotFound
from hub.ids import new_id, to_text
from hub.web import once
from hub.web.access import page
from hub.web.forms import sent
from hub.web.requests import HubRequest
from outbound.actions.taking import ActionKey, Taken
from outbound.models import DELIVERY_PREFIX
from outbound.registered_apps.calling import ComponentCall, call_component
from outbound.registered_apps.overview import overview
from outbound.registered_apps.queries import get_mapped_app
from outbound.ui.apps.acts import component_in
from outbound.ui.apps.form import JSONObjectField

BY_HAND: Final = "by-hand"
"""The action of a run that no automation has."""
OFFERED: Final = 20
"""Entities that were changed last."""


class CallForm(forms.Form):
    """About which entity, and what the step of an automation would have set."""

    entity_id = forms.CharField(
        label=gettext_lazy("Entity id"),
        max_length=64,
        help_text=gettext_lazy("Whom the call is about; those that changed last are offered."),
        widget=forms.TextInput(attrs={"class": "ih-mono", "list": "entities", "autocomplete": "off"}),
    )
    action_config = JSONObjectField(label=gettext_lazy("What the step sets"), required=False, strip=False)


@page(Capability.SEND)
@require_http_methods(["GET", "POST"])
def try_component(request: HubRequest, app_id: UUID, component_id: UUID) -> HttpResponse:
    """A form; then what became of the call, which is a real one. A reload calls nothing."""
    organization = request.organization
    [seen] = overview(organization, [get_mapped_app(organization=organization, app_id=app_id)])
    one, form, taken = component_in(seen, component_id), CallForm(sent(request)), None
    if not one.is_action:
        raise NotFound("Only an automation action can be called.", code="COMPONENT_NOT_CALLABLE")
    if form.is_valid():
        if not once.take(request):
            messages.warning(request, _("This was sent before. Its call stands among the last calls."))
            return redirect("outbound:app", app_id)
        taken = _called(request, form, app_id, component_id)
    context = {
        "app": seen.app,
        "one": one,
        "form": form,
        "taken": taken,
        "delivery_id": to_text(DELIVERY_PREFIX, taken.delivery.id) if taken else "",
        "offered": _offered(organization),
        "mark_field": once.FIELD,
        "mark": once.mark_of(request),
    }
    return render(request, "outbound/apps/call.html", context, status=422 if form.is_bound and taken is None else 200)


def _called(request: HubRequest, form: CallForm, app_id: UUID, component_id: UUID) -> Taken | None:
    """None after a refusal, which then stands in the form."""
    call = ComponentCall(
        app_id=app_id,
        component_id=component_id,
        key=ActionKey(f"{BY_HAND}-{new_id()}", BY_HAND),
        entity_id=form.cleaned_data["entity_id"].strip(),
        config=form.cleaned_data["action_config"] or {},
    )
    actor = actor_of(request.principal, request)
    try:
        return call_component(organization=request.organization, call=call, actor=actor, at=clock.now())
    except HubError as error:
        form.add_error("entity_id" if error.code == "ENTITY_NOT_FOUND" else None, error.message)
    return None


def _offered(organization: Organization) -> Sequence[tuple[str, str]]:
    """Ids and titles of the entities that changed last; one query."""
    newest = Entity.objects.of(organization).filter(deleted_at__isnull=True).order_by("-updated_at", "-id")[:OFFERED]
    return [(str(one.pk), f"{one.schema}: {document_of(one, organization)['_title']}") for one in newest]
