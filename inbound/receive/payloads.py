"""The bytes of one event's payload, and what keeps them from being read."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from inbound.formats import find_problem
from inbound.receive.envelope import QUOTE, Submitted

CHECKED_HERE = 64 * 1024
"""Bytes up to which a text payload is read at intake; a longer one only by the mapping child, which can be killed."""

_text = msgspec.json.Decoder(str)


@dataclass(frozen=True, slots=True)
class Payload:
    """body is what is stored: the object as it stands in the request, or the string's characters as UTF-8."""

    body: bytes
    problem: str = ""


def read_payload(event: Submitted) -> Payload:
    """The payload of an event; an object was checked with the request, a string is checked for its format here."""
    raw = bytes(event.payload)
    if raw[0] != QUOTE:
        return Payload(raw)
    try:
        body = _text.decode(raw).encode()
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        return Payload(raw, f"The payload is not a valid string: {error}")
    if len(body) > CHECKED_HERE:
        return Payload(body)
    return Payload(body, find_problem(body, event.format) or "")
