"""Applying and dismissing what waits in an entity: both values are shown first, then somebody says yes."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from hub.accounts.grants import Capability
from hub.entities.changesets import EditMode, changesets_in
from hub.entities.deciding import LONGEST_REASON, Parked, apply_changeset, dismiss_changeset
from hub.entities.models import Entity
from hub.entities.read import get_entity, title
from hub.errors import HubError
from hub.json_types import JSONObject
from hub.web.access import page
from hub.web.asking import Question, ask
from hub.web.entities.forms.pages import editor_of
from hub.web.entities.sentences import value_text
from hub.web.entities.taken import told
from hub.web.forms import sent
from hub.web.requests import HubRequest

APPLY: Final = "apply"


class WhyForm(forms.Form):
    """Why, if they say so; expected is the version of the entity that the person saw."""

    reason = forms.CharField(
        label=gettext_lazy("Reason (optional), goes to the audit trail"),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    expected = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


@page(Capability.ENTITY_EDIT)
@require_http_methods(["GET", "POST"])
def decide(request: HubRequest, schema: str, entity_id: UUID, attribute: str, act: str) -> HttpResponse:
    """Asks, then applies or dismisses; back to the entity where nothing waits any more."""
    entity = get_entity(organization=request.organization, schema=schema, entity_id=entity_id)
    changeset = changesets_in(entity.attributes).get(attribute)
    if changeset is None:
        messages.info(request, _("Nothing waits in %(name)s any more.") % {"name": attribute})
        return _back(request, entity)
    form = WhyForm(sent(request), initial={"expected": entity.version})
    if form.is_valid():
        parked = Parked(schema, entity_id, attribute, form.cleaned_data["expected"])
        return _decided(request, parked, act, form.cleaned_data["reason"])
    return ask(request, _question(request, entity, attribute, changeset, act), form)


def _back(request: HubRequest, entity: Entity) -> HttpResponse:
    """The page of the entity, whatever part of it asked."""
    address = reverse("web:entity", args=[entity.schema, entity.pk])
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)


def _decided(request: HubRequest, parked: Parked, act: str, reason: str) -> HttpResponse:
    how = apply_changeset if act == APPLY else dismiss_changeset
    try:
        how(editor=editor_of(request), parked=parked, reason=reason)
    except HubError as error:
        messages.error(request, told(request, error))
    else:
        said = _("%(name)s has the proposed value.") if act == APPLY else _("The proposal for %(name)s is dismissed.")
        messages.success(request, said % {"name": parked.attribute})
    return redirect("web:entity", parked.schema, parked.entity_id)


def _question(request: HubRequest, entity: Entity, attribute: str, changeset: JSONObject, act: str) -> Question:
    texts = _applying(changeset) if act == APPLY else _dismissing()
    named = title(entity, request.organization)
    return Question(
        title=texts[0] % {"name": attribute, "title": named},
        text=texts[1],
        action=texts[2] % {"name": attribute},
        back=reverse("web:entity", args=[entity.schema, entity.pk]),
        place=named,
        facts=[
            {"label": _("Proposed"), "value": value_text(changeset.get("value"))},
            {"label": _("Present"), "value": value_text(entity.attributes.get(attribute))},
        ],
    )


def _applying(changeset: JSONObject) -> tuple[str, str, str]:
    waits_for_erp = changeset.get("edit_mode") == EditMode.EXTERNAL
    text = (
        _("The proposed value is stored now, without waiting for the ERP. The next event may write another one.")
        if waits_for_erp
        else _("The proposed value is stored now.")
    )
    return _("Apply what is proposed for %(name)s of %(title)s?"), text, _("Apply to %(name)s")


def _dismissing() -> tuple[str, str, str]:
    text = _("The proposal is given up and the present value stays; the history keeps what was proposed.")
    return _("Dismiss what is proposed for %(name)s of %(title)s?"), text, _("Dismiss proposal for %(name)s")
