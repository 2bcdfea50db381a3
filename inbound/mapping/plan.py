"""MappingPlan: a use case version compiled once; map_event(plan, document, facts) is pure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from hub.errors import Invalid
from hub.json_types import JSONObject, JSONValue
from hub.jsonata import source
from hub.jsonata.engine import Context, Expression, compile_expression
from hub.jsonata.failure import ExpressionFailed
from hub.jsonata.undefined import UNDEFINED
from inbound.configuration import InboundConfiguration, parse_configuration
from inbound.configuration.entities import EntityEntry
from inbound.formats import Document
from inbound.mapping.fields import Field, MappingFailed, evaluate, truth
from inbound.mapping.identity import identifier_text
from inbound.mapping.result import EntityUpdate, EventMapping, Facts, Failure, MappingWarning

NEVER_WRITTEN = "_id"
"""An identifier, never an attribute (mapping.md 4.2)."""


class Entry:
    """One entity entry, compiled."""

    def __init__(self, number: int, entry: EntityEntry, engine: str, expression_ms: int) -> None:
        self.number = number
        self.entry = entry
        self._engine = engine
        self._expression_ms = expression_ms
        self.fields = [Field(field, self._compile) for field in entry.fields]
        self.expression = self._compile(f"{entry.at}.jsonataExpression", entry.expression) if entry.expression else None
        self.condition = self._condition()
        self.names_payload = bool(entry.expression) and source.starts_path_with(entry.expression, "payload")
        self.types = {field.attribute: field.mapping.type for field in self.fields if field.mapping.type}
        self.identifier_types = {name: kind for name, kind in self.types.items() if name in entry.unique_ids}

    def _condition(self) -> Expression | None:
        enabled = self.entry.enabled
        return self._compile(f"{self.entry.at}.enabled", enabled) if isinstance(enabled, str) else None

    def _compile(self, path: str, text: str) -> Expression:
        try:
            return compile_expression(text, engine=self._engine, expression_ms=self._expression_ms)
        except ExpressionFailed as error:
            raise MappingFailed(path, error) from None


class MappingPlan:
    """What a version does with an event. failure says why it can do nothing at all."""

    def __init__(self, configuration: JSONValue, engine: str, expression_ms: int) -> None:
        self.entries: list[Entry] = []
        self.failure: Failure | None = None
        try:
            parsed = parse_configuration(configuration)
            self.failure = _unusable(parsed)
            self.entries = [Entry(number, entry, engine, expression_ms) for number, entry in enumerate(parsed.entities)]
        except Invalid as error:
            self.failure = Failure("USE_CASE_MISSING_CONFIG", error.message, error.details[0].path)
        except MappingFailed as error:
            self.failure = expression_failure(error)


def _unusable(configuration: InboundConfiguration) -> Failure | None:
    if configuration.is_empty:
        return Failure("USE_CASE_MISSING_CONFIG", "The configuration maps no entities and no readings")
    if configuration.unsupported:
        path, feature = configuration.unsupported[0]
        return Failure("FEATURE_NOT_SUPPORTED", f"{feature} at {path} is not applied by this version", str(path))
    return None


def expression_failure(error: MappingFailed) -> Failure:
    """The failure of an event whose expression failed: message, place in the configuration, line and column."""
    cause = error.cause
    detail: JSONObject = {"line": cause.line, "column": cause.column} if cause.line else {}
    place = f" (line {cause.line}, column {cause.column})" if cause.line else ""
    return Failure("MAPPING_EXPRESSION_FAILED", f"{error.path}: {cause.message}{place}", error.path, detail or None)


def map_event(plan: MappingPlan, document: Document, facts: Facts) -> EventMapping:
    """The updates that the event means, in configuration order, then item order. Never raises for bad data."""
    if plan.failure is not None:
        return EventMapping(failure=plan.failure)
    run = _Run(document, facts)
    try:
        for entry in plan.entries:
            run.map_entry(entry)
    except MappingFailed as error:
        return EventMapping(failure=expression_failure(error))
    if document.large_integers:
        run.warn("", "", f"{document.large_integers} whole numbers were handed over as text", "LARGE_INTEGER_AS_TEXT")
    return EventMapping(run.updates, run.warnings)


class _Run:
    """One event on its way through the entries."""

    def __init__(self, document: Document, facts: Facts) -> None:
        self.document = document
        self.facts = facts
        self.variables: dict[str, JSONValue] = {
            "event": {
                "event_type": facts.event_type,
                "event_name": facts.event_name,
                "use_case_slug": facts.use_case_slug,
                "timestamp": facts.timestamp,
                "correlation_id": facts.correlation_id,
            },
            "__millis": facts.millis,
            "__random": facts.random,
        }
        self.root = Context(document.root, facts=self.variables, text=document.text)
        self.updates: list[EntityUpdate] = []
        self.warnings: list[MappingWarning] = []

    def warn(self, schema: str, field: str, message: str, code: str = "MAPPING_WARNING") -> None:
        self.warnings.append(MappingWarning(schema, field, message, code))

    def map_entry(self, entry: Entry) -> None:
        """Expansion, then the condition on the unsplit result, then every item (mapping.md 3.6, 3.7)."""
        if entry.entry.enabled is False:
            return
        whole = self._expanded(entry)
        if entry.condition is not None and not self._is_enabled(entry, whole):
            return
        for position, context in enumerate(self._contexts(entry, whole)):
            self.updates.append(self._update(entry, position, context))

    def _expanded(self, entry: Entry) -> Any:  # Any: a JSON value or UNDEFINED
        if entry.expression is None:
            return self.document.root
        return evaluate(entry.expression, self._expansion_context(entry), f"{entry.entry.at}.jsonataExpression")

    def _expansion_context(self, entry: Entry) -> Context:
        """The payload; where the expression calls it by the name payload and has no such key, one is lent to it."""
        root = self.document.root
        if not entry.names_payload or not isinstance(root, dict) or "payload" in root:
            return self.root
        if self.facts.advise:
            self.warn(entry.entry.schema, "", "the expression calls the payload by name; write $ instead")
        return Context({**root, "payload": root}, payload=root, facts=self.variables)

    def _is_enabled(self, entry: Entry, whole: Any) -> bool:  # Any: as above
        context = self.root if entry.expression is None else self._item(None if whole is UNDEFINED else whole)
        if entry.condition is None:
            return True
        return truth(evaluate(entry.condition, context, f"{entry.entry.at}.enabled"))

    def _item(self, value: JSONValue) -> Context:
        return Context(value, payload=self.document.root, facts=self.variables)

    def _contexts(self, entry: Entry, whole: Any) -> Iterator[Context]:  # Any: as above
        if entry.expression is None and isinstance(whole, dict):
            yield self.root
            return
        if whole is UNDEFINED or whole is None:
            return
        for member in _flat(whole) if isinstance(whole, list) else [whole]:
            if member is None:
                self.warn(entry.entry.schema, "", "a null among the items was left out")
            else:
                yield self._item(member)

    def _update(self, entry: Entry, position: int, context: Context) -> EntityUpdate:
        attributes = self._attributes(entry, context)
        identifiers, missing, shown = _identity(entry.entry.unique_ids, attributes, entry.types)
        attributes.pop(NEVER_WRITTEN, None)
        is_upsert = entry.entry.mode == "upsert"
        return EntityUpdate(
            entry=entry.number,
            item=position,
            schema=entry.entry.schema,
            mode="delete" if is_upsert and self.facts.event_type == "DELETE" else entry.entry.mode,
            must_create=is_upsert and self.facts.event_type == "CREATE",
            identifiers=identifiers,
            missing=missing,
            attributes=attributes,
            types=entry.identifier_types,
            shown=shown,
        )

    def _attributes(self, entry: Entry, context: Context) -> dict[str, Any]:  # Any: JSON values
        attributes: dict[str, Any] = {}
        for field in entry.fields:
            if not field.is_enabled(context):
                continue
            value = field.value(context, self.document.root)
            if value is not UNDEFINED:
                attributes[field.attribute] = value
            else:
                self._warn_empty(entry, field, context)
        return attributes

    def _warn_empty(self, entry: Entry, field: Field, context: Context) -> None:
        """An expression that finds nothing is the language's silent mistake; a missing key is ordinary."""
        if field.expression_text and not field.is_optional:
            message = f"{field.expression_text[:200]} found nothing"
            self.warn(entry.entry.schema, field.attribute, message, "MAPPED_FIELD_EMPTY")
        elif self.facts.advise and (advice := field.advice(context.document)):
            self.warn(entry.entry.schema, field.attribute, advice)


def _flat(items: list[JSONValue]) -> Iterator[JSONValue]:
    """Lists among the items are opened one level."""
    for item in items:
        if isinstance(item, list):
            yield from item
        else:
            yield item


def _identity(
    unique_ids: tuple[str, ...], attributes: dict[str, Any], types: dict[str, str]
) -> tuple[dict[str, str], list[str], dict[str, Any]]:
    """Look-up texts, names without a value, and values as a simulation shows them. Any: JSON values."""
    identifiers: dict[str, str] = {}
    shown: dict[str, Any] = {}
    missing: list[str] = []
    for name in unique_ids:
        value = attributes.get(name)
        text = identifier_text(value)
        if text:
            identifiers[name] = text
            shown[name] = text if name in types or isinstance(value, list) else value
        else:
            missing.append(name)
    return identifiers, missing, shown


def plan_of(configuration: bytes, engine: str, expression_ms: int) -> MappingPlan:
    """The plan of a stored configuration."""
    return MappingPlan(orjson.loads(configuration), engine, expression_ms)
