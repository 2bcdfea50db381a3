"""compile_expression and evaluate: the only import of the two JSONata libraries; runs in a child process."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Protocol

import jsonatapy
import orjson
from jsonata.jexception import JException
from jsonata.jsonata import Jsonata
from jsonata.utils import Utils

from hub.json_types import JSONValue
from hub.jsonata import source
from hub.jsonata.failure import ExpressionFailed, shorten
from hub.jsonata.limits import EXPRESSION_BYTES, SEQUENCE_LENGTH, SIGNATURE_DEPTH, STACK_DEPTH
from hub.jsonata.undefined import UNDEFINED

_PRELUDE = {
    "$default": "$default:=function($v,$f){$exists($v)?$v:$f};",
    "$now": "$now:=function($p,$z){$fromMillis($__millis,$p,$z)};",
    "$millis": "$millis:=function(){$__millis};",
    "$random": "$random:=function(){$__random};",
    "$eval": '$eval:=function($e,$c){$error("$eval is not available")};',
}
"""Functions of the hub's own, written in the language itself; only those that an expression names are added."""

_POSITION = re.compile(r"\$[A-Za-z_]\w*")


class Context:
    """The values that the expressions of one event or item are evaluated against.

    document is `$`; payload is `$$` and given only where it is another value than document; facts are the hub's own
    variables. The engine's form of the document is made once, on first use.
    """

    __slots__ = ("_handle", "document", "facts", "payload", "text")

    def __init__(
        self,
        document: JSONValue,
        *,
        payload: JSONValue = UNDEFINED,
        facts: Mapping[str, JSONValue] | None = None,
        text: str | None = None,
    ) -> None:
        self.document = document
        self.payload = payload
        self.facts = facts or {}
        self.text = text
        self._handle: Any = None

    @property
    def handle(self) -> Any:  # Any: the library's handle
        """The document inside the engine."""
        if self._handle is None:
            text = self.text if self.text is not None else orjson.dumps(self.document).decode()
            self._handle = jsonatapy.JsonataData.from_json(text)
        return self._handle


class Expression(Protocol):
    """A compiled expression."""

    text: str

    def evaluate(self, context: Context) -> Any:
        """The JSON value it yields, or UNDEFINED. Raises ExpressionFailed."""


def compile_expression(text: str, *, engine: str = "jsonatapy", expression_ms: int = 2000) -> Expression:
    """Compile for one of the engines, "jsonatapy" or "jsonata-python". Raises ExpressionFailed with line and column."""
    _refuse_oversized(text)
    kind = RustExpression if engine == "jsonatapy" else PythonExpression
    return kind(text, expression_ms)


def _refuse_oversized(text: str) -> None:
    if len(text.encode()) > EXPRESSION_BYTES:
        raise ExpressionFailed(f"The expression is longer than {EXPRESSION_BYTES} bytes")
    if not text.strip():
        raise ExpressionFailed("The expression is empty", line=1, column=1)
    if source.signature_depth(text) > SIGNATURE_DEPTH:
        raise ExpressionFailed(f"A function signature is nested deeper than {SIGNATURE_DEPTH}")


def _prelude(text: str) -> str:
    return "".join(definition for name, definition in _PRELUDE.items() if name in source.variables(text))


def _complete(text: str, *, is_item: bool) -> str:
    """The expression with the hub's functions before it and, for an item, with its payload variable."""
    body = source.with_payload_variable(text) if is_item and "$$" in source.variables(text) else text
    prelude = _prelude(text)
    return f"({prelude}({body}\n))" if prelude else body


class RustExpression:
    """Evaluates with jsonatapy on the shared handle of the context."""

    def __init__(self, text: str, expression_ms: int) -> None:
        self.text = text
        self._options = {
            "timeout": expression_ms,
            "max_stack_depth": STACK_DEPTH,
            "max_sequence_length": SEQUENCE_LENGTH,
        }
        self._needs_payload = "$$" in source.variables(text)
        needed = {"$event": "event", "$now": "__millis", "$millis": "__millis", "$random": "__random"}
        self._facts = tuple({fact for name, fact in needed.items() if name in source.variables(text)})
        self._on_payload = self._compile(_complete(text, is_item=False))
        self._on_item = self._compile(_complete(text, is_item=True)) if self._needs_payload else self._on_payload
        self._kinds: dict[bool, Any] = {}

    def _compile(self, text: str) -> Any:  # Any: the library's expression
        try:
            return jsonatapy.compile(text, **self._options)
        except Exception as error:
            raise _syntax_error(self.text, error) from None

    def evaluate(self, context: Context) -> Any:
        """As the protocol says; a function counts as nothing, a number that is not finite as null."""
        is_item = context.payload is not UNDEFINED
        bindings = self._bindings(context, is_item)
        expression = self._on_item if is_item else self._on_payload
        try:
            value = expression.evaluate_with_data(context.handle, bindings)
            if value is None:
                return None if self._kind(is_item).evaluate_with_data(context.handle, bindings) == "null" else UNDEFINED
        except Exception as error:
            raise _runtime_error(self.text, error) from None
        return None if isinstance(value, float) and not _is_finite(value) else value

    def _bindings(self, context: Context, is_item: bool) -> dict[str, Any] | None:
        bindings = {name: context.facts[name] for name in self._facts if name in context.facts}
        if is_item and self._needs_payload:
            bindings[source.PAYLOAD] = context.payload
        return bindings or None

    def _kind(self, is_item: bool) -> Any:  # Any: the library's expression
        """Tells null from nothing, which evaluate answers alike; compiled when it is first needed."""
        if is_item not in self._kinds:
            self._kinds[is_item] = self._compile(f"$type({_complete(self.text, is_item=is_item)}\n)")
        return self._kinds[is_item]


