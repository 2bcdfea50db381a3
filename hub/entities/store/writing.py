"""What one operation writes into one draft, and what its result means for its event; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hub.entities.operations import EntityOperation, OperationResult, OperationWarning, Outcome, ResultCode, WarningCode
from hub.entities.store.drafts import Draft
from hub.entities.system_attributes import GIVEN_BY_SCHEMA, SYSTEM_ATTRIBUTES, given_to, left_out
from hub.entities.values import ABSENT, SCALARS, deep_equal, initial, settled
from hub.json_types import JSONObject, JSONValue

TRANSIENT: Final = frozenset({ResultCode.UNKNOWN_REFERENCE, ResultCode.INDEX_BUILDING})
"""Failures that time may heal."""


def transient_cause(result: OperationResult) -> tuple[str, str] | None:
    """Why the event may do better later: its operation failed, or one of its relations did."""
    if result.outcome is Outcome.FAILED and result.code in TRANSIENT:
        return result.code, result.message
    note = next((note for note in result.notes if note.code in TRANSIENT), None) if result.notes else None
    return None if note is None else (note.code, note.message)


def changed_values(stored: Mapping[str, JSONValue], written: Mapping[str, JSONValue]) -> JSONObject:
    """The attributes of written that differ from the stored ones, as they are to be stored."""
    changed: JSONObject = {}
    for name, value in written.items():
        old = stored.get(name, ABSENT)
        if type(value) in SCALARS:
            if old != value or type(old) is bool:
                changed[name] = value
        else:
            new = settled(old, value)
            if new is not old and not deep_equal(old, new):
                changed[name] = new
    return changed


def writable(
    operation: EntityOperation, stored: Mapping[str, JSONValue]
) -> tuple[JSONObject, tuple[OperationWarning, ...]]:
    """What is to be written: attributes, with a warning about each that nobody may write, and what the hub gives.

    stored: the attributes so far.
    """
    if operation.schema not in GIVEN_BY_SCHEMA and SYSTEM_ATTRIBUTES.isdisjoint(operation.attributes):
        return operation.attributes, ()
    refused = SYSTEM_ATTRIBUTES | given_to(operation.schema, stored)
    kept = {name: value for name, value in operation.attributes.items() if name not in refused}
    dropped = [name for name in operation.attributes if name in refused]
    warnings = tuple(OperationWarning(WarningCode.SYSTEM_ATTRIBUTE, left_out(name), name) for name in dropped)
    return {**kept, **operation.given}, warnings


def taken_by(operation: EntityOperation, stored: Mapping[str, JSONValue], written: Mapping[str, JSONValue]) -> set[str]:
    """The stored attributes that go where written is the whole entity; those that only the hub gives stay."""
    return stored.keys() - written.keys() - given_to(operation.schema, stored)


def identifiers_left_out(operation: EntityOperation) -> JSONObject:
    """Identifiers that the attributes lack, in the shape of their type: a new entity must be found by them again."""
    left_out: JSONObject = {}
    for name, value in operation.identifiers.items():
        if name not in operation.attributes and name not in SYSTEM_ATTRIBUTES:
            kind = operation.identifier_types.get(name)
            left_out[name] = initial([{kind: value}]) if kind else value
    return left_out


def is_own(operation: EntityOperation, draft: Draft) -> bool:
    """Whether the entity was created by the event that wants to create it: a second try or a replay."""
    return draft.origin is not None and draft.origin in (operation.origin_id, operation.event_id)
