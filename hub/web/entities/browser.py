"""Schemas with their counts, the entities of one schema, and the search over all of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_safe

from hub.accounts.grants import Capability
from hub.accounts.models import Organization
from hub.entities.models import Entity
from hub.entities.read import Position, list_entities, refuse_unknown, schema_counts, title
from hub.entities.schemas import Schema
from hub.entities.schemas.book import book_of
from hub.web.access import may, may_view, page
from hub.web.entities.asked import TESTS, Asked, asked_of, choices_of, fields_of, new_filter
from hub.web.entities.attributes import main_values
from hub.web.entities.columns import columns_of
from hub.web.entities.filling import fillers_of
from hub.web.entities.finding import PAGE_SIZE, Found, find
from hub.web.entities.transfer.exporting import KINDS
from hub.web.entities.waiting.listing import waiting_count
from hub.web.requests import HubRequest

MAIN_IDENTIFIERS = 2
"""Columns of identifying values beside the title."""

Context = dict[str, Any]  # Any: what a template shows


@dataclass(frozen=True, slots=True)
class Row:
    """One entity of a list. number: the first of its identifiers, where the title is not the same.

    numbered: the column that shows the number, -1 where none does.
    """

    entity: Entity
    title: str
    values: tuple[str, ...]
    number: str = ""
    numbered: int = -1

    @property
    def changed_at(self) -> datetime:
        """The last change, its deletion included."""
        return self.entity.deleted_at or self.entity.updated_at


@page(Capability.ENTITY_VIEW)
@require_safe
def entity_home(request: HubRequest) -> HttpResponse:
    """Schemas; with the parameter q what it finds, and the entity itself where an identifier finds just one."""
    text = asked_of(request.GET).text
    if not text:
        return render(request, "entities/schemas.html", _schemas(request))
    found = find(
        organization=request.organization, principal=request.principal, text=text, after=request.GET.get("after", "")
    )
    if len(found.entities) == 1 and found.hits == 1 and not request.GET.get("after"):
        only = found.entities[0]
        return redirect("web:entity", only.schema, only.pk)
    context: Context = {"text": text, "found": found, "rows": rows_of(request.organization, found.entities, ())}
    if not found.entities and not found.is_mistaken and "_schema:" not in text:
        context |= {"places": _places(request), "query": urlencode({"q": text})}
    return render(request, "entities/search.html", context, status=400 if found.is_mistaken else 200)


@page(Capability.ENTITY_VIEW)
@require_safe
def entity_list(request: HubRequest, schema: str) -> HttpResponse:
    """The entities of a schema, last change first; or those of them that a text and filters find."""
    asked, after = asked_of(request.GET), request.GET.get("after", "")
    if added := new_filter(request.GET):
        return redirect(asked.address(with_filter=added))
    book = book_of(request.organization)
    if book.find(schema) is None:
        refuse_unknown(organization=request.organization, schema=schema)
    definition = book.schema_of(schema)
    context: Context = {
        "schema": definition,
        "asked": asked,
        "text": asked.text,
        "filters": [(one, asked.address(without=one)) for one in asked.filters],
        "fields": fields_of(definition),
        "choices": choices_of(definition, asked.filters),
        "tests": TESTS.items(),
        "is_later": bool(after),
        "kinds": KINDS.items(),
        "may_create": may(request, Capability.ENTITY_EDIT) and book.find(schema) is not None,
    }
    if asked.text or asked.filters:
        found = _found(request, asked, schema, after)
        context |= {"found": found, "older": found.next, **_table(request, definition, asked, found.entities)}
        return render(request, "entities/list.html", context, status=400 if found.is_mistaken else 200)
    listed = list_entities(organization=request.organization, schema=schema, limit=PAGE_SIZE, after=position_of(after))
    context |= {"older": cursor_of(listed.next), **_table(request, definition, asked, listed.entities)}
    if not listed.entities:
        context["fillers"] = fillers_of(request.organization, schema)
    return render(request, "entities/list.html", context)


def _found(request: HubRequest, asked: Asked, schema: str, after: str) -> Found:
    return find(
        organization=request.organization,
        principal=request.principal,
        text=asked.text,
        schema=schema,
        terms=[one.term for one in asked.filters],
        after=after,
    )


def rows_of(organization: Organization, entities: Iterable[Entity], names: tuple[str, ...]) -> list[Row]:
    """Lines of a list; names are the attributes of its columns."""
    book = book_of(organization)
    return [_row(entity, title(entity, organization), book.schema_of(entity.schema), names) for entity in entities]


def _row(entity: Entity, entity_title: str, schema: Schema, names: tuple[str, ...]) -> Row:
    found = zip(schema.identifiers, main_values(entity.attributes, schema.identifiers), strict=True)
    name, number = next(((name, text) for name, text in found if text and text != entity_title), ("", ""))
    numbered = names.index(name) if name in names else -1
    return Row(entity, entity_title, tuple(main_values(entity.attributes, names)), number, numbered)


def _table(request: HubRequest, schema: Schema, asked: Asked, entities: Sequence[Entity]) -> Context:
    """Rows, and their columns: the chosen ones, else the first identifiers that any of them has; what can be one."""
    used = [name for name in schema.identifiers if any(one.attributes.get(name) for one in entities)]
    names = asked.columns or tuple(used[:MAIN_IDENTIFIERS])
    return {
        "names": [(name, schema.label_of(name)) for name in names],
        "rows": rows_of(request.organization, entities, names),
        "columns": columns_of(schema, asked.columns, [one.attributes for one in entities]),
    }


def cursor_of(position: Position | None) -> str:
    """The place as text in an address; empty for none."""
    return f"{position.updated_at.isoformat()}~{position.entity_id}" if position else ""


def position_of(cursor: str) -> Position | None:
    """The place that a cursor names, or None for a text that is none."""
    moment, _, identifier = cursor.partition("~")
    try:
        at = parse_datetime(moment)
        return Position(at, UUID(identifier)) if at and at.tzinfo else None
    except ValueError:
        return None


def _places(request: HubRequest) -> list[Schema]:
    """The schemas in which a text may find what it does not find in all of them: those with entities, to be seen."""
    book = book_of(request.organization)
    counts = schema_counts(organization=request.organization)
    filled = [one.schema for one in counts if one.has_more or one.count > one.deleted]
    return sorted((book.schema_of(slug) for slug in filled if may_view(request, slug)), key=lambda one: one.plural)


def _schemas(request: HubRequest) -> Context:
    counts = {one.schema: one for one in schema_counts(organization=request.organization)}
    book = book_of(request.organization)
    filled = [(book.schema_of(slug), count) for slug, count in counts.items()]
    return {
        "waiting": waiting_count(request.organization),
        "filled": sorted(filled, key=lambda pair: pair[0].plural),
        "bare": [schema for slug, schema in book.schemas.items() if slug not in counts],
    }
