"""The text of an API token: hub_<id>_<secret><check>; pure."""

from __future__ import annotations

import re
import secrets
import string
import zlib
from dataclasses import dataclass

PREFIX = "hub_"
PUBLIC_PREFIX = "api_"
ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
ID_CHARACTERS = 21
SECRET_BYTES = 32
SECRET_CHARACTERS = 43
"""Enough base 62 digits for 32 bytes."""
CHECK_CHARACTERS = 6
"""Enough base 62 digits for a CRC-32."""

_SHAPE = re.compile(rf"hub_([0-9A-Za-z]{{{ID_CHARACTERS}}})_[0-9A-Za-z]{{{SECRET_CHARACTERS + CHECK_CHARACTERS}}}")


@dataclass(frozen=True, slots=True)
class NewToken:
    """A fresh token: its public id, and the text that is shown once."""

    public_id: str
    text: str


def compose() -> NewToken:
    """A token nobody has had before, from the system's randomness."""
    identifier = "".join(secrets.choice(ALPHABET) for _ in range(ID_CHARACTERS))
    secret = _base62(int.from_bytes(secrets.token_bytes(SECRET_BYTES), "big"), SECRET_CHARACTERS)
    body = f"{PREFIX}{identifier}_{secret}"
    return NewToken(PUBLIC_PREFIX + identifier, body + check_of(body))


def find_public_id(text: str) -> str | None:
    """The public id a token text claims, or None when the text cannot be a token of a hub."""
    shape = _SHAPE.fullmatch(text)
    if shape is None or check_of(text[:-CHECK_CHARACTERS]) != text[-CHECK_CHARACTERS:]:
        return None
    return PUBLIC_PREFIX + shape.group(1)


def check_of(body: str) -> str:
    """The check characters after body: a typing error or a cut token is refused without a look at the database."""
    return _base62(zlib.crc32(body.encode("ascii")), CHECK_CHARACTERS)


def _base62(number: int, width: int) -> str:
    digits = []
    for _ in range(width):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))
