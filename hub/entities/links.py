"""Relations and references between entities: wishes as mappings write them, links as the store keeps them; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

import msgspec

from hub.entities.keys import LONGEST_PLAIN, keys_of, string_form
from hub.entities.values import ABSENT, OPERATIONS
from hub.json_types import JSONObject, JSONValue

RELATION: Final = "$relation"
REFERENCE: Final = "$relation_ref"
IDENTIFIERS: Final = "$entity_unique_ids"
TYPES: Final = "$types"
LINKS: Final = "$relation"
"""The name under which EntityKey holds whom an entity is related to, whatever the attribute: one row per target. No
mapping can write an attribute of this name."""
REFERENCES: Final = "$relation_ref"
"""The same for whom its references point at; apart from LINKS, as prunes and counters go by relations only."""


class Target(msgspec.Struct, frozen=True):
    """An entity that a relation or a reference is to point at."""

    schema: str
    identifiers: Mapping[str, str]
    """In string form; a value without one is empty."""
    types: Mapping[str, str] = {}
    """Identifier → "email" or "phone": how a stub stores it."""
    tags: list[JSONValue] | None = None


class RelationWish(msgspec.Struct, frozen=True):
    """What to do with a relation attribute (mapping.md section 8). operation: _set, _append or _append_all."""

    attribute: str
    operation: str
    targets: tuple[Target, ...]


class ReferenceItem(msgspec.Struct, frozen=True):
    """One value to be written to the related entity, and to be pointed at (mapping.md section 9)."""

    target: Target
    path: str
    attribute: str
    operation: str
    value: JSONValue
    has_value: bool


class ReferenceWish(msgspec.Struct, frozen=True):
    """What to do with a reference attribute."""

    attribute: str
    operation: str
    items: tuple[ReferenceItem, ...]


Wish: TypeAlias = RelationWish | ReferenceWish


def wish_of(attribute: str, value: JSONValue) -> Wish | None:
    """The wish that an attribute's value is; None for a plain value, links that are stored already among them.

    Raises ValueError for something that looks like a wish and is none.
    """
    if not isinstance(value, dict) or len(value) != 1:
        return None
    [(kind, body)] = value.items()
    if kind not in (RELATION, REFERENCE) or not isinstance(body, dict):
        return None
    if len(body) != 1 or not OPERATIONS & body.keys():
        raise ValueError(f"{attribute} needs exactly one of {', '.join(sorted(OPERATIONS))}")
    [(operation, operand)] = body.items()
    members = operand if isinstance(operand, list) else [operand]
    if kind == RELATION:
        return RelationWish(attribute, operation, tuple(_target(attribute, one) for one in members))
    return ReferenceWish(attribute, operation, tuple(_reference(attribute, one) for one in members))


def _target(attribute: str, raw: JSONValue) -> Target:
    identifiers = raw.get(IDENTIFIERS) if isinstance(raw, dict) else None
    if not isinstance(raw, dict) or not isinstance(identifiers, dict) or not isinstance(raw.get("_schema"), str):
        raise ValueError(f"{attribute} holds an item without {IDENTIFIERS} or _schema")
    types, tags = raw.get(TYPES), raw.get("_tags")
    return Target(
        str(raw["_schema"]),
        {name: string_form(value) or "" for name, value in identifiers.items()},
        {name: str(kind) for name, kind in types.items()} if isinstance(types, dict) else {},
        tags if isinstance(tags, list) else None,
    )


def _reference(attribute: str, raw: JSONValue) -> ReferenceItem:
    target = _target(attribute, raw)
    written = raw.get("value") if isinstance(raw, dict) else None
    if not isinstance(raw, dict) or not isinstance(written, dict) or not isinstance(raw.get("path"), str):
        raise ValueError(f"{attribute} holds a reference without path or value")
    path = str(raw["path"])
    operation = written.get("operation")
    return ReferenceItem(
        target,
        path,
        str(written.get("attribute") or path),
        str(operation) if operation in OPERATIONS else "_append",
        written.get("value"),
        written.get("value") is not None,
    )


def link(entity_id: str, target: Target) -> JSONObject:
    """The stored form of one relation."""
    stored: JSONObject = {"entity_id": entity_id, "_schema": target.schema}
    return stored if target.tags is None else {**stored, "_tags": target.tags}


def joined(kind: str, stored: object, operation: str, links: list[JSONValue]) -> JSONObject:
    """The value of the attribute after links were set or appended to stored, which may be ABSENT.

    ``_append`` leaves out whom the attribute points at already; what it had stays as it was, tags included.
    """
    present = links_in(kind, stored)
    if operation == "_set":
        return {kind: links}
    if operation == "_append":
        known = {_identity(one) for one in present}
        fresh: list[JSONValue] = []
        for one in links:
            if _identity(one) not in known:
                known.add(_identity(one))
                fresh.append(one)
        links = fresh
    return {kind: [*present, *links]}


def _identity(stored: JSONValue) -> tuple[JSONValue, JSONValue]:
    """What makes two links the same: the entity, and for references the item."""
    return (stored.get("entity_id"), stored.get("_id")) if isinstance(stored, dict) else (None, None)


def links_in(kind: str, value: object) -> list[JSONValue]:
    """The links that an attribute's stored value holds."""
    members = value.get(kind) if isinstance(value, dict) and value is not ABSENT else None
    return members if isinstance(members, list) else []


def related_ids(attributes: Mapping[str, JSONValue]) -> tuple[str, ...]:
    """The ids of all entities that the relations of an entity point at, each once."""
    return link_keys(attributes)[LINKS]


def link_keys(attributes: Mapping[str, JSONValue]) -> dict[str, tuple[str, ...]]:
    """What EntityKey holds of whom an entity points at: LINKS and REFERENCES → ids, each once."""
    relations: dict[str, None] = {}
    references: dict[str, None] = {}
    for value in attributes.values():
        if type(value) is dict:
            if RELATION in value:
                _add_targets(relations, RELATION, value)
            if REFERENCE in value:
                _add_targets(references, REFERENCE, value)
    return {LINKS: tuple(relations), REFERENCES: tuple(references)}


def keys_in(attributes: Mapping[str, JSONValue], attribute: str) -> tuple[str, ...]:
    """What EntityKey holds for an attribute of an entity, or, for LINKS and REFERENCES, for all of that kind."""
    is_of_links = attribute in (LINKS, REFERENCES)
    return link_keys(attributes)[attribute] if is_of_links else keys_of(attributes.get(attribute))


def _add_targets(found: dict[str, None], kind: str, value: JSONObject) -> None:
    for one in links_in(kind, value):
        entity_id = one.get("entity_id") if isinstance(one, dict) else None
        if isinstance(entity_id, str) and len(entity_id) <= LONGEST_PLAIN:  # what is longer is no id
            found[entity_id] = None
