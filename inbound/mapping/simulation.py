"""The answers of simulations, from a mapping (mapping.md section 14, and 1.12 for direct payloads)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hub.errors import ErrorDetail
from hub.json_types import JSONObject, JSONValue
from inbound.configuration import METER, InboundConfiguration
from inbound.configuration.entities import PRUNES
from inbound.configuration.readings import PRUNE
from inbound.mapping.reading_values import violations_of
from inbound.mapping.result import EntityUpdate, EventMapping, Failure, PruneScope, ReadingPrune, ReadingUpdate

COUNTER = "meter_counter"
RELATION, REFERENCE = "$relation", "$relation_ref"
PLAIN_TYPE = "string"
"""What an identifier counts as that is neither e-mail nor phone."""
HIDDEN = "$types"
"""A key of related entities that the store needs and the contract does not know."""


def simulation_document(mapping: EventMapping, configuration: InboundConfiguration | None = None) -> JSONObject:
    """{entity_updates, meter_readings_updates?, prune_scope_updates?, meter_readings_prune_scope_updates?, warnings?}.

    The caller has dealt with a failure. What the configuration cannot yield is left out; its own warnings are told,
    too, such as unknown keys.
    """
    document: JSONObject = {"entity_updates": [_update(update) for update in mapping.updates]}
    parts: list[tuple[str, list[JSONValue], bool]] = [
        ("meter_readings_updates", [_reading(one) for one in mapping.readings], _has_readings(configuration)),
        ("prune_scope_updates", [_prune(one) for one in mapping.prunes], _has_prunes(configuration)),
        (
            "meter_readings_prune_scope_updates",
            [_reading_prune(one) for one in mapping.reading_prunes],
            _has_reading_prunes(configuration),
        ),
        ("warnings", list(_warnings(mapping, configuration)), False),
    ]
    return document | {name: told for name, told, is_always in parts if told or is_always}


def direct_document(mapping: EventMapping) -> JSONObject:
    """{valid, errors, warnings?, entity_updates?, meter_reading_updates?} about a direct payload.

    The caller has dealt with a failure that is none of the payload's.
    """
    if mapping.failure is not None:
        return {"valid": False, "errors": _errors(mapping.failure)}
    document: JSONObject = {"valid": True, "errors": []}
    parts: list[tuple[str, list[JSONValue]]] = [
        ("warnings", list(_warnings(mapping, None))),
        ("entity_updates", [_update(update) | _metadata(update) for update in mapping.updates]),
        ("meter_reading_updates", [_reading(one) for one in mapping.readings]),
    ]
    return document | {name: told for name, told in parts if told}


def _errors(failure: Failure) -> list[JSONValue]:
    errors: list[JSONValue] = (failure.detail or {}).get("errors", [])
    return errors or [{"code": failure.code, "message": failure.message}]


def _has_readings(configuration: InboundConfiguration | None) -> bool:
    return configuration is not None and any(entry.enabled is not False for entry in configuration.readings)


def _has_prunes(configuration: InboundConfiguration | None) -> bool:
    return configuration is not None and any(
        entry.mode in PRUNES and entry.enabled is not False for entry in configuration.entities
    )


def _has_reading_prunes(configuration: InboundConfiguration | None) -> bool:
    return configuration is not None and any(
        entry.mode == PRUNE and entry.enabled is not False for entry in configuration.readings
    )


def _update(update: EntityUpdate) -> JSONObject:
    told: JSONObject = {
        "entity_slug": update.schema,
        "unique_identifiers": dict(update.shown),
        "attributes": {name: _bare(value) for name, value in update.attributes.items() if not _lacks_value(value)},
        "mode": update.mode,
    }
    if update.pricing is not None:
        told["pricing"] = {"config": update.pricing["config"], "data": update.pricing["data"]}
    return told


def _metadata(update: EntityUpdate) -> JSONObject:
    """How each identifier is looked up, and its place among them from 0."""
    told: JSONObject = {
        name: {"fieldType": update.types.get(name, PLAIN_TYPE), "index": index}
        for index, name in enumerate(update.identifiers)
    }
    return {"unique_identifiers_metadata": told}


def _bare(value: Any) -> Any:
    """A relation without what only the store needs; any other value as it is. Any: JSON values."""
    found = _operation(value)
    if found is None:
        return value
    kind, operation, items = found
    return {kind: {operation: [_shown(item) for item in items]}}


def _lacks_value(attribute: Any) -> bool:
    """Whether a reference has nothing to point at, so that the store leaves out the attribute. Any: a JSON value."""
    found = _operation(attribute)
    return found is not None and found[0] == REFERENCE and any("value" not in item["value"] for item in found[2])


def _operation(value: Any) -> tuple[str, str, list[dict[str, Any]]] | None:
    """(kind, operation, items) of a relation in the form of an extraction; None for anything else. Any: JSON values."""
    for kind in (RELATION, REFERENCE):
        body = value.get(kind) if isinstance(value, dict) else None
        if isinstance(body, dict) and len(body) == 1:
            [(operation, items)] = body.items()
            if isinstance(items, list) and all(_is_item(item, kind) for item in items):
                return kind, operation, items
    return None


def _is_item(item: Any, kind: str) -> bool:  # Any: a JSON value
    return isinstance(item, dict) and (kind == RELATION or isinstance(item.get("value"), dict))


def _shown(item: Mapping[str, Any]) -> dict[str, Any]:  # Any: JSON values
    return {name: value for name, value in item.items() if name != HIDDEN}


def _reading(update: ReadingUpdate) -> JSONObject:
    return _devices(update.shown) | {"attributes": dict(update.attributes), "mode": update.mode}


def _devices(shown: Mapping[str, Any]) -> JSONObject:  # Any: JSON values
    return {name: {"$entity_unique_ids": dict(shown[name])} for name in (METER, COUNTER) if name in shown}


def _prune(prune: PruneScope) -> JSONObject:
    scope: JSONObject = {"scope_mode": prune.kind}
    if prune.kind == "relations":
        scope |= {"schema": prune.anchor_schema, "unique_ids": dict(prune.shown)}
    else:
        scope["query"] = dict(prune.shown)
    kept: list[JSONValue] = [dict(identifiers) for identifiers in prune.keep]
    return {"entity_slug": prune.schema, "scope": scope, "keep_unique_ids": kept, "deletion_mode": prune.deletion}


def _reading_prune(prune: ReadingPrune) -> JSONObject:
    told = _devices(prune.shown) | {"keep_external_ids": list(prune.keep)}
    return told | {"source": prune.source} if prune.source else told


def _warnings(mapping: EventMapping, configuration: InboundConfiguration | None) -> Iterator[JSONValue]:
    """What was noticed while mapping, then what the results lack, then what the configuration has too much."""
    for one in mapping.warnings:
        yield _warning(one.entity_schema, one.field, one.message)
    for update in mapping.updates:
        if update.missing:
            yield _missing(update.schema, update.missing)
    for reading in mapping.readings:
        yield from _reading_warnings(reading)
    for prune in mapping.prunes:
        yield from _prune_warnings(prune.schema, prune)
    for reading_prune in mapping.reading_prunes:
        yield from _prune_warnings(METER, reading_prune)
    for finding in configuration.warnings if configuration is not None else ():
        yield _stored(configuration, finding)


def _warning(schema: str, field: str, message: str) -> JSONValue:
    return {"entity_schema": schema, "field": field, "message": message}


def _missing(schema: str, missing: Sequence[str]) -> JSONValue:
    names = ", ".join(missing)
    return _warning(schema, names, f"the identifier {names} is empty")


def _reading_warnings(reading: ReadingUpdate) -> Iterator[JSONValue]:
    for schema in (METER, COUNTER):
        names = [name.partition(".")[2] for name in reading.missing if name.partition(".")[0] == schema]
        if names:
            yield _missing(schema, names)
    for violation in violations_of(reading):
        yield _warning(METER, *violation)


def _prune_warnings(schema: str, prune: PruneScope | ReadingPrune) -> Iterator[JSONValue]:
    if prune.missing:
        names = ", ".join(prune.missing)
        yield _warning(schema, names, f"the scope cannot be told because {names} is empty; nothing is pruned")
    elif not prune.is_complete:
        yield _warning(schema, "", "an item lacks what it would be kept by; nothing is pruned")
    elif not prune.keep:
        yield _warning(schema, "", "there are no items, so everything in the scope is pruned")


def _stored(configuration: InboundConfiguration | None, finding: ErrorDetail) -> JSONValue:
    """A finding about the configuration, told by schema and attribute instead of by place."""
    schema, attribute = configuration.described(finding.path) if configuration is not None else ("", "")
    return _warning(schema, attribute, f"{finding.path}: {finding.message}")
