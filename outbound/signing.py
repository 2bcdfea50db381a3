"""signature headers: ``v1`` with the webhook's secret and ``v1a`` with the organization's key (outbound.md section 8).

As Standard Webhooks prescribes, so that its libraries verify what the hub sends.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from nacl.signing import SigningKey

from outbound.ed25519 import sign_pieces

SECRET_PREFIX: Final = "whsec_"
SECRET_BYTES: Final = 32
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"


@dataclass(frozen=True)
class Signer:
    """Who signs: the secrets of a webhook, the present one first, and the organization's key (32 bytes).

    To be kept: reading the keys takes as long as signing with them. libsodium signs (30 µs, the most costly step of a
    delivery), because it lets go of the interpreter meanwhile, which cryptography does not.
    """

    signing_secrets: Sequence[str] = field(repr=False)
    private_key: bytes = field(repr=False)

    @cached_property
    def _keys(self) -> tuple[SigningKey, list[bytes]]:
        symmetric = [base64.b64decode(secret.removeprefix(SECRET_PREFIX)) for secret in self.signing_secrets]
        return SigningKey(self.private_key), symmetric

    def headers(self, *, message_id: str, at: datetime, body: bytes) -> list[tuple[str, str]]:
        """The three headers of one attempt. body is exactly what is sent, empty where there is none."""
        timestamp = str(int(at.timestamp()))
        content = b".".join((message_id.encode(), timestamp.encode(), body))
        asymmetric, _symmetric = self._keys
        return _headers(message_id, timestamp, asymmetric.sign(content).signature, self.symmetric(content))

    def headers_of_pieces(
        self, *, message_id: str, at: datetime, read: Callable[[], Iterable[bytes]]
    ) -> list[tuple[str, str]]:
        """The same headers for a body that is not in memory. read begins it anew; it is read twice."""
        timestamp = str(int(at.timestamp()))
        beginning = f"{message_id}.{timestamp}.".encode()
        _asymmetric, keys = self._keys
        macs = [hmac.new(key, beginning, hashlib.sha256) for key in keys]

        def content() -> Iterator[bytes]:
            yield beginning
            yield from read()

        def content_for_all() -> Iterator[bytes]:
            yield beginning
            for piece in read():
                for mac in macs:
                    mac.update(piece)
                yield piece

        asymmetric = sign_pieces(self.private_key, content_for_all, content)
        return _headers(message_id, timestamp, asymmetric, [mac.digest() for mac in macs])

    def symmetric(self, content: bytes) -> list[bytes]:
        """The signatures of id, timestamp and body with dots between them, one for each secret."""
        _asymmetric, symmetric = self._keys
        return [hmac.digest(key, content, hashlib.sha256) for key in symmetric]


def _headers(message_id: str, timestamp: str, asymmetric: bytes, symmetric: Iterable[bytes]) -> list[tuple[str, str]]:
    signatures = [f"v1a,{_base64(asymmetric)}", *(f"v1,{_base64(one)}" for one in symmetric)]
    return [(ID, message_id), (TIMESTAMP, timestamp), (SIGNATURE, " ".join(signatures))]


def new_secret() -> str:
    """A signing secret that nobody has: ``whsec_`` and 32 random bytes in base64."""
    return SECRET_PREFIX + _base64(secrets.token_bytes(SECRET_BYTES))


def new_private_key() -> bytes:
    """The 32 bytes of an Ed25519 key that nobody has."""
    return Ed25519PrivateKey.generate().private_bytes_raw()


def public_pem(private_key: bytes) -> str:
    """The public half as PEM, SubjectPublicKeyInfo."""
    public = Ed25519PrivateKey.from_private_bytes(private_key).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
