"""Configurations of the first simulation: version 1.0, and the wrapper around today's form (mapping.md section 2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from hub.errors import ErrorDetail, Invalid
from hub.json_types import ROOT, JSONObject, JSONPath, JSONValue

FLAT, WRAPPED = "1.0", "2.0"
FIELD_KEYS = ("entity", "attribute", "field", "jsonataExpression")
"""All that a field of version 1.0 may say."""


_PLACE = re.compile(r"entities\[\d+\][^:\s]*(?=: )")
"""How a sentence about a configuration begins."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Today's form of a mapping. places: where its parts stood in a mapping of version 1.0; none for one of today's."""

    configuration: JSONValue
    places: Mapping[str, JSONPath] = field(default_factory=dict)

    def place_of(self, path: str) -> str:
        """Where what stands at path in today's form was sent."""
        around = [one for one in self.places if path.startswith(one) and path[len(one) :][:1] in ("", ".", "[")]
        part = max(around, key=len, default="")
        return self.places[part] + path[len(part) :] if part else path

    def told(self, message: str) -> str:
        """A sentence that begins with a place, about what was sent."""
        return _PLACE.sub(lambda found: self.place_of(found[0]), message, count=1) if self.places else message


class UnknownObjectType(Exception):
    """The mapping is sound but knows nothing of the object type; path is where it was looked for."""

    def __init__(self, object_type: str, path: JSONPath) -> None:
        super().__init__(f"The mapping has no object type {object_type}")
        self.path = path


def configuration_of(mapping: JSONObject, object_type: str, at: JSONPath = ROOT) -> Sent:
    """Today's form for one object type. Raises Invalid for a wrong shape, UnknownObjectType."""
    version = mapping.get("version", FLAT)
    if version not in (FLAT, WRAPPED):
        raise _wrong(at.key("version"), f"must be {FLAT} or {WRAPPED}")
    inner = _object(mapping.get("mapping"), at.key("mapping"))
    place = at.key("mapping").key("events" if version == WRAPPED else "objects")
    by_type = _object(inner.get("events" if version == WRAPPED else "objects"), place)
    if object_type not in by_type:
        raise UnknownObjectType(object_type, place)
    found = _object(by_type[object_type], place.key(object_type))
    return Sent(found) if version == WRAPPED else _flat(found, place.key(object_type))


def _flat(mapping: JSONObject, at: JSONPath) -> Sent:
    """One entry per entity slug; fields of a slug without identifiers have no entry to go to."""
    unique_ids = _object(mapping.get("unique_ids"), at.key("unique_ids"))
    fields = _fields(mapping.get("fields"), at.key("fields"))
    for position, (slug, _field) in enumerate(fields):
        if slug not in unique_ids:
            raise _wrong(at.key("fields").index(position).key("entity"), f"{slug} has no unique_ids")
    entities: list[JSONValue] = []
    places: dict[str, JSONPath] = {}
    for number, (slug, names) in enumerate(unique_ids.items()):
        place, entry = at.key("unique_ids").key(slug), ROOT.key("entities").index(number)
        identifiers, own = _identifiers(names, place)
        mapped = [(position, one) for position, (entity, one) in enumerate(fields) if entity == slug]
        whole = [*own, *(one for _position, one in mapped)]
        entities.append({"entity_schema": slug, "unique_ids": identifiers, "fields": whole})
        places |= dict.fromkeys((entry, entry.key("entity_schema"), entry.key("unique_ids")), place)
        places |= _places_of_identifiers(names, place, entry)
        for offset, (position, _one) in enumerate(mapped, start=len(own)):
            places[entry.key("fields").index(offset)] = at.key("fields").index(position)
    return Sent({"entities": entities}, places)


def _identifiers(raw: JSONValue, at: JSONPath) -> tuple[list[JSONValue], list[JSONValue]]:
    """Names of attributes, and the fields that fill those which are read straight from the payload."""
    if isinstance(raw, list):
        return raw, []
    pairs = list(_object(raw, at).items())
    return [target for _key, target in pairs], [{"attribute": target, "field": key} for key, target in pairs]


def _places_of_identifiers(raw: JSONValue, at: JSONPath, entry: JSONPath) -> dict[str, JSONPath]:
    """Each identifier, and the field that fills it where it is read straight from the payload."""
    if not isinstance(raw, dict):
        return {}
    places: dict[str, JSONPath] = {}
    for number, key in enumerate(raw):
        own = entry.key("fields").index(number)
        parts = (entry.key("unique_ids").index(number), own, own.key("attribute"), own.key("field"))
        places |= dict.fromkeys(parts, at.key(key))
    return places


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
