"""json_body, form_body and signed_of: what is sent with the bytes of loaded files in it, and what is signed of it."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import orjson

from hub.http.forms import Part, form_of
from hub.http.messages import Pieces
from outbound.attachments.carrying import Carried, base64_bytes
from outbound.attachments.files import File
from outbound.attachments.loading import Loaded
from outbound.attachments.modes import METADATA


def json_body(text: bytes, carried: Carried, loaded: Loaded) -> Pieces:
    """The text with the base64 of each file in the place of its handles. Raises HandleChanged as they do."""
    assert carried.handles is not None  # they belong to this mode
    files = loaded.files
    parts = [*carried.handles.split(text, len(carried.files))]
    size = sum(base64_bytes(files[one].size_bytes) if isinstance(one, int) else len(one) for one in parts)

    def read() -> Iterator[bytes]:
        for one in parts:
            if isinstance(one, int):
                yield from map(base64.b64encode, loaded.pieces(one))
            else:
                yield one

    return Pieces(size, read)


def form_body(fields: Mapping[str, str], carried: Carried, loaded: Loaded, boundary: str) -> Pieces:
    """multipart/form-data: the fields, then for each file what is signed of it and the file itself."""
    parts = [Part(name, value.encode()) for name, value in fields.items()]
    for position, one in enumerate(loaded.files):
        content = Pieces(one.size_bytes, partial(loaded.pieces, position))
        parts.append(Part(carried.field_name + METADATA, metadata_of(one)))
        parts.append(Part(carried.field_name, content, one.filename, one.mime_type))
    return form_of(parts, boundary)


def signed_of(files: Sequence[File]) -> bytes:
    """What stands in the place of the body where a form is signed: a segment for each file (outbound.md section 8)."""
    return b"\n".join(f"{one.sha256}.".encode() + metadata_of(one) for one in files)


def metadata_of(file: File) -> bytes:
    """The object that is signed with a file: compact JSON in UTF-8, its members in the order of their names."""
    return orjson.dumps(
        {
            "entity_id": str(file.entity_id),
            "filename": file.filename,
            "mime_type": file.mime_type,
            "size_bytes": file.size_bytes,
            "version_index": file.version_index,
        },
        option=orjson.OPT_SORT_KEYS,
    )
