"""PythonExpression: jsonata-python, the second engine; its parser also tells where a syntax error stands."""

from __future__ import annotations

import math
from typing import Any

from jsonata.jexception import JException
from jsonata.jsonata import Jsonata
from jsonata.utils import Utils

from hub.json_types import JSONValue
from hub.jsonata.engine.context import Context
from hub.jsonata.engine.messages import runtime_error, syntax_error
from hub.jsonata.engine.prelude import complete, needs_payload
from hub.jsonata.limits import STACK_DEPTH
from hub.jsonata.source import PAYLOAD, last_before
from hub.jsonata.undefined import UNDEFINED

PLACING_MS = 100
"""Time to find out where an expression fails that has failed already."""
EXACT_INTEGER = 2**63
"""Whole numbers from here on are doubles in the language; the library would print every digit of them."""


class _Evaluator(Jsonata):  # type: ignore[misc]  # the library has no types
    """Division by zero gives a number that is not finite, as in the language, instead of an error."""

    def evaluate_numeric_expression(self, lhs: Any, rhs: Any, op: Any) -> Any:  # Any: the library's values
        try:
            return super().evaluate_numeric_expression(lhs, rhs, op)
        except (ZeroDivisionError, ValueError):
            return math.nan


class PythonExpression:
    """An expression in its two readings: on the payload itself, and on an item of it."""

    def __init__(self, text: str, expression_ms: int) -> None:
        self.text = text
        self._expression_ms = expression_ms
        self._needs_payload = needs_payload(text)
        self._is_completed = complete(text, is_item=False) != text
        self._on_payload = self._compile(complete(text, is_item=False))
        self._on_item = self._compile(complete(text, is_item=True)) if self._needs_payload else self._on_payload

    def _compile(self, text: str) -> _Evaluator:
        try:
            compiled = _Evaluator(text)
        except Exception as error:
            raise syntax_error(self.text, error) from None
        compiled.set_output_convert_nulls(False)
        compiled.set_validate_input(False)
        return compiled

    def evaluate(self, context: Context) -> Any:
        """As the protocol says; a function counts as nothing, a number that is not finite as null."""
        is_item = self._needs_payload and context.payload is not UNDEFINED
        expression = self._on_item if is_item else self._on_payload
        frame = expression.create_frame()
        frame.set_runtime_bounds(self._expression_ms, STACK_DEPTH)
        for name, value in (*context.facts.items(), *context.variables.items()):
            frame.bind(name, _with_nulls(value))
        if is_item:
            frame.bind(PAYLOAD, _with_nulls(context.payload))
        try:
            value = expression.evaluate(_with_nulls(context.document), frame)
        except Exception as error:
            place = None if is_item or self._is_completed else _place_of(self.text, error)
            raise runtime_error(self.text, error, lambda code: place) from None
        return UNDEFINED if value is None else _plain(value, otherwise=UNDEFINED)


def failing_offset(text: str, document: JSONValue, code: str) -> int | None:
    """Where the evaluation fails with this code, in characters from 0; None where it does not, or takes long."""
    try:
        expression = _Evaluator(text)
        frame = expression.create_frame()
        frame.set_runtime_bounds(PLACING_MS, STACK_DEPTH)
        expression.evaluate(_with_nulls(document), frame)
    except JException as error:
        return _place_of(text, error) if getattr(error, "error", None) == code else None
    except Exception:
        return None
    return None


def _place_of(text: str, error: BaseException) -> int | None:
    """Where the token begins behind which the library says that the evaluation stopped."""
    end = getattr(error, "location", None)
    return last_before(text, end) if isinstance(end, int) and end > 0 else None


def error_offset(text: str) -> int | None:
    """Where the parser stops, counted in characters from 0; None when it does not stop or does not tell."""
    try:
        Jsonata(text)
    except JException as error:
        location = getattr(error, "location", None)
        return location if isinstance(location, int) and location >= 0 else None
    except Exception:
        return None
    return None


def _with_nulls(document: JSONValue) -> Any:  # Any: the library's own null marker
    """The library takes None for nothing at all: null is handed over as its marker."""
    if document is None:
        return Utils.NULL_VALUE
    if document is UNDEFINED:
        return None
    if isinstance(document, dict):
        return {key: _with_nulls(value) for key, value in document.items()}
    return [_with_nulls(value) for value in document] if isinstance(document, list) else document


def _plain(value: Any, *, otherwise: Any = None) -> Any:  # Any: the library's values
    """The value as JSON: markers and non-finite numbers are null, a function is what otherwise says."""
    if value is None or value is Utils.NULL_VALUE:
        return None
    if isinstance(value, dict):
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(member) for member in value]
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, int) and abs(value) >= EXACT_INTEGER:
        return float(value)
    return value if isinstance(value, str | int) else otherwise


def _number(value: float) -> int | float | None:
    if not math.isfinite(value):
        return None
    return int(value) if value.is_integer() and abs(value) < EXACT_INTEGER else value
