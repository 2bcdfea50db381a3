"""One field, compiled: its condition, its value, its shape (mapping.md 3.2, 3.5, 3.6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hub.json_types import JSONValue
from hub.jsonata.engine import Context, Expression
from hub.jsonata.failure import ExpressionFailed
from hub.jsonata.limits import ANSWER_DEPTH, ANSWER_NODES
from hub.jsonata.undefined import UNDEFINED
from inbound.configuration.fields import FieldMapping
from inbound.configuration.paths import compile_path, is_json_path
from inbound.configuration.sources import Constant, FromExpression, FromPath
from inbound.mapping.shaping import shape

Compile = Callable[[str, str], Expression]
"""(path in the configuration, text) → compiled expression; raises MappingFailed."""


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
    """The value of an expression, bounded in depth and size. Raises MappingFailed with its place."""
    try:
        value = expression.evaluate(context)
        if isinstance(value, dict | list):
            refuse_oversized(value)
    except ExpressionFailed as error:
        raise MappingFailed(path, error) from None
    return value


def refuse_oversized(value: JSONValue) -> None:
    """Raise ExpressionFailed for a result that is nested too deeply or has too many values."""
    level: list[JSONValue] = [value]
    nodes = 0
    for _ in range(ANSWER_DEPTH + 1):
        nodes += len(level)
        if nodes > ANSWER_NODES:
            raise ExpressionFailed(f"resource limit: the result has more than {ANSWER_NODES} values")
        level = [child for one in level if isinstance(one, dict | list) for child in _children(one)]
        if not level:
            return
    raise ExpressionFailed(f"resource limit: the result is nested deeper than {ANSWER_DEPTH} levels")


def _children(value: dict[str, JSONValue] | list[JSONValue]) -> list[JSONValue]:
    members = list(value.values()) if isinstance(value, dict) else value
    return [member for member in members if isinstance(member, dict | list)]


class Field:
    """A field of an entry, ready to be evaluated for one item after another."""

    __slots__ = ("_condition", "_expression", "_path", "_resolve", "_value", "attribute", "is_optional", "mapping")

    def __init__(self, mapping: FieldMapping, compile_text: Compile) -> None:
        self.mapping = mapping
        self.attribute = mapping.attribute
        self.is_optional = mapping.enabled is not True
        self._condition = self._compile_condition(compile_text)
        self._expression: Expression | None = None
        self._resolve: Callable[[JSONValue, JSONValue], Any] | None = None
        self._value: JSONValue = None
        self._path = str(mapping.at)
        self._choose_source(compile_text)

    def _compile_condition(self, compile_text: Compile) -> Expression | None:
        enabled = self.mapping.enabled
        return compile_text(f"{self.mapping.at}.enabled", enabled) if isinstance(enabled, str) else None

    def _choose_source(self, compile_text: Compile) -> None:
        source = self.mapping.source
        if isinstance(source, FromExpression):
            self._path = f"{self.mapping.at}.jsonataExpression"
            self._expression = compile_text(self._path, source.text)
        elif isinstance(source, FromPath):
            self._path = f"{self.mapping.at}.field"
            self._resolve = compile_path(source.text)
        elif isinstance(source, Constant):
            self._value = source.value

    @property
    def expression_text(self) -> str:
        """The expression of a computed field, else empty."""
        return self._expression.text if self._expression is not None else ""

    def is_enabled(self, context: Context) -> bool:
        """The condition for this item; a disabled field is not evaluated at all."""
        if self._condition is None:
            return self.mapping.enabled is True
        return truth(evaluate(self._condition, context, f"{self.mapping.at}.enabled"))

    def value(self, context: Context, payload: JSONValue) -> Any:
        """The shaped value for this item, or UNDEFINED. Raises MappingFailed."""
        if self._expression is not None:
            value = evaluate(self._expression, context, self._path)
        elif self._resolve is not None:
            value = self._resolve(context.document, payload)
        else:
            value = self._value
        if self.mapping.type and value is not UNDEFINED:
            return shape(value, self.mapping.type, self.mapping.tags)
        return value

    def advice(self, document: JSONValue) -> str:
        """What an author probably meant by a plain key with dots that is not there; empty when nothing is odd."""
        source = self.mapping.source
        if not isinstance(source, FromPath) or is_json_path(source.text) or "." not in source.text:
            return ""
        path = f"$.{source.text}"
        is_reachable = compile_path(path)(document, document) is not UNDEFINED if isinstance(document, dict) else False
        return f"{source.text} is a literal key and not there; write {path} for the path" if is_reachable else ""
