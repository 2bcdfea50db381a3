"""A request and an answer of each operation on core events, as the OpenAPI document shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

Example = Mapping[str, Any]
"""A JSON object. Any: all of JSON."""

EVENT_ID: Final = "01KEZ4QZ8V6X3M2N1P0Q9R8S7T"
ENTITY_ID: Final = "0192f1c0-8a4e-7c3a-9c55-2f6f0b9a7d10"
DEFINITION: Final[Example] = {
    "event_name": "ContractSigned",
    "event_title": "Contract signed",
    "event_description": "Fires when a contract becomes active.",
    "event_tags": ["sales"],
    "schema_fields": {
        "contract_number": {
            "json_schema": {"type": "string"},
            "required": True,
            "graph_source": "contract.contract_number",
        }
    },
    "entity_graph": {
        "nodes": [
            {"id": "contract", "schema": "contract", "cardinality": "one"},
            {"id": "contact", "schema": "contact", "cardinality": "one", "fields": ["customer_number", "*_name"]},
        ],
        "edges": [{"from": "contract", "to": "contact"}],
    },
    "entity_operation": {"operation": ["updateEntity"], "schema": ["contract"], "values": {"status": ["active"]}},
}
_SWITCHED: Final[Example] = {
    "event_version": "1.0",
    "event_origin": "custom",
    "auto_trigger": True,
    "automation_trigger": False,
    "automation_trigger_only": False,
    "api_trigger": True,
    "success_criteria": [],
    "keeps_history": False,
    "attributes": None,
}
DRAFT: Final[Example] = {**DEFINITION, **_SWITCHED, "event_status": "draft", "enabled": False}
EVENT: Final[Example] = {**DEFINITION, **_SWITCHED, "event_status": "active", "enabled": True}
EVENTS: Final[Example] = {"results": [EVENT]}
CHANGES: Final[Example] = {"enabled": True, "auto_trigger": True, "attributes": ["status"], "keeps_history": True}
PUBLICATION: Final[Example] = {"enabled": True, "auto_trigger": True}
FIRING: Final[Example] = {"seed": {"entity_id": ENTITY_ID, "node_id": "contract"}, "skip_hydration": ["contact"]}
FIRED: Final[Example] = {"success": True, "event_id": EVENT_ID}
CONTRACT: Final[Example] = {
    "_id": ENTITY_ID,
    "_schema": "contract",
    "_title": "CT-2210",
    "contract_number": "CT-2210",
    "status": "active",
}
PAYLOAD: Final[Example] = {
    "_org_id": "1",
    "_event_time": "2026-01-15T08:00:00.000Z",
    "_event_id": EVENT_ID,
    "_event_name": "ContractSigned",
    "_event_version": "1.0",
    "_event_source": "api",
    "_ack_id": "7a1e5c1e-3f0f-4b5e-9d8f-2f6f0b9a7d10",
    "_trigger_source_type": "api",
    "_trigger_source": "api_5ZugdRXasLfWBypHi93Fk",
    "contract": CONTRACT,
    "contract_number": "CT-2210",
}
BRIEF: Final[Example] = {**PAYLOAD, "contract": {"_schema": "contract", "_id": ENTITY_ID, "_title": "CT-2210"}}
PREVIEW: Final[Example] = {"payload": PAYLOAD, "errors": []}
_CURSOR: Final[Example] = {"event_time": "2026-01-15T08:00:00.000000Z", "event_id": EVENT_ID}
LOOK_BACK: Final[Example] = {"limit": 25, "timestamp": {"from": "2026-01-01T00:00:00Z"}, "cursor": _CURSOR}
LIGHT_LOOK_BACK: Final[Example] = {"limit": 25, "fields": ["contract", "*_number"]}
HISTORY: Final[Example] = {"results": [PAYLOAD], "next_cursor": _CURSOR}
LIGHT_HISTORY: Final[Example] = {"results": [BRIEF], "next_cursor": None}
JSON_SCHEMA: Final[Example] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Contract signed",
    "type": "object",
    "properties": {"contract_number": {"type": "string"}},
    "required": ["_event_id", "contract_number"],
    "additionalProperties": True,
}
VERSIONS: Final[Example] = {
    "event_name": "MeterReadingAdded",
    "latest": "2.0",
    "versions": [
        {"version": "1.0", "change_summary": "First version.", "change_notes": "", "changes": []},
        {
            "version": "2.0",
            "change_summary": "Several counters.",
            "change_notes": "",
            "changes": [{"field": "meter_counters", "op": "added", "type_new": "meter_counter[]"}],
        },
    ],
}
