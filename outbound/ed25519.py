"""sign_pieces: the Ed25519 signature of a message that is not in memory; pure.

No library signs anything but one text that is whole in memory, and a body of 130 MB is not to be. RFC 8032 reads the
message twice, each time from the beginning, and so does this; the arithmetic is libsodium's, the hash that of Python.
The signature is the one that libsodium makes of the whole text: a test compares them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable

from nacl.bindings import (
    crypto_core_ed25519_scalar_add,
    crypto_core_ed25519_scalar_mul,
    crypto_core_ed25519_scalar_reduce,
    crypto_scalarmult_ed25519_base,
    crypto_scalarmult_ed25519_base_noclamp,
)

Read = Callable[[], Iterable[bytes]]
"""The message from its beginning, in pieces of any length."""


class MessageChanged(Exception):
    """The second reading was not the first one. Two challenges to one nonce would give the private key away."""


def sign_pieces(seed: bytes, first: Read, second: Read) -> bytes:
    """64 bytes. seed: the 32 bytes of a private key. first and second yield the same message, whoever else listens.

    Takes as long as hashing the message twice; other threads go on meanwhile. Raises MessageChanged.
    """
    expanded = hashlib.sha512(seed).digest()
    secret, prefix = _clamped(expanded[:32]), expanded[32:]
    public = crypto_scalarmult_ed25519_base(secret)
    nonce, signed = _scalar(prefix, first())
    point = crypto_scalarmult_ed25519_base_noclamp(nonce)
    challenge, challenged = _scalar(point + public, second())
    if signed != challenged:
        raise MessageChanged
    answer = crypto_core_ed25519_scalar_add(nonce, crypto_core_ed25519_scalar_mul(challenge, secret))
    return point + answer


def _clamped(half: bytes) -> bytes:
    """RFC 8032, section 5.1.5: the lowest three bits and the highest one are 0, the one below it is 1."""
    return bytes([half[0] & 0xF8]) + half[1:31] + bytes([half[31] & 0x7F | 0x40])


def _scalar(beginning: bytes, pieces: Iterable[bytes]) -> tuple[bytes, bytes]:
    """The scalar, and by what the pieces alone are told from others."""
    digest, alone = hashlib.sha512(beginning), hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
        alone.update(piece)
    return crypto_core_ed25519_scalar_reduce(digest.digest()), alone.digest()
