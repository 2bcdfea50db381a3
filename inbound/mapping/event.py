"""EventRun: one event on its way through the entries of a plan (mapping.md 3.6, 3.7, 13)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hub.json_types import JSONValue
from hub.jsonata.engine import Context
from hub.jsonata.engine.context import NO_FACTS
from hub.jsonata.undefined import UNDEFINED
from inbound.formats import Document
from inbound.mapping.entries import Entry
from inbound.mapping.fields import Field, evaluate, truth
from inbound.mapping.identity import identifier_text
from inbound.mapping.result import EntityUpdate, Facts, MappingWarning

NEVER_WRITTEN = "_id"
"""An identifier, never an attribute (mapping.md 4.2)."""


class EventRun:
    """Collects updates and warnings. Its methods raise MappingFailed, which ends the event."""

    def __init__(self, document: Document, facts: Facts, *, needs_facts: bool, ignores_event_type: bool) -> None:
        self.updates: list[EntityUpdate] = []
        self.warnings: list[MappingWarning] = []
        self._large_integers = document.large_integers
        self._payload = document.root
        self._event_type = "" if ignores_event_type else facts.event_type
        self._advises = facts.advise
        self._variables = _variables(facts) if needs_facts else NO_FACTS
        self._root = Context(document.root, facts=self._variables)

    def map_entry(self, entry: Entry) -> None:
        """Expansion, then the condition on the unsplit result, then every item."""
        whole = self._expanded(entry)
        if entry.condition is not None and not self._is_enabled(entry, whole):
            return
        if entry.expression is None and whole.__class__ is dict:
            self._add(entry, 0, self._root)
            return
        for position, item in enumerate(self._items(entry, whole)):
            self._add(entry, position, self._context(item))

    def finish(self) -> None:
        """Warnings about the event as a whole."""
        if self._large_integers:
            message = f"{self._large_integers} whole numbers beyond 2^53 were handed over as text"
            self._warn("", message, code="LARGE_INTEGER_AS_TEXT")
        deleting = {update.entry for update in self.updates if update.mode == "delete"}
        if self._advises and len(deleting) > 1:
            self._warn("", f"this event deletes through {len(deleting)} entries")

    def _warn(self, schema: str, message: str, *, field: str = "", code: str = "MAPPING_WARNING") -> None:
        self.warnings.append(MappingWarning(schema, field, message, code))

    def _context(self, item: JSONValue) -> Context:
        return Context(item, payload=self._payload, facts=self._variables)

    def _expanded(self, entry: Entry) -> Any:  # Any: a JSON value or UNDEFINED
        if entry.expression is None:
            return self._payload
        return evaluate(entry.expression, self._expansion_context(entry), entry.expression_path)

    def _expansion_context(self, entry: Entry) -> Context:
        """The payload; where the expression calls it by the name payload and has no such key, one is lent to it."""
        payload = self._payload
        if not entry.names_payload or not isinstance(payload, dict) or "payload" in payload:
            return self._root
        if self._advises:
            self._warn(entry.schema, "the expression calls the payload by name; write $ instead")
        return self._context({**payload, "payload": payload})

    def _is_enabled(self, entry: Entry, whole: Any) -> bool:  # Any: as above
        if entry.condition is None:
            return True
        context = self._root if entry.expression is None else self._context(whole)
        return truth(evaluate(entry.condition, context, entry.condition_path))

    def _items(self, entry: Entry, whole: Any) -> Iterator[JSONValue]:  # Any: as above
        if whole is UNDEFINED or whole is None:
            return
        for member in _flat(whole) if isinstance(whole, list) else (whole,):
            if member is None:
                self._warn(entry.schema, "a null among the items was left out")
            else:
                yield member

    def _add(self, entry: Entry, position: int, context: Context) -> None:
        attributes = self._attributes(entry, context)
        identifiers, missing, shown = _identity(entry, attributes)
        attributes.pop(NEVER_WRITTEN, None)
        mode, must_create = self._effect(entry.mode)
        update = EntityUpdate(
            entry.number,
            position,
            entry.schema,
            mode,
            must_create,
            identifiers,
            missing,
            attributes,
            entry.identifier_types,
            shown,
        )
        self.updates.append(update)

    def _effect(self, mode: str) -> tuple[str, bool]:
        """(mode, must_create): what the event's type makes of the entry's mode (mapping.md section 13)."""
        if not self._event_type or mode != "upsert":
            return mode, False
        if self._event_type == "DELETE":
            return "delete", False
        return mode, self._event_type == "CREATE"

    def _attributes(self, entry: Entry, context: Context) -> dict[str, Any]:  # Any: JSON values
        attributes: dict[str, Any] = {}
        payload = self._payload
        for field in entry.fields:
            if field.condition is not None and not field.is_enabled(context):
                continue
            value = field.read(context, payload)
            if value is not UNDEFINED:
                attributes[field.attribute] = value
            elif field.empty_warning is not None:
                self.warnings.append(field.empty_warning)
            elif self._advises:
                self._advise(entry, field, context)
        return attributes

    def _advise(self, entry: Entry, field: Field, context: Context) -> None:
        advice = field.advice(context.document)
        if advice:
            self._warn(entry.schema, advice, field=field.attribute)


def _variables(facts: Facts) -> Mapping[str, JSONValue]:
    return {
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


def _flat(items: list[JSONValue]) -> Iterator[JSONValue]:
    """Lists among the items are opened one level."""
    for item in items:
        if isinstance(item, list):
            yield from item
        else:
            yield item


def _identity(entry: Entry, attributes: dict[str, Any]) -> tuple[dict[str, str], list[str], dict[str, Any]]:
    """Look-up texts, names without a value, and values as a simulation shows them. Any: JSON values."""
    identifiers: dict[str, str] = {}
    shown: dict[str, Any] = {}
    missing: list[str] = []
    for name in entry.unique_ids:
        value = attributes.get(name)
        text = identifier_text(value)
        if text:
            identifiers[name] = text
            shown[name] = text if isinstance(value, list) else value
        else:
            missing.append(name)
    return identifiers, missing, shown
