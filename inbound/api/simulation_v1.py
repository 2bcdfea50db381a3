"""The configurations of the first simulation, turned into the inbound configuration of today (api.md 13.2)."""

from __future__ import annotations

from hub.api.query_fields import wrong
from hub.json_types import JSONObject, JSONPath, JSONValue
from inbound.mapping.result import Failure
from inbound.simulate import SimulationFailed

FLAT, WRAPPED = "1.0", "2.0"


def configuration_of(mapping: JSONObject, object_type: str, at: JSONPath) -> JSONValue:
    """The configuration for one object type. Raises Invalid for a wrong shape, SimulationFailed for an unknown type."""
    version = mapping.get("version", FLAT)
    if version not in (FLAT, WRAPPED):
        raise wrong(at.key("version"), f"must be {FLAT} or {WRAPPED}")
    inner = _object(mapping.get("mapping"), at.key("mapping"))
    key = "events" if version == WRAPPED else "objects"
    place = at.key("mapping").key(key)
    by_type = _object(inner.get(key), place)
    if object_type not in by_type:
        message = f"The mapping has no object type {object_type}"
        raise SimulationFailed(Failure("EVENT_NOT_CONFIGURED", message, str(place)))
    found = by_type[object_type]
    return found if version == WRAPPED else _flat(_object(found, place.key(object_type)), place.key(object_type))


def _flat(mapping: JSONObject, at: JSONPath) -> JSONObject:
    """One entry per entity slug; fields of a slug without identifiers have no entry to go to."""
    unique_ids = _object(mapping.get("unique_ids"), at.key("unique_ids"))
    fields = _fields(mapping.get("fields"), at.key("fields"))
    for position, (slug, _field) in enumerate(fields):
        if slug not in unique_ids:
            raise wrong(at.key("fields").index(position).key("entity"), f"{slug} has no unique_ids")
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
        raise wrong(at, "must be a list")
    return [_field(one, at.index(position)) for position, one in enumerate(raw)]


def _field(raw: JSONValue, at: JSONPath) -> tuple[str, JSONValue]:
    field = _object(raw, at)
    entity = field.get("entity")
    if not isinstance(entity, str) or not entity:
        raise wrong(at.key("entity"), "must be the slug of an entity")
    if ("field" in field) == ("jsonataExpression" in field):
        raise wrong(at, "needs either field or jsonataExpression")
    return entity, {name: value for name, value in field.items() if name != "entity"}


def _object(raw: JSONValue, at: JSONPath) -> JSONObject:
    if not isinstance(raw, dict):
        raise wrong(at, "must be an object")
    return raw
