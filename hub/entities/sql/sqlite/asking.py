"""What the entity store asks SQLite."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

import orjson

from hub import database
from hub.entities.sql.rows import MOST_MATCHES, Match, Opening, Probe, StoredEntity

_SCHEMAS = """
    SELECT schema, coalesce((SELECT config_version FROM accounts_organization WHERE id = organization_id), 0)
    FROM entities_entitycreation WHERE organization_id = ? AND schema IN (SELECT value FROM json_each(?))"""

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


def open_schemas(
    organization_id: int, schemas: Sequence[str], growing: Sequence[str], probes: Sequence[Probe]
) -> Opening:
    """Read which schemas have their creation row and the key indexes, then answer the probes."""
    which = [organization_id, orjson.dumps(schemas).decode()]
    shared, indexed = database.rows_of_each([(_SCHEMAS, which), (_INDEXED, which)])
    return Opening.of(shared, indexed, _find(organization_id, probes, MOST_MATCHES))


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
