"""The schemas of the simulations' requests and answers, as the OpenAPI document shows them."""

from __future__ import annotations

from inbound.api.documents import EVENT_TYPE, FORMAT, IDENTIFIER, NAME, PAYLOAD, TEXT, Schema, described

OBJECT: Schema = {"type": "object"}

_EVENT = described(
    {
        "use_case_slug": NAME,
        "event_name": NAME,
        "object_type": NAME,
        "event_type": EVENT_TYPE,
        "format": FORMAT,
        "payload": PAYLOAD,
    },
    ["payload"],
)
SIMULATION_V2 = {
    "oneOf": [
        described(
            {"event_configuration": OBJECT, "format": FORMAT, "payload": PAYLOAD}, ["event_configuration", "payload"]
        ),
        described({"integration_id": IDENTIFIER, "event": _EVENT}, ["integration_id", "event"]),
    ]
}
SIMULATION_V1 = described(
    {"mapping_configuration": OBJECT, "object_type": NAME, "format": FORMAT, "payload": PAYLOAD},
    ["mapping_configuration", "object_type", "payload"],
)
DIRECT_SIMULATION = described(
    {
        "payload": PAYLOAD,
        "format": FORMAT,
        "event_configuration": OBJECT,
        "integration_id": IDENTIFIER,
        "event": OBJECT,
    },
    [],
)
_UPDATE_MEMBERS: dict[str, Schema] = {
    "entity_slug": TEXT,
    "unique_identifiers": OBJECT,
    "attributes": OBJECT,
    "mode": {"type": "string", "enum": ["upsert", "delete", "purge"]},
    "pricing": described({"config": OBJECT, "data": {"type": "array", "items": {}}}, ["config", "data"]),
}
_UPDATE_NEEDS = ["entity_slug", "unique_identifiers", "attributes"]
_NAMED = described({"$entity_unique_ids": OBJECT}, ["$entity_unique_ids"])
_READING = described(
    {
        "meter": _NAMED,
        "meter_counter": _NAMED,
        "attributes": OBJECT,
        "mode": {"type": "string", "enum": ["upsert", "delete"]},
    },
    ["meter", "attributes"],
)
_SCOPE = described(
    {
        "scope_mode": {"type": "string", "enum": ["relations", "query"]},
        "schema": TEXT,
        "unique_ids": OBJECT,
        "query": OBJECT,
    },
    ["scope_mode"],
)
_PRUNE = described(
    {
        "entity_slug": TEXT,
        "scope": _SCOPE,
        "keep_unique_ids": {"type": "array", "items": OBJECT},
        "deletion_mode": {"type": "string", "enum": ["delete", "purge"]},
    },
    ["entity_slug", "scope", "keep_unique_ids", "deletion_mode"],
)
_READING_PRUNE = described(
    {"meter": _NAMED, "meter_counter": _NAMED, "keep_external_ids": {"type": "array", "items": TEXT}, "source": TEXT},
    ["meter", "keep_external_ids"],
)
_WARNING = described({"entity_schema": TEXT, "field": TEXT, "message": TEXT}, ["entity_schema", "field", "message"])
SIMULATION_ANSWER = described(
    {
        "entity_updates": {"type": "array", "items": described(_UPDATE_MEMBERS, _UPDATE_NEEDS)},
        "meter_readings_updates": {"type": "array", "items": _READING},
        "prune_scope_updates": {"type": "array", "items": _PRUNE},
        "meter_readings_prune_scope_updates": {"type": "array", "items": _READING_PRUNE},
        "warnings": {"type": "array", "items": _WARNING},
    },
    ["entity_updates"],
)
_ERROR = described(
    {"code": TEXT, "message": TEXT, "operation_index": {"type": "integer", "minimum": 0}}, ["code", "message"]
)
DIRECT_ANSWER = described(
    {
        "valid": {"type": "boolean"},
        "errors": {"type": "array", "items": _ERROR},
        "warnings": {"type": "array", "items": _WARNING},
        "entity_updates": {
            "type": "array",
            "items": described(_UPDATE_MEMBERS | {"unique_identifiers_metadata": OBJECT}, _UPDATE_NEEDS),
        },
        "meter_reading_updates": {"type": "array", "items": _READING},
    },
    ["valid", "errors"],
)
