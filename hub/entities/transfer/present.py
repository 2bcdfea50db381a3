"""present_entities: what wishes mean as far as can be told before the store has locked it; for comparisons only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from hub.accounts.models import Organization
from hub.entities.keys import has_key, stored_key
from hub.entities.models import Entity, EntityKey
from hub.entities.query.sorting import Sort, sort_keys
from hub.entities.query.sql import statements
from hub.entities.query.sql.parts import Clause, Selection
from hub.entities.transfer.wishes import Wish

MOST_CANDIDATES: Final = 2_000
"""Entities that are read for one chunk; without the others nothing goes wrong, they are only not compared."""


def present_entities(organization: Organization, schema: str, wishes: Sequence[Wish]) -> dict[int, Entity]:
    """Row → the one live entity that its identifiers find. Two queries."""
    texts = [wish.identifiers for wish in wishes if all(wish.identifiers.values()) and wish.identifiers]
    if not texts:
        return {}
    name = "_id" if "_id" in texts[0] else next(iter(texts[0]))
    found = _candidates(organization, schema, name, {each[name] for each in texts})
    chosen = {wish.row: _chosen(wish.identifiers, found.get(wish.identifiers.get(name, ""), ())) for wish in wishes}
    return {row: entity for row, entity in chosen.items() if entity is not None}


def _candidates(organization: Organization, schema: str, name: str, values: set[str]) -> Mapping[str, Sequence[Entity]]:
    """By value of one identifier."""
    if name == "_id":
        ids = [one for one in map(_uuid, values) if one is not None]
        by_id = _live(organization, schema, ids)
        return {value: [by_id[one]] for value in values if (one := _uuid(value)) in by_id and one is not None}
    keys = {stored_key(value): value for value in values}
    rows = EntityKey.objects.of(organization).filter(schema=schema, attribute=name, value__in=list(keys))
    pairs = list(rows.values_list("value", "entity_id")[:MOST_CANDIDATES])
    by_id = _live(organization, schema, list({entity_id for _, entity_id in pairs}))
    found: dict[str, list[Entity]] = {}
    for key, entity_id in pairs:
        if entity_id in by_id:
            found.setdefault(keys[key], []).append(by_id[entity_id])
    return found


def _live(organization: Organization, schema: str, ids: Sequence[UUID]) -> dict[UUID, Entity]:
    """Read as the export reads them: another decoder would give a number of 20 digits another form."""
    of_schema = Clause("entity.schema = %s AND entity.deleted_at IS NULL", (schema,))
    selection = Selection(organization.pk, None, ids, of_schema)
    rows = statements().page(selection, sort_keys((Sort("_id", is_descending=False),)), len(ids), 0) if ids else []
    return {row.entity.pk: row.entity for row in rows}


def _chosen(identifiers: Mapping[str, str], candidates: Sequence[Entity]) -> Entity | None:
    keys = {name: stored_key(value) for name, value in identifiers.items() if name != "_id"}
    fitting = [
        entity for entity in candidates if all(has_key(entity.attributes, name, key) for name, key in keys.items())
    ]
    return fitting[0] if len(fitting) == 1 else None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
