"""What mapping an event yields: updates, warnings, or the failure that stops it; how it crosses to the parent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec


class Facts(msgspec.Struct, array_like=True, frozen=True):
    """What an expression may know of its event beside the payload. moment is a time in ISO 8601, millis Unix time."""

    event_type: str = ""
    event_name: str = ""
    use_case_slug: str = ""
    timestamp: str = ""
    correlation_id: str = ""
    millis: int = 0
    random: float = 0.0
    advise: bool = False
    """True in simulation: findings that only an author cares for become warnings, too."""


class Job(msgspec.Struct, array_like=True, frozen=True):
    """One event for the mapping child."""

    body: bytes
    format: str
    facts: Facts


class EntityUpdate(msgspec.Struct, array_like=True, frozen=True):
    """One operation on one entity. identifiers holds string forms for the look-up, shown the values as mapped.

    missing names identifiers without a value: such an update is not carried out. types says which identifiers are
    "email" or "phone". Any: JSON values.
    """

    entry: int
    item: int
    schema: str
    mode: str
    must_create: bool
    identifiers: dict[str, str]
    missing: Sequence[str]
    attributes: dict[str, Any]
    types: dict[str, str]
    shown: dict[str, Any]


class MappingWarning(msgspec.Struct, array_like=True, frozen=True):
    """Something that an author should look at."""

    entity_schema: str
    field: str
    message: str
    code: str = "MAPPING_WARNING"


class Failure(msgspec.Struct, array_like=True, frozen=True):
    """Why nothing of the event is written. path is the place in the configuration, detail line, column and input."""

    code: str
    message: str
    path: str = ""
    detail: dict[str, Any] | None = None


class EventMapping(msgspec.Struct, array_like=True, frozen=True):
    """The answer for one event; with a failure there are no updates."""

    updates: Sequence[EntityUpdate] = ()
    warnings: Sequence[MappingWarning] = ()
    failure: Failure | None = None


encode_job = msgspec.msgpack.Encoder().encode
decode_job = msgspec.msgpack.Decoder(Job).decode
encode_value = msgspec.json.Encoder().encode
"""Numbers that are not finite become null."""
encode_mapping = encode_value
decode_mapping = msgspec.json.Decoder(EventMapping).decode
