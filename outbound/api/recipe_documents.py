"""What the status of a use case tells of the recipes by which its files go out, as the OpenAPI document shows it."""

from __future__ import annotations

from integrations.api.shapes import BOOLEAN, IDENTIFIER, MOMENT, TEXT, Schema, described
from proxies.uploading.recipes import Why


def _or_null(schema: Schema) -> Schema:
    return {"oneOf": [schema, {"type": "null"}]}


NAMED_RECIPE = described(
    {
        "mapping_id": _or_null(IDENTIFIER),
        "use_case_slug": TEXT,
        "resolved": BOOLEAN,
        "target_use_case_id": _or_null(IDENTIFIER),
        "target_enabled": _or_null(BOOLEAN),
        "target_updated_at": _or_null(MOMENT),
        "unresolved_reason": TEXT | {"enum": [str(why) for why in Why]},
    },
    ["use_case_slug", "resolved"],
    description="The recipe by which the files of a mapping go out; left out where no mapping delivers files.",
)
