"""asked_in: what the body of an execution asks for; its payload keeps every digit."""

from __future__ import annotations

import msgspec

from hub import strict_json
from hub.api.query_fields import text_of, uuid_of, wrong
from hub.errors import ErrorDetail, Invalid
from hub.json_types import JSONObject
from proxies.managed_call.requests import Asked


class _Body(msgspec.Struct, frozen=True):
    """The one member whose text is kept."""

    payload: msgspec.Raw


_decode = msgspec.json.Decoder(_Body).decode


def asked_in(body: bytes, *, slug: str, correlation_id: str, hop: int) -> Asked:
    """Raises MalformedJSON, and Invalid for a member that is missing or something else.

    correlation_id is taken where the body names none.
    """
    document = strict_json.parse(body)
    if not isinstance(document, dict):
        raise Invalid("The body must be a JSON object.", details=[ErrorDetail("", "must be an object")])
    integration_id = uuid_of(document, "integration_id")
    if integration_id is None:
        raise wrong("integration_id", "is required")
    payload = _payload(document)
    return Asked(
        integration_id=integration_id,
        slug=slug,
        payload=payload,
        payload_text=_text_of_payload(body) if payload else b"{}",
        correlation_id=_correlation_id(document) or correlation_id,
        hop=hop,
    )


def _payload(document: JSONObject) -> JSONObject:
    payload = document.get("payload")
    if payload is None:
        return {}
    if not isinstance(payload, dict):
        raise wrong("payload", "must be an object")
    return payload


def _text_of_payload(body: bytes) -> bytes:
    return bytes(_decode(body.removeprefix(b"\xef\xbb\xbf")).payload)


def _correlation_id(document: JSONObject) -> str:
    text = text_of(document, "correlation_id")
    if not text.isprintable():
        raise wrong("correlation_id", "must be printable")
    return text
