"""Value sources, compiled: a constant, an expression or a path becomes a function of item and payload."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hub.json_types import JSONValue
from hub.jsonata.engine import Context, Expression
from hub.jsonata.failure import ExpressionFailed
from hub.jsonata.undefined import UNDEFINED
from inbound.configuration.paths import InvalidPath, compile_path
from inbound.configuration.sources import Constant, FromPath, ValueSource
from inbound.mapping.failures import EXPRESSION, MappingFailed

Compile = Callable[[str, str], Expression]
"""(path in the configuration, text) → compiled expression; raises MappingFailed."""
Read = Callable[[Context, JSONValue], Any]
"""(item, payload) → value or UNDEFINED; raises MappingFailed."""


def truth(value: Any) -> bool:
    """The cast of ``$boolean``: a list is true when one of its members is. Any: a JSON value or UNDEFINED."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting.extend(one)
        elif one:
            return True
    return False


def evaluate(expression: Expression, context: Context, path: str, code: str = EXPRESSION) -> Any:
    """The value of an expression. Raises MappingFailed with its place."""
    try:
        return expression.evaluate(context)
    except ExpressionFailed as error:
        raise MappingFailed(path, error, given=context.document, code=code) from None


def reader_of(source: ValueSource | None, at: str, compile_text: Compile) -> Read:
    """How a value source that stands at a place is read; one that is missing gives UNDEFINED."""
    if source is None:
        return lambda context, payload: UNDEFINED
    if isinstance(source, Constant):
        value = source.value
        return lambda context, payload: value
    if isinstance(source, FromPath):
        return _path_reader(f"{at}.field", source.text)
    return _expression_reader(f"{at}.jsonataExpression", source.text, compile_text)


def _path_reader(path: str, text: str) -> Read:
    try:
        resolve = compile_path(text)
    except InvalidPath as error:
        raise MappingFailed(path, ExpressionFailed(str(error))) from None

    def read(context: Context, payload: JSONValue) -> Any:
        try:
            return resolve(context.document, payload)
        except ExpressionFailed as error:
            raise MappingFailed(path, error, given=context.document) from None

    return read


def _expression_reader(path: str, text: str, compile_text: Compile) -> Read:
    find = compile_text(path, text).evaluate

    def read(context: Context, payload: JSONValue) -> Any:
        try:
            return find(context)
        except ExpressionFailed as error:
            raise MappingFailed(path, error, given=context.document) from None

    return read
