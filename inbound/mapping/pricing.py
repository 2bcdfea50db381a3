"""PricedItems: the data and lines of an entity's pricing; what they cost is worked out when it is written (12.1)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from hub.json_types import JSONValue
from hub.jsonata.engine import Context
from hub.jsonata.undefined import UNDEFINED
from inbound.configuration.pricing import CustomItem, PricedItem, PricedReference, Pricing, ReferenceItem
from inbound.configuration.sources import ValueSource
from inbound.mapping.compiler import Compiler
from inbound.mapping.identifiers import Identifiers
from inbound.mapping.notes import Notes, Place
from inbound.mapping.values import Read, evaluate, reader_of

FIELD = "pricing"
"""What warnings call the attribute."""
CURRENCY = "unit_amount_currency"


class _Reference:
    """A product or a price, ready to be named for one line."""

    def __init__(self, reference: PricedReference, compiler: Compiler) -> None:
        self._schema = reference.schema
        self._identifiers = Identifiers(reference.identifiers, compiler.compile)

    def find(self, context: Context, payload: JSONValue) -> dict[str, Any]:  # Any: JSON values
        found = self._identifiers.find(context, payload)
        types = self._identifiers.types
        return {"schema": self._schema, "identifiers": found.texts, "types": types, "missing": found.missing}


class _Line:
    """One configured item, ready to become a line."""

    def __init__(self, item: PricedItem, compiler: Compiler) -> None:
        self._kind = "custom" if isinstance(item, CustomItem) else "reference"
        self._values = [(_member(name), _reader(name, source, item, compiler)) for name, source in item.values]
        self._references: list[tuple[str, _Reference]] = []
        if isinstance(item, ReferenceItem):
            named = [("product", item.product), ("price", item.price)]
            self._references = [(name, _Reference(one, compiler)) for name, one in named if one is not None]

    def find(self, context: Context, payload: JSONValue) -> dict[str, Any]:
        """The line for one piece of data; what has no value is left out. Any: JSON values."""
        line: dict[str, Any] = {"kind": self._kind}
        for name, reference in self._references:
            line[name] = reference.find(context, payload)
        for name, read in self._values:
            value = read(context, payload)
            if value is not UNDEFINED:
                line[name] = value
        return line


def _member(name: str) -> str:
    return "currency" if name == CURRENCY else name


def _reader(name: str, source: ValueSource, item: PricedItem, compiler: Compiler) -> Read:
    return reader_of(source, item.at.key(name), compiler.compile)


class PricedItems:
    """The pricing of an entry."""

    def __init__(self, pricing: Pricing, schema: str, compiler: Compiler) -> None:
        self._pricing = pricing
        self._place = Place(schema, FIELD, is_optional=False)
        self._path = f"{pricing.at}.jsonataExpression"
        self._items_path = f"{pricing.at}.items_jsonata"
        self._expression = compiler.compile(self._path, pricing.expression) if pricing.expression else None
        self._ready = None
        if pricing.items_expression:
            self._ready = compiler.compile(self._items_path, pricing.items_expression)
        self._lines = [_Line(item, compiler) for item in pricing.items]

    def find(self, context: Context, payload: JSONValue, notes: Notes) -> dict[str, Any]:
        """The pricing of one item, as EntityUpdate describes it. Raises MappingFailed. Any: JSON values."""
        selected = context.document
        if self._expression is not None:
            selected = evaluate(self._expression, context, self._path)
            if selected is UNDEFINED:
                notes.found_nothing(self._place, self._pricing.expression)
        data = _listed(selected)
        lines, problem = self._found(selected, data, context, payload)
        return {
            "config": self._pricing.raw,
            "data": data,
            "lines": lines,
            "results": self._pricing.results,
            "on_error": self._pricing.on_error,
            "problem": problem,
        }

    def _found(
        self, selected: Any, data: Sequence[Any], context: Context, payload: JSONValue
    ) -> tuple[list[dict[str, Any]], str]:
        """(lines, what keeps them from being made). Any: JSON values."""
        if self._ready is not None:
            result = evaluate(self._ready, Context(selected, payload=payload, facts=context.facts), self._items_path)
            return [{"kind": "ready", "values": one} for one in _listed(result)], ""
        if len(self._lines) not in (1, len(data)):
            return [], f"pricing has {len(self._lines)} items for {len(data)} pieces of data; it needs as many, or one"
        pairs = self._paired(data)
        return [line.find(Context(one, payload=payload, facts=context.facts), payload) for line, one in pairs], ""

    def _paired(self, data: Sequence[Any]) -> Iterator[tuple[_Line, Any]]:  # Any: JSON values
        """One item is the template for all data, several go pairwise."""
        lines = self._lines * len(data) if len(self._lines) == 1 else self._lines
        return zip(lines, data, strict=True)


def _listed(value: Any) -> list[Any]:  # Any: JSON values
    """One value is a list of one; nothing is an empty list."""
    if value is UNDEFINED or value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
