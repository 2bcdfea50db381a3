"""One entity: its attributes with where they come from, whom it is related to, its readings, its history."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hub.accounts.grants import Capability
from hub.display_zone import display_zone
from hub.entities.changesets import CHANGESETS
from hub.entities.documents import document_of
from hub.entities.files.storing import SCHEMA as FILE
from hub.entities.opening import opened
from hub.entities.past.lineage import lineage
from hub.entities.past.tombstones import find_tombstone
from hub.entities.product_orders import SCHEMA as PRODUCT_ORDER
from hub.entities.read import get_entity, title
from hub.entities.schemas import missing
from hub.entities.schemas.book import book_of
from hub.errors import NotFound
from hub.web.access import may, may_view, page
from hub.web.entities import files
from hub.web.entities.attributes import Sources, sections_of
from hub.web.entities.authors import origins_of
from hub.web.entities.comparison import comparison_of
from hub.web.entities.history import history_page
from hub.web.entities.moments import Sight, sight_of
from hub.web.entities.naming import Naming
from hub.web.entities.pending import pending_in
from hub.web.entities.production import production_of
from hub.web.entities.readings import has_readings, readings_page
from hub.web.entities.related import references_in, related_of, related_to, relatives_of
from hub.web.requests import HubRequest
from hub.web.templatetags.moments import machine_time

GONE = 410

Context = dict[str, Any]  # Any: what a template shows


@page(Capability.ENTITY_VIEW)
@require_safe
def entity_page(request: HubRequest, schema: str, entity_id: UUID) -> HttpResponse:
    """A tab of the entity, as it is now, or with the parameters at or version as it was."""
    organization = request.organization
    try:
        entity = get_entity(organization=organization, schema=schema, entity_id=entity_id)
    except NotFound:
        return _purged(request, schema, entity_id)
    if entity.deleted_at is None:
        opened(organization, schema, entity_id)
    sight = sight_of(entity, at=request.GET.get("at", ""), version=request.GET.get("version", ""))
    tab = _tab(request, sight)
    context: Context = {
        "entity": entity,
        "sight": sight,
        "schema": book_of(organization).schema_of(schema),
        "title": title(entity, organization),
        "tab": tab,
        "tabs": _tabs(sight),
        "may_edit": may(request, Capability.ENTITY_EDIT),
        "may_delete": may(request, Capability.ENTITY_DELETE),
    }
    if schema == FILE:
        context |= files.shown(organization, sight, shows_all=request.GET.get("versions") == "all")
    context |= TABS[tab](request, sight)
    return render(request, "entities/entity.html", context, status=400 if sight.trouble else 200)


def _purged(request: HubRequest, schema: str, entity_id: UUID) -> HttpResponse:
    """410: all that is left to be said. Raises NotFound where nothing was purged either."""
    tombstone = find_tombstone(organization=request.organization, schema=schema, entity_id=entity_id)
    if tombstone is None:
        raise NotFound(f"There is no {schema} with this id.")
    context: Context = {
        "schema": book_of(request.organization).schema_of(schema),
        "tombstone": tombstone,
        "origin": origins_of(request.organization, [tombstone])[tombstone.pk],
    }
    return render(request, "entities/purged.html", context, status=GONE)


def _tab(request: HubRequest, sight: Sight) -> str:
    wanted = request.GET.get("tab", "")
    return wanted if any(tab["key"] == wanted for tab in _tabs(sight)) else "attributes"


def _tabs(sight: Sight) -> list[dict[str, object]]:
    entity = sight.entity
    tabs: list[tuple[str, str, int | None]] = [
        ("attributes", _("Attributes"), len(files.without_versions(sight).keys() - {CHANGESETS}))
    ]
    if has_readings(entity):
        tabs.append(("readings", _("Readings"), None))
    tabs += [("history", _("History"), sight.latest), ("json", _("JSON"), None)]
    address = reverse("web:entity", args=[entity.schema, entity.pk])
    past: dict[str, object] = {"version": entity.version} if sight.is_past else {}
    return [
        {
            "key": key,
            "label": label,
            "count": count,
            "url": f"{address}?{urlencode(past | _named(key))}",
        }
        for key, label, count in tabs
    ]


def _named(tab: str) -> dict[str, object]:
    """The parameter that opens a tab; the first one needs none."""
    return {} if tab == "attributes" else {"tab": tab}


def _attributes(request: HubRequest, sight: Sight) -> Context:
    """Values, where they come from, and relations both ways."""
    entity, organization = sight.entity, request.organization
    definition = book_of(organization).schema_of(entity.schema)
    start = _start(request.GET.get("links", ""))
    links = related_to(entity, start=start, after=request.GET.get("pointing", ""))
    ids = [*references_in(entity.attributes), *(link.entity_id for link in (*links[0], *links[1]))]
    relatives = relatives_of(organization, ids, partial(may_view, request))
    known = lineage(entity)
    origins = origins_of(organization, known.origins.values())
    named = {name: origins[change.pk] for name, change in known.origins.items()}
    sources = Sources(relatives, named, pending_in(organization, entity.attributes), request.GET.get("unfolded", ""))
    is_present = not sight.is_past and entity.deleted_at is None
    return {
        "production": production_of(request, entity, is_present=is_present) if entity.schema == PRODUCT_ORDER else None,
        "sections": sections_of(definition, files.without_versions(sight), sources),
        "lineage": known,
        "may_decide": may(request, Capability.ENTITY_EDIT) and is_present,
        "missing": missing(definition, entity.attributes),
        "related": related_of(entity, links, relatives, start=start),
        "is_later_link": bool(start or request.GET.get("pointing")),
    }


def _readings(request: HubRequest, sight: Sight) -> Context:
    key, after = request.GET.get("series", ""), request.GET.get("after", "")
    return {"readings": readings_page(request.organization, sight.entity, key=key, after=after)}


def _history(request: HubRequest, sight: Sight) -> Context:
    naming = Naming.of(request)
    return {
        "history": history_page(naming, sight.entity, before=request.GET.get("before", "")),
        "comparison": comparison_of(sight.entity, request.GET, naming),
        "last_version": sight.latest,
        "version_before": max(sight.latest - 1, 1),
        "zone": display_zone().key,
    }


def _json(request: HubRequest, sight: Sight) -> Context:
    document = document_of(sight.entity, request.organization)
    return {"document": {name: _plain(value) for name, value in document.items()}}


TABS: dict[str, Callable[[HubRequest, Sight], Context]] = {
    "attributes": _attributes,
    "readings": _readings,
    "history": _history,
    "json": _json,
}
"""Key of a tab → what it shows."""


def _start(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def _plain(value: object) -> object:
    """Moments as the API writes them."""
    return machine_time(value) if isinstance(value, datetime) else value
