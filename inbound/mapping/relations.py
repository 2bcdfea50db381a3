"""Related: the value of a field that points at other entities (mapping.md 8.1 to 8.3, 9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from hub.json_types import JSONPath, JSONValue
from hub.jsonata.engine import Context, Expression
from hub.jsonata.failure import ExpressionFailed
from hub.jsonata.undefined import UNDEFINED
from inbound.configuration.checks import ComputedReport
from inbound.configuration.relations import Relations, Target
from inbound.mapping.compiler import Compiler
from inbound.mapping.failures import MappingFailed
from inbound.mapping.identifiers import Found, Identifiers
from inbound.mapping.notes import EMPTY, Notes, Place
from inbound.mapping.oddities import tell_unknown_schema
from inbound.mapping.values import Compile, Read, evaluate, reader_of

REPLACE = "_set"


class CompiledTarget:
    """One related entity, ready to be named for one item after another."""

    __slots__ = ("identifiers", "target", "value")

    def __init__(self, target: Target, compile_text: Compile) -> None:
        self.target = target
        self.identifiers = Identifiers(target.identifiers, compile_text)
        self.value: Read | None = None
        if target.value is not None:
            self.value = reader_of(target.value.source, target.value.at, compile_text)

    def item(self, found: Found, value: Any) -> dict[str, Any]:
        """The extraction form; types of identifiers stand under a key of their own. Any: JSON values or UNDEFINED."""
        target = self.target
        item: dict[str, Any] = {"$entity_unique_ids": found.shown, "_schema": target.schema}
        if target.tags is not None:
            item["_tags"] = list(target.tags)
        if target.value is not None:
            told = {"attribute": target.value.attribute, "operation": target.value.operation}
            item |= {"path": target.path, "value": told if value is UNDEFINED else told | {"value": value}}
        if self.identifiers.types:
            item["$types"] = dict(self.identifiers.types)
        return item


class Related:
    """A field with relations or relation_refs."""

    def __init__(self, relations: Relations, place: Place, compiler: Compiler) -> None:
        self._relations = relations
        self._place = place
        self._compile = compiler.compile_computed
        self._path = f"{relations.at}.jsonataExpression"
        self._expression: Expression | None = None
        if relations.expression:
            self._expression = compiler.compile(self._path, relations.expression)
            compiler.needs_facts = True
        self._is_unknown = compiler.lookups.is_unknown
        self._targets = [CompiledTarget(target, compiler.compile) for target in relations.targets]

    def find(self, context: Context, payload: JSONValue, notes: Notes) -> Any:
        """{"$relation": {operation: items}} or the same with "$relation_ref"; UNDEFINED to leave the attribute alone.

        An empty list is written only where an expression says so: it clears the relation. Any: a JSON value.
        """
        targets: Sequence[CompiledTarget] = self._targets
        if self._expression is not None:
            computed = evaluate(self._expression, context, self._path)
            if computed is UNDEFINED or computed is None:
                notes.found_nothing(self._place, self._relations.expression)
                return UNDEFINED
            targets = list(self._computed(computed))
            if not targets:
                return self._operation([]) if self._relations.operation == REPLACE else UNDEFINED
        items = self._items(targets, context, payload, notes)
        return self._operation(items) if items else UNDEFINED

    def _operation(self, items: list[Any]) -> dict[str, Any]:
        kind = "$relation_ref" if self._relations.is_reference else "$relation"
        return {kind: {self._relations.operation: items}}

    def _items(
        self, targets: Sequence[CompiledTarget], context: Context, payload: JSONValue, notes: Notes
    ) -> list[dict[str, Any]]:
        """An item per target whose identifiers have values.

        A reference without a value goes along: with it the store leaves out the attribute, and says so.
        """
        items: list[dict[str, Any]] = []
        for target in targets:
            found = target.identifiers.find(context, payload)
            if found.lacking:
                self._warn_dropped(target, found, notes)
                continue
            value = target.value(context, payload) if target.value is not None else None
            if value is UNDEFINED and notes.advises:
                self._warn_without_value(target, notes)
            if self._is_unknown(target.target.schema):
                tell_unknown_schema(self._place.schema, target.target.schema, notes, field=self._place.attribute)
            items.append(target.item(found, value))
        return items

    def _warn_dropped(self, target: CompiledTarget, found: Found, notes: Notes) -> None:
        reasons = target.identifiers.described(found.lacking)
        message = f"the {target.target.schema} to relate to was left out: {reasons}"
        notes.warn(self._place.schema, message, field=self._place.attribute, code=EMPTY)

    def _warn_without_value(self, target: CompiledTarget, notes: Notes) -> None:
        named = target.target.value.attribute if target.target.value is not None else ""
        message = f"there is no value for {named} of the {target.target.schema} to refer to; the attribute was left out"
        notes.warn(self._place.schema, message, field=self._place.attribute)

    def _computed(self, value: JSONValue) -> Iterator[CompiledTarget]:
        """The targets that the expression describes, with the same keys as configured items. Raises MappingFailed."""
        for position, one in enumerate(value if isinstance(value, list) else [value]):
            report = ComputedReport()
            at = JSONPath(f"{self._path}: item {position}")
            raw = report.object(one, at)
            target = None if raw is None else self._relations.parse_target(_whole(raw), at, report)
            if target is None or report.errors:
                first = report.errors[0]
                reason = f"{first.path.removeprefix(self._path + ': ')}: {first.message}"
                raise MappingFailed(self._path, ExpressionFailed(reason), given=one)
            yield CompiledTarget(target, self._compile)


def _whole(raw: dict[str, JSONValue]) -> dict[str, JSONValue]:
    """Lists of one member that the language collapsed are lists again."""
    whole = dict(raw)
    if isinstance(raw.get("unique_ids"), dict):
        whole["unique_ids"] = [raw["unique_ids"]]
    if isinstance(raw.get("_tags"), str):
        whole["_tags"] = [raw["_tags"]]
    return whole
