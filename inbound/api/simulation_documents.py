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
_UPDATE = described(
    {
        "entity_slug": TEXT,
        "unique_identifiers": OBJECT,
        "attributes": OBJECT,
        "mode": {"type": "string", "enum": ["upsert", "delete", "purge"]},
    },
    ["entity_slug", "unique_identifiers", "attributes"],
)
_WARNING = described({"entity_schema": TEXT, "field": TEXT, "message": TEXT}, ["entity_schema", "field", "message"])
SIMULATION_ANSWER = described(
    {"entity_updates": {"type": "array", "items": _UPDATE}, "warnings": {"type": "array", "items": _WARNING}},
    ["entity_updates"],
)
