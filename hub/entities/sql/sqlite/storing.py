"""What the entity store writes into SQLite: one prepared statement per kind of row, run inside the library."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from hub import database
from hub.bulk import insert_rows
from hub.database import stored_value
from hub.entities.sql.rows import CHANGES_TABLE, STONE_COLUMNS, Batch, ChangeRow, EntityRow, KeyRow

_INSERT_ENTITY = """
    INSERT INTO entities_entity
        (id, organization_id, schema, attributes, version, created_at, updated_at, deleted_at)"""

_UPDATE_ENTITY = "UPDATE entities_entity SET attributes = ?, version = ?, updated_at = ?, deleted_at = ? WHERE id = ?"

_DELETE_KEY = """
    DELETE FROM entities_entitykey
    WHERE organization_id = ? AND schema = ? AND attribute = ? AND value = ? AND entity_id = ?"""

_INSERT_KEY = """
    INSERT OR IGNORE INTO entities_entitykey (organization_id, schema, attribute, value, entity_id)"""

_INSERT_CHANGE = """
    INSERT INTO entities_entitychange
        (id, organization_id, entity_id, schema, version, at, operation, changes, snapshot,
         actor_type, actor_id, event_id, origin_id, use_case_id, use_case_version, undoes_version)"""

_PURGE_ENTITY = "DELETE FROM entities_entity WHERE id = ? AND organization_id = ?"

_PURGE_CHANGES = "DELETE FROM entities_entitychange WHERE entity_id = ? AND organization_id = ?"

_PURGE_READINGS = "DELETE FROM entities_meterreading WHERE meter_id = ? AND organization_id = ?"

_CLAIM = "INSERT OR IGNORE INTO entities_entitycreation (organization_id, schema) VALUES (?, ?)"

_COUNT = """
    SELECT count(*) FROM (SELECT 1 FROM entities_entity WHERE organization_id = ? AND schema = ? LIMIT ?)"""


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
        database.insert_many(_INSERT_CHANGE, changes)


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
        database.insert_many(_INSERT_ENTITY, new)
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
        row.source.undoes_version,
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
        database.insert_many(_INSERT_KEY, rows)
