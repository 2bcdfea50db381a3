"""What the entity store writes into PostgreSQL: binary arrays in, one statement for everything usual."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hub import database
from hub.arrays import booleans, documents, integers, texts, uuids
from hub.bulk import insert_rows
from hub.entities.operations import Source
from hub.entities.sql.rows import CHANGES_TABLE, STONE_COLUMNS, Batch, ChangeRow, EntityRow, KeyRow, columns_of

_STORE = """
WITH written AS MATERIALIZED (
    SELECT * FROM unnest(%(ids)s, %(schemas)s, %(documents)s, %(versions)s, %(are_new)s, %(are_deleted)s)
        AS row(id, schema, attributes, version, is_new, is_deleted)
), created AS (
    INSERT INTO entities_entity
        (id, organization_id, schema, attributes, version, created_at, updated_at, deleted_at)
    SELECT id, %(organization)s, schema, attributes, version, %(at)s, %(at)s, CASE WHEN is_deleted THEN %(at)s END
    FROM written WHERE is_new
), updated AS (
    UPDATE entities_entity entity
    SET attributes = written.attributes, version = written.version, updated_at = %(at)s,
        deleted_at = CASE WHEN written.is_deleted THEN %(at)s END
    FROM written WHERE NOT written.is_new AND entity.id = written.id
), keys_gone AS (
    DELETE FROM entities_entitykey key
    USING unnest(%(gone_schemas)s, %(gone_attributes)s, %(gone_values)s, %(gone_ids)s)
        AS gone(schema, attribute, value, entity_id)
    WHERE key.organization_id = %(organization)s AND key.schema = gone.schema
        AND key.attribute = gone.attribute AND key.value = gone.value AND key.entity_id = gone.entity_id
), keys_new AS (
    INSERT INTO entities_entitykey (organization_id, schema, attribute, value, entity_id)
    SELECT %(organization)s, * FROM unnest(%(new_schemas)s, %(new_attributes)s, %(new_values)s, %(new_ids)s)
)
INSERT INTO entities_entitychange
    (id, organization_id, entity_id, schema, version, at, operation, changes, snapshot,
     actor_type, actor_id, event_id, origin_id, use_case_id, use_case_version, undoes_version)
SELECT change.id, %(organization)s, change.entity_id, written.schema, change.version, %(at)s, change.operation,
    change.changes, CASE WHEN change.is_final THEN written.attributes ELSE change.snapshot END,
    source.actor_type, source.actor_id, change.event_id, change.origin_id, source.use_case_id, source.use_case_version,
    source.undoes_version
FROM unnest(%(change_ids)s, %(change_entities)s, %(change_versions)s, %(change_operations)s, %(changes)s,
        %(snapshots)s, %(are_final)s, %(events)s, %(origins)s, %(change_sources)s)
    AS change(id, entity_id, version, operation, changes, snapshot, is_final, event_id, origin_id, source)
JOIN written ON written.id = change.entity_id
JOIN unnest(%(actor_types)s, %(actor_ids)s, %(use_cases)s, %(use_case_versions)s, %(undone)s) WITH ORDINALITY
    AS source(actor_type, actor_id, use_case_id, use_case_version, undoes_version, number)
    ON source.number = change.source
