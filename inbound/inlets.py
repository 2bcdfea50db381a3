"""envelope_of: what a system sends that can only call a URL, as a request of the intake; pure (outbound.md 21)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl
from uuid import UUID

import msgspec

from hub.errors import ErrorDetail, Invalid
from hub.json_encoding import timestamp

OF_THE_EVENT: Final = ("_timestamp", "_event_type", "_deduplication_id", "_correlation_id", "_group_id")
"""Parameters of the query that are members of the event, and no part of the payload."""
MOST_PARAMETERS: Final = 1_000
FORM: Final = "application/x-www-form-urlencoded"

_any_json = msgspec.json.Decoder(msgspec.Raw)


@dataclass(frozen=True, slots=True)
class Call:
    """A call of an inlet: its query string as it was sent, and its body, as form or as JSON."""

    query: str
    body: bytes = b""
    is_form: bool = False


def envelope_of(call: Call, *, integration_id: UUID, slug: str, at: datetime) -> bytes:
    """The request that the intake takes, with one event. Raises Invalid for what is no payload.

    The payload is the JSON object of the body, or else the parameters: a name that comes once has a text, one that
    comes several times a list of them.
    """
    parameters = _parameters(call.query, "the query")
    own = {name: value for name, value in parameters.items() if name in OF_THE_EVENT}
    payload = _payload(call, {name: value for name, value in parameters.items() if name not in OF_THE_EVENT})
    event = {name.removeprefix("_"): value for name, value in own.items()}
    event = {"timestamp": timestamp(at), **event, "use_case_slug": slug, "payload": payload}
    return msgspec.json.encode({"integration_id": str(integration_id), "events": [event]})


def _payload(call: Call, parameters: Mapping[str, object]) -> object:
    if call.body.strip() and parameters:
        name = next(iter(parameters))
        raise _invalid(name, "stands in the query while there is a body; send the payload in one of both")
    if not call.body.strip():
        if not parameters:
            raise _invalid("", "There is no payload: send parameters, or a JSON object as the body.")
        return parameters
    return _parameters(_text(call.body), "the form") if call.is_form else _object(call.body)


def _object(body: bytes) -> msgspec.Raw:
    """The bytes of the body as they are, once it is certain that they are one JSON object and nothing beside it."""
    text = body.removeprefix(b"\xef\xbb\xbf").strip()
    try:
        _any_json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise _invalid("", f"The body is no JSON: {error}.") from error
    if not text.startswith(b"{"):
        raise _invalid("", "The body must be a JSON object.")
    return msgspec.Raw(text)


def _text(body: bytes) -> str:
    try:
        return body.decode("ascii")
    except UnicodeDecodeError as error:
        raise _invalid("", "The form is not percent-encoded.") from error


def _parameters(text: str, where: str) -> dict[str, object]:
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS)
    except UnicodeDecodeError as error:
        raise _invalid("", f"A parameter of {where} is not UTF-8.") from error
    except ValueError as error:
        raise _invalid("", f"There may be at most {MOST_PARAMETERS} parameters in {where}.") from error
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _invalid(path: str, message: str) -> Invalid:
    return Invalid(f"{path}: {message}" if path else message, details=[ErrorDetail(path, message)])
