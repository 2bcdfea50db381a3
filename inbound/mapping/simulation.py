"""The answer of a simulation, from a mapping (mapping.md section 14)."""

from __future__ import annotations

from hub.json_types import JSONObject, JSONValue
from inbound.mapping.result import EntityUpdate, EventMapping


def simulation_document(mapping: EventMapping) -> JSONObject:
    """{entity_updates, warnings?}; the caller has dealt with a failure."""
    updates: list[JSONValue] = [_update(update) for update in mapping.updates]
    document: JSONObject = {"entity_updates": updates}
    warnings: list[JSONValue] = [
        {"entity_schema": one.entity_schema, "field": one.field, "message": one.message} for one in mapping.warnings
    ]
    warnings += [_missing(update) for update in mapping.updates if update.missing]
    return document | {"warnings": warnings} if warnings else document


def _update(update: EntityUpdate) -> JSONObject:
    return {
        "entity_slug": update.schema,
        "unique_identifiers": dict(update.shown),
        "attributes": dict(update.attributes),
        "mode": update.mode,
    }


def _missing(update: EntityUpdate) -> JSONObject:
    names = ", ".join(update.missing)
    return {"entity_schema": update.schema, "field": names, "message": f"the identifier {names} is empty"}