"""

_PURGE = """
WITH entities AS (
    DELETE FROM entities_entity WHERE id = ANY(%(ids)s) AND organization_id = %(organization)s
), readings AS (
    DELETE FROM entities_meterreading WHERE meter_id = ANY(%(ids)s) AND organization_id = %(organization)s
)
DELETE FROM entities_entitychange WHERE entity_id = ANY(%(ids)s) AND organization_id = %(organization)s"""

_CLAIM = """
    INSERT INTO entities_entitycreation (organization_id, schema) VALUES (%s, %s) ON CONFLICT DO NOTHING"""

_CLAIMED = """
    SELECT 1 FROM entities_entitycreation WHERE organization_id = %s AND schema = %s FOR UPDATE"""

_COUNT = """
    SELECT count(*) FROM (
        SELECT 1 FROM entities_entity WHERE organization_id = %s AND schema = %s LIMIT %s) AS counted"""

_ADD_KEYS = """
    INSERT INTO entities_entitykey (organization_id, schema, attribute, value, entity_id)
    SELECT %(organization)s, * FROM unnest(%(new_schemas)s, %(new_attributes)s, %(new_values)s, %(new_ids)s)
    ON CONFLICT DO NOTHING"""


def store(batch: Batch) -> None:
    """Write a batch with one statement, purges with two more."""
    if batch.tombstones:
        ids = uuids(row.entity_id for row in batch.tombstones)
        database.send(_PURGE, {"organization": batch.organization_id, "ids": ids})
        insert_rows(CHANGES_TABLE, STONE_COLUMNS, batch.stones())
    parameters: dict[str, object] = {"organization": batch.organization_id, "at": batch.at}
    parameters |= _entity_columns(batch.entities)
    parameters |= _key_columns("gone", batch.keys_gone) | _key_columns("new", batch.keys_new)
    database.send(_STORE, parameters | _change_columns(batch.changes))


def _entity_columns(rows: Sequence[EntityRow]) -> dict[str, object]:
    ids, schemas, attributes, versions, are_new, are_deleted = columns_of(rows, 6)
    return {
        "ids": uuids(ids),
        "schemas": texts(schemas),
        "documents": documents(attributes),
        "versions": integers(versions),
        "are_new": booleans(are_new),
        "are_deleted": booleans(are_deleted),
    }


def _key_columns(which: str, rows: Sequence[KeyRow]) -> dict[str, object]:
    schemas, attributes, values, ids = columns_of(rows, 4)
    return {
        f"{which}_schemas": texts(schemas),
        f"{which}_attributes": texts(attributes),
        f"{which}_values": texts(values),
        f"{which}_ids": uuids(ids),
    }


def _change_columns(rows: Sequence[ChangeRow]) -> dict[str, object]:
    columns = dict(zip(ChangeRow._fields, columns_of(rows, len(ChangeRow._fields)), strict=True))
    sources: dict[int, Source] = {id(source): source for source in columns["source"]}
    numbers = {known: number for number, known in enumerate(sources, start=1)}
    return {
        "change_ids": uuids(columns["id"]),
        "change_entities": uuids(columns["entity_id"]),
        "change_versions": integers(columns["version"]),
        "change_operations": texts(columns["operation"]),
        "changes": documents(columns["changes"]),
        "snapshots": documents(columns["snapshot"]),
        "are_final": booleans(columns["has_final_snapshot"]),
        "events": uuids(columns["event_id"]),
        "origins": uuids(columns["origin_id"]),
        "change_sources": integers(map(numbers.__getitem__, map(id, columns["source"]))),
        "actor_types": texts(source.actor_type for source in sources.values()),
        "actor_ids": texts(source.actor_id for source in sources.values()),
        "use_cases": uuids(source.use_case_id for source in sources.values()),
        "use_case_versions": integers(source.use_case_version for source in sources.values()),
        "undone": integers(source.undoes_version for source in sources.values()),
    }


def claim_schema(organization_id: int, schema: str) -> None:
    """Make the creation row if it is missing and keep every writer of the schema out until the end."""
    database.execute(_CLAIM, [organization_id, schema])
    database.rows(_CLAIMED, [organization_id, schema])


def count_up_to(organization_id: int, schema: str, most: int) -> int:
    """How many entities the schema has, counted no further than most."""
    [(count,)] = database.rows(_COUNT, [organization_id, schema, most])
    return int(count)


def add_keys(organization_id: int, keys: Iterable[KeyRow]) -> None:
    """Insert key rows; those that exist already are left alone."""
    columns = _key_columns("new", sorted(keys))
    database.execute(_ADD_KEYS, {"organization": organization_id, **columns})
