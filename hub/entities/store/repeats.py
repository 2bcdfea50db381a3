"""Repeats: what a replayed event has appended before, so that it is not appended once more (mapping.md 17.2)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple
from uuid import UUID

import orjson

from hub.entities.links import ReferenceWish, Wish
from hub.entities.operations import EntityOperation
from hub.entities.sql import statements
from hub.entities.store.prepared import Prepared
from hub.json_types import JSONObject, JSONValue

APPEND_ALL: Final = "_append_all"


class Repeat(NamedTuple):
    """An entity, the origin of the events that are one and the same, and an attribute that it has changed there."""

    entity_id: UUID
    origin_id: UUID
    attribute: str


Repeats = frozenset[Repeat]


def may_repeat(operation: EntityOperation) -> bool:
    """Whether the operation's event is another one's replay; a retry has applied nothing before."""
    return operation.origin_id is not None and operation.origin_id != operation.event_id


def appends_all(value: JSONValue, wish: Wish | None) -> bool:
    """Whether writing the value twice adds its members twice."""
    if wish is None:
        return isinstance(value, dict) and len(value) == 1 and APPEND_ALL in value
    if isinstance(wish, ReferenceWish) and any(item.operation == APPEND_ALL for item in wish.items):
        return True
    return wish.operation == APPEND_ALL


def repeats_of(organization_id: int, prepared: Prepared, entity_ids: Collection[UUID]) -> Repeats:
    """What the events that append again have changed before; one query, none without such events."""
    origins = {prepared.operations[place].origin_id for place in prepared.appending}
    wanted = {origin for origin in origins if origin is not None}
    if not wanted or not entity_ids:
        return frozenset()
    rows = statements().changed_by(organization_id, entity_ids, wanted)
    return frozenset(Repeat(entity_id, origin, name) for entity_id, origin, text in rows for name in orjson.loads(text))


def without_repeats(attributes: JSONObject, entity_id: UUID, operation: EntityOperation, known: Repeats) -> JSONObject:
    """attributes without the appends that the operation's event has carried out before."""
    return {
        name: value
        for name, value in attributes.items()
        if not (appends_all(value, None) and is_repeat(entity_id, operation, name, known))
    }


def is_repeat(entity_id: UUID, operation: EntityOperation, attribute: str, known: Repeats) -> bool:
    """Whether the operation's event has changed the attribute before."""
    return operation.origin_id is not None and Repeat(entity_id, operation.origin_id, attribute) in known
