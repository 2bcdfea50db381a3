"""gather: everything the database knows about a list of operations, read under the locks of engine rule 1.9."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

import msgspec
from django.db import OperationalError

from hub.entities.key_indexes import ensure_key_indexes
from hub.entities.links import ReferenceWish
from hub.entities.schemas import REPEATABLE
from hub.entities.schemas.book import SchemaBook, book_at
from hub.entities.sql import statements
from hub.entities.sql.rows import Match, Opening, Probe, probe_of
from hub.entities.store.checks import WRITING
from hub.entities.store.drafts import Draft
from hub.entities.store.prepared import BY_ID, Prepared
from hub.entities.store.price_list import PriceList
from hub.entities.store.repeats import Repeats, repeats_of
from hub.entities.store.scopes import Scopes
from hub.pricing.references import FoundEntity

LOOKS: Final = 3
"""How often entities are looked for again when one changed its identifiers between being found and being locked."""

_growing: set[tuple[int, str]] = set()
"""Organization and schema where this process's last write created something. A guess that saves a trip: creation is
locked at once there, instead of after a first look. Right or wrong, the outcome is the same."""


class Facts(msgspec.Struct):
    """What is true while the transaction holds its locks."""

    drafts: dict[UUID, Draft]
    matches: dict[int, list[Draft]]
    """Number of an identity → entities that have all its keys; live ones first."""
    indexed: dict[str, list[str]]
    """Schema → attributes kept in EntityKey."""
    building: set[tuple[str, str]]
    """Schema and attribute of indexes that do not know every entity yet."""
    members: dict[int, list[UUID]] = {}
    """Number of a prune → entities that were in its scope before this call."""
    book: SchemaBook | None = None
    """The organization's schemas, where a reference has to know them."""
    related: dict[UUID, tuple[str, FoundEntity]] = {}
    """Schema and entity by id: what the products and prices of pricings lead to, unlocked."""

    config_version: int = 0
    """The organization's, as of the first look."""
    repeats: Repeats = frozenset()
    """What replayed events have appended before."""

    def is_repeatable(self, schema: str, attribute: str) -> bool:
        """Whether the attribute holds a list of typed objects."""
        kind = "" if self.book is None else self.book.schema_of(schema).attributes.get(attribute, "")
        return kind.partition("(")[0] in REPEATABLE


def gather(organization_id: int, prepared: Prepared) -> Facts:
    """Find and lock the entities that the operations are about; lock creation where one is to be created.

    Raises OperationalError, which counts as transient, when they will not stand still.
    """
    wanted = prepared.wanted()
    if not wanted:
        return Facts({}, {}, {}, set())
    for _ in range(LOOKS):
        facts = _look(organization_id, prepared, wanted)
        if facts is not None:
            _read_origins(organization_id, prepared, facts)
            facts.repeats = repeats_of(organization_id, prepared, facts.drafts)
            return facts
    raise OperationalError("Entities kept changing their identifiers while they were looked for.")


def _look(organization_id: int, prepared: Prepared, wanted: Mapping[str, set[str]]) -> Facts | None:
    """The facts; None when an entity that was found has lost a key by the time it is locked."""
    probes = _probes(prepared)
    claimed = prepared.claimed_schemas() if prepared.claims else ()
    growing = [schema for schema in sorted(wanted) if (organization_id, schema) in _growing or schema in claimed]
    opening = _open(organization_id, wanted, growing, probes)
    found = _grouped(opening.matches)
    missing = _to_create(prepared, found)
    found |= _look_again(organization_id, [probes[number] for number in missing], growing)
    _growing.difference_update((organization_id, schema) for schema in wanted)
    _growing.update((organization_id, probes[number].schema) for number in missing)
    scopes = Scopes(organization_id, prepared, found)
    drafts = _lock(organization_id, prepared, found, scopes.ids())
    matches = _matches(prepared, found, drafts)
    if matches is None or not scopes.still_hold(drafts):
        return None
    related = PriceList(organization_id, prepared, found).entities if prepared.pricings else {}
    book = _book(organization_id, prepared, opening.config_version)
    return Facts(drafts, matches, *_indexes(opening), scopes.members, book, related, opening.config_version)


