"""Searching on SQLite: Python functions for attributes, probes of EntityKey, a clock that stops what takes long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import orjson
from django.db import connection

from hub import clock, database
from hub.entities.links import LINKS, REFERENCES
from hub.entities.models import Entity
from hub.entities.query.matching import contains, holds, values_at
from hub.entities.query.sql.parts import HIGHEST, Clause, Found, KeyProbe, Path, Selection, SortKey, Texts, order_of
from hub.entities.query.syntax import Equals, Prefix, Present, Range, Test
from hub.json_types import JSONValue

STEPS_BETWEEN_LOOKS: Final = 1_000
"""Instructions of SQLite's machine between two looks at the clock."""

# The empty text behind a moment makes it an expression: sqlite3 would turn a bare column into a naive datetime.
_COLUMNS: Final = """entity.id, entity.schema, entity.attributes, entity.version,
    entity.created_at || '', entity.updated_at || '', entity.deleted_at || ''"""
_ALL: Final = "FROM entities_entity entity WHERE entity.organization_id = %s AND entity.schema = %s"
_CHOSEN: Final = """
    FROM json_each(%s) wanted CROSS JOIN entities_entity entity ON entity.id = wanted.value
    WHERE entity.organization_id = %s"""

_WITH_KEY: Final = """
    SELECT DISTINCT key.entity_id FROM json_each(?) wanted CROSS JOIN entities_entitykey key
    ON key.organization_id = ? AND key.schema = wanted.value AND key.attribute = ? AND {} LIMIT ?"""

_REFERRERS: Final = """
    SELECT key.schema, key.entity_id FROM entities_entitycreation known CROSS JOIN entities_entitykey key
    ON key.organization_id = known.organization_id AND key.schema = known.schema AND key.attribute = ?
        AND key.value = ? AND (key.schema > ? OR key.entity_id > ?)
    WHERE known.organization_id = ? AND known.schema >= ?
    UNION
    SELECT key.schema, key.entity_id FROM entities_entitycreation known CROSS JOIN entities_entitykey key
    ON key.organization_id = known.organization_id AND key.schema = known.schema AND key.attribute = ?
        AND key.value = ? AND (key.schema > ? OR key.entity_id > ?)
    WHERE known.organization_id = ? AND known.schema >= ? ORDER BY 1, 2 LIMIT ?"""

_WITH_VALUE: Final = """
    SELECT DISTINCT key.entity_id FROM entities_entitykeyindex listed CROSS JOIN entities_entitykey key
    ON key.organization_id = listed.organization_id AND key.schema = listed.schema
        AND key.attribute = listed.attribute AND key.value = ?
    WHERE listed.organization_id = ? LIMIT ?"""


def attribute_clause(path: Path, test: Test) -> Clause:
    """Whether a value at path passes test."""
    return Clause("hub_holds(entity.attributes, %s)", (orjson.dumps([path, _as_json(test)]).decode(),))


def _as_json(test: Test) -> list[JSONValue]:
    if isinstance(test, Range):
        return ["range", test.low, test.high]
    if isinstance(test, Present):
        return ["present"]
    return ["equals" if isinstance(test, Equals) else "prefix", test.text]


@lru_cache(maxsize=256)
def _test_of(text: str) -> tuple[Path, Test]:
    path, (kind, *values) = orjson.loads(text)
    kinds = {"equals": Equals, "prefix": Prefix, "present": Present, "range": Range}
    return tuple(path), kinds[kind](*values)


@lru_cache(maxsize=8)
def _document(attributes: str) -> JSONValue:
    document: JSONValue = orjson.loads(attributes)
    return document


def _holds(attributes: str, test: str) -> bool:
    return holds(_document(attributes), *_test_of(test))


def text_clause(texts: Texts, needle: str) -> Clause:
    """Whether one of the texts contains needle."""
    return Clause("hub_contains(entity.attributes, %s, %s)", (orjson.dumps(texts).decode(), needle))


def _contains(attributes: str, texts: str, needle: str) -> bool:
    return contains(_document(attributes), orjson.loads(texts), needle)


def attribute_key(path: Path) -> Clause:
    """The first text, number or boolean at path, to sort by."""
    return Clause("hub_first(entity.attributes, %s)", (orjson.dumps(path).decode(),))


