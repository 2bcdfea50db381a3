"""RustExpression: jsonatapy, the default engine, on a handle that all expressions of a document share."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import Any

import jsonatapy
import orjson

from hub.jsonata import source
from hub.jsonata.engine.context import Context
from hub.jsonata.engine.messages import runtime_error, syntax_error
from hub.jsonata.engine.prelude import complete, needed_facts, needs_payload
from hub.jsonata.limits import SEQUENCE_LENGTH, STACK_DEPTH
from hub.jsonata.undefined import UNDEFINED

ENVIRONMENT = "$env"


class RustExpression:
    """An expression in its two readings: on the payload itself, and on an item of it."""

    __slots__ = (
        "_environment",
        "_facts",
        "_is_completed",
        "_kinds",
        "_members",
        "_needs_payload",
        "_on_item",
        "_on_payload",
        "_options",
        "_places",
        "text",
    )

    def __init__(self, text: str, expression_ms: int) -> None:
        self.text = text
        self._options = {
            "timeout": expression_ms,
            "max_stack_depth": STACK_DEPTH,
            "max_sequence_length": SEQUENCE_LENGTH,
        }
        self._facts = needed_facts(text)
        self._needs_payload = needs_payload(text)
        self._members = source.payload_members(text)
        self._environment = source.members_of(text, ENVIRONMENT)
        self._is_completed = complete(text, is_item=False) != text
        self._on_payload = self._compile(complete(text, is_item=False))
        self._on_item = self._compile(complete(text, is_item=True)) if self._needs_payload else self._on_payload
        self._kinds: dict[bool, Any] = {}
        self._places: dict[str, int | None] = {}

    def _compile(self, text: str) -> Any:  # Any: the library's expression
        try:
            return jsonatapy.compile(text, **self._options)
        except Exception as error:
            raise syntax_error(self.text, error) from None

    def evaluate(self, context: Context) -> Any:
        """As the protocol says; a function counts as nothing, a number that is not finite as null."""
        is_item = self._needs_payload and context.payload is not UNDEFINED
        bindings = self._bindings(context, is_item) if is_item or self._facts or context.variables else None
        if context.document is UNDEFINED:
            return self._evaluate_nothing(is_item, bindings)
        expression = self._on_item if is_item else self._on_payload
        try:
            handle = context.handle or _handle(context)
            value = expression.evaluate_with_data(handle, bindings)
            if value is None:
                return None if self._kind(is_item).evaluate_with_data(handle, bindings) == "null" else UNDEFINED
        except Exception as error:
            raise runtime_error(self.text, error, partial(self._offset, context)) from None
        return None if value.__class__ is float and value - value != 0 else value

    def _offset(self, context: Context, code: str) -> int | None:
        """Where the second engine, which tells the place, fails with the same code; asked once per failure's code. An
        expression that the hub completes is another text there, so its places are not known."""
        if self._facts or self._needs_payload or self._is_completed or context.variables:
            return None
        if code not in self._places:
            second = import_module("hub.jsonata.engine.python")
            self._places[code] = second.failing_offset(self.text, context.document, code)
        return self._places[code]

    def _evaluate_nothing(self, is_item: bool, bindings: dict[str, Any] | None) -> Any:  # Any: a JSON value
        """The value where there is no document at all: only the engine's form for JSON text knows that case."""
        expression = self._on_item if is_item else self._on_payload
        try:
            value = expression.evaluate_json_or_none(None, bindings)
        except Exception as error:
            raise runtime_error(self.text, error) from None
        return UNDEFINED if value is None else orjson.loads(value)

    def _bindings(self, context: Context, is_item: bool) -> dict[str, Any]:
        bindings: dict[str, Any] = {name: context.facts[name] for name in self._facts if name in context.facts}
        named = source.variables(self.text) if context.variables else frozenset()
        bindings |= {name: value for name, value in context.variables.items() if f"${name}" in named}
        if "env" in bindings:
            bindings["env"] = _part(bindings["env"], self._environment)
        if is_item:
            bindings[source.PAYLOAD] = _part(context.payload, self._members)
        return bindings

    def _kind(self, is_item: bool) -> Any:  # Any: the library's expression
        """Tells null from nothing, which the engine answers alike; compiled when it is first needed."""
        if is_item not in self._kinds:
            self._kinds[is_item] = self._compile(f"$type({complete(self.text, is_item=is_item)}\n)")
        return self._kinds[is_item]


def _handle(context: Context) -> Any:  # Any: the library's handle
    """Made from the parsed document, which is faster than from its text (2.6 to 4.2 µs for 500 bytes)."""
    context.handle = jsonatapy.JsonataData(context.document)
    return context.handle


def _part(payload: Any, members: frozenset[str] | None) -> Any:  # Any: JSON values
    """As much of the payload as the expression can see: every evaluation converts what is bound."""
    if members is None or not isinstance(payload, dict):
        return payload
    return {name: payload[name] for name in members if name in payload}
