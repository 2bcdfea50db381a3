"""The schemas of the simulation of outbound mappings, as the OpenAPI document shows them."""

from __future__ import annotations

from inbound.api.documents import TEXT, Schema, described
from outbound.api.message_documents import VERSION
from outbound.attachments.modes import BASE64
from outbound.configuration import POLL_EXPRESSION_CHARACTERS
from outbound.simulate import CODES, Target
from proxies.file_proxy.steps import MOST_STEPS

_NAME: Schema = TEXT | {"minLength": 1, "maxLength": 255}
_EVENT: Schema = {"type": "object", "description": "The event, as the mapping would see it."}
_POSITION = described(
    {"line": {"type": "integer", "minimum": 1}, "column": {"type": "integer", "minimum": 1}}, ["line", "column"]
)
SIMULATION: Schema = described(
    {
        "jsonata_expression": TEXT
        | {
            "description": "At most 32 KB, for a poll delivery"
            f" {POLL_EXPRESSION_CHARACTERS:,} characters. A poll delivery may do without: the event is its body."
        },
        "delivery_type": {
            "type": "string",
            "enum": [str(target) for target in Target],
            "default": str(Target.POLL),
            "description": "poll: the expression must yield an object. webhook: whatever JSON can write. file_proxy:"
            " there is no expression; the requests of the recipe are shown, and none is made.",
        },
        "payload": _EVENT | {"description": "The event to try it on. Either this or event_id."},
        "event_id": _NAME
        | {
            "description": "An event of the organization's history; needs the permission to look at it. What a webhook"
            " adds to its events, and the version that it has chosen, are not looked at."
        },
        "delivery_mode": {
            "type": "string",
            "enum": [BASE64],
            "description": "Of webhook: the expression sees file_data as well, with a few words in the place of bytes.",
        },
        "use_case_slug": _NAME | {"description": "Of the recipe that uploads; required where files are delivered."},
        "steps": {
            "type": "array",
            "items": {"type": "object"},
            "maxItems": MOST_STEPS,
            "description": "Of file_proxy: what each step would be answered, with body, headers and statusCode, for"
            " the steps after it.",
        },
        "event_catalog_event": _NAME | {"description": "What the event with event_id has to be called."},
    },
    [],
) | {"additionalProperties": False, "oneOf": [{"required": ["payload"]}, {"required": ["event_id"]}]}
_ERROR = described(
    {
        "code": TEXT | {"description": f"{', '.join(CODES)}; where files are delivered a code of monitoring."},
        "message": TEXT,
        "position": _POSITION | {"description": "In the expression; absent where nobody knows it."},
    },
    ["code", "message"],
)
_REQUEST = described(
    {
        "step": {"type": "integer", "minimum": 0},
        "method": TEXT,
        "enabled": {"type": "boolean"},
        "url": TEXT,
        "headers": {"type": "array", "items": {"type": "array", "items": TEXT}},
        "body": TEXT,
        "error": described({"code": TEXT, "message": TEXT}, ["code", "message"]),
    },
    ["step", "method"],
)
_REHEARSED = described(
    {
        "part": {"type": "integer", "minimum": 0},
        "files": {"type": "array", "items": {"type": "object"}},
        "requests": {"type": "array", "items": _REQUEST},
    },
    ["part", "files", "requests"],
)
SIMULATED: Schema = described(
    {
        "valid": {"type": "boolean"},
        "output": {"description": "What would be delivered; absent where the mapping is not valid."},
        "error": _ERROR,
        "mapping_version": VERSION,
        "deliveries": {
            "type": "array",
            "items": _REHEARSED,
            "description": "Of file_proxy: one for each delivery that would be made. Files and secrets have"
            " placeholders.",
        },
        "input": _EVENT | {"description": "The event behind event_id; absent where the payload was sent."},
    },
    ["valid"],
)
