"""Configurations of the first simulation: version 1.0, and the wrapper around today's form (mapping.md section 2)."""

from __future__ import annotations

from hub.errors import ErrorDetail, Invalid
from hub.json_types import ROOT, JSONObject, JSONPath, JSONValue

FLAT, WRAPPED = "1.0", "2.0"
FIELD_KEYS = ("entity", "attribute", "field", "jsonataExpression")
"""All that a field of version 1.0 may say."""


class UnknownObjectType(Exception):
    """The mapping is sound but knows nothing of the object type; path is where it was looked for."""

    def __init__(self, object_type: str, path: JSONPath) -> None:
        super().__init__(f"The mapping has no object type {object_type}")
        self.path = path


def configuration_of(mapping: JSONObject, object_type: str, at: JSONPath = ROOT) -> JSONValue:
    """Today's configuration for one object type. Raises Invalid for a wrong shape, UnknownObjectType."""
    version = mapping.get("version", FLAT)
    if version not in (FLAT, WRAPPED):
        raise _wrong(at.key("version"), f"must be {FLAT} or {WRAPPED}")
    inner = _object(mapping.get("mapping"), at.key("mapping"))
    place = at.key("mapping").key("events" if version == WRAPPED else "objects")
    by_type = _object(inner.get("events" if version == WRAPPED else "objects"), place)
    if object_type not in by_type:
        raise UnknownObjectType(object_type, place)
    found = _object(by_type[object_type], place.key(object_type))
    return found if version == WRAPPED else _flat(found, place.key(object_type))


def _flat(mapping: JSONObject, at: JSONPath) -> JSONObject:
    """One entry per entity slug; fields of a slug without identifiers have no entry to go to."""
    unique_ids = _object(mapping.get("unique_ids"), at.key("unique_ids"))
    fields = _fields(mapping.get("fields"), at.key("fields"))
    for position, (slug, _field) in enumerate(fields):
        if slug not in unique_ids:
            raise _wrong(at.key("fields").index(position).key("entity"), f"{slug} has no unique_ids")
    entities: list[JSONValue] = []
    for slug, names in unique_ids.items():
        identifiers, own = _identifiers(names, at.key("unique_ids").key(slug))
        mapped = [*own, *(field for entity, field in fields if entity == slug)]
        entities.append({"entity_schema": slug, "unique_ids": identifiers, "fields": mapped})
    return {"entities": entities}


def _identifiers(raw: JSONValue, at: JSONPath) -> tuple[list[JSONValue], list[JSONValue]]:
    """Names of attributes, and the fields that fill those which are read straight from the payload."""
    if isinstance(raw, list):
        return raw, []
    pairs = list(_object(raw, at).items())
    return [target for _key, target in pairs], [{"attribute": target, "field": key} for key, target in pairs]


def _fields(raw: JSONValue, at: JSONPath) -> list[tuple[str, JSONValue]]:
    """(entity slug, field of today) in their order."""
    if not isinstance(raw, list):
        raise _wrong(at, "must be a list")
    return [_field(one, at.index(position)) for position, one in enumerate(raw)]


def _field(raw: JSONValue, at: JSONPath) -> tuple[str, JSONValue]:
    field = _object(raw, at)
    entity = field.get("entity")
    if not isinstance(entity, str) or not entity:
        raise _wrong(at.key("entity"), "must be the slug of an entity")
    if ("field" in field) == ("jsonataExpression" in field):
        raise _wrong(at, "needs either field or jsonataExpression")
    for name in field:
        if name not in FIELD_KEYS:
            raise _wrong(at.key(name), f"a mapping of version {FLAT} knows only {', '.join(FIELD_KEYS)}")
    return entity, {name: value for name, value in field.items() if name != "entity"}


def _object(raw: JSONValue, at: JSONPath) -> JSONObject:
    if not isinstance(raw, dict):
        raise _wrong(at, "must be an object")
    return raw


def _wrong(at: JSONPath, message: str) -> Invalid:
    return Invalid(f"{at}: {message}", details=[ErrorDetail(at, message)])
