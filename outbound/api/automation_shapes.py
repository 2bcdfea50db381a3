"""The JSON schemas of automations, their runs and rehearsals, as the OpenAPI document shows them."""

from __future__ import annotations

from hub.entities.identity import MOST_UNIQUE_KEYS
from hub.events.catalogue.parts import OPERATIONS
from integrations.api.shapes import BOOLEAN, IDENTIFIER, MOMENT, NAME, SLUG, TEXT, Schema, described, list_of
from integrations.changes.use_case import DESCRIPTION_CHARACTERS as CHANGE_CHARACTERS
from integrations.findings import CONDITION_CHARACTERS
from outbound.automations.configuration import DESCRIPTION_CHARACTERS, EVENT_NAME_CHARACTERS, MOST_ATTRIBUTES
from outbound.automations.steps import KINDS, MOST_STEPS
from outbound.automations.subjects import ORIGINS
from outbound.automations.trying import STATUSES
from outbound.models import RunState


def nullable(schema: Schema) -> Schema:
    """The schema, or null."""
    return {"oneOf": [schema, {"type": "null"}]}


EVENT_NAME: Schema = TEXT | {"minLength": 1, "maxLength": EVENT_NAME_CHARACTERS}
EXPRESSION: Schema = TEXT | {
    "minLength": 1,
    "description": "JSONata. $ is what the step gets, $event what started the run, $env the environment.",
}
CONDITION: Schema = EXPRESSION | {"maxLength": CONDITION_CHARACTERS}
ANYTHING: Schema = {"type": "object", "additionalProperties": True}
BY_ERP: Schema = BOOLEAN | {
    "default": False,
    "description": "Whether changes that an inbound event made start it, too.",
}
BY_EVENT = described(
    {"type": TEXT | {"const": "core_event"}, "event_name": EVENT_NAME, "include_erp_changes": BY_ERP},
    ["type", "event_name"],
    title="CoreEvent",
    additionalProperties=False,
)
BY_CHANGE = described(
    {
        "type": TEXT | {"const": "entity_change"},
        "schema": SLUG,
        "operations": list_of(TEXT | {"enum": list(OPERATIONS)}) | {"description": "Left out: all of them."},
        "attributes": list_of(NAME)
        | {"maxItems": MOST_ATTRIBUTES, "description": "Only changes of these count; left out: any."},
        "include_erp_changes": BY_ERP,
    },
    ["type", "schema"],
    title="EntityChange",
    additionalProperties=False,
)
STEP_ID: Schema = IDENTIFIER | {"description": "Given by the server where it is left out."}
MAP_DATA = described(
    {
        "id": STEP_ID,
        "type": TEXT | {"const": "map_data"},
        "name": NAME,
        "expression": EXPRESSION,
        "entity": described(
            {
                "schema": SLUG,
                "unique_identifiers": list_of(NAME) | {"minItems": 1, "maxItems": MOST_UNIQUE_KEYS},
            },
            ["schema", "unique_identifiers"],
            description="Left out, what is mapped is only the next step's input.",
            additionalProperties=False,
        ),
    },
    ["type", "expression"],
    title="MapData",
    additionalProperties=False,
)
PUBLISH_EVENT = described(
    {
        "id": STEP_ID,
        "type": TEXT | {"const": "publish_event"},
        "name": NAME,
        "event_name": EVENT_NAME,
        "seed": described(
            {"node_id": NAME, "entity_id": CONDITION},
            description="Where the event's graph begins, and an expression that yields the id of the entity there. "
            "Left out: the entity that was mapped before, if it fits, else the one that the run is about.",
            additionalProperties=False,
        ),
        "fields": EXPRESSION,
    },
    ["type", "event_name"],
    title="PublishEvent",
    additionalProperties=False,
)
TRIGGER_WEBHOOK = described(
    {"id": STEP_ID, "type": TEXT | {"const": "trigger_webhook"}, "name": NAME, "webhook_id": NAME},
    ["type", "webhook_id"],
    title="TriggerWebhook",
    additionalProperties=False,
)
FIELDS: Schema = {
    "name": NAME,
    "description": TEXT | {"maxLength": DESCRIPTION_CHARACTERS},
    "enabled": BOOLEAN | {"default": True},
    "trigger": {"oneOf": [BY_EVENT, BY_CHANGE]},
    "condition": CONDITION | {"description": "JSONata on what started it; left out: always."},
    "steps": list_of({"oneOf": [MAP_DATA, PUBLISH_EVENT, TRIGGER_WEBHOOK]}) | {"minItems": 1, "maxItems": MOST_STEPS},
}
REQUIRED = ["name", "trigger", "steps"]
REASON = nullable(
    TEXT | {"maxLength": CHANGE_CHARACTERS, "description": "Why this version is made; the history shows it."}
)
WARNING = described({"path": TEXT, "message": TEXT}, ["path", "message"])
OF_THE_SERVER: Schema = {
    "id": IDENTIFIER,
    "version": {"type": "integer", "minimum": 1},
    "change_description": REASON,
    "created_at": MOMENT,
    "updated_at": MOMENT,
    "warnings": list_of(WARNING) | {"description": "Only in the answer to a write."},
}
NEW_AUTOMATION = described(FIELDS | {"change_description": REASON}, REQUIRED)
AUTOMATION = described(OF_THE_SERVER | FIELDS, [*REQUIRED, "id", "enabled", "version", "created_at", "updated_at"])
AUTOMATIONS = described({"automations": list_of(AUTOMATION)}, ["automations"])
RUN_ID: Schema = TEXT | {"pattern": "^run_[0-9A-HJKMNP-TV-Z]{26}$"}
ERROR = described(
    {"code": TEXT, "message": TEXT, "line": {"type": "integer"}, "column": {"type": "integer"}}, ["code", "message"]
)
RUN_MEMBERS: Schema = {
    "id": RUN_ID,
    "automation_id": IDENTIFIER,
    "automation_version": {"type": "integer"},
    "status": TEXT | {"enum": list(RunState.values), "description": "skipped: the condition did not hold."},
    "event_name": TEXT | {"description": "The core event, or the operation on the entity."},
    "event_id": nullable(TEXT),
    "entity_id": nullable(IDENTIFIER),
    "correlation_id": TEXT,
    "steps_done": {"type": "integer", "minimum": 0},
    "attempts": {"type": "integer", "minimum": 0},
    "next_attempt_at": nullable(MOMENT),
    "created_at": MOMENT,
    "finished_at": nullable(MOMENT),
    "error": ERROR,
    "retry_of": RUN_ID,
}
RUN_REQUIRED = ["id", "automation_id", "automation_version", "status", "event_name", "created_at"]
RUN = described(RUN_MEMBERS, RUN_REQUIRED)
STEP_OF_RUN = described(
    {
        "number": {"type": "integer", "minimum": 1},
        "step_id": IDENTIFIER,
        "type": TEXT | {"enum": list(KINDS)},
        "automation_version": {"type": "integer"},
        "status": TEXT | {"enum": ["done", "failed"]},
        "at": MOMENT,
        "duration_ms": {"type": "integer"},
        "result": ANYTHING,
        "output": ANYTHING | {"description": "What the next step got; left out: the same as this one."},
        "error": ERROR,
    },
    ["number", "step_id", "type", "status", "at"],
)
RUN_DETAIL = described(RUN_MEMBERS | {"steps": list_of(STEP_OF_RUN)}, [*RUN_REQUIRED, "steps"])
RUN_PAGE = described(
    {"runs": list_of(RUN), "next_cursor": nullable(RUN_ID), "has_more": BOOLEAN}, ["runs", "next_cursor", "has_more"]
)
RETRY = described(
    {"from_start": BOOLEAN | {"default": False, "description": "Every step once more, in a new run."}},
    additionalProperties=False,
)
REHEARSE = described(
    {
        "event_id": TEXT | {"description": "An event of the past, for an automation that core events start."},
        "entity_id": IDENTIFIER | {"description": "An entity, for an automation that changes of entities start."},
        "payload": ANYTHING,
        "configuration": NEW_AUTOMATION | {"description": "Rehearsed in the place of what is stored."},
    },
    description="At most one of event_id, entity_id and payload; none: the catalogue's sample, or the entity that "
    "changed last.",
    additionalProperties=False,
)
TRIED_STEP = described(
    {
        "step_id": nullable(IDENTIFIER),
        "type": TEXT | {"enum": list(KINDS)},
        "status": TEXT | {"enum": list(STATUSES)},
        "outcome": TEXT,
        "would_do": ANYTHING,
        "output": ANYTHING,
        "error": ERROR,
    },
    ["type", "status"],
)
REHEARSAL = described(
    {
        "origin": TEXT | {"enum": list(ORIGINS)},
        "document": ANYTHING | {"description": "What condition and first step saw."},
        "condition": described({"holds": BOOLEAN, "error": ERROR}, ["holds"]),
        "steps": list_of(TRIED_STEP),
    },
    ["origin", "document", "condition", "steps"],
)
