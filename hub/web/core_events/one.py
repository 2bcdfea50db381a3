"""One core event: when it fires and what it carries, its payload by schema and by sample, its versions and history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hub.accounts.grants import Capability
from hub.accounts.models import Organization
from hub.entities.schemas.book import book_of
from hub.events.audience import Listener, audience_of
from hub.events.catalogue import EventDefinition, FieldKind, definition_at, json_schema_of, sample_of, versions_of
from hub.events.definitions import Event, get_event
from hub.web.access import may, page
from hub.web.core_events.graph import branches_of
from hub.web.core_events.heads import head_of
from hub.web.core_events.history import listed_history
from hub.web.core_events.words import occasion_of, other_ways
from hub.web.requests import HubRequest

TABS: Final = ("about", "payload", "versions", "history")

Context = dict[str, Any]  # Any: what a template shows


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field of the payload beside its entities. source: the expression that makes it, "" where none does."""

    name: str
    type: str
    is_required: bool
    source: str


@page(Capability.EVENTS_VIEW)
@require_safe
def core_event_page(request: HubRequest, name: str) -> HttpResponse:
    """The event as it counts in this organization."""
    event = get_event(organization=request.organization, name=name)
    tabs = _tabs(request, event)
    asked = request.GET.get("tab", "")
    tab = asked if asked in [one["key"] for one in tabs] else TABS[0]
    context = head_of(request, event) | {"tabs": tabs, "tab": tab} | _of_tab(request, event, tab)
    return render(request, "core_events/one.html", context)


def shown_listeners(organization: Organization, event: Event) -> list[tuple[Listener, str]]:
    """Who gets the event, each with the address of its page, "" without one."""
    return [(one, _address(one)) for one in audience_of(organization).get(event.name, ())]


def _address(listener: Listener) -> str:
    try:
        return reverse(listener.url_name, args=listener.url_args)
    except NoReverseMatch:
        return ""


def _tabs(request: HubRequest, event: Event) -> list[Context]:
    address = reverse("web:core-event", args=[event.name])
    labels = {
        "about": _("About"),
        "payload": _("Payload"),
        "versions": _("Versions"),
        "history": _("History"),
    }
    if not may(request, Capability.ENTITY_VIEW) or event.lifecycle == "draft":
        del labels["history"]
    return [
        {"key": key, "label": label, "url": address if key == TABS[0] else f"{address}?tab={key}"}
        for key, label in labels.items()
    ]


def _of_tab(request: HubRequest, event: Event, tab: str) -> Context:
    """What only the open tab needs."""
    if tab == "payload":
        return _payload(request, event)
    if tab == "versions":
        return {"versions": [*reversed(versions_of(event.definition))]}
    if tab == "history":
        return listed_history(request, event)
    return _about(request, event)


def _about(request: HubRequest, event: Event) -> Context:
    book = book_of(request.organization)
    return {
        "occasion": occasion_of(event, book),
        "other_ways": other_ways(event),
        "branches": branches_of(event.definition.graph, book),
        "fields": fields_of(event.definition),
        "listeners": shown_listeners(request.organization, event),
        "mapping": event.definition.mapping,
    }


def fields_of(definition: EventDefinition) -> list[FieldRow]:
    """Its own fields, required ones first."""
    types = versions_of(definition)[-1].fields
    rows = [
        FieldRow(
            name=one.name,
            type=str(types.get(one.name, _("file") if one.kind is FieldKind.ATTACHMENTS else one.schema)),
            is_required=one.required,
            source=one.source or "",
        )
        for one in definition.fields
    ]
    return sorted(rows, key=lambda row: not row.is_required)


def _payload(request: HubRequest, event: Event) -> Context:
    versions = [one.version for one in versions_of(event.definition)]
    asked = request.GET.get("version", "")
    version = asked if asked in versions else event.definition.version
    definition = definition_at(event.definition, version) if version != event.definition.version else event.definition
    book = book_of(request.organization)
    shows_schema = request.GET.get("as") == "schema"
    shown = (
        json_schema_of(definition, book)
        if shows_schema
        else sample_of(definition, book, organization=request.organization.public_id)
    )
    return {"shown": shown, "shows_schema": shows_schema, "version": version, "all_versions": versions[::-1]}
