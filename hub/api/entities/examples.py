"""One example of every entity request and answer, as the OpenAPI document shows them."""

from __future__ import annotations

from typing import Any, Final

Example = Any
"""A JSON document. Any: whatever an operation takes or gives."""

ENTITY_ID: Final = "01a20e4a-aad7-4ea1-a4e4-b2be9472073b"
CONTRACT_ID: Final = "01a20e4a-aad7-4ea1-a4e4-b2be9472073c"
ATTRIBUTES: Final = {"customer_number": "C-1001", "last_name": "Kern", "email": [{"email": "ada@example.com"}]}
ENTITY: Final = {
    "customer_number": "C-1001",
    "last_name": "Kern",
    "contracts": {"$relation": [{"entity_id": CONTRACT_ID, "_schema": "contract"}]},
    "_id": ENTITY_ID,
    "_org": "1",
    "_schema": "contact",
    "_title": "Kern",
    "_tags": [],
    "_created_at": "2026-01-15T08:00:00.000Z",
    "_updated_at": "2026-01-15T08:00:00.000Z",
    "_version": 1,
}
LINK: Final = {
    "direction": "forward",
    "attribute": "contracts",
    "entity_id": CONTRACT_ID,
    "_schema": "contract",
    "_tags": [],
}
ONE: Final = {"entity": ENTITY, "relations": [LINK]}
PAGE: Final = {"data": [ENTITY], "next_cursor": None, "has_more": False}
UPSERT: Final = {"unique_key": ["customer_number"], "entity": ATTRIBUTES}
CHANGESETS: Final = {
    "results": [
        {
            "attribute": "iban",
            "proposed": "DE02 1203 0000 0000 2020 51",
            "current": "DE89 3704 0044 0532 0130 00",
            "edit_mode": "external",
            "source": {"type": "user", "id": "7"},
            "since": "2026-01-15T08:00:00.000Z",
        }
    ]
}
DECISION: Final = {"reason": "The customer called."}
COMPLETION: Final = {"quantity_completed": 24, "quantity_rejected": 1, "completed_by": "Line 4"}
PRODUCT_ORDER: Final = {
    "order_number": "PO-2001",
    "status": "completed",
    "quantity": 25,
    "completed_at": "2026-01-15T08:00:00.000Z",
    **COMPLETION,
    "_id": ENTITY_ID,
    "_org": "1",
    "_schema": "product_order",
    "_title": "PO-2001",
    "_tags": [],
    "_created_at": "2026-01-14T08:00:00.000Z",
    "_updated_at": "2026-01-15T08:00:00.000Z",
    "_version": 4,
}
LINKS: Final = [{"attribute": "contracts", "entity_id": CONTRACT_ID}]
RELINKED: Final = {"relations": [LINK], "_version": 2}
LINK_PAGE: Final = {"data": [LINK], "next_cursor": None, "has_more": False}
MESSAGE: Final = {"message": "The contact is in the recycle bin."}
SEARCH: Final = {"q": '_schema:contact AND customer_number:"C-1001"', "size": 10, "sort": "last_name:asc"}
FOUND: Final = {"hits": 1, "results": [ENTITY]}
NEW_SCHEMA: Final = {
    "name": "Spare part",
    "plural": "Spare parts",
    "title_template": "{name}|{part_number}",
    "attributes": [
        {"name": "part_number", "type": "string", "identifier": True, "required": True},
        {"name": "name", "type": "string", "label": "Name"},
        {"name": "state", "type": "enum", "options": ["new", "used"]},
        {"name": "article", "type": "relation", "schema": "article"},
        {"name": "shelf", "type": "string", "edit_mode": "external", "match": "exact"},
    ],
}
SCHEMA: Final = {
    "slug": "spare-part",
    "name": "Spare part",
    "plural": "Spare parts",
    "title_template": "{name}|{part_number}",
    "version": 1,
    "source": "own",
    "groups": [],
    "attributes": [
        {
            "name": "part_number",
            "label": "Part number",
            "type": "string",
            "required": True,
            "identifier": True,
            "edit_mode": "direct",
            "source": "own",
        }
    ],
}
SCHEMAS: Final = {"results": [SCHEMA | {"count": {"value": 12, "has_more": False}}]}
SCHEMA_VERSIONS: Final = {
    "results": [
        {
            "version": 1,
            "created_at": "2026-01-15T08:00:00.000Z",
            "actor": {"type": "user", "id": "7"},
        }
    ]
}
JSON_SCHEMA: Final = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Spare part",
    "type": "object",
    "properties": {"part_number": {"title": "Part number", "type": "string"}},
    "required": ["part_number"],
    "additionalProperties": True,
}
EXAMPLE: Final = {"part_number": "part number 1", "name": "Kern Metallbau", "state": "new", "_tags": ["example"]}
EXPORT: Final = {"schema": "contact", "q": "last_name:*", "format": "csv", "columns": ["customer_number", "email"]}
EXPORTED: Final = [ENTITY]
IMPORT: Final = {"schema": "contact", "unique_key": ["customer_number"], "rows": [ATTRIBUTES], "dry_run": True}
IMPORTED: Final = {
    "schema": "contact",
    "dry_run": True,
    "unique_key": ["customer_number"],
    "ignored_columns": [],
    "unknown_columns": [],
    "counts": {"created": 0, "updated": 1, "no_op": 0, "failed": 0},
    "rows": [
        {
            "row": 1,
            "outcome": "updated",
            "entity_id": ENTITY_ID,
            "changes": {"last_name": {"old": "Korn", "new": "Kern"}},
        }
    ],
}
