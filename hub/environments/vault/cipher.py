"""seal and open: AES-256-GCM under one key, bound to the place where the sealed text lies; pure but for the nonce."""

from __future__ import annotations

import base64
import binascii
import json
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = "v1"
NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed text lies; it opens nowhere else (proxies-and-security.md 1.3)."""

    organization_id: int
    table: str
    name: str
    kind: str

    def as_bytes(self) -> bytes:
        """The associated data: a list whose members cannot run into each other."""
        return json.dumps([FORMAT, self.organization_id, self.table, self.name, self.kind]).encode()


class CannotOpen(Exception):
    """The text was sealed with another key or for another place, or it is damaged. Says nothing more on purpose."""


def seal(key: bytes, key_id: str, plain: bytes, place: Place) -> str:
    """``v1.<key id>.<nonce>.<ciphertext>``; the same content never looks the same twice."""
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, plain, place.as_bytes())
    return ".".join([FORMAT, key_id, _text(nonce), _text(sealed)])


def open_(key: bytes, record: str, place: Place) -> bytes:
    """The content of the record. Raises CannotOpen."""
    try:
        _, _, nonce, sealed = _parts(record)
        return AESGCM(key).decrypt(_bytes(nonce), _bytes(sealed), place.as_bytes())
    except (InvalidTag, ValueError) as error:
        raise CannotOpen from error


def key_id_of(record: str) -> str:
    """The id of the key that the record was sealed with. Raises CannotOpen for a text that is no record."""
    return _parts(record)[1]


def _parts(record: str) -> list[str]:
    parts = record.split(".")
    if len(parts) != 4 or parts[0] != FORMAT:
        raise CannotOpen
    return parts


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise CannotOpen from error
