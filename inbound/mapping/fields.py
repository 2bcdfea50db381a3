"""One field, compiled: its condition, its value, its shape (mapping.md 3.2, 3.5, 3.6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hub.json_types import JSONValue
from hub.jsonata.engine import Context, Expression
from hub.jsonata.failure import ExpressionFailed
from hub.jsonata.undefined import UNDEFINED
from inbound.configuration.fields import FieldMapping
from inbound.configuration.paths import compile_path, is_json_path
from inbound.configuration.sources import Constant, FromExpression, FromPath
from inbound.mapping.result import MappingWarning
from inbound.mapping.shaping import shape

Compile = Callable[[str, str], Expression]
"""(path in the configuration, text) → compiled expression; raises MappingFailed."""
Read = Callable[[Context, JSONValue], Any]
"""(item, payload) → value or UNDEFINED; raises MappingFailed."""

SHOWN_CHARACTERS = 200
"""As much of an expression as a warning repeats."""


class MappingFailed(Exception):
    """An expression failed; path is its place in the configuration."""

    def __init__(self, path: str, cause: ExpressionFailed) -> None:
        super().__init__(cause.message)
        self.path = path
        self.cause = cause


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


def evaluate(expression: Expression, context: Context, path: str) -> Any:
    """The value of an expression. Raises MappingFailed with its place."""
    try:
        return expression.evaluate(context)
    except ExpressionFailed as error:
        raise MappingFailed(path, error) from None


class Field:
    """A field of an entry, ready to be evaluated for one item after another.

    read gives the shaped value; condition is None for a field that is always evaluated; empty_warning is what an
    expression that found nothing leaves behind, None where that is ordinary.
    """

    __slots__ = ("attribute", "condition", "empty_warning", "mapping", "read")

    def __init__(self, mapping: FieldMapping, schema: str, compile_text: Compile) -> None:
        self.mapping = mapping
        self.attribute = mapping.attribute
        self.condition = _condition(mapping, compile_text)
        self.read = _shaped(mapping, _reader(mapping, compile_text))
        self.empty_warning = _empty_warning(mapping, schema)

    def is_enabled(self, context: Context) -> bool:
        """The condition for this item; a disabled field is not evaluated at all."""
        if self.condition is None:
            return True
        return truth(evaluate(self.condition, context, f"{self.mapping.at}.enabled"))

    def advice(self, document: JSONValue) -> str:
        """What an author probably meant by a plain key with dots that is not there; empty when nothing is odd."""
        source = self.mapping.source
        if not isinstance(source, FromPath) or is_json_path(source.text) or "." not in source.text:
            return ""
        path = f"$.{source.text}"
        is_there = isinstance(document, dict) and compile_path(path)(document, document) is not UNDEFINED
        return f"{source.text} is a literal key and not there; write {path} for the path" if is_there else ""


def _condition(mapping: FieldMapping, compile_text: Compile) -> Expression | None:
    enabled = mapping.enabled
    return compile_text(f"{mapping.at}.enabled", enabled) if isinstance(enabled, str) else None


def _reader(mapping: FieldMapping, compile_text: Compile) -> Read:
    source = mapping.source
    if isinstance(source, Constant):
        value = source.value
        return lambda context, payload: value
    if isinstance(source, FromPath):
        return _path_reader(f"{mapping.at}.field", source.text)
    return _expression_reader(f"{mapping.at}.jsonataExpression", source, compile_text)


def _path_reader(path: str, text: str) -> Read:
    resolve = compile_path(text)

    def read(context: Context, payload: JSONValue) -> Any:
        try:
            return resolve(context.document, payload)
        except ExpressionFailed as error:
            raise MappingFailed(path, error) from None

    return read


def _expression_reader(path: str, source: FromExpression, compile_text: Compile) -> Read:
    find = compile_text(path, source.text).evaluate

    def read(context: Context, payload: JSONValue) -> Any:
        try:
            return find(context)
        except ExpressionFailed as error:
            raise MappingFailed(path, error) from None

    return read


def _shaped(mapping: FieldMapping, read: Read) -> Read:
    if not mapping.type:
        return read

    def read_shaped(context: Context, payload: JSONValue) -> Any:
        value = read(context, payload)
        return value if value is UNDEFINED else shape(value, mapping.type, mapping.tags)

    return read_shaped


def _empty_warning(mapping: FieldMapping, schema: str) -> MappingWarning | None:
    """A missing key is ordinary, an expression that finds nothing is the language's silent mistake."""
    if not isinstance(mapping.source, FromExpression) or mapping.enabled is not True:
        return None
    message = f"{mapping.source.text[:SHOWN_CHARACTERS]} found nothing"
    return MappingWarning(schema, mapping.attribute, message, "MAPPED_FIELD_EMPTY")
