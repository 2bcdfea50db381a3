"""What the mapping child runs: a plan is prepared once, then one job after another is mapped."""

from __future__ import annotations

import re

from hub.jsonata.bounds import find_excess
from hub.jsonata.failure import shorten
from hub.jsonata.limits import Limits
from inbound.formats import Malformed, read_payload
from inbound.mapping.plan import MappingPlan, map_event, plan_of
from inbound.mapping.result import EventMapping, Failure, decode_job, encode_mapping, encode_value

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
    for update in mapping.updates:
        for attribute, value in update.attributes.items():
            reason = _find_reason(value)
            if reason:
                path = _place(plan, update.entry, attribute)
                return _failure(f"{path}: {reason}", path)
    return _failure(problem, "")


def _find_reason(value: object) -> str:
    try:
        return find_problem(encode_value(value))
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        return shorten(f"the result cannot be written as JSON: {error}")


def _place(plan: MappingPlan, number: int, attribute: str) -> str:
    """Where the field stands; the last of several that write one attribute."""
    fields = [field for entry in plan.entries if entry.number == number for field in entry.fields]
    return next((str(field.mapping.at) for field in reversed(fields) if field.attribute == attribute), "")


def _failure(message: str, path: str) -> bytes:
    return encode_mapping(EventMapping(failure=Failure("MAPPING_EXPRESSION_FAILED", message, path)))
