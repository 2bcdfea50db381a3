"""The JSON schemas of entity requests and answers, as the OpenAPI document shows them."""

from __future__ import annotations

from typing import Any

from hub.entities.changesets import EditMode, Match

Shape = dict[str, Any]
"""A JSON Schema object. Any: it nests without end."""

TEXT: Shape = {"type": "string"}
FLAG: Shape = {"type": "boolean"}
NUMBER: Shape = {"type": "integer", "minimum": 0}
UUID: Shape = TEXT | {"format": "uuid"}
MOMENT: Shape = TEXT | {"format": "date-time"}
TAGS: Shape = {"type": "array", "items": {}}
NOT_KNOWN_YET: Shape = {"type": "object", "additionalProperties": True}


def object_of(properties: Shape, required: list[str] | None = None, **more: Any) -> Shape:
    """An object. Any: the rest of JSON Schema."""
    return {"type": "object", "properties": properties} | ({"required": required} if required else {}) | more


def list_of(item: Shape, **more: Any) -> Shape:
    """A list. Any: as above."""
    return {"type": "array", "items": item} | more


def page_of(item: Shape) -> Shape:
    """A page that is followed by its cursor."""
    cursor = {"type": ["string", "null"], "description": "The cursor of the next page; null on the last one."}
    properties = {"data": list_of(item), "next_cursor": cursor, "has_more": FLAG}
    return object_of(properties, ["data", "next_cursor", "has_more"])


EDIT_MODE: Shape = TEXT | {"enum": [EditMode.EXTERNAL.value, EditMode.APPROVAL.value]}
ACTOR: Shape = object_of({"type": TEXT, "id": TEXT}, ["type", "id"])
PARKED: Shape = object_of(
    {
        "value": {"description": "What is proposed."},
        "edit_mode": EDIT_MODE,
        "match": TEXT | {"enum": [Match.SUFFIX.value]},
        "part_of": TEXT | {"description": "Of a decimal or a currency: the amount with which it is decided about."},
        "created_at": MOMENT,
        "actor": ACTOR,
    },
    ["value", "edit_mode", "created_at", "actor"],
)
ENTITY: Shape = object_of(
    {
        "_id": UUID,
        "_org": TEXT,
        "_schema": TEXT,
        "_title": TEXT,
        "_tags": TAGS,
        "_created_at": MOMENT,
        "_updated_at": MOMENT,
        "_version": {"type": "integer", "description": "Grows by one with every change."},
        "_deleted_at": MOMENT | {"description": "Only in the recycle bin."},
        "_changesets": {
            "type": "object",
            "additionalProperties": PARKED,
            "description": "Attribute → the value that waits for it; only where one does.",
        },
    },
    ["_id", "_org", "_schema", "_title", "_tags", "_created_at", "_updated_at", "_version"],
    description="The attributes of the schema, beside what the hub knows.",
    additionalProperties=True,
)
PURGED: Shape = object_of(
    {"_id": UUID, "_schema": TEXT, "_purged_at": MOMENT},
    ["_id", "_schema", "_purged_at"],
    description="With include_deleted: all that is left of a purged entity.",
    additionalProperties=False,
)
LINK: Shape = object_of(
    {
        "direction": TEXT | {"enum": ["forward", "reverse"], "description": "reverse: the other entity points here."},
        "attribute": TEXT,
        "entity_id": UUID,
        "_schema": TEXT | {"description": "Empty for a forward reference: it knows the entity by its id only."},
        "_tags": TAGS,
        "path": TEXT | {"description": "Only of a reference: the attribute of the entity pointed at that is meant."},
        "entity": {
            "anyOf": [ENTITY, {"type": "null"}],
            "description": "With hydrate=true; null for one that is deleted, gone or not for you to see.",
        },
    },
    ["direction", "attribute", "entity_id", "_schema", "_tags"],
)
ONE: Shape = object_of({"entity": ENTITY, "relations": list_of(LINK)}, ["entity", "relations"])
ATTRIBUTES: Shape = NOT_KNOWN_YET | {
    "description": "Attributes of the schema, and `_tags`; others that begin with an underscore are ignored.",
    "example": {"customer_number": "C-1001", "last_name": "Kern", "email": [{"email": "ada@example.com"}]},
}
UPSERT: Shape = object_of(
    {"unique_key": list_of(TEXT, minItems=1, maxItems=10), "entity": ATTRIBUTES}, ["unique_key", "entity"]
)
CHANGESETS: Shape = object_of(
    {
        "results": list_of(
            object_of(
                {
                    "attribute": TEXT,
                    "proposed": {},
                    "current": {"description": "null where the entity has no value."},
                    "edit_mode": EDIT_MODE,
                    "source": ACTOR,
                    "since": MOMENT,
                },
                ["attribute", "proposed", "current", "edit_mode", "source", "since"],
            )
        )
    },
    ["results"],
)
DECISION: Shape = object_of({"reason": TEXT | {"maxLength": 500, "description": "Kept in the audit trail."}})
PIECES: Shape = {"type": "number", "minimum": 0}
COMPLETION: Shape = object_of(
    {
        "completed_by": TEXT | {"minLength": 1, "maxLength": 255, "description": "Whoever asks, by default."},
        "quantity_completed": PIECES | {"description": "What was ordered, by default."},
        "quantity_rejected": PIECES,
    },
    description="Only of a completion; other moves take no members.",
)
LINKS: Shape = list_of(
    object_of({"attribute": TEXT, "entity_id": UUID, "_tags": list_of(TEXT)}, ["attribute", "entity_id"]),
    minItems=1,
    maxItems=100,
)
RELINKED: Shape = object_of({"relations": list_of(LINK), "_version": NUMBER}, ["relations", "_version"])
MESSAGE: Shape = object_of({"message": TEXT}, ["message"])

