"""Rows of a dry run: each event with the entities it would change, before and after, as far as they may be seen."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hub.entities.schemas import schema_of
from hub.ids import to_text
from hub.json_types import JSONObject, JSONValue
from hub.web.access import may_view
from hub.web.requests import HubRequest
from hub.web.templatetags.numbers import number
from inbound.events import EVENT_PREFIX
from inbound.replays.tried import EntityDifference, PruneTold, PublishedTold, ReadingsTold, Tried
from inbound.ui.trace_readings import METER, readings_text

MOST_NAMED = 10
"""Entities that a prune names."""
LONGEST = 200
"""Characters of a value; who wants the rest opens the entity."""


@dataclass(frozen=True, slots=True)
class AttributeRow:
    """One attribute; before and after are None where there is no value."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class EntityRow:
    """One entity. url is empty for one that would be created; rows are empty where the person may not see it."""

    title: str
    operation: str
    url_parts: tuple[str, str] | None
    is_hidden: bool
    rows: Sequence[AttributeRow]


@dataclass(frozen=True, slots=True)
class TextRow:
    """A sentence, and the entities that it is about, as schema and id; none where the person may not see them."""

    text: str
    places: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class TriedRow:
    """One event. is_nothing: it would neither change nor say anything; changes: it would change something."""

    event_id: str
    status: str
    is_nothing: bool
    changes: bool
    entities: Sequence[EntityRow]
    problems: Sequence[tuple[str, str]]
    prunes: Sequence[TextRow]
    readings: Sequence[TextRow]
    published: Sequence[PublishedTold]


def rows_of_tried(request: HubRequest, tried: Sequence[Tried]) -> list[TriedRow]:
    """The rows, in the order in which the events would run."""
    return [_tried(request, one) for one in tried]


def _tried(request: HubRequest, one: Tried) -> TriedRow:
    entities = [_entity(request, each) for each in one.differences]
    return TriedRow(
        event_id=to_text(EVENT_PREFIX, one.event_id),
        status=one.status,
        is_nothing=one.is_nothing,
        changes=one.changes,
        entities=entities,
        problems=one.problems,
        prunes=[_prune(request, each) for each in one.prunes],
        readings=[_readings(request, each) for each in one.readings],
        published=one.published,
    )


def _prune(request: HubRequest, one: PruneTold) -> TextRow:
    texts = (
        _("%(schema)s: a prune of %(count)s of %(scope)s would wait for a person")
        if one.is_held
        else _("%(schema)s: a prune would remove %(count)s of %(scope)s for good")
        if one.is_purge
        else _("%(schema)s: a prune would remove %(count)s of %(scope)s")
    )
    title = _("Meter readings") if one.is_of_readings else schema_of(one.schema).title
    shown = one.entity_ids[:MOST_NAMED] if may_view(request, one.schema) else ()
    told = {"schema": title, "count": number(one.count), "scope": number(one.scope)}
    return TextRow(texts % told, [(one.schema, str(entity_id)) for entity_id in shown])


def _readings(request: HubRequest, one: ReadingsTold) -> TextRow:
    text = readings_text(sum(one.outcomes.values()), one.outcomes)
    return TextRow(text, [(METER, str(one.meter_id))] if may_view(request, METER) else [])


def _entity(request: HubRequest, one: EntityDifference) -> EntityRow:
    may = may_view(request, one.schema)
    place = None if one.is_new or not may else (one.schema, str(one.entity_id))
    rows = [_attribute(name, sides) for name, sides in one.changes.items()] if may else []
    return EntityRow(schema_of(one.schema).title, one.operation, place, not may, rows)


def _attribute(name: str, sides: JSONValue) -> AttributeRow:
    told: JSONObject = sides if isinstance(sides, dict) else {}
    if "added" in told or "removed" in told:
        return AttributeRow(name, _members(told.get("removed")), _members(told.get("added")))
    return AttributeRow(name, _text(told, "old"), _text(told, "new"))


def _members(pairs: JSONValue) -> str | None:
    """Members that only one of two lists has; pairs of place and member."""
    members = list(_second(pairs)) if isinstance(pairs, list) else []
    return ", ".join(map(shown_value, members))[:LONGEST] if members else None


def _second(pairs: Sequence[JSONValue]) -> Iterator[JSONValue]:
    return (pair[1] for pair in pairs if isinstance(pair, list) and len(pair) == 2)


def _text(told: JSONObject, side: str) -> str | None:
    return shown_value(told[side])[:LONGEST] if side in told else None


def shown_value(value: JSONValue) -> str:
    """A text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
