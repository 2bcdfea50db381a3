"""What the header says, and what tells requests apart."""

from __future__ import annotations

import pytest

from hub.api.idempotency.keys import InvalidKey, fingerprint_of, key_of


def sent(text: str) -> dict[str, str]:
    return {"HTTP_IDEMPOTENCY_KEY": text}


def test_without_the_header_there_is_no_key() -> None:
    assert key_of({}) is None


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("8e03978e-40d5-43dd-bc93-6894a57f9324", "8e03978e-40d5-43dd-bc93-6894a57f9324"),
        (" order-4711 ", "order-4711"),
        ('"order-4711"', "order-4711"),
        (r'"a\"b\\c"', 'a"b\\c'),
        ('"half', '"half'),
        ("x" * 255, "x" * 255),
        ("!~", "!~"),
    ],
)
def test_a_key_is_taken_with_or_without_the_quotes_of_a_structured_field(text: str, key: str) -> None:
    assert key_of(sent(text)) == key


@pytest.mark.parametrize("text", ["", " ", '""', "x" * 256, "two words", '"two words"', "schlüssel", "a\tb", "a\x7fb"])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(InvalidKey, match="1 to 255 visible ASCII characters"):
        key_of(sent(text))


@pytest.mark.parametrize(
    "other", [("PUT", "/v1/a?b=1", b"{}"), ("POST", "/v1/a?b=2", b"{}"), ("POST", "/v1/a?b=1", b"{ }")]
)
def test_method_path_query_and_every_byte_of_the_body_tell_requests_apart(other: tuple[str, str, bytes]) -> None:
    assert fingerprint_of(*other) != fingerprint_of("POST", "/v1/a?b=1", b"{}")


def test_the_same_request_has_the_same_fingerprint() -> None:
    assert fingerprint_of("POST", "/v1/a", b"{}") == fingerprint_of("POST", "/v1/a", b"{}")
