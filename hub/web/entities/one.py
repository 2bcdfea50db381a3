"""One entity: its attributes, and who changed what when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hub.accounts.grants import Capability
from hub.accounts.models import ApiToken, Organization, User
from hub.entities.documents import document_of
from hub.entities.models import EntityChange
from hub.entities.read import get_entity, history_of, title
from hub.entities.schemas.book import book_of
from hub.ids import to_text
from hub.web.access import page
from hub.web.entities.attributes import attributes_of
from hub.web.entities.changes import Difference, differences_of
from hub.web.entities.filling import UseCaseName, use_case_names
from hub.web.requests import HubRequest
from hub.web.templatetags.moments import machine_time

HISTORY_PAGE = 25
EVENT_PREFIX = "evt_"
GLYPHS = {"created": "success", "updated": "success", "restored": "warning", "deleted": "disabled"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One change: what was done, by whom, because of which event."""

    change: EntityChange
    glyph: str
    who: str
    use_case: UseCaseName | None
    event_id: str
    differences: tuple[Difference, ...]


@page(Capability.ENTITY_VIEW)
@require_safe
def entity_page(request: HubRequest, schema: str, entity_id: UUID) -> HttpResponse:
    """The entity as it is now, with a page of its history; before names the version that page goes on below."""
    organization = request.organization
    entity = get_entity(organization=organization, schema=schema, entity_id=entity_id)
    before = request.GET.get("before", "")
    below = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None
    changes = history_of(organization=organization, entity_id=entity.pk, limit=HISTORY_PAGE + 1, before_version=below)
    shown = changes[:HISTORY_PAGE]
    definition = book_of(organization).schema_of(schema)
    context = {
        "entity": entity,
        "schema": definition,
        "title": title(entity, organization),
        "attributes": attributes_of(definition, entity.attributes),
        "entries": entries_of(organization, shown),
        "older": shown[-1].version if len(changes) > HISTORY_PAGE else "",
        "is_later": below is not None,
        "tab": "json" if request.GET.get("tab") == "json" else "attributes",
        "document": _plain(document_of(entity, organization)),
    }
    return render(request, "entities/entity.html", context)


def _plain(document: dict[str, object]) -> dict[str, object]:
    """Moments as the API writes them."""
    return {name: machine_time(value) if isinstance(value, datetime) else value for name, value in document.items()}


def entries_of(organization: Organization, changes: list[EntityChange]) -> list[Entry]:
    """The changes with the names of whoever made them, with at most one query per kind of author."""
    names = use_case_names(organization) if any(change.use_case_id for change in changes) else {}
    people = {change.actor_id for change in changes if change.actor_type == "user"}
    tokens = {change.actor_id for change in changes if change.actor_type == "token"}
    authors = {("user", str(one.pk)): str(one) for one in _people(people)}
    authors |= {("token", one.pk): one.name for one in _tokens(organization, tokens)}
    return [_entry(change, names, authors) for change in changes]


def _people(ids: set[str]) -> list[User]:
    return list(User.objects.filter(pk__in=[int(one) for one in ids if one.isdigit()])) if ids else []


def _tokens(organization: Organization, ids: set[str]) -> list[ApiToken]:
    return list(ApiToken.objects.of(organization).filter(pk__in=ids)) if ids else []


def _entry(change: EntityChange, names: dict[UUID, UseCaseName], authors: dict[tuple[str, str], str]) -> Entry:
    use_case = names.get(change.use_case_id) if change.use_case_id else None
    return Entry(
        change=change,
        glyph=GLYPHS.get(change.operation, "success"),
        who="" if use_case else _author(change, authors),
        use_case=use_case,
        event_id=to_text(EVENT_PREFIX, change.event_id) if change.event_id else "",
        differences=tuple(differences_of(change)),
    )


def _author(change: EntityChange, authors: dict[tuple[str, str], str]) -> str:
    known = authors.get((change.actor_type, change.actor_id))
    words = {
        "use_case": _("a use case that was deleted"),
        "token": _("token %(name)s") % {"name": known or change.actor_id},
        "user": known or _("somebody who left"),
        "system": _("the hub"),
    }
    return words.get(change.actor_type, change.actor_type)