def _book(organization_id: int, prepared: Prepared, config_version: int) -> SchemaBook | None:
    has_references = any(isinstance(one.wish, ReferenceWish) for wishes in prepared.wishes.values() for one in wishes)
    return book_at(organization_id, config_version) if has_references else None


def _probes(prepared: Prepared) -> list[Probe]:
    return [probe_of(number, schema, keys) for number, (schema, keys) in enumerate(prepared.identities)]


def _open(organization_id: int, wanted: Mapping[str, set[str]], growing: list[str], probes: list[Probe]) -> Opening:
    """The first answers; schemas and identifiers seen for the first time get their rows before they are asked for."""
    opening = statements().open_schemas(organization_id, sorted(wanted), growing, probes)
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
    return statements().open_schemas(organization_id, sorted(wanted), growing, probes)


def _grouped(matches: Iterable[Match]) -> dict[int, list[UUID]]:
    found: dict[int, list[UUID]] = {}
    for number, entity_id in matches:
        found.setdefault(number, []).append(entity_id)
    return found


def _to_create(prepared: Prepared, found: Mapping[int, list[UUID]]) -> list[int]:
    """Numbers that a writing operation asks for and nobody has."""
    missing = {
        number: None
        for number, operation in zip(prepared.numbers, prepared.operations, strict=True)
        if number not in found and number != BY_ID and operation.mode in WRITING
    }
    return list(missing)


def _look_again(organization_id: int, probes: list[Probe], growing: list[str]) -> dict[int, list[UUID]]:
    """Lock creation where the first look was not under that lock, and look again for what was missing there."""
    unsure = [probe for probe in probes if probe.schema not in growing]
    if not unsure:
        return {}
    schemas = sorted({probe.schema for probe in unsure})
    return _grouped(statements().lock_creation(organization_id, schemas, unsure))


def _lock(
    organization_id: int, prepared: Prepared, found: Mapping[int, list[UUID]], others: Iterable[UUID]
) -> dict[UUID, Draft]:
    ids = {entity_id for entity_ids in found.values() for entity_id in entity_ids}
    ids.update(others)
    ids.update(entity_id for entity_id in prepared.ids if entity_id is not None)
    if not ids:
        return {}
    return {row.id: Draft.read(row) for row in statements().lock_entities(organization_id, ids)}


def _matches(
    prepared: Prepared, found: Mapping[int, list[UUID]], drafts: Mapping[UUID, Draft]
) -> dict[int, list[Draft]] | None:
    """What was found as drafts; None when one of them has gone or lost a key before it was locked."""
    matches: dict[int, list[Draft]] = {}
    for number, entity_ids in found.items():
        keys = prepared.identities[number][1]
        same = matches[number] = [drafts[one] for one in entity_ids if one in drafts]
        if len(same) < len(entity_ids) or not all(draft.has_keys(keys) for draft in same):
            return None
    return matches


def _indexes(opening: Opening) -> tuple[dict[str, list[str]], set[tuple[str, str]]]:
    """Indexed attributes by schema, and those that are still being filled."""
    indexed: dict[str, list[str]] = {}
    for schema, attribute, _ in opening.indexed:
        indexed.setdefault(schema, []).append(attribute)
    return indexed, {(schema, attribute) for schema, attribute, is_building in opening.indexed if is_building}


def _read_origins(organization_id: int, prepared: Prepared, facts: Facts) -> None:
    """CREATE must know who created what it found: its own event, tried or replayed again, does not count."""
    numbers = {
        number for number, operation in zip(prepared.numbers, prepared.operations, strict=True) if operation.must_create
    }
    ids = {draft.id for number in numbers for draft in facts.matches.get(number, ())}
    if ids:
        for entity_id, origin in statements().origins(organization_id, ids):
            facts.drafts[entity_id].origin = origin
