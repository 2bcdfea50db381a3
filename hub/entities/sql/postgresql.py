"""The entity store on PostgreSQL: binary arrays in, few round trips, row locks in the order of engine rule 1.9."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from operator import attrgetter
from typing import Any
from uuid import UUID

from hub import database
from hub.arrays import booleans, documents, integers, texts, uuids
from hub.bulk import insert_rows
from hub.entities.operations import Source
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

_SHARE_CREATION = """
    SELECT schema FROM entities_entitycreation WHERE organization_id = %s AND schema = ANY(%s)
    ORDER BY schema FOR KEY SHARE"""

_LOCK_CREATION = """
    SELECT schema FROM entities_entitycreation WHERE organization_id = %s AND schema = ANY(%s)
    ORDER BY schema FOR NO KEY UPDATE"""

_INDEXED = """
    SELECT schema, attribute, state = 'building' FROM entities_entitykeyindex
    WHERE organization_id = %s AND schema = ANY(%s)"""

_PROBE = f"""
    SELECT probe.number, found.entity_id
    FROM unnest(%(numbers)s, %(schemas)s, %(attributes)s, %(keys)s, %(further)s)
        AS probe(number, schema, attribute, key, further)
    CROSS JOIN LATERAL (
        SELECT key.entity_id, entity.deleted_at IS NOT NULL AS is_deleted
        FROM entities_entitykey key JOIN entities_entity entity ON entity.id = key.entity_id
        WHERE key.organization_id = %(organization)s
            AND key.schema = probe.schema AND key.attribute = probe.attribute AND key.value = probe.key
            AND (probe.further IS NULL OR NOT EXISTS (
                SELECT 1 FROM jsonb_each_text(probe.further) other(attribute, key) WHERE NOT EXISTS (
                    SELECT 1 FROM entities_entitykey second
                    WHERE second.organization_id = %(organization)s AND second.schema = probe.schema
                        AND second.attribute = other.attribute AND second.value = other.key
                        AND second.entity_id = key.entity_id)))
        ORDER BY is_deleted LIMIT {MOST_MATCHES}
    ) found"""  # noqa: S608 -- a constant

_LOCK_ENTITIES = """
    SELECT entity.* FROM unnest(%s) AS wanted(id) CROSS JOIN LATERAL (
        SELECT id, schema, attributes::text, version, deleted_at IS NOT NULL
        FROM entities_entity entity WHERE entity.id = wanted.id AND organization_id = %s FOR NO KEY UPDATE
    ) entity"""
# The ids come sorted and the loop over them is the outer one, so that locks are taken in their order. Written as one
# SELECT … ORDER BY id the planner, with the statistics of a growing table, reads everything the organization has.

_ORIGINS = """
    SELECT entity_id, coalesce(origin_id, event_id) FROM entities_entitychange
    WHERE entity_id = ANY(%s) AND organization_id = %s AND version = 1"""

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
     actor_type, actor_id, event_id, origin_id, use_case_id, use_case_version)
SELECT change.id, %(organization)s, change.entity_id, written.schema, change.version, %(at)s, change.operation,
    change.changes, CASE WHEN change.is_final THEN written.attributes ELSE change.snapshot END,
    source.actor_type, source.actor_id, change.event_id, change.origin_id, source.use_case_id, source.use_case_version
FROM unnest(%(change_ids)s, %(change_entities)s, %(change_versions)s, %(change_operations)s, %(changes)s,
        %(snapshots)s, %(are_final)s, %(events)s, %(origins)s, %(change_sources)s)
    AS change(id, entity_id, version, operation, changes, snapshot, is_final, event_id, origin_id, source)
JOIN written ON written.id = change.entity_id
JOIN unnest(%(actor_types)s, %(actor_ids)s, %(use_cases)s, %(use_case_versions)s) WITH ORDINALITY
    AS source(actor_type, actor_id, use_case_id, use_case_version, number) ON source.number = change.source
"""

