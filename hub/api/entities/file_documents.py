"""What the OpenAPI document says about the bytes of files."""

from __future__ import annotations

from typing import Any, Final

from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from hub.api.entities.documentation import IF_MATCH, VALIDATE, WARNINGS
from hub.api.entities.shapes import ENTITY, MOMENT, NUMBER, TEXT, list_of, object_of
from hub.entities.files.storing import DEFAULT_LANGUAGE

BYTES: Final[dict[str, Any]] = {"application/octet-stream": TEXT | {"format": "binary"}}
VERSION: Final = object_of(
    {
        "version_index": NUMBER | {"description": "0 for the first."},
        "filename": TEXT,
        "mime_type": TEXT,
        "size_bytes": NUMBER,
        "sha256": TEXT | {"pattern": "^[0-9a-f]{64}$"},
        "created_at": MOMENT,
    },
    ["version_index", "filename", "mime_type", "size_bytes", "sha256", "created_at"],
)
EXAMPLE: Final = {
    "version_index": 0,
    "filename": "invoice-4711.pdf",
    "mime_type": "application/pdf",
    "size_bytes": 48213,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "created_at": "2026-01-15T08:00:00.000Z",
}
STORED: Final = {
    "_id": "6f1d3f5e-9a54-4f0e-8f43-7f0a4f7c2c11",
    "_org": "1",
    "_schema": "file",
    "_title": "invoice-4711.pdf",
    "_tags": [],
    "_created_at": "2026-01-15T08:00:00.000Z",
    "_updated_at": "2026-01-15T08:00:00.000Z",
    "_version": 1,
    "external_id": "DMS-4711",
    "filename": "invoice-4711.pdf",
    "language": "de",
    "mime_type": "application/pdf",
    "size_bytes": 48213,
    "readable_size": "48.2 kB",
    "versions": [EXAMPLE],
}
FILENAME: Final = OpenApiParameter("filename", str, required=True, description="What the file is called.")
ATTRIBUTES: Final = OpenApiParameter(
    "attributes",
    str,
    description="A JSON object of further attributes, such as `external_id`, `language` and `category`. `filename`, "
    "`mime_type`, `size_bytes`, `readable_size` and `versions` come from the upload itself. A new file has the "
    f"`language` `{DEFAULT_LANGUAGE}` unless you name another.",
)
LIMITS: Final = """The body is the file itself, its Content-Type the type of the file; it is stored while it is read.
411 without Content-Length, as a body in chunks may be cut,
413 for a file larger than the hub keeps (100 MiB unless whoever runs it says otherwise), 507 where the files of the
organization would come to more than it may store, 429 while all of its uploads are on their way, 503 while the storage
does not answer. Then nothing is stored."""


def _described(operation_id: str, description: str, **more: Any) -> dict[str, Any]:  # Any: the library's own types
    """What extend_schema is told."""
    return {"operation_id": operation_id, "tags": ["Entities"], "description": description, **more}


NEW_FILE: Final = _described(
    "uploadFile",
    "Stores a file as version 0 of a new file entity and fires `FileCreated`. Where a live file has the same "
    f"`external_id`, the answer is a 409 that names it: give that one a further version instead.\n\n{LIMITS}",
    request=BYTES,
    responses={(201, "application/json"): ENTITY},
    parameters=[FILENAME, ATTRIBUTES, VALIDATE, WARNINGS],
    examples=[OpenApiExample("Answer", STORED, response_only=True, status_codes=["201"])],
)
NEW_VERSION: Final = _described(
    "addFileVersion",
    "Stores a further version of a file and fires `FileUpdated`. Earlier versions stay as they are. With `If-Match` "
    f"two that change the same file at once do not overlook each other.\n\n{LIMITS}",
    request=BYTES,
    responses={(201, "application/json"): ENTITY},
    parameters=[FILENAME, ATTRIBUTES, VALIDATE, IF_MATCH, WARNINGS],
    examples=[OpenApiExample("Answer", STORED, response_only=True, status_codes=["201"])],
)
LIST_VERSIONS: Final = _described(
    "listFileVersions",
    "The versions whose bytes the hub has, oldest first; none for a file that lies in another system. "
    "`downloadFile` makes a link to each.",
    responses={(200, "application/json"): object_of({"results": list_of(VERSION)}, ["results"])},
    examples=[OpenApiExample("Answer", {"results": [EXAMPLE]}, response_only=True, status_codes=["200"])],
)
