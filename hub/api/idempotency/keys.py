"""key_of and fingerprint_of: the Idempotency-Key of a request, and what tells one request from another; pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

from hub.errors import ErrorDetail, Invalid

HEADER: Final = "Idempotency-Key"
_META: Final = "HTTP_IDEMPOTENCY_KEY"
MOST_CHARACTERS: Final = 255
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\["\\])*)"')
"""A string as structured fields write it (RFC 8941, 3.3.3); the header's draft asks for one, few clients send one."""
_KEY: Final = re.compile(rf"[!-~]{{1,{MOST_CHARACTERS}}}")


class InvalidKey(Invalid):
    """The header is no key."""

    code = "IDEMPOTENCY_KEY_INVALID"

    def __init__(self) -> None:
        rule = f"must be 1 to {MOST_CHARACTERS} visible ASCII characters"
        super().__init__(f"The {HEADER} is wrong: it {rule}.", details=[ErrorDetail(HEADER, rule)])


def key_of(meta: Mapping[str, Any]) -> str | None:
    """The key in the headers of a WSGI environment, without its quotes; None where no such header was sent.

    Raises InvalidKey for an empty one, for more than 255 characters, and for others than visible ASCII.
    """
    sent = meta.get(_META)
    if sent is None:
        return None
    quoted = _QUOTED.fullmatch(sent.strip())
    key = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else sent.strip()
    if not _KEY.fullmatch(key):
        raise InvalidKey
    return key


def fingerprint_of(method: str, path: str, digest: bytes) -> bytes:
    """32 bytes that tell requests apart; path with its query string, digest the SHA-256 of the body."""
    asked = f"{method} {path}\n".encode("utf-8", "surrogateescape")
    return hashlib.sha256(asked + digest).digest()