_PURGE = """
WITH entities AS (DELETE FROM entities_entity WHERE id = ANY(%(ids)s) AND organization_id = %(organization)s)
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


def open_schemas(
    organization_id: int, schemas: Sequence[str], growing: Sequence[str], probes: Sequence[Probe]
) -> Opening:
    """Share-lock the creation rows, read the key indexes, lock creation in growing, answer the probes."""
    which = [organization_id, texts(schemas)]
    statements: list[tuple[str, database.Parameters]] = [(_SHARE_CREATION, which), (_INDEXED, which)]
    if growing:
        statements.append((_LOCK_CREATION, [organization_id, texts(growing)]))
    statements.append((_PROBE, _probe_parameters(organization_id, probes)))
    shared, indexed, *_, found = database.rows_of_each(statements)
    return Opening({schema for (schema,) in shared}, list(map(IndexedAttribute._make, indexed)), _matches(found))


def lock_creation(organization_id: int, schemas: Sequence[str], probes: Sequence[Probe]) -> list[Match]:
    """Keep others from creating in schemas until the transaction ends, then answer the probes."""
    _, found = database.rows_of_each(
        [
            (_LOCK_CREATION, [organization_id, texts(schemas)]),
            (_PROBE, _probe_parameters(organization_id, probes)),
        ]
    )
    return _matches(found)


def _matches(rows: database.Rows) -> list[Match]:
    return list(map(Match._make, rows))


def _probe_parameters(organization_id: int, probes: Sequence[Probe]) -> dict[str, object]:
    numbers, schemas, attributes, keys, further = _columns(probes, 5)
    return {
        "organization": organization_id,
        "numbers": integers(numbers),
        "schemas": texts(schemas),
        "attributes": texts(attributes),
        "keys": texts(keys),
        "further": documents(further),
    }


def _sorted(ids: Iterable[UUID]) -> list[UUID]:
    """As UUIDs compare, three times as fast."""
    return sorted(ids, key=attrgetter("int"))


def lock_entities(organization_id: int, ids: Collection[UUID]) -> list[StoredEntity]:
    """Lock in order of id and read what is true then; a missing or foreign id is left out."""
    return list(map(StoredEntity._make, database.rows(_LOCK_ENTITIES, [uuids(_sorted(ids)), organization_id])))


def origins(organization_id: int, ids: Collection[UUID]) -> list[tuple[UUID, UUID | None]]:
    """For each entity the origin of the event that created it."""
    return [(entity_id, origin) for entity_id, origin in database.rows(_ORIGINS, [uuids(ids), organization_id])]


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


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> Sequence[Sequence[Any]]:  # Any: cells of a typed row
    """rows turned on their side."""
    return list(zip(*rows, strict=True)) if rows else [()] * width


def _entity_columns(rows: Sequence[EntityRow]) -> dict[str, object]:
    ids, schemas, attributes, versions, are_new, are_deleted = _columns(rows, 6)
    return {
        "ids": uuids(ids),
        "schemas": texts(schemas),
        "documents": documents(attributes),
        "versions": integers(versions),
        "are_new": booleans(are_new),
        "are_deleted": booleans(are_deleted),
    }


def _key_columns(which: str, rows: Sequence[KeyRow]) -> dict[str, object]:
    schemas, attributes, values, ids = _columns(rows, 4)
    return {
        f"{which}_schemas": texts(schemas),
        f"{which}_attributes": texts(attributes),
        f"{which}_values": texts(values),
        f"{which}_ids": uuids(ids),
    }


def _change_columns(rows: Sequence[ChangeRow]) -> dict[str, object]:
    columns = dict(zip(ChangeRow._fields, _columns(rows, len(ChangeRow._fields)), strict=True))
    sources: list[Source] = list(dict.fromkeys(columns["source"]))
    numbers = {source: number for number, source in enumerate(sources, start=1)}
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
        "change_sources": integers(numbers[source] for source in columns["source"]),
        "actor_types": texts(source.actor_type for source in sources),
        "actor_ids": texts(source.actor_id for source in sources),
        "use_cases": uuids(source.use_case_id for source in sources),
        "use_case_versions": integers(source.use_case_version for source in sources),
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