def _first(attributes: str, path: str) -> str | int | float | None:
    values = values_at(_document(attributes), orjson.loads(path))
    return next((value for value in values if isinstance(value, (str, int, float))), None)


def bound(value: JSONValue) -> Clause:
    """A value that attribute_key is compared with."""
    return Clause("%s", (value,))


def with_key(organization_id: int, probe: KeyProbe, limit: int) -> list[UUID]:
    """Ids of up to limit entities that answer the probe, read from the index."""
    condition = "key.value >= ? AND key.value < ?" if probe.is_prefix else "key.value = ?"
    values = (probe.key, probe.key + HIGHEST) if probe.is_prefix else (probe.key,)
    parameters = [orjson.dumps(probe.schemas).decode(), organization_id, probe.attribute, *values, limit]
    return [UUID(entity_id) for (entity_id,) in database.rows(_WITH_KEY.format(condition), parameters)]


def with_value(organization_id: int, key: str, limit: int) -> list[UUID]:
    """Ids of up to limit entities of any schema with this key in any indexed attribute."""
    return [UUID(entity_id) for (entity_id,) in database.rows(_WITH_VALUE, [key, organization_id, limit])]


def referrers(organization_id: int, target: str, after: tuple[str, UUID] | None, limit: int) -> list[tuple[str, UUID]]:
    """Schema and id of entities with a relation or reference to target, in this order, behind after."""
    schema, entity_id = after or ("", UUID(int=0))
    walk = (target, schema, entity_id.hex, organization_id, schema)
    parameters = [LINKS, *walk, REFERENCES, *walk, limit]
    return [(found, UUID(referrer)) for found, referrer in database.rows(_REFERRERS, parameters)]


def page(selection: Selection, order: Sequence[SortKey], size: int, start: int) -> list[Found]:
    """The rows of one page."""
    source, ordered = _source(selection), order_of(order)
    keys = [key.expression for key in order if key.is_attribute]
    columns = ", ".join([_COLUMNS, *(f"({key.sql})" for key in keys)])
    parameters = [value for key in keys for value in key.parameters]
    parameters += [*source.parameters, *ordered.parameters, size, start]
    sql = f"SELECT {columns} {source.sql} ORDER BY {ordered.sql} LIMIT %s OFFSET %s"
    return [_found(selection.organization_id, row) for row in database.rows(_marked(sql), parameters)]


def count(selection: Selection, most: int) -> int:
    """How many rows there are, counted no further than most."""
    source = _source(selection)
    sql = f"SELECT count(*) FROM (SELECT 1 {source.sql} LIMIT %s)"  # noqa: S608 -- constants
    [(counted,)] = database.rows(_marked(sql), [*source.parameters, most])
    return int(counted)


def _marked(sql: str) -> str:
    """SQLite's placeholders; nothing else in these statements holds a percent sign."""
    return sql.replace("%s", "?")


def _source(selection: Selection) -> Clause:
    if selection.ids is None:
        base = Clause(_ALL, (selection.organization_id, selection.schema))
    else:
        ids = orjson.dumps([one.hex for one in selection.ids]).decode()
        base = Clause(_CHOSEN, (ids, selection.organization_id))
    condition = selection.condition
    return Clause(f"{base.sql} AND {condition.sql}", base.parameters + condition.parameters)


def _found(organization_id: int, row: tuple[Any, ...]) -> Found:  # Any: columns as _COLUMNS says, then sort keys
    entity = Entity(
        id=UUID(row[0]),
        organization_id=organization_id,
        schema=row[1],
        attributes=orjson.loads(row[2]),
        version=row[3],
        created_at=_moment(row[4]),
        updated_at=_moment(row[5]),
        deleted_at=_moment(row[6]) if row[6] else None,
    )
    return Found(entity, list(row[7:]))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Statements inside know our functions and are stopped after that time, all together."""
    connection.ensure_connection()
    raw = connection.connection
    raw.create_function("hub_holds", 2, _holds, deterministic=True)
    raw.create_function("hub_contains", 3, _contains, deterministic=True)
    raw.create_function("hub_first", 2, _first, deterministic=True)
    deadline = clock.monotonic() + seconds
    raw.set_progress_handler(lambda: clock.monotonic() > deadline, STEPS_BETWEEN_LOOKS)
    try:
        yield
    finally:
        raw.set_progress_handler(None, 0)
