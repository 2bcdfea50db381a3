"""Searching on PostgreSQL: jsonpath for attributes, probes of EntityKey, a statement timeout."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

import orjson
from django.db import connection, transaction

from hub import database
from hub.arrays import texts as text_array
from hub.arrays import uuids
from hub.entities.links import LINKS, REFERENCES
from hub.entities.models import Entity
from hub.entities.query.matching import NUMBER
from hub.entities.query.sql.parts import (
    HIGHEST,
    NEVER,
    Clause,
    Found,
    KeyProbe,
    Path,
    Selection,
    SortKey,
    Texts,
    joined,
    order_of,
)
from hub.entities.query.syntax import Equals, Prefix, Range, Test
from hub.json_types import JSONValue

_ANY_VALUE: Final = "EXISTS (SELECT 1 FROM jsonb_path_query(entity.attributes, %s::jsonpath) AS at(value) WHERE {})"
_TEXT: Final = "CASE WHEN jsonb_typeof(at.value) IN ('string', 'number', 'boolean') THEN at.value #>> '{}' END"
_PLAIN_TEXT: Final = "CASE WHEN jsonb_typeof(at.value) = 'string' THEN at.value #>> '{}' END"
_NUMBER: Final = "CASE WHEN jsonb_typeof(at.value) = 'number' THEN at.value::numeric END"
_SCALARS: Final = '? (@.type() == "string" || @.type() == "number" || @.type() == "boolean")'

_TEXT_AT: Final = (
    f"(SELECT string_agg({_TEXT}, ' ') FROM jsonb_path_query(entity.attributes, %s::jsonpath) AS at(value))"  # noqa: S608 -- a constant
)
_CONTAINS: Final = "strpos(lower(concat_ws(' ', {parts})), %s) > 0"

_COLUMNS: Final = """entity.id, entity.schema, entity.attributes::text, entity.version,
    entity.created_at, entity.updated_at, entity.deleted_at"""
_ALL: Final = "FROM entities_entity entity WHERE entity.organization_id = %s AND entity.schema = %s"
_CHOSEN: Final = """
    FROM unnest(%s) AS wanted(id) CROSS JOIN LATERAL (
        SELECT * FROM entities_entity one WHERE one.id = wanted.id OFFSET 0
    ) entity WHERE entity.organization_id = %s"""

_WITH_KEY: Final = """
    SELECT DISTINCT found.entity_id FROM unnest(%s) AS wanted(schema) CROSS JOIN LATERAL (
        SELECT key.entity_id FROM entities_entitykey key
        WHERE key.organization_id = %s AND key.schema = wanted.schema AND key.attribute = %s AND {} LIMIT %s
    ) found"""

_REFERRERS: Final = """
    SELECT found.schema, found.entity_id FROM entities_entitycreation known CROSS JOIN LATERAL (
        (SELECT key.schema, key.entity_id FROM entities_entitykey key
        WHERE key.organization_id = known.organization_id AND key.schema = known.schema AND key.attribute = %s
            AND key.value = %s AND (key.schema COLLATE "C" > %s OR key.entity_id > %s) ORDER BY key.entity_id LIMIT %s)
        UNION
        (SELECT key.schema, key.entity_id FROM entities_entitykey key
        WHERE key.organization_id = known.organization_id AND key.schema = known.schema AND key.attribute = %s
            AND key.value = %s AND (key.schema COLLATE "C" > %s OR key.entity_id > %s) ORDER BY key.entity_id LIMIT %s)
    ) found WHERE known.organization_id = %s AND known.schema COLLATE "C" >= %s
    ORDER BY found.schema COLLATE "C", found.entity_id LIMIT %s"""

_WITH_VALUE: Final = """
    SELECT DISTINCT found.entity_id FROM entities_entitykeyindex listed CROSS JOIN LATERAL (
        SELECT key.entity_id FROM entities_entitykey key
        WHERE key.organization_id = listed.organization_id AND key.schema = listed.schema
            AND key.attribute = listed.attribute AND key.value = %s LIMIT %s
    ) found WHERE listed.organization_id = %s LIMIT %s"""


def _jsonpath(path: Path) -> str:
    """Walks through lists at every step; names are quoted as JSON strings and travel as a value."""
    return "lax $" + "".join(f".{json.dumps(name)}[*]" for name in path)


def attribute_clause(path: Path, test: Test) -> Clause:
    """Whether a value at path passes test, as matching.holds says."""
    condition = _condition(test)
    return Clause(_ANY_VALUE.replace("{}", condition.sql, 1), (_jsonpath(path), *condition.parameters))


def _condition(test: Test) -> Clause:
    if isinstance(test, Equals):
        as_text = Clause(f"{_TEXT} = %s", (test.text,))
        return joined("OR", [as_text, *_between_numbers(Range(test.text, test.text))])
    if isinstance(test, Prefix):
        return Clause(f"starts_with({_TEXT}, %s)", (test.text,))
    if isinstance(test, Range):
        return joined("OR", [_between(_PLAIN_TEXT + ' COLLATE "C"', test.low, test.high), *_between_numbers(test)])
    return Clause("jsonb_typeof(at.value) <> 'null'")


def _between_numbers(test: Range) -> list[Clause]:
    ends = (test.low, test.high)
    if ends == (None, None) or not all(end is None or NUMBER.fullmatch(end) for end in ends):
        return []
    return [_between(_NUMBER, test.low, test.high, cast="::text::numeric")]


def _between(expression: str, low: str | None, high: str | None, cast: str = "") -> Clause:
    clauses = [Clause(f"({expression}) IS NOT NULL")]
    if low is not None:
        clauses.append(Clause(f"({expression}) >= %s{cast}", (low,)))
    if high is not None:
        clauses.append(Clause(f"({expression}) <= %s{cast}", (high,)))
    return joined("AND", clauses)


def text_clause(texts: Texts, needle: str) -> Clause:
    """Whether one of the texts contains needle, as matching.contains says."""
    clauses = [NEVER]
    for paths in texts:
        sql = _CONTAINS.replace("{parts}", ", ".join([_TEXT_AT] * len(paths)))
        clauses.append(Clause(sql, (*map(_jsonpath, paths), needle.lower())))
    return joined("OR", clauses)


def attribute_key(path: Path) -> Clause:
    """The first text, number or boolean at path, to sort by."""
    return Clause("jsonb_path_query_first(entity.attributes, %s::jsonpath)", (f"{_jsonpath(path)} {_SCALARS}",))


def bound(value: JSONValue) -> Clause:
    """A value that attribute_key is compared with."""
    return Clause("%s::jsonb", (orjson.dumps(value).decode(),))


def with_key(organization_id: int, probe: KeyProbe, limit: int) -> list[UUID]:
    """Ids of up to limit entities per schema that answer the probe, read from the index."""
    condition = "key.value >= %s AND key.value < %s" if probe.is_prefix else "key.value = %s"
    values = (probe.key, probe.key + HIGHEST) if probe.is_prefix else (probe.key,)
    parameters = [text_array(probe.schemas), organization_id, probe.attribute, *values, limit]
    return [entity_id for (entity_id,) in database.rows(_WITH_KEY.format(condition), parameters)]


def with_value(organization_id: int, key: str, limit: int) -> list[UUID]:
    """Ids of up to limit entities of any schema with this key in any indexed attribute."""
    return [entity_id for (entity_id,) in database.rows(_WITH_VALUE, [key, limit, organization_id, limit])]


def referrers(organization_id: int, target: str, after: tuple[str, UUID] | None, limit: int) -> list[tuple[str, UUID]]:
    """Schema and id of entities with a relation or reference to target, in this order, behind after."""
    schema, entity_id = after or ("", UUID(int=0))
    walk = (target, schema, entity_id, limit)
    parameters = [LINKS, *walk, REFERENCES, *walk, organization_id, schema, limit]
    return [(found, referrer) for found, referrer in database.rows(_REFERRERS, parameters)]


def page(selection: Selection, order: Sequence[SortKey], size: int, start: int) -> list[Found]:
    """The rows of one page."""
    source, ordered = _source(selection), order_of(order)
    keys = [key.expression for key in order if key.is_attribute]
    columns = ", ".join([_COLUMNS, *(f"({key.sql})" for key in keys)])
    parameters = [value for key in keys for value in key.parameters]
    parameters += [*source.parameters, *ordered.parameters, size, start]
    sql = f"SELECT {columns} {source.sql} ORDER BY {ordered.sql} LIMIT %s OFFSET %s"
    return [_found(selection.organization_id, row) for row in database.rows(sql, parameters)]


def count(selection: Selection, most: int) -> int:
    """How many rows there are, counted no further than most."""
    source = _source(selection)
    sql = f"SELECT count(*) FROM (SELECT 1 {source.sql} LIMIT %s) counted"  # noqa: S608 -- constants
    [(counted,)] = database.rows(sql, [*source.parameters, most])
    return int(counted)


def _source(selection: Selection) -> Clause:
    if selection.ids is None:
        base = Clause(_ALL, (selection.organization_id, selection.schema))
    else:
        base = Clause(_CHOSEN, (uuids(selection.ids), selection.organization_id))
    condition = selection.condition
    return Clause(f"{base.sql} AND {condition.sql}", base.parameters + condition.parameters)


def _found(organization_id: int, row: tuple[Any, ...]) -> Found:  # Any: columns as _COLUMNS says, then sort keys
    entity = Entity(
        id=row[0],
        organization_id=organization_id,
        schema=row[1],
        attributes=orjson.loads(row[2]),
        version=row[3],
        created_at=row[4],
        updated_at=row[5],
        deleted_at=row[6],
    )
    return Found(entity, [None if value is None else orjson.loads(value) for value in row[7:]])


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Statements inside are stopped after that time each, with an error that database.is_cancelled knows."""
    is_nested = connection.in_atomic_block
    sql = "SELECT current_setting('statement_timeout'), set_config('statement_timeout', %s, true)"
    with transaction.atomic():
        [(before, _)] = database.rows(sql, [f"{int(seconds * 1000)}ms"])
        yield
        if is_nested:
            database.rows(sql, [before])
