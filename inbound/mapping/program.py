"""What the mapping child runs: a plan is prepared once, then one job after another is mapped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from hub.jsonata.bounds import find_excess, values_in
from hub.jsonata.failure import shorten
from hub.jsonata.limits import ANSWER_NODES, Limits
from inbound.formats import Malformed, read_payload
from inbound.mapping.direct import NOT_JSON
from inbound.mapping.entries import Entry, ReadingEntry
from inbound.mapping.plan import MappingPlan, map_event, plan_of
from inbound.mapping.result import (
    EventMapping,
    Failure,
    decode_job,
    encode_mapping,
    encode_value,
)

Attributes = dict[str, Any]  # Any: JSON values

_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def prepare(plan: bytes, engine: str, limits: Limits) -> MappingPlan:
    """The compiled plan; one that cannot be compiled answers every job with its failure."""
    return plan_of(plan, engine, limits.expression_ms)


def run(plan: MappingPlan, job: bytes) -> bytes:
    """The EventMapping of one Job, as JSON."""
    wanted = decode_job(job)
    try:
        document = read_payload(wanted.body, wanted.format)
    except Malformed as error:
        return encode_mapping(EventMapping(failure=Failure("MALFORMED_PAYLOAD", str(error))))
    if plan.is_direct and wanted.format != "json":
        return encode_mapping(EventMapping(failure=NOT_JSON))
    mapping = map_event(plan, document, wanted.facts)
    try:
        answer = encode_mapping(mapping)
    except (ValueError, TypeError, OverflowError, RecursionError):
        return _blame(plan, mapping, "the result cannot be written as JSON")
    problem = find_problem(answer)
    return _blame(plan, mapping, problem) if problem else answer


def find_problem(text: bytes) -> str:
    """What keeps a JSON text from being stored, or empty."""
    if b"\\u0000" in text and _NUL.search(text):
        return "a string contains the character U+0000"
    return find_excess(text)


def _blame(plan: MappingPlan, mapping: EventMapping, problem: str) -> bytes:
    """The failure of an event whose result is no good, with the field to blame if it is one alone."""
    for entry, attributes in _written(plan, mapping):
        for attribute, value in attributes.items():
            reason = _find_reason(value)
            if reason:
                path = _place(entry, attribute)
                return _failure(f"{path}: {reason}" if path else reason, path)
    return _failure(_too_many_items(mapping) or problem, "")


def _too_many_items(mapping: EventMapping) -> str:
    """How many items would fit, where the result is too large for their number alone; empty otherwise."""
    items = len(mapping.updates) + len(mapping.readings)
    values = values_in(encode_mapping(mapping)) if items > 1 else 0
    if values <= ANSWER_NODES:
        return ""
    each = -(-values // items)
    return (
        f"resource limit: the result has {items:,} items of about {each} values, together more than {ANSWER_NODES:,}: "
        f"let an event bring at most {ANSWER_NODES // each:,} of them"
    )


def _written(plan: MappingPlan, mapping: EventMapping) -> Iterator[tuple[Entry | ReadingEntry | None, Attributes]]:
    """The attributes of every update with the entry that they come from, None for a direct payload."""
    entries = {entry.number: entry for entry in plan.entries}
    readings = {entry.number: entry for entry in plan.readings}
    for update in mapping.updates:
        yield entries.get(update.entry), update.attributes
    for reading in mapping.readings:
        yield readings.get(reading.entry), reading.attributes


def _find_reason(value: object) -> str:
    try:
        return find_problem(encode_value(value))
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        return shorten(f"the result cannot be written as JSON: {error}")


def _place(entry: Entry | ReadingEntry | None, attribute: str) -> str:
    """Where the field stands; the last of several that write one attribute. Empty for what is not mapped."""
    fields = entry.fields if entry is not None else []
    return next((str(field.mapping.at) for field in reversed(fields) if field.attribute == attribute), "")


def _failure(message: str, path: str) -> bytes:
    return encode_mapping(EventMapping(failure=Failure("MAPPING_EXPRESSION_FAILED", message, path)))
