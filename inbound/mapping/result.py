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
    "email" or "phone". mode is upsert, delete or purge. Any: JSON values.

    Relations in attributes stand as {"$relation": {operation: [item]}}, references as {"$relation_ref": …}, with
    operation one of _set, _append, _append_all; an item has $entity_unique_ids (bare values), _schema, maybe _tags and,
    as $types, which of its identifiers are "email" or "phone"; a reference also path and value {attribute, operation,
    value}, the innermost left out when its source found nothing.

    pricing is {config, data} as a simulation shows it, with what the data come to: lines, each of a kind: "custom",
    "reference" or "ready"; results, on_error, and problem, which is not empty when items and data cannot be paired.
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
    pricing: dict[str, Any] | None = None


class ReadingUpdate(msgspec.Struct, array_like=True, frozen=True):
    """One operation on one meter reading. entry counts in meter_readings.

    meter and counter are string forms for the look-up, None without a configured counter; missing names identifiers
    without a value, as meter.name or meter_counter.name: such a reading is not written. mode is upsert or delete,
    matching external_id or strict-date. attributes are as mapped, not yet checked; shown has meter and meter_counter
    as a simulation shows them. Any: JSON values.
    """

    entry: int
    item: int
    mode: str
    must_create: bool
    matching: str
    meter: dict[str, str]
    counter: dict[str, str] | None
    missing: Sequence[str]
    attributes: dict[str, Any]
    types: dict[str, str]
    counter_types: dict[str, str]
    shown: dict[str, Any]


class PruneScope(msgspec.Struct, array_like=True, frozen=True):
    """Which entities of a schema may go because the event does not name them (mapping.md section 6).

    kind "relations": those related to the anchor that terms find in anchor_schema; "query": those that match terms.
    named_by are the identifiers of the entry.
    missing names terms without a value: then nothing may be pruned, nor when is_complete is false because an item of
    the entry lacks an identifier. keep holds the identifiers of the items as string forms. deletion is delete or purge.
    Any: JSON values.
    """

    entry: int
    schema: str
    deletion: str
    kind: str
    anchor_schema: str
    terms: dict[str, str]
    types: dict[str, str]
    missing: Sequence[str]
    keep: Sequence[dict[str, str]]
    is_complete: bool
    shown: dict[str, Any]
    named_by: Sequence[str] = ()


class ReadingPrune(msgspec.Struct, array_like=True, frozen=True):
    """Which readings of a meter or of one counter may go because the event does not name them (mapping.md 11.8).

    One per meter and counter. keep holds external ids; source limits what may go, empty for any. missing and
    is_complete as in PruneScope, the latter false when a reading lacks its external id, or its meter: it might be this
    one. Any: JSON values.
    """

    entry: int
    meter: dict[str, str]
    counter: dict[str, str] | None
    types: dict[str, str]
    counter_types: dict[str, str]
    missing: Sequence[str]
    source: str
    keep: Sequence[str]
    is_complete: bool
    shown: dict[str, Any]


class MappingWarning(msgspec.Struct, array_like=True, frozen=True):
    """Something that an author should look at."""

    entity_schema: str
    field: str
    message: str
    code: str = "MAPPING_WARNING"


class Failure(msgspec.Struct, array_like=True, frozen=True):
    """Why nothing of the event is written. path is the place in the configuration or in a direct payload.

    detail may tell line and column in an expression, field (its attribute), input (the beginning of what it was given),
    and errors: all that is wrong with a direct payload, as {code, message, operation_index}.
    """

    code: str
    message: str
    path: str = ""
    detail: dict[str, Any] | None = None
    category: str = ""
    """Where it is not the one of the code."""


class EventMapping(msgspec.Struct, array_like=True, frozen=True):
    """The answer for one event; with a failure there are no updates."""

    updates: Sequence[EntityUpdate] = ()
    warnings: Sequence[MappingWarning] = ()
    failure: Failure | None = None
    prunes: Sequence[PruneScope] = ()
    readings: Sequence[ReadingUpdate] = ()
    reading_prunes: Sequence[ReadingPrune] = ()


encode_job = msgspec.msgpack.Encoder().encode
decode_job = msgspec.msgpack.Decoder(Job).decode
encode_value = msgspec.json.Encoder().encode
"""Numbers that are not finite become null."""
encode_mapping = encode_value
decode_mapping = msgspec.json.Decoder(EventMapping).decode
