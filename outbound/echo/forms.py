"""signed_part: what a signature covers of a request that the echo receiver got, be it a form with files; pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from email.parser import BytesParser
from email.policy import HTTP
from typing import Final

FORM: Final = "multipart/form-data"


def signed_part(headers: Mapping[str, str], body: bytes) -> bytes:
    """The body; of a form with files a line for each, as receivers work it out. headers: names in lower case."""
    content_type = headers.get("content-type", "")
    return b"\n".join(_lines(content_type, body)) if content_type.lower().startswith(FORM) else body


def _lines(content_type: str, body: bytes) -> Iterator[bytes]:
    """What is said of a file stands in the field before it."""
    form = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    told = b""
    for part in form.iter_parts():
        content = part.get_payload(decode=True)
        assert isinstance(content, bytes)  # decode says so
        if part.get_filename() is None:
            told = content
        else:
            yield f"{hashlib.sha256(content).hexdigest()}.".encode() + told
