"""FILE: a file that a delivery carries, as the OpenAPI document shows it."""

from __future__ import annotations

from integrations.api.shapes import BOOLEAN, IDENTIFIER, TEXT, described

FILE = described(
    {
        "entity_id": IDENTIFIER,
        "version_index": {"type": "integer", "minimum": 0},
        "filename": TEXT,
        "mime_type": TEXT,
        "size_bytes": {"type": "integer", "minimum": 0},
        "sha256": TEXT | {"pattern": "^[0-9a-f]{64}$"},
        "is_sample": BOOLEAN | {"description": "In a test: a few bytes stand for a file that is not stored."},
    },
    ["entity_id", "version_index", "filename", "mime_type", "size_bytes", "sha256"],
)
