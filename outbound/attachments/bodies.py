"""json_body, form_body and signed_of: what is sent with the bytes of loaded files in it, and what is signed of it."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import orjson

from hub.http.messages import Pieces
from outbound.attachments.carrying import Carried, base64_bytes
from outbound.attachments.files import UNTYPED, File
from outbound.attachments.loading import Loaded
from outbound.attachments.modes import METADATA

_TYPE: Final = re.compile(r"""[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(?:[ ]*;[ ]*[ -~]+)?""")
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]")
_ESCAPED: Final = {'"': "%22", "\r": "%0D", "\n": "%0A"}


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
    """multipart/form-data (RFC 7578): the fields, then for each file what is signed of it and the file itself."""
    heads = [_part(boundary, name) + value.encode() + b"\r\n" for name, value in fields.items()]
    beginnings = [
        _part(boundary, carried.field_name + METADATA)
        + metadata_of(one)
        + b"\r\n"
        + _part(boundary, carried.field_name, one)
        for one in loaded.files
    ]
    end = f"--{boundary}--\r\n".encode()
    size = sum(map(len, [*heads, *beginnings, end])) + sum(one.size_bytes + 2 for one in loaded.files)

    def read() -> Iterator[bytes]:
        yield from heads
        for position, beginning in enumerate(beginnings):
            yield beginning
            yield from loaded.pieces(position)
            yield b"\r\n"
        yield end

    return Pieces(size, read)


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


def _part(boundary: str, name: str, file: File | None = None) -> bytes:
    """What stands before the content of a part."""
    lines = [f"--{boundary}", f'Content-Disposition: form-data; name="{_quoted(name)}"']
    if file is not None:
        lines[1] += f'; filename="{_quoted(file.filename)}"'
        lines.append(f"Content-Type: {file.mime_type if _TYPE.fullmatch(file.mime_type) else UNTYPED}")
    return "\r\n".join([*lines, "", ""]).encode(errors="replace")


def _quoted(text: str) -> str:
    """As browsers write names in a form: UTF-8, with what would end the name or the line as in a URL."""
    return re.sub(r'["\r\n]', lambda found: _ESCAPED[found[0]], _CONTROL.sub("_", text))
