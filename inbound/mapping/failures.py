"""MappingFailed: what went wrong, where in the configuration, and with which input."""

from __future__ import annotations

from typing import Any

from hub.json_types import JSONObject
from hub.jsonata.failure import ExpressionFailed
from hub.jsonata.undefined import UNDEFINED
from inbound.configuration import InboundConfiguration
from inbound.mapping.result import Failure, encode_value

EXPRESSION = "MAPPING_EXPRESSION_FAILED"
INPUT_CHARACTERS = 300
"""As much of the input as a failure repeats."""


class MappingFailed(Exception):
    """Nothing of the event can be written; path is the place in the configuration. Any: a JSON value or UNDEFINED.

    item is which of the items of an entry it was, counted from 1; None where there is but one.
    """

    item: int | None = None

    def __init__(self, path: str, cause: ExpressionFailed, *, given: Any = UNDEFINED, code: str = EXPRESSION) -> None:
        super().__init__(cause.message)
        self.path = path
        self.cause = cause
        self.given = given
        self.code = code


def failure_of(error: MappingFailed, configuration: InboundConfiguration) -> Failure:
    """The failure of an event: message, place, and as detail the attribute, line, column, item, and the input."""
    cause = error.cause
    detail: JSONObject = {"line": cause.line, "column": cause.column} if cause.line else {}
    _schema, attribute = configuration.described(error.path)
    if attribute:
        detail["field"] = attribute
    given = excerpt(error.given)
    if given:
        detail["input"] = given
    if error.item is not None:
        detail["item"] = error.item
    message = f"{error.path}: {cause.message}{_place(error)}"
    category = "validation" if cause.is_data and error.code == EXPRESSION else ""
    return Failure(error.code, message, str(error.path), detail or None, category)


def _place(error: MappingFailed) -> str:
    """Line, column and item, as far as they are known, in brackets."""
    places = [] if error.item is None else [f"item {error.item}"]
    if error.cause.line:
        places += [f"line {error.cause.line}", f"column {error.cause.column}"]
    return f" ({', '.join(places)})" if places else ""


def excerpt(value: Any) -> str:
    """The beginning of a value as JSON, at most INPUT_CHARACTERS; empty for what is no JSON. Any: as above."""
    if value is UNDEFINED:
        return ""
    try:
        text: str = encode_value(value).decode()
    except (ValueError, TypeError, OverflowError, RecursionError):
        return ""
    return text if len(text) <= INPUT_CHARACTERS else f"{text[: INPUT_CHARACTERS - 1]}…"
