"""form_of: multipart/form-data, sent piece by piece; names and file names stand in it as browsers write them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from hub.http.messages import Pieces

UNTYPED: Final = "application/octet-stream"
_TYPE: Final = re.compile(r"""[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(?:[ ]*;[ ]*[ -~]+)?""")
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]")
_ESCAPED: Final = {'"': "%22", "\r": "%0D", "\n": "%0A"}


@dataclass(frozen=True, slots=True)
class Part:
    """A field, or with a filename a file. content_type: of a file; one that is none becomes UNTYPED."""

    name: str
    content: bytes | Pieces
    filename: str | None = None
    content_type: str = ""


def new_boundary() -> str:
    """What nobody can guess and so no part holds."""
    return f"hub-{secrets.token_hex(16)}"


def form_type(boundary: str) -> str:
    """The value of Content-Type."""
    return f"multipart/form-data; boundary={boundary}"


def form_of(parts: Sequence[Part], boundary: str) -> Pieces:
    """The parts in their order.

    A name is UTF-8, and what would end it or its line is percent-encoded; it is never said a second time in filename*,
    which has no place in a form (RFC 7578 section 4.2, the HTML standard's encoding of multipart forms).
    """
    heads = [_head(boundary, part) for part in parts]
    end = f"--{boundary}--\r\n".encode()
    size = sum(len(head) + _size(part.content) + 2 for head, part in zip(heads, parts, strict=True)) + len(end)

    def read() -> Iterator[bytes]:
        for head, part in zip(heads, parts, strict=True):
            yield head
            if isinstance(part.content, bytes):
                yield part.content
            else:
                yield from part.content.read()
            yield b"\r\n"
        yield end

    return Pieces(size, read)


def _size(content: bytes | Pieces) -> int:
    return len(content) if isinstance(content, bytes) else content.size


def _head(boundary: str, part: Part) -> bytes:
    lines = [f"--{boundary}", f'Content-Disposition: form-data; name="{_quoted(part.name)}"']
    if part.filename is not None:
        lines[1] += f'; filename="{_quoted(part.filename)}"'
        lines.append(f"Content-Type: {part.content_type if _TYPE.fullmatch(part.content_type) else UNTYPED}")
    return "\r\n".join([*lines, "", ""]).encode(errors="replace")


def _quoted(text: str) -> str:
    return re.sub(r'["\r\n]', lambda found: _ESCAPED[found[0]], _CONTROL.sub("_", text))
