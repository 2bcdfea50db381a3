"""FILE: a file that a delivery carries, as the OpenAPI document shows it."""

from __future__ import annotations

from integrations.api.shapes import BOOLEAN, IDENTIFIER, TEXT, described
from outbound.api.recipe_documents import nullable

FILE = described(
    {
        "entity_id": IDENTIFIER,
        "version_index": {"type": "integer", "minimum": 0},
        "filename": TEXT,
        "mime_type": TEXT,
        "size_bytes": nullable({"type": "integer", "minimum": 0})
        | {"description": "null where nobody knows before the file is read."},
        "sha256": nullable(TEXT | {"pattern": "^[0-9a-f]{64}$"})
        | {"description": "null for is_linked: the bytes may be others with each attempt."},
        "is_sample": BOOLEAN | {"description": "In a test: a few bytes stand for a file that is not stored."},
        "is_linked": BOOLEAN
        | {"description": "The bytes lie in another system and are read through the file proxy for each attempt."},
    },
    ["entity_id", "version_index", "filename", "mime_type", "size_bytes", "sha256"],
)
