"""gather: everything the database knows about a list of operations, read under the locks of engine rule 1.9."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

import msgspec
import orjson
from django.db import OperationalError

from hub.entities.key_indexes import ensure_key_indexes
from hub.entities.operations import Mode
from hub.entities.sql import statements
from hub.entities.sql.rows import Match, Opening, Probe
from hub.entities.store.drafts import Draft
from hub.entities.store.prepare import Identity, Prepared

LOOKS: Final = 3
"""How often entities are looked for again when one changed its identifiers between being found and being locked."""

Matches = dict[Identity, list[UUID]]


class Facts(msgspec.Struct):
    """What is true while the transaction holds its locks."""

    drafts: dict[UUID, Draft]
    matches: Matches
    """Identity → entities that have all its keys; live ones first."""
    indexed: dict[str, list[str]]
    """Schema → attributes kept in EntityKey."""
    building: set[tuple[str, str]]
    """Schema and attribute of indexes that do not know every entity yet."""


def gather(organization_id: int, prepared: Prepared) -> Facts:
    """Find and lock the entities that the operations are about; lock creation where one is to be created.

    Raises OperationalError, which counts as transient, when they will not stand still.
    """
    if not prepared.tried():
        return Facts({}, {}, {}, set())
    for _ in range(LOOKS):
        facts = _look(organization_id, prepared)
        if _is_fresh(prepared, facts):
            _read_origins(organization_id, prepared, facts)
            return facts
    raise OperationalError("Entities kept changing their identifiers while they were looked for.")


def _look(organization_id: int, prepared: Prepared) -> Facts:
    probes = _probes(prepared)
    opening = _open(organization_id, prepared, list(probes.values()))
    building = {(schema, attribute) for schema, attribute, is_building in opening.indexed if is_building}
    indexed: dict[str, list[str]] = {}
    for schema, attribute, _ in opening.indexed:
        indexed.setdefault(schema, []).append(attribute)
    matches = _by_identity(probes, opening.matches)
    missing = _to_create(prepared, matches)
    if missing:
        schemas = sorted({identity[0] for identity in missing})
        again = statements().lock_creation(organization_id, schemas, [probes[identity] for identity in missing])
        matches |= _by_identity(probes, again)
    return Facts(_lock(organization_id, prepared, matches), matches, indexed, building)


def _probes(prepared: Prepared) -> dict[Identity, Probe]:
    """One probe per different identity; what is addressed by ``_id`` needs none."""
    probes: dict[Identity, Probe] = {}
    for place in prepared.tried():
        identity = prepared.identities[place]
        if identity not in probes and "_id" not in prepared.operations[place].identifiers:
            probes[identity] = _probe(len(probes), identity[0], prepared.keys[place])
    return probes


def _probe(number: int, schema: str, keys: Mapping[str, str]) -> Probe:
    (attribute, key), *others = keys.items()
    return Probe(number, schema, attribute, key, orjson.dumps(dict(others)) if others else b"")


def _open(organization_id: int, prepared: Prepared, probes: list[Probe]) -> Opening:
    """The first answers; schemas and identifiers seen for the first time get their rows before they are asked for."""
    wanted: dict[str, set[str]] = {}
    for place in prepared.tried():
        wanted.setdefault(prepared.operations[place].schema, set()).update(prepared.keys[place])
    opening = statements().open_schemas(organization_id, sorted(wanted), probes)
    known = {(schema, attribute) for schema, attribute, _ in opening.indexed}
    new = [
        schema
        for schema, attributes in sorted(wanted.items())
        if schema not in opening.schemas or any((schema, attribute) not in known for attribute in attributes)
    ]
    if not new:
        return opening
    for schema in new:
        ensure_key_indexes(organization_id=organization_id, schema=schema, attributes=wanted[schema])
    return statements().open_schemas(organization_id, sorted(wanted), probes)


def _by_identity(probes: Mapping[Identity, Probe], matches: Iterable[Match]) -> Matches:
    identities = list(probes)
    found: Matches = {}
    for number, entity_id in matches:
        found.setdefault(identities[number], []).append(entity_id)
    return found


def _to_create(prepared: Prepared, matches: Matches) -> list[Identity]:
    """Identities that an upsert asks for and nobody has."""
    missing: dict[Identity, None] = {}
    for place in prepared.tried():
        operation = prepared.operations[place]
        identity = prepared.identities[place]
        if operation.mode is Mode.UPSERT and identity not in matches and "_id" not in operation.identifiers:
            missing[identity] = None
    return list(missing)


def _lock(organization_id: int, prepared: Prepared, matches: Matches) -> dict[UUID, Draft]:
    ids = {entity_id for found in matches.values() for entity_id in found}
    ids.update(entity_id for entity_id in prepared.ids if entity_id is not None)
    if not ids:
        return {}
    return {row.id: Draft.read(row) for row in statements().lock_entities(organization_id, ids)}


def _is_fresh(prepared: Prepared, facts: Facts) -> bool:
    """Whether everything that was found still has its keys now that it is locked."""
    for place in prepared.tried():
        for entity_id in facts.matches.get(prepared.identities[place], ()):
            draft = facts.drafts.get(entity_id)
            if draft is None or not draft.has_keys(prepared.keys[place]):
                return False
    return True


def _read_origins(organization_id: int, prepared: Prepared, facts: Facts) -> None:
    """CREATE must know who created what it found: its own event, tried or replayed again, does not count."""
    ids: set[UUID] = set()
    for place in prepared.tried():
        if prepared.operations[place].must_create:
            ids.update(facts.matches.get(prepared.identities[place], ()))
    if ids:
        for entity_id, origin in statements().origins(organization_id, ids):
            if entity_id in facts.drafts:
                facts.drafts[entity_id].origin = origin
