"""Plan and Shaped: what is to be made of an event, and what came of it; pure, and the whole of what travels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

import msgspec

EXPRESSION_FAILED = "MAPPING_EXPRESSION_FAILED"
BODY_FAILED = "body"
"""Where a child that ended is said to have failed."""
BINDINGS: Final = frozenset({"$env", "$event", "$now", "$millis"})
"""What a plan gives its expressions beside the document and the functions of the hub."""


class Plan(msgspec.Struct, frozen=True, omit_defaults=True):
    """Expressions, each of which may be missing. They see the event as ``$``, the environment as ``$env``."""

    fields: Mapping[str, str] = {}
    """Field of the event → its expression."""
    filter: str = ""
    """Truthy: the event is wanted."""
    body: str = ""
    """What is sent in the event's place."""
    tests: Sequence[str] = ()
    """Yes or no, each for itself."""
    must_be_object: bool = False
    must_be_flat: bool = False
    """True where the body becomes the query of a URL."""
    environment: Mapping[str, Any] = {}
    """Any: JSON values."""


class Job(msgspec.Struct, frozen=True):
    """One event and the moment that ``$now()`` tells: that of the event, so that every try has the same answer."""

    document: msgspec.Raw
    millis: int
    event: msgspec.Raw = msgspec.Raw(b"null")
    """What ``$event`` tells, where that is not the document itself."""


class FailureKind(StrEnum):
    """What kind of thing went wrong, in the words of outbound.md 13.7."""

    SYNTAX = "syntax_error"
    EVALUATION = "evaluation_error"
    TIMEOUT = "timeout"
    OUTPUT = "invalid_output"


class Failure(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why something could not be made. where: filter, body, or the name of a field."""

    where: str
    message: str
    line: int = 0
    column: int = 0
    kind: FailureKind = FailureKind.EVALUATION
    is_data: bool = False
    """The event is to blame, not the expression: see ExpressionFailed."""


class Shaped(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came of an event. A filter that fails matches nothing and is told as note; body is JSON text."""

    matches: bool = True
    fields: dict[str, Any] = {}
    """Any: JSON values."""
    body: str = ""
    answers: Sequence[bool] = ()
    """Of the tests; one that fails says no."""
    failure: Failure | None = None
    note: Failure | None = None


encode_plan = msgspec.json.Encoder().encode
encode_job = msgspec.json.Encoder().encode
decode_shaped = msgspec.json.Decoder(Shaped).decode
