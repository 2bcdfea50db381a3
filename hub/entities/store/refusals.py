"""Failures of operations and warnings, each with a sentence that names what it is about; pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from hub.entities.operations import (
    EntityOperation,
    OperationResult,
    OperationWarning,
    Outcome,
    ResultCode,
    WarningCode,
)
from hub.entities.store.drafts import Draft

SHOWN_CHARACTERS: Final = 100
"""Of an identifier's value in a sentence."""


def failed(
    operation: EntityOperation, code: ResultCode, message: str, entity_id: UUID | None = None
) -> OperationResult:
    """The result of an operation that could not be applied."""
    return OperationResult(operation.position, Outcome.FAILED, code, message, entity_id)


def ambiguous(operation: EntityOperation, live: Sequence[Draft]) -> OperationResult:
    """More than one entity has the identifiers."""
    kind = "live" if live else "deleted"
    return failed(operation, ResultCode.AMBIGUOUS, f"{described(operation)} is not one: several {kind} ones match.")


def already_there(operation: EntityOperation, draft: Draft) -> OperationResult:
    """CREATE met a live entity of somebody else's making."""
    message = f"{described(operation)} exists already."
    return _belongs_to(operation, draft, message, next(iter(operation.identifiers)))


def taken(operation: EntityOperation, attribute: str, other: Draft) -> OperationResult:
    """What the operation claims belongs to another entity."""
    value = _shown(operation.claims[attribute])
    message = f"{attribute} {value} belongs to another {other.schema} already: {other.id}."
    return _belongs_to(operation, other, message, attribute)


def _belongs_to(operation: EntityOperation, other: Draft, message: str, attribute: str) -> OperationResult:
    return replace(failed(operation, ResultCode.EXISTS, message, other.id), attribute=attribute)


def other_version(schema: str, version: int, expected: int | None) -> str:
    """What is said to somebody who knows another version; a negative one stands for none that there ever was."""
    known = f"not at {expected}" if expected is not None and expected >= 0 else "and what was named is no version of it"
    return f"The {schema} is at version {version} by now, {known}."


def stale(operation: EntityOperation, draft: Draft) -> OperationResult:
    """The entity has another version than the caller knows."""
    message = other_version(draft.schema, draft.version, operation.expected_version)
    return failed(operation, ResultCode.STALE_VERSION, message, draft.id)


def not_found(operation: EntityOperation) -> OperationResult:
    """Nothing is there to be restored."""
    return failed(operation, ResultCode.UNKNOWN_REFERENCE, f"{described(operation)} is not there.")


def unknown_id(operation: EntityOperation) -> OperationResult:
    """No entity of the schema has the id."""
    shown = _shown(operation.identifiers["_id"])
    return failed(operation, ResultCode.UNKNOWN_REFERENCE, f"No {operation.schema} has the id {shown}.")


def still_building(operation: EntityOperation, attribute: str) -> OperationResult:
    """The index of an identifier does not know every entity yet."""
    message = f"The index of {operation.schema}.{attribute} is still being filled."
    return failed(operation, ResultCode.INDEX_BUILDING, message)


def restored(operation: EntityOperation) -> OperationWarning:
    """An upsert met an entity in the recycle bin."""
    return OperationWarning(WarningCode.RESTORED, f"{described(operation)} was in the recycle bin; it was restored.")


def points_into_bin(operation: EntityOperation, attribute: str) -> OperationWarning:
    """A relation leads to an entity in the recycle bin."""
    message = f"{described(operation)} is in the recycle bin; {attribute} points at it and does not restore it."
    return OperationWarning(WarningCode.RESTORED, message, attribute)


def described(operation: EntityOperation) -> str:
    """An entity by its identifiers, for a sentence."""
    terms = " and ".join(f"{name} = {_shown(value)}" for name, value in operation.identifiers.items())
    return f"The {operation.schema} with {terms}"


def _shown(text: str) -> str:
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
