"""What stands in the way of an operation before anything is asked of the database; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import orjson

from hub.entities.operations import EntityOperation, Mode, ResultCode
from hub.entities.system_attributes import finds_nobody
from hub.json_text import shown

LONGEST_SCHEMA: Final = 64
LONGEST_IDENTIFIER: Final = 128
"""Widths of the columns that hold them."""
NUL: Final = b"\\u0000"
WRITING: Final = frozenset({Mode.UPSERT, Mode.REPLACE})
"""Modes that store attributes, and create what is not there."""


def is_plain(operation: EntityOperation, is_sound: bool) -> bool:
    """Whether nothing about the operation needs a closer look."""
    if not is_sound and not _can_be_stored(operation):
        return False
    if len(operation.schema) > LONGEST_SCHEMA:
        return False
    for name, value in operation.identifiers.items():
        if not value or value.isspace() or len(name) > LONGEST_IDENTIFIER or finds_nobody(operation.schema, name):
            return False
    return bool(operation.schema and operation.identifiers)


def _can_be_stored(operation: EntityOperation) -> bool:
    """One pass over everything at the speed of the serialiser."""
    try:
        return NUL not in orjson.dumps((operation.schema, operation.identifiers, operation.attributes))
    except orjson.JSONEncodeError:
        return False


def refusal_of(operation: EntityOperation) -> tuple[ResultCode, str] | None:
    """Code and sentence for an operation that the database could not even be asked about."""
    if not _fits(operation.schema, LONGEST_SCHEMA):
        return ResultCode.BAD_VALUE, f"The slug of a schema has 1 to {LONGEST_SCHEMA} characters without NUL."
    if (refusal := _identifier_refusal(operation)) is not None:
        return refusal
    if operation.mode in WRITING and (reason := _unwritable(operation.attributes)):
        return ResultCode.BAD_VALUE, reason
    return None


def _identifier_refusal(operation: EntityOperation) -> tuple[ResultCode, str] | None:
    if not operation.identifiers:
        return ResultCode.NO_IDENTIFIER, f"No identifier of {operation.schema} is given."
    for name, value in operation.identifiers.items():
        if not value or value.isspace():
            return ResultCode.NO_IDENTIFIER, f"The identifier {name} of {operation.schema} is empty."
        if finds_nobody(operation.schema, name):
            return ResultCode.UNKNOWN_IDENTIFIER, f"Only the hub writes {name}; no {operation.schema} is found by it."
        if not _fits(name, LONGEST_IDENTIFIER):
            return ResultCode.BAD_VALUE, f"An identifier's name has 1 to {LONGEST_IDENTIFIER} characters without NUL."
        if not _fits(value, len(value)):
            return ResultCode.BAD_VALUE, f"The identifier {name} holds NUL or half of a character pair."
    return None


def _fits(text: str, most: int) -> bool:
    if not text or len(text) > most or "\x00" in text:
        return False
    return text.isascii() or not any("\ud800" <= character <= "\udfff" for character in text)


def _unwritable(attributes: Mapping[str, object]) -> str:
    """Why attributes cannot be stored as JSON, or empty."""
    try:
        document = orjson.dumps(attributes)
    except orjson.JSONEncodeError as error:
        return _why_unwritable(attributes) or f"The attributes cannot be kept as JSON: {error}."
    if NUL in document and _has_nul(attributes):
        name = next((shown(name) for name, value in attributes.items() if _has_nul(name) or _has_nul(value)), "a text")
        return f"{name} holds the character NUL, which cannot be stored."
    return ""


def _why_unwritable(attributes: Mapping[str, object]) -> str:
    """The first attribute that cannot be kept, by name."""
    for name, value in attributes.items():
        try:
            orjson.dumps({name: value})
        except orjson.JSONEncodeError as error:
            return f"{shown(name)} cannot be kept as JSON: {error}. A number beyond 64 bits can be sent as a text."
    return ""


def _has_nul(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(_has_nul(name) or _has_nul(member) for name, member in value.items())
    if isinstance(value, (list, tuple)):
        return any(map(_has_nul, value))
    return isinstance(value, str) and "\x00" in value
