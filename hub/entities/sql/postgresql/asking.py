"""What the entity store asks PostgreSQL: in few round trips, with row locks in the order of engine rule 1.9."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from operator import attrgetter
from uuid import UUID

from hub import database
from hub.arrays import documents, integers, texts, uuids
from hub.entities.sql.rows import MOST_MATCHES, Match, Opening, Probe, StoredEntity, columns_of

_SHARE_CREATION = """
    SELECT schema, coalesce((SELECT config_version FROM accounts_organization WHERE id = organization_id), 0)
    FROM entities_entitycreation WHERE organization_id = %s AND schema = ANY(%s)
    ORDER BY schema FOR KEY SHARE"""

_LOCK_CREATION = """
    SELECT schema FROM entities_entitycreation WHERE organization_id = %s AND schema = ANY(%s)
    ORDER BY schema FOR NO KEY UPDATE"""

_INDEXED = """
    SELECT schema, attribute, state = 'building' FROM entities_entitykeyindex
    WHERE organization_id = %s AND schema = ANY(%s)"""

_ANSWERED = """
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
                        AND second.entity_id = key.entity_id)))"""

_PROBE = f"{_ANSWERED} ORDER BY is_deleted LIMIT {MOST_MATCHES}) found"

_MEMBERS = f"{_ANSWERED} AND entity.deleted_at IS NULL LIMIT %(most)s) found"

_READ_ENTITIES = """
    SELECT id, schema, attributes::text, version, deleted_at IS NOT NULL
    FROM entities_entity WHERE id = ANY(%s) AND organization_id = %s"""

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

_CHANGED_BY = """
    SELECT entity_id, coalesce(origin_id, event_id),
        (CASE WHEN operation = 'created' THEN coalesce(snapshot, changes) ELSE changes END)::text
    FROM entities_entitychange
    WHERE entity_id = ANY(%s) AND organization_id = %s AND coalesce(origin_id, event_id) = ANY(%s)"""


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
    return Opening.of(shared, indexed, _matches(found))


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
    numbers, schemas, attributes, keys, further = columns_of(probes, 5)
    return {
        "organization": organization_id,
        "numbers": integers(numbers),
        "schemas": texts(schemas),
        "attributes": texts(attributes),
        "keys": texts(keys),
        "further": documents(further),
    }


def members(organization_id: int, probes: Sequence[Probe], most: int) -> list[Match]:
    """Live entities that answer the probes, at most `most` for each."""
    if not probes:
        return []
    return _matches(database.rows(_MEMBERS, _probe_parameters(organization_id, probes) | {"most": most}))


def read_entities(organization_id: int, ids: Collection[UUID]) -> list[StoredEntity]:
    """Entities as they are, unlocked; a missing or foreign id is left out."""
    return list(map(StoredEntity._make, database.rows(_READ_ENTITIES, [uuids(_sorted(ids)), organization_id])))


def _sorted(ids: Iterable[UUID]) -> list[UUID]:
    """As UUIDs compare, three times as fast."""
    return sorted(ids, key=attrgetter("int"))


def lock_entities(organization_id: int, ids: Collection[UUID]) -> list[StoredEntity]:
    """Lock in order of id and read what is true then; a missing or foreign id is left out."""
    return list(map(StoredEntity._make, database.rows(_LOCK_ENTITIES, [uuids(_sorted(ids)), organization_id])))


def origins(organization_id: int, ids: Collection[UUID]) -> list[tuple[UUID, UUID | None]]:
    """For each entity the origin of the event that created it."""
    return [(entity_id, origin) for entity_id, origin in database.rows(_ORIGINS, [uuids(ids), organization_id])]


def changed_by(organization_id: int, ids: Collection[UUID], origins: Collection[UUID]) -> list[tuple[UUID, UUID, str]]:
    """What events of these origins have changed in entities: entity, origin, and a JSON object of the attributes."""
    rows = database.rows(_CHANGED_BY, [uuids(ids), organization_id, uuids(origins)])
    return [(entity_id, origin, text) for entity_id, origin, text in rows]
