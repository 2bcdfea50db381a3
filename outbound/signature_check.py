"""check_signature: which of a webhook's keys made a signature that somebody has received, or why none did."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from outbound.models import Webhook
from outbound.signing import Signer
from outbound.signing_keys import signer_of

TOLERANCE: Final = timedelta(minutes=5)
"""Receivers refuse what is older, so that nobody can send it to them again later."""
MOST_SIGNATURES: Final = 20


@dataclass(frozen=True, slots=True)
class Received:
    """What a receiver got: the three headers and the body, byte by byte."""

    message_id: str
    timestamp: str
    body: bytes
    signature: str


class Key(StrEnum):
    """What a signature can be made with."""

    PUBLIC = "public key"
    SECRET = "secret"
    FORMER = "former secret"


class Odd(StrEnum):
    """What is wrong, or would go wrong."""

    NO_ID = "no id"
    NO_TIMESTAMP = "no timestamp"
    NO_SIGNATURE = "no signature"
    STALE = "stale"
    """It is right, but a receiver that looks at the time refuses it by now."""
    OTHER_BODY = "other body"
    """It fits the same JSON written otherwise: the bytes were changed on the way, or before they were looked at."""
    NOTHING_FITS = "nothing fits"


@dataclass(frozen=True, slots=True)
class Checked:
    """matched: the keys that made it; empty where none did, and odd says why."""

    matched: tuple[Key, ...]
    odd: tuple[Odd, ...]

    @property
    def is_valid(self) -> bool:
        """Whether a receiver may trust it, its age aside."""
        return bool(self.matched)


def check_signature(*, webhook: Webhook, received: Received, at: datetime) -> Checked:
    """With the keys as they are at that moment: former secrets only while they still sign.

    Raises SecretUnavailable. As many queries as signer_of.
    """
    odd = tuple(_missing(received))
    if odd:
        return Checked((), odd)
    judge = _Judge(signer_of(webhook.organization_id, webhook, at))
    matched = judge.matches(received, received.body)
    if not matched:
        fits_otherwise = any(judge.matches(received, body) for body in _written_otherwise(received.body))
        return Checked((), (Odd.OTHER_BODY if fits_otherwise else Odd.NOTHING_FITS,))
    sent_at = datetime.fromtimestamp(int(received.timestamp), UTC)
    return Checked(matched, (Odd.STALE,) if abs(at - sent_at) > TOLERANCE else ())


def _missing(received: Received) -> Iterator[Odd]:
    if not received.message_id:
        yield Odd.NO_ID
    if not (received.timestamp.isascii() and received.timestamp.isdigit() and len(received.timestamp) <= 10):
        yield Odd.NO_TIMESTAMP
    if not any(version in ("v1", "v1a") for version, _ in _signatures(received.signature)):
        yield Odd.NO_SIGNATURE


def _signatures(text: str) -> list[tuple[str, bytes]]:
    """Version and bytes of each; what is none is passed over."""
    found: list[tuple[str, bytes]] = []
    for one in text.split()[:MOST_SIGNATURES]:
        version, comma, encoded = one.partition(",")
        try:
            raw = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            continue
        if comma:
            found.append((version, raw))
    return found


class _Judge:
    def __init__(self, signer: Signer) -> None:
        self._signer = signer

    def matches(self, received: Received, body: bytes) -> tuple[Key, ...]:
        """The keys that made one of the signatures of the body."""
        content = b".".join((received.message_id.encode(), received.timestamp.encode(), body))
        given = _signatures(received.signature)
        found = {key for key, version, made in self._made(content) if any(_same(made, version, one) for one in given)}
        if any(version == "v1a" and self._is_verified(raw, content) for version, raw in given):
            found.add(Key.PUBLIC)
        return tuple(key for key in Key if key in found)

    def _made(self, content: bytes) -> Iterator[tuple[Key, str, bytes]]:
        for position, made in enumerate(self._signer.symmetric(content)):
            yield Key.FORMER if position else Key.SECRET, "v1", made

    def _is_verified(self, signature: bytes, content: bytes) -> bool:
        public = Ed25519PrivateKey.from_private_bytes(self._signer.private_key).public_key()
        try:
            public.verify(signature, content)
        except InvalidSignature:
            return False
        return True


def _same(made: bytes, version: str, given: tuple[str, bytes]) -> bool:
    return given[0] == version and hmac.compare_digest(made, given[1])


def _written_otherwise(body: bytes) -> Iterator[bytes]:
    """The same content as other programs write it: less blanks at the ends, compact, indented."""
    yield body.strip()
    yield body.replace(b"\r\n", b"\n")
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError:
        return
    yield orjson.dumps(parsed)
    yield orjson.dumps(parsed, option=orjson.OPT_INDENT_2)
