"""The answer of a simulation, from a mapping (mapping.md section 14)."""

from __future__ import annotations

import re

from hub.errors import ErrorDetail
from hub.json_types import JSONObject, JSONValue
from inbound.configuration import InboundConfiguration
from inbound.mapping.result import EntityUpdate, EventMapping

_PLACE = re.compile(r"entities\[(\d+)\](?:\.fields\[(\d+)\])?")


def simulation_document(mapping: EventMapping, configuration: InboundConfiguration | None = None) -> JSONObject:
    """{entity_updates, warnings?}; the caller has dealt with a failure.

    With the configuration its own warnings are told, too, such as unknown keys.
    """
    updates: list[JSONValue] = [_update(update) for update in mapping.updates]
    warnings = [_warning(one.entity_schema, one.field, one.message) for one in mapping.warnings]
    warnings += [_missing(update) for update in mapping.updates if update.missing]
    if configuration is not None:
        warnings += [_stored(configuration, one) for one in configuration.warnings]
    document: JSONObject = {"entity_updates": updates}
    return document | {"warnings": warnings} if warnings else document


def _warning(schema: str, field: str, message: str) -> JSONValue:
    return {"entity_schema": schema, "field": field, "message": message}


def _update(update: EntityUpdate) -> JSONObject:
    return {
        "entity_slug": update.schema,
        "unique_identifiers": dict(update.shown),
        "attributes": dict(update.attributes),
        "mode": update.mode,
    }


def _missing(update: EntityUpdate) -> JSONValue:
    names = ", ".join(update.missing)
    return _warning(update.schema, names, f"the identifier {names} is empty")


def _stored(configuration: InboundConfiguration, finding: ErrorDetail) -> JSONValue:
    """A finding about the configuration, told by schema and attribute instead of by place."""
    match = _PLACE.search(finding.path)
    if match is None:
        return _warning("", "", f"{finding.path}: {finding.message}")
    entry = configuration.entities[int(match[1])]
    attribute = entry.fields[int(match[2])].attribute if match[2] else ""
    return _warning(entry.schema, attribute, f"{finding.path}: {finding.message}")