QUERY = """Terms such as `customer_number:"C-100"`, `email.email:a@example.com`, `first_name:*` (has a value),
`age:[18 TO *]`, `city:Ki*`, or a bare word of the title or an identifier (within one schema); `AND`, `OR`, `NOT` and
parentheses; neighbours without an operator must both hold. A term with an attribute is compared exactly, letter case
included. Name one schema with `_schema:contact`, unless every alternative names an identifier, which is then looked
for in all schemas that use it as one."""
SEARCH: Shape = object_of(
    {
        "q": TEXT | {"minLength": 1, "maxLength": 4000, "description": QUERY},
        "size": {"type": "integer", "minimum": 0, "maximum": 1000, "default": 10, "description": "0 only counts."},
        "from": {"type": "integer", "minimum": 0, "maximum": 10000, "default": 0},
        "search_after": {"type": "array", "items": {}, "description": "sort_end of the page before."},
        "sort": {
            "oneOf": [TEXT, {"type": "array", "items": TEXT, "maxItems": 3}],
            "description": "`attribute:asc` or `attribute:desc`; the newest change first by default.",
        },
        "fields": {"type": "array", "items": TEXT, "maxItems": 200, "description": "Attributes to show."},
        "hydrate": FLAG | {"default": False, "description": "Show related entities in place of references."},
        "include_deleted": FLAG | {"default": False},
    },
    ["q"],
)
FOUND: Shape = object_of(
    {
        "hits": {"type": "integer", "description": "All matches, counted up to 10,000."},
        "results": list_of(ENTITY),
        "sort_end": {"type": "array", "items": {}, "description": "search_after of the next page, if there is one."},
    },
    ["hits", "results"],
)

EXPORT: Shape = object_of(
    {
        "schema": TEXT | {"minLength": 1, "maxLength": 255, "description": "All its entities, or those q describes."},
        "q": TEXT | {"minLength": 1, "maxLength": 4000, "description": QUERY},
        "format": TEXT | {"enum": ["json", "jsonl", "csv"], "default": "json"},
        "columns": list_of(TEXT, minItems=1, maxItems=1000, description="Attributes to show, in this order."),
        "include_deleted": FLAG | {"default": False},
        "delimiter": TEXT | {"enum": [",", ";", "\t"], "default": ",", "description": "Between the cells of CSV."},
        "byte_order_mark": FLAG | {"default": False, "description": "Before CSV, for Excel."},
    },
)
EXPORTED: Shape = list_of(NOT_KNOWN_YET, description="The entities, each with the chosen columns.")
IMPORT: Shape = object_of(
    {
        "schema": TEXT | {"minLength": 1, "maxLength": 255},
        "rows": list_of(NOT_KNOWN_YET, minItems=1, maxItems=20000),
        "mapping": {
            "type": "object",
            "additionalProperties": TEXT | {"minLength": 1, "maxLength": 128},
            "minProperties": 1,
            "description": "Column → attribute; what is not named is not read.",
        },
        "unique_key": list_of(TEXT | {"minLength": 1}, minItems=1, maxItems=10),
        "dry_run": FLAG | {"default": False, "description": "Write nothing, and tell what would happen."},
    },
    ["schema", "rows"],
)
ROW: Shape = object_of(
    {
        "row": {"type": "integer", "description": "As a spreadsheet counts: the head of a CSV file is 1."},
        "outcome": TEXT | {"enum": ["created", "updated", "no_op", "failed"]},
        "entity_id": UUID,
        "changes": {
            "type": "object",
            "additionalProperties": object_of({"old": {}, "new": {}}),
            "description": "Of a dry run.",
        },
        "errors": list_of(
            object_of(
                {"column": {"type": ["string", "null"]}, "code": TEXT, "message": TEXT, "advice": TEXT},
                ["column", "code", "message", "advice"],
            )
        ),
        "note": TEXT,
    },
    ["row", "outcome"],
)
IMPORTED: Shape = object_of(
    {
        "schema": TEXT,
        "dry_run": FLAG,
        "unique_key": list_of(TEXT),
        "ignored_columns": list_of(TEXT, description="Columns that nothing was read from."),
        "unknown_columns": list_of(
            TEXT, description="Columns that were read, though the schema has no such attribute."
        ),
        "counts": object_of({name: NUMBER for name in ("created", "updated", "no_op", "failed")}),
        "rows": list_of(ROW, maxItems=20000, description="Every row, in the order of the file."),
    },
    ["schema", "dry_run", "unique_key", "ignored_columns", "unknown_columns", "counts", "rows"],
)
