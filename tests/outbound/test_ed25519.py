"""A signature made piece by piece is the one that a library makes of the whole text."""

from __future__ import annotations

import hashlib

import pytest
from nacl.signing import SigningKey

from hub import clock
from outbound.ed25519 import MessageChanged, sign_pieces
from outbound.signing import Signer, new_private_key, new_secret

pytestmark = pytest.mark.once

TEXTS = [b"", b"a", b"{}", bytes(range(256)) * 700]


def pieces_of(text: bytes, size: int) -> list[bytes]:
    return [text[start : start + size] for start in range(0, len(text), size)]


@pytest.mark.parametrize("text", TEXTS, ids=len)
@pytest.mark.parametrize("number", range(20))
def test_it_is_that_of_libsodium(text: bytes, number: int) -> None:
    seed = hashlib.sha256(str(number).encode()).digest()
    pieces = pieces_of(text, 1_000)
    assert sign_pieces(seed, lambda: pieces, lambda: iter(pieces)) == SigningKey(seed).sign(text).signature


@pytest.mark.parametrize(
    ("seed", "message", "signature"),
    [
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ),
    ],
)
def test_it_is_that_of_the_standard(seed: str, message: str, signature: str) -> None:
    """RFC 8032, section 7.1, tests 2 and 3."""
    text = bytes.fromhex(message)
    assert sign_pieces(bytes.fromhex(seed), lambda: [text], lambda: [text]).hex() == signature


def test_the_headers_are_those_of_the_whole_body() -> None:
    signer = Signer([new_secret(), new_secret()], new_private_key())
    body, at = b"x" * 5_000, clock.now()
    whole = signer.headers(message_id="msg_1", at=at, body=body)
    assert signer.headers_of_pieces(message_id="msg_1", at=at, read=lambda: pieces_of(body, 999)) == whole


def test_a_message_that_is_another_one_when_it_is_read_again_is_not_signed() -> None:
    seed = bytes(32)
    with pytest.raises(MessageChanged):
        sign_pieces(seed, lambda: [b"a"], lambda: [b"b"])