def _is_finite(value: float) -> bool:
    return value - value == 0


class PythonExpression:
    """Evaluates with jsonata-python, the second engine."""

    def __init__(self, text: str, expression_ms: int) -> None:
        self.text = text
        self._limits = (expression_ms, STACK_DEPTH)
        self._needs_payload = "$$" in source.variables(text)
        self._compiled: dict[tuple[bool, bool], Jsonata] = {}
        self._expression(is_item=False)

    def _expression(self, *, is_item: bool, is_kind: bool = False) -> Jsonata:
        key = (is_item and self._needs_payload, is_kind)
        if key not in self._compiled:
            text = _complete(self.text, is_item=key[0])
            try:
                self._compiled[key] = Jsonata(f"$type({text}\n)" if is_kind else text)
            except Exception as error:
                raise _syntax_error(self.text, error) from None
        return self._compiled[key]

    def evaluate(self, context: Context) -> Any:
        """As the protocol says."""
        value = self._run(context, is_kind=False)
        if value is None:
            return None if self._run(context, is_kind=True) == "null" else UNDEFINED
        return _plain(value)

    def _run(self, context: Context, *, is_kind: bool) -> Any:  # Any: the library's values
        is_item = context.payload is not UNDEFINED
        expression = self._expression(is_item=is_item, is_kind=is_kind)
        frame = expression.create_frame()
        frame.set_runtime_bounds(*self._limits)
        for name, value in context.facts.items():
            frame.bind(name, value)
        if is_item and self._needs_payload:
            frame.bind(source.PAYLOAD, _with_nulls(context.payload))
        try:
            return expression.evaluate(_with_nulls(context.document), frame)
        except Exception as error:
            raise _runtime_error(self.text, error) from None


def _with_nulls(document: JSONValue) -> Any:  # Any: the library's own null marker
    """jsonata-python takes None for nothing at all: null is handed over as its marker."""
    if document is None:
        return Utils.NULL_VALUE
    if isinstance(document, dict):
        return {key: _with_nulls(value) for key, value in document.items()}
    return [_with_nulls(value) for value in document] if isinstance(document, list) else document


def _plain(value: Any) -> Any:  # Any: as above
    """The library's value as JSON: markers and non-finite numbers are null, functions are nothing."""
    if value is Utils.NULL_VALUE or value is None:
        return None
    if isinstance(value, dict):
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(member) for member in value]
    if isinstance(value, float):
        return (int(value) if value.is_integer() else value) if _is_finite(value) else None
    return value if isinstance(value, str | int) else UNDEFINED


def _syntax_error(text: str, error: Exception) -> ExpressionFailed:
    """The message of the engine with the place the second engine's parser names, which knows positions."""
    line, column = _syntax_place(text)
    return ExpressionFailed(shorten(str(error)), line=line, column=column)


def _syntax_place(text: str) -> tuple[int | None, int | None]:
    try:
        Jsonata(text)
    except JException as error:
        location = getattr(error, "location", None)
        if isinstance(location, int) and location >= 0:
            return source.place(text, location)
    except Exception:
        return None, None
    return None, None


def _runtime_error(text: str, error: Exception) -> ExpressionFailed:
    """A failure while evaluating; the place is that of the function the message names, where it names one."""
    message = shorten(str(error))
    for name in _POSITION.findall(message):
        offset = next((at for kind, token, at in source.tokens(text) if kind == "variable" and token == name), None)
        if offset is not None:
            line, column = source.place(text, offset)
            return ExpressionFailed(message, line=line, column=column)
    return ExpressionFailed(message)
