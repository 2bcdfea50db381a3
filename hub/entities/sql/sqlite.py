"""The entity store on SQLite: the write lock of the IMMEDIATE transaction stands for every row lock."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

import orjson

from hub import database
from hub.bulk import insert_rows
from hub.database import stored_value
from hub.entities.sql.rows import (
    CHANGES_TABLE,
    MOST_MATCHES,
    STONE_COLUMNS,
    Batch,
    ChangeRow,
    EntityRow,
    IndexedAttribute,
    KeyRow,
    Match,
    Opening,
    Probe,
    StoredEntity,
)

_SCHEMAS = """
    SELECT schema FROM entities_entitycreation
    WHERE organization_id = ? AND schema IN (SELECT value FROM json_each(?))"""

_INDEXED = """
    SELECT schema, attribute, state = 'building' FROM entities_entitykeyindex
    WHERE organization_id = ? AND schema IN (SELECT value FROM json_each(?))"""

_PROBE = """
    WITH probe AS (
        SELECT value ->> 0 AS number, value ->> 1 AS schema, value ->> 2 AS attribute, value ->> 3 AS key,
            value -> 4 AS further
        FROM json_each(:probes)
    )
    SELECT probe.number, key.entity_id, entity.deleted_at IS NOT NULL
    FROM probe CROSS JOIN entities_entitykey key ON key.organization_id = :organization
        AND key.schema = probe.schema AND key.attribute = probe.attribute AND key.value = probe.key
    CROSS JOIN entities_entity entity ON entity.id = key.entity_id
    WHERE NOT EXISTS (
        SELECT 1 FROM json_each(probe.further) other WHERE NOT EXISTS (
            SELECT 1 FROM entities_entitykey second
            WHERE second.organization_id = :organization AND second.schema = probe.schema
                AND second.attribute = other.key AND second.value = other.value
                AND second.entity_id = key.entity_id))
    ORDER BY probe.number, entity.deleted_at IS NOT NULL"""

_READ_ENTITIES = """
    SELECT id, schema, attributes, version, deleted_at IS NOT NULL FROM entities_entity
    WHERE id IN (SELECT value FROM json_each(?)) AND organization_id = ? ORDER BY id"""

_ORIGINS = """
    SELECT entity_id, coalesce(origin_id, event_id) FROM entities_entitychange
    WHERE entity_id IN (SELECT value FROM json_each(?)) AND organization_id = ? AND version = 1"""

_CHANGED_BY = """
    SELECT entity_id, coalesce(origin_id, event_id),
        CASE WHEN operation = 'created' THEN coalesce(snapshot, changes) ELSE changes END
    FROM entities_entitychange
    WHERE entity_id IN (SELECT value FROM json_each(?)) AND organization_id = ?
        AND coalesce(origin_id, event_id) IN (SELECT value FROM json_each(?))"""

_INSERT_ENTITY = """
    INSERT INTO entities_entity (id, organization_id, schema, attributes, version, created_at, updated_at, deleted_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""

_UPDATE_ENTITY = "UPDATE entities_entity SET attributes = ?, version = ?, updated_at = ?, deleted_at = ? WHERE id = ?"

_DELETE_KEY = """
    DELETE FROM entities_entitykey
    WHERE organization_id = ? AND schema = ? AND attribute = ? AND value = ? AND entity_id = ?"""

_INSERT_KEY = """
    INSERT OR IGNORE INTO entities_entitykey (organization_id, schema, attribute, value, entity_id)
    VALUES (?, ?, ?, ?, ?)"""

_INSERT_CHANGE = """
    INSERT INTO entities_entitychange
        (id, organization_id, entity_id, schema, version, at, operation, changes, snapshot,
         actor_type, actor_id, event_id, origin_id, use_case_id, use_case_version)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""

_PURGE_ENTITY = "DELETE FROM entities_entity WHERE id = ? AND organization_id = ?"

_PURGE_CHANGES = "DELETE FROM entities_entitychange WHERE entity_id = ? AND organization_id = ?"

_PURGE_READINGS = "DELETE FROM entities_meterreading WHERE meter_id = ? AND organization_id = ?"

_CLAIM = "INSERT OR IGNORE INTO entities_entitycreation (organization_id, schema) VALUES (?, ?)"

_COUNT = """
    SELECT count(*) FROM (SELECT 1 FROM entities_entity WHERE organization_id = ? AND schema = ? LIMIT ?)"""


def open_schemas(
    organization_id: int, schemas: Sequence[str], growing: Sequence[str], probes: Sequence[Probe]
) -> Opening:
    """Read which schemas have their creation row and the key indexes, then answer the probes."""
    which = [organization_id, orjson.dumps(schemas).decode()]
    shared, indexed = database.rows_of_each([(_SCHEMAS, which), (_INDEXED, which)])
    return Opening(
        {schema for (schema,) in shared},
        [IndexedAttribute(schema, attribute, bool(building)) for schema, attribute, building in indexed],
        _find(organization_id, probes, MOST_MATCHES),
    )


def lock_creation(organization_id: int, schemas: Sequence[str], probes: Sequence[Probe]) -> list[Match]:
    """Nothing to lock, and nothing can have changed since the first answer."""
    return []


def _find(
    organization_id: int, probes: Sequence[Probe], most: int = MOST_MATCHES, *, live: bool = False
) -> list[Match]:
    """Who answers the probes, live ones first, at most `most` for each."""
    questions = [
        (probe.number, probe.schema, probe.attribute, probe.key, orjson.Fragment(probe.further or b"{}"))
        for probe in probes
    ]
    parameters = {"organization": organization_id, "probes": orjson.dumps(questions).decode()}
    matches: list[Match] = []
    for number, entity_id, is_deleted in database.rows(_PROBE, parameters):
        if (len(matches) < most or matches[-most].number != number) and not (live and is_deleted):
            matches.append(Match(number, UUID(entity_id)))
    return matches


def members(organization_id: int, probes: Sequence[Probe], most: int) -> list[Match]:
    """Live entities that answer the probes, at most `most` for each."""
    return _find(organization_id, probes, most, live=True) if probes else []


def read_entities(organization_id: int, ids: Collection[UUID]) -> list[StoredEntity]:
    """Entities as they are; the transaction's own lock is enough for both kinds of reading."""
    return lock_entities(organization_id, ids)


def _ids(ids: Collection[UUID]) -> str:
    return orjson.dumps(sorted(one.hex for one in ids)).decode()


def lock_entities(organization_id: int, ids: Collection[UUID]) -> list[StoredEntity]:
    """Read in order of id; a missing or foreign id is left out."""
    rows = database.rows(_READ_ENTITIES, [_ids(ids), organization_id])
    return [
        StoredEntity(UUID(entity_id), schema, attributes, version, bool(deleted))
        for entity_id, schema, attributes, version, deleted in rows
    ]


def origins(organization_id: int, ids: Collection[UUID]) -> list[tuple[UUID, UUID | None]]:
    """For each entity the origin of the event that created it."""
    rows = database.rows(_ORIGINS, [_ids(ids), organization_id])
    return [(UUID(entity_id), UUID(origin) if origin else None) for entity_id, origin in rows]


def changed_by(organization_id: int, ids: Collection[UUID], origins: Collection[UUID]) -> list[tuple[UUID, UUID, str]]:
    """What events of these origins have changed in entities: entity, origin, and a JSON object of the attributes."""
    rows = database.rows(_CHANGED_BY, [_ids(ids), organization_id, _ids(origins)])
    return [(UUID(entity_id), UUID(origin), text) for entity_id, origin, text in rows]


def store(batch: Batch) -> None:
    """Write a batch: one prepared statement per kind of row, run inside the library."""
    at = stored_value(batch.at)
    if batch.tombstones:
        ids = [(row.entity_id.hex, batch.organization_id) for row in batch.tombstones]
        database.execute_many(_PURGE_ENTITY, ids)
        database.execute_many(_PURGE_CHANGES, ids)
        database.execute_many(_PURGE_READINGS, ids)
        insert_rows(CHANGES_TABLE, STONE_COLUMNS, batch.stones())
    _store_entities(batch.organization_id, batch.entities, at)
    if batch.keys_gone:
        database.execute_many(_DELETE_KEY, _key_rows(batch.organization_id, batch.keys_gone))
    add_keys(batch.organization_id, batch.keys_new)
    final = {row.id: row.attributes for row in batch.entities}
    changes = [_change(batch.organization_id, at, row, final) for row in batch.changes]
    if changes:
        database.execute_many(_INSERT_CHANGE, changes)


def _store_entities(organization_id: int, entities: Sequence[EntityRow], at: object) -> None:
    new = [
        (
            row.id.hex,
            organization_id,
            row.schema,
            row.attributes.decode(),
            row.version,
            at,
            at,
            at if row.is_deleted else None,
        )
        for row in entities
        if row.is_new
    ]
    old = [
        (row.attributes.decode(), row.version, at, at if row.is_deleted else None, row.id.hex)
        for row in entities
        if not row.is_new
    ]
    if new:
        database.execute_many(_INSERT_ENTITY, new)
    if old:
        database.execute_many(_UPDATE_ENTITY, old)


def _key_rows(organization_id: int, keys: Iterable[KeyRow]) -> list[tuple[object, ...]]:
    return [(organization_id, key.schema, key.attribute, key.value, key.entity_id.hex) for key in keys]


def _change(organization_id: int, at: object, row: ChangeRow, final: dict[UUID, bytes]) -> tuple[object, ...]:
    snapshot = final[row.entity_id] if row.has_final_snapshot else row.snapshot
    return (
        row.id.hex,
        organization_id,
        row.entity_id.hex,
        row.schema,
        row.version,
        at,
        row.operation,
        row.changes.decode(),
        None if snapshot is None else snapshot.decode(),
        row.source.actor_type,
        row.source.actor_id,
        stored_value(row.event_id),
        stored_value(row.origin_id),
        stored_value(row.source.use_case_id),
        row.source.use_case_version,
    )


def claim_schema(organization_id: int, schema: str) -> None:
    """Make the creation row if it is missing; the transaction itself keeps other writers out."""
    database.execute(_CLAIM, [organization_id, schema])


def count_up_to(organization_id: int, schema: str, most: int) -> int:
    """How many entities the schema has, counted no further than most."""
    [(count,)] = database.rows(_COUNT, [organization_id, schema, most])
    return int(count)


def add_keys(organization_id: int, keys: Iterable[KeyRow]) -> None:
    """Insert key rows; those that exist already are left alone."""
    rows = _key_rows(organization_id, sorted(keys))
    if rows:
        database.execute_many(_INSERT_KEY, rows)
