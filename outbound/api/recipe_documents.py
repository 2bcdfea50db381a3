"""What is told of recipes by which files go out, and of their deliveries, as the OpenAPI document shows it."""

from __future__ import annotations

from integrations.api.shapes import BOOLEAN, IDENTIFIER, MOMENT, TEXT, Schema, described
from proxies.uploading.recipes import Why


def nullable(schema: Schema) -> Schema:
    """The schema, or null."""
    return {"oneOf": [schema, {"type": "null"}]}


NAMED_RECIPE = described(
    {
        "mapping_id": nullable(IDENTIFIER),
        "use_case_slug": TEXT,
        "resolved": BOOLEAN,
        "target_use_case_id": nullable(IDENTIFIER),
        "target_enabled": nullable(BOOLEAN),
        "target_updated_at": nullable(MOMENT),
        "unresolved_reason": TEXT | {"enum": [str(why) for why in Why]},
    },
    ["use_case_slug", "resolved"],
    description="The recipe by which the files of a mapping go out; left out where no mapping delivers files.",
)
PART: Schema = {
    "type": "integer",
    "minimum": 1,
    "description": "Which file of the event is uploaded; left out where it is all of them, or none.",
}
UPLOAD_STEP = described(
    {
        "step": {"type": "integer", "minimum": 0},
        "method": TEXT,
        "url": TEXT,
        "status": {"type": "integer"},
        "duration_ms": {"type": "integer", "minimum": 0},
        "bytes": {"type": "integer", "minimum": 0},
    },
    ["step", "method", "url"],
    description="A request of an upload, in order; without status where no answer came.",
)
