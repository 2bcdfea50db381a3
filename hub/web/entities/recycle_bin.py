"""The recycle bin of a schema; and deleting, restoring and purging one entity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hub.accounts.grants import Capability
from hub.entities.editing import delete_entity, restore_entity
from hub.entities.models import Entity
from hub.entities.query.sql import statements
from hub.entities.read import get_entity, title
from hub.entities.recycle_bin import BinPosition, deletions, list_deleted
from hub.entities.retention_kinds import BIN_KEPT
from hub.entities.schemas.book import book_of
from hub.errors import HubError
from hub.web.access import may, page
from hub.web.asking import Question, ask
from hub.web.entities.attributes import short_text
from hub.web.entities.authors import Origin, origins_of
from hub.web.entities.finding import PAGE_SIZE
from hub.web.entities.forms.pages import editor_of
from hub.web.entities.taken import told
from hub.web.forms import sent
from hub.web.requests import HubRequest

REFERRERS_COUNTED = 25


@dataclass(frozen=True, slots=True)
class Binned:
    """An entity in the bin; origin: the change that put it there, None where its history is removed.

    identifiers tell it from others of its title; until: when it is purged, unless somebody restores it.
    """

    entity: Entity
    title: str
    origin: Origin | None
    identifiers: str
    until: datetime


class ConfirmationForm(forms.Form):
    """The name of what is to be purged, typed by hand."""

    confirmation = forms.CharField(strip=True, widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, data: object, *, expected: str) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # what a request sent, or None
        self.expected = expected
        self.fields["confirmation"].label = _("Type “%(name)s” to confirm") % {"name": expected}

    def clean_confirmation(self) -> str:
        """Refuses anything but the name."""
        typed = " ".join(str(self.cleaned_data["confirmation"]).split())
        if typed != self.expected:
            raise ValidationError(_("This is not “%(name)s”. Nothing was purged.") % {"name": self.expected})
        return typed


@page(Capability.ENTITY_VIEW)
@require_safe
def bin_page(request: HubRequest, schema: str) -> HttpResponse:
    """What is in the recycle bin, last deleted first."""
    after = request.GET.get("after", "")
    listed = list_deleted(organization=request.organization, schema=schema, limit=PAGE_SIZE, after=position_of(after))
    made = deletions(organization=request.organization, entities=listed.entities)
    origins = origins_of(request.organization, made.values())
    definition = book_of(request.organization).schema_of(schema)
    rows = [
        Binned(
            one,
            title(one, request.organization),
            origins[made[one.pk].pk] if one.pk in made else None,
            ", ".join(text for name in definition.identifiers if (text := short_text(one.attributes.get(name)))),
            (one.deleted_at or one.updated_at) + BIN_KEPT,
        )
        for one in listed.entities
    ]
    context = {
        "schema": definition,
        "rows": rows,
        "older": cursor_of(listed.next),
        "is_later": bool(after),
        "may_restore": may(request, Capability.ENTITY_EDIT),
        "may_purge": may(request, Capability.ENTITY_DELETE),
    }
    return render(request, "entities/bin.html", context)


@page(Capability.ENTITY_EDIT)
@require_POST
def restore(request: HubRequest, schema: str, entity_id: UUID) -> HttpResponse:
    """Takes the entity out of the bin as it was."""
    get_entity(organization=request.organization, schema=schema, entity_id=entity_id)
    try:
        written = restore_entity(editor=editor_of(request), schema=schema, entity_id=entity_id, expected=None)
    except HubError as error:
        messages.error(request, told(request, error))
    else:
        messages.success(request, _("%(title)s is restored.") % {"title": title(written.entity, request.organization)})
    return redirect("web:entity", schema, entity_id)


@page(Capability.ENTITY_DELETE)
@require_http_methods(["GET", "POST"])
def delete(request: HubRequest, schema: str, entity_id: UUID) -> HttpResponse:
    """Asks, then puts the entity into the bin."""
    entity = get_entity(organization=request.organization, schema=schema, entity_id=entity_id)
    named, address = title(entity, request.organization), reverse("web:entity", args=[schema, entity_id])
    if request.method == "POST":
        delete_entity(editor=editor_of(request), schema=schema, entity_id=entity_id, expected=None, is_purge=False)
        messages.success(request, _("%(title)s is in the recycle bin.") % {"title": named})
        return redirect(address)
    question = Question(
        title=_("Delete %(title)s?") % {"title": named},
        text=_(
            "It goes to the recycle bin with its history and can be restored from there. An event with its "
            "identifiers brings it back, too."
        ),
        action=_("Delete %(title)s") % {"title": named},
        keep=_("Keep it"),
        back=address,
        place=named,
        facts=[_referrers_fact(entity)],
        is_dangerous=True,
    )
    return ask(request, question)


@page(Capability.ENTITY_DELETE)
@require_http_methods(["GET", "POST"])
def purge(request: HubRequest, schema: str, entity_id: UUID) -> HttpResponse:
    """Asks for the name, then removes the entity and its history for good."""
    entity = get_entity(organization=request.organization, schema=schema, entity_id=entity_id)
    named = title(entity, request.organization)
    form = ConfirmationForm(sent(request), expected=" ".join(named.split()))
    if form.is_valid():
        delete_entity(editor=editor_of(request), schema=schema, entity_id=entity_id, expected=None, is_purge=True)
        messages.success(request, _("%(title)s is removed for good.") % {"title": named})
        return redirect("web:entity-bin", schema)
    question = Question(
        title=_("Remove %(title)s for good?") % {"title": named},
        text=_(
            "Its attributes and its whole history are removed at once and cannot be brought back. Relations of other "
            "entities that lead to it lead nowhere from then on. One line stays that says who purged it and when."
        ),
        action=_("Remove %(title)s for good") % {"title": named},
        keep=_("Keep it"),
        back=reverse("web:entity", args=[schema, entity_id]),
        place=named,
        facts=[
            {"label": _("Versions in its history"), "value": entity.version},
            _referrers_fact(entity),
            {"label": _("Can be undone"), "value": _("no")},
        ],
        is_dangerous=True,
    )
    return ask(request, question, form)


def _referrers_fact(entity: Entity) -> dict[str, object]:
    rows = statements().referrers(entity.organization_id, str(entity.pk), None, REFERRERS_COUNTED + 1)
    count = f"{REFERRERS_COUNTED}+" if len(rows) > REFERRERS_COUNTED else str(len(rows))
    return {"label": _("Entities that point at it"), "value": count}


def cursor_of(position: BinPosition | None) -> str:
    """The place as text in an address; empty for none."""
    return f"{position.deleted_at.isoformat()}~{position.entity_id}" if position else ""


def position_of(cursor: str) -> BinPosition | None:
    """The place that a cursor names, or None for a text that is none."""
    moment, _tilde, identifier = cursor.partition("~")
    try:
        at = parse_datetime(moment)
        return BinPosition(at, UUID(identifier)) if at and at.tzinfo else None
    except ValueError:
        return None
