"""Which values wait, and how many: one statement each, in the form of the database at hand.

Both forms read the partial index of entities with changesets and unfold what is parked in them. Of an amount only the
whole counts: its decimal and its currency are decided about with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson

from hub import database
from hub.arrays import texts
from hub.entities.query.sql.parts import Clause, joined

Place = tuple[str, UUID, str]
"""Since when, as it is stored; the entity; the attribute."""


class _Form(NamedTuple):
    """Pieces of the statement for one database. those: up to its further conditions."""

    since: str
    attribute: str
    mode: str
    among: str
    those: str


_POSTGRESQL: Final = _Form(
    since="""COALESCE(parked.changeset ->> 'created_at', '') COLLATE "C\"""",
    attribute='parked.attribute COLLATE "C"',
    mode="parked.changeset ->> 'edit_mode'",
    among="{} = ANY(%s)",
    those="""
    FROM entities_entity entity CROSS JOIN LATERAL jsonb_each(entity.attributes -> '_changesets')
        AS parked(attribute, changeset)
    WHERE entity.organization_id = %s AND entity.deleted_at IS NULL AND entity.attributes ? '_changesets'
        AND NOT COALESCE(entity.attributes -> '_changesets' ? (parked.changeset ->> 'part_of'), FALSE) AND """,
)
_SQLITE: Final = _Form(
    since="COALESCE(parked.value ->> '$.created_at', '')",
    attribute="parked.key",
    mode="parked.value ->> '$.edit_mode'",
    among="{} IN (SELECT value FROM json_each(%s))",
    those="""
    FROM entities_entity entity CROSS JOIN json_each(entity.attributes, '$._changesets') parked
    WHERE entity.organization_id = %s AND entity.deleted_at IS NULL
        AND JSON_TYPE(entity.attributes, '$."_changesets"') IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM json_each(entity.attributes, '$._changesets') whole
            WHERE whole.key = parked.value ->> '$.part_of') AND """,
)


def of_schemas(schemas: Sequence[str]) -> Clause:
    """In an entity of one of these."""
    return _among("entity.schema", schemas)


def of_attributes(attributes: Sequence[str]) -> Clause:
    """For one of these attributes."""
    return _among(_form().attribute, attributes)


def of_mode(mode: str) -> Clause:
    """Parked with this edit mode."""
    return Clause(f"{_form().mode} = %s", (mode,))


def before(since: str) -> Clause:
    """Parked before this moment, as it is stored."""
    return Clause(f"{_form().since} < %s", (since,))


def behind(place: Place) -> Clause:
    """Behind a row, in the order of the list."""
    since, entity_id, attribute = place
    known = entity_id if _is_postgresql() else entity_id.hex
    form = _form()
    return Clause(f"({form.since}, entity.id, {form.attribute}) > (%s, %s, %s)", (since, known, attribute))


def listed(organization_id: int, conditions: Sequence[Clause], limit: int) -> list[Place]:
    """Up to limit places, the longest waiting first."""
    form, those = _form(), _those(organization_id, conditions)
    sql = f"SELECT {form.since}, entity.id, {form.attribute} {those.sql} ORDER BY 1, 2, 3 LIMIT %s"
    return [(since, _id(entity_id), attribute) for since, entity_id, attribute in _run(sql, those, limit)]


def counted(organization_id: int, conditions: Sequence[Clause], most: int) -> int:
    """How many there are, counted no further than most."""
    those = _those(organization_id, conditions)
    sql = f"SELECT count(*) FROM (SELECT 1 {those.sql} LIMIT %s) counted"  # noqa: S608 -- constants
    [(count,)] = _run(sql, those, most)
    return int(count)


def _those(organization_id: int, conditions: Sequence[Clause]) -> Clause:
    narrowed = joined("AND", [Clause("1 = 1"), *conditions])
    return Clause(_form().those + narrowed.sql, (organization_id, *narrowed.parameters))


def _run(sql: str, those: Clause, limit: int) -> list[tuple[Any, ...]]:  # Any: columns as the statement says
    text = sql if _is_postgresql() else sql.replace("%s", "?")
    return database.rows(text, [*those.parameters, limit])


def _among(expression: str, words: Sequence[str]) -> Clause:
    value = texts(words) if _is_postgresql() else orjson.dumps(list(words)).decode()
    return Clause(_form().among.format(expression), (value,))


def _is_postgresql() -> bool:
    return database.vendor() == "postgresql"


def _form() -> _Form:
    return _POSTGRESQL if _is_postgresql() else _SQLITE


def _id(raw: UUID | str) -> UUID:
    return raw if isinstance(raw, UUID) else UUID(raw)
