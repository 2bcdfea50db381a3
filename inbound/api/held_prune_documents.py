"""The schemas of held prunes, as the OpenAPI document shows them."""

from __future__ import annotations

from inbound.api.documents import IDENTIFIER, MOMENT, TEXT, Schema, described
from inbound.models import HeldPrune
from inbound.prunes.records import Outcome

COUNT: Schema = {"type": "integer", "minimum": 0}
CURSOR: Schema = {"type": ["string", "null"]}
NO_MOMENT_YET: Schema = MOMENT | {"type": ["string", "null"]}
_ACTOR: Schema = described({"type": TEXT, "id": TEXT}, ["type", "id"]) | {"type": ["object", "null"]}
_PROPERTIES: Schema = {
    "id": IDENTIFIER,
    "integration_id": IDENTIFIER,
    "use_case_id": IDENTIFIER,
    "use_case_version": COUNT,
    "event_id": TEXT,
    "kind": {"type": "string", "enum": list(HeldPrune.Kind.values)},
    "schema": TEXT,
    "deletion_mode": {"type": "string", "enum": ["delete", "purge"]},
    "scope": {"type": "object", "description": "The anchor or the query that tells what belongs to the scope."},
    "scope_count": COUNT | {"description": "Records in the scope when the prune was held."},
    "record_count": COUNT | {"description": "Records that the prune would remove."},
    "state": {"type": "string", "enum": list(HeldPrune.State.values)},
    "held_at": MOMENT,
    "decided_at": NO_MOMENT_YET,
    "decided_by": _ACTOR,
    "reason": TEXT,
    "removed_count": COUNT | {"type": ["integer", "null"], "description": "Records that went when it was approved."},
}
HELD_PRUNE: Schema = described(_PROPERTIES, list(_PROPERTIES))
_RECORD: Schema = described(
    {
        "id": IDENTIFIER,
        "title": TEXT | {"description": "As it was when it was held; empty when nothing of the record is left."},
        "identifiers": {
            "type": "object",
            "additionalProperties": TEXT,
            "description": "By which the use case finds it, else those of its schema; of a reading its external id. "
            "As they were when it was held; empty when nothing of the record is left.",
        },
        "version": COUNT,
        "outcome": {
            "type": "string",
            "enum": [str(outcome) for outcome in Outcome],
            "description": "waiting until the prune is decided, then removed or spared; gone where it went otherwise, "
            "before or since, the recycle bin included. Of a record that was removed for good the id and this is all "
            "that is kept.",
        },
        "has_changed": {
            "type": "boolean",
            "description": "It has changed, was listed again or is gone since, and would not be removed, or was not; "
            "false for what was removed.",
        },
    },
    ["id", "title", "identifiers", "version", "outcome", "has_changed"],
)
HELD_PRUNE_WITH_RECORDS: Schema = described(
    _PROPERTIES | {"records": {"type": "array", "items": _RECORD}, "next_cursor": CURSOR},
    [*_PROPERTIES, "records", "next_cursor"],
)
HELD_PRUNE_PAGE: Schema = described(
    {"data": {"type": "array", "items": HELD_PRUNE}, "next_cursor": CURSOR, "has_more": {"type": "boolean"}},
    ["data", "next_cursor", "has_more"],
)
DECISION: Schema = {
    "type": "object",
    "properties": {"reason": TEXT | {"maxLength": 500, "description": "Kept with the decision."}},
    "additionalProperties": False,
}
