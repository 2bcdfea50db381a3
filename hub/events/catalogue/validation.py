"""misfits: where a payload departs from the JSON Schema of its event; pure."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any, Final

import jsonschema_rs
import orjson

from hub.events.catalogue.envelope import Document
from hub.json_types import ROOT, JSONObject, JSONPath

VALIDATORS_IN_MEMORY: Final = 256
"""Compiled schemas that a process keeps; the one that was asked for longest ago is forgotten."""
MOST_MISFITS: Final = 50
"""A payload that is wrong throughout needs no longer list."""
MESSAGE_CHARACTERS: Final = 200
PATTERNS: Final = jsonschema_rs.RegexOptions()
"""Patterns take time that grows with the text alone, whoever wrote them."""


def misfits(document_schema: Document, payload: JSONObject) -> list[tuple[JSONPath, str]]:
    """What is wrong with payload: where, and a sentence that completes the path; empty when all is well.

    At most MOST_MISFITS. Sentences never repeat a value of the payload. Raises ValueError when document_schema is no
    JSON Schema.
    """
    validator = _validator(_Document(_digest(document_schema), document_schema))
    return [_finding(error) for error in islice(validator.iter_errors(payload), MOST_MISFITS)]


def problem_of(document_schema: Document) -> str | None:
    """Why document_schema is no JSON Schema of draft 2020-12 that can be used; None when it is one."""
    try:
        _compiled(document_schema)
    except (ValueError, jsonschema_rs.ReferencingError) as error:
        place = getattr(error, "instance_path", ())
        return f"is no JSON Schema of draft 2020-12{f': see {_path(place)}' if place else ''}"
    return None


@dataclass(frozen=True, slots=True)
class _Document:
    """A schema, known by its content."""

    digest: bytes
    document: Document = field(compare=False)


def _digest(document: Document) -> bytes:
    return hashlib.sha256(orjson.dumps(document, option=orjson.OPT_SORT_KEYS)).digest()


@lru_cache(maxsize=VALIDATORS_IN_MEMORY)
def _validator(known: _Document) -> jsonschema_rs.Validator:
    return _compiled(known.document)


def _compiled(document: Document) -> jsonschema_rs.Validator:
    """Nothing is ever fetched: a schema stands alone."""
    return jsonschema_rs.Draft202012Validator(document, pattern_options=PATTERNS, offline=True)


def _finding(error: jsonschema_rs.ValidationError) -> tuple[JSONPath, str]:
    words = _WORDS.get(type(error.kind).__name__)
    sentence = words(error.kind) if words else "does not fit"
    at = _path(error.instance_path)
    if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Required):
        at = at.key(error.kind.property)
    return at, sentence if len(sentence) <= MESSAGE_CHARACTERS else f"{sentence[: MESSAGE_CHARACTERS - 1]}…"


def _path(parts: Any) -> JSONPath:  # Any: the library's list of names and positions
    at = ROOT
    for part in parts:
        at = at.index(part) if isinstance(part, int) else at.key(str(part))
    return at


def _options(kind: Any) -> str:
    return ", ".join(str(option) for option in kind.options if option not in (None, ""))


_WORDS: Final[Mapping[str, Callable[[Any], str]]] = {  # Any: each kind has members of its own
    "Required": lambda _: "is required",
    "Type": lambda kind: f"must be of type {' or '.join(sorted(kind.types))}",
    "Enum": lambda kind: f"must be one of {_options(kind)}",
    "Constant": lambda kind: f"must be {kind.expected_value}",
    "Pattern": lambda _: "does not have the form that is asked for",
    "FalseSchema": lambda _: "is not allowed here",
    "AnyOf": lambda _: "fits none of the forms that are allowed",
    "OneOfNotValid": lambda _: "fits none of the forms that are allowed",
    "OneOfMultipleValid": lambda _: "fits more than one of the forms that exclude each other",
    "Minimum": lambda kind: f"must be at least {kind.limit}",
    "Maximum": lambda kind: f"must be at most {kind.limit}",
    "ExclusiveMinimum": lambda kind: f"must be more than {kind.limit}",
    "ExclusiveMaximum": lambda kind: f"must be less than {kind.limit}",
    "MinItems": lambda kind: f"needs at least {kind.limit} members",
    "MaxItems": lambda kind: f"may have at most {kind.limit} members",
    "MinLength": lambda kind: f"needs at least {kind.limit} characters",
    "MaxLength": lambda kind: f"may have at most {kind.limit} characters",
    "UniqueItems": lambda _: "may not hold the same member twice",
    "AdditionalProperties": lambda _: "has members that are not allowed",
}
"""Kind of a finding → the sentence about it."""
