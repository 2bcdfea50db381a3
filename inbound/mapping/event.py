"""EventRun: one event on its way through the entries of a plan (mapping.md 3.6, 3.7, 11, 13)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hub.entities.schemas import Schema
from hub.entities.system_attributes import SYSTEM_ATTRIBUTES
from hub.json_types import JSONValue
from hub.jsonata.engine import Context
from hub.jsonata.undefined import UNDEFINED
from inbound.formats import Document
from inbound.mapping import readings, scopes
from inbound.mapping.advice import odd_operation
from inbound.mapping.entries import Entry, ReadingEntry
from inbound.mapping.failures import MappingFailed
from inbound.mapping.fields import Field
from inbound.mapping.identity import identifier_text
from inbound.mapping.items import Items
from inbound.mapping.oddities import (
    check_fit,
    leave_out,
    make_tags_a_list,
    tell_unknown,
    tell_unknown_of,
    tell_unknown_schema,
)
from inbound.mapping.result import (
    EntityUpdate,
    EventMapping,
    Facts,
    PruneScope,
    ReadingPrune,
    ReadingUpdate,
)


class EventRun(Items):
    """Collects what the event means, and is where its warnings go. Its methods raise MappingFailed, which ends it.

    What most events have none of starts as an empty tuple: this is made once per event.
    """

    __slots__ = (
        "_entries_matter",
        "_event_type",
        "_large_numbers",
        "_prunes",
        "_reading_prunes",
        "_readings",
        "updates",
    )

    def __init__(
        self, document: Document, facts: Facts, *, variables: Mapping[str, JSONValue], ignores_event_type: bool
    ) -> None:
        self.advises = facts.advise
        self.warnings = []
        self._payload = document.root
        self._variables = variables
        self._root = Context(document.root, facts=variables)
        self.updates: list[EntityUpdate] = []
        self._prunes: tuple[PruneScope, ...] = ()
        self._readings: tuple[ReadingUpdate, ...] = ()
        self._reading_prunes: tuple[ReadingPrune, ...] = ()
        self._large_numbers = document.large_numbers
        self._event_type = "" if ignores_event_type else facts.event_type
        self._entries_matter = True

    def map_entry(self, entry: Entry) -> None:
        """Expansion, then the condition on the unsplit result, then every item, then the scope."""
        whole = self._expanded(entry)
        if entry.condition is not None and not self._is_enabled(entry, whole):
            return
        first = len(self.updates)
        if entry.expression is None and whole.__class__ is dict:
            self._add(entry, 0, self._root)
        else:
            self._add_items(entry, whole)
        if entry.scope is not None and self._event_type != "DELETE":
            own = self.updates[first:]
            prune = entry.scope.prune(
                entry=entry.number, schema=entry.schema, updates=own, root=self._root, payload=self._payload
            )
            self._prunes += (prune,)

    def _add_items(self, entry: Entry, whole: Any) -> None:  # Any: a JSON value or UNDEFINED
        position = 0
        try:
            for position, item in enumerate(self._items(entry, whole)):
                self._add(entry, position, self._context(item))
        except MappingFailed as error:
            error.item = position + 1 if isinstance(whole, list) and len(whole) > 1 else None
            raise

    def map_reading(self, entry: ReadingEntry) -> None:
        """The same for readings."""
        whole = self._expanded(entry)
        if entry.condition is not None and not self._is_enabled(entry, whole):
            return
        is_payload = entry.expression is None and isinstance(whole, dict)
        items = [self._root] if is_payload else [self._context(item) for item in self._items(entry, whole)]
        own = tuple(self._readings_of(entry, items))
        self._readings += own
        if entry.prunes and self._event_type != "DELETE":
            self._reading_prunes += tuple(readings.prunes_of(entry, own, self._root, self._payload))

    def result(self) -> EventMapping:
        """All of it, with the warnings about the event as a whole."""
        if self._large_numbers or self.advises:
            self._finish()
        if not (self._readings or self._prunes or self._reading_prunes):
            return EventMapping(self.updates, self.warnings)
        prunes = scopes.merged(self._prunes, self)
        reading_prunes = readings.merged(self._reading_prunes, self)
        return EventMapping(self.updates, self.warnings, None, prunes, self._readings, reading_prunes)

    def effect(self, mode: str) -> tuple[str, bool]:
        """(mode, must_create): what the event's type makes of the entry's mode (mapping.md section 13)."""
        if not self._event_type or mode != "upsert":
            return mode, False
        if self._event_type == "DELETE":
            return "delete", False
        return mode, self._event_type == "CREATE"

    def add_direct(
        self,
        updates: Sequence[EntityUpdate],
        own_readings: Sequence[ReadingUpdate],
        schemas: Mapping[str, Schema],
    ) -> None:
        """What needs no mapping because the payload already says it."""
        if not self.advises:
            tell_unknown_of(updates, schemas, self)
        for update in updates:
            leave_out(update.schema, update.attributes, SYSTEM_ATTRIBUTES, update.mode, self)
        self.updates += updates
        self._readings += tuple(own_readings)
        self._entries_matter = False

    def _finish(self) -> None:
        if self._large_numbers:
            message = f"numbers of more digits than a double has were handed over as text: {self._large_numbers}"
            self.warn("", message, code="LARGE_INTEGER_AS_TEXT")
        if self.advises and self._entries_matter and self._event_type == "DELETE":
            deleting = {update.entry for update in self.updates if update.mode == "delete"}
            if len(deleting) > 1:
                self.warn("", f"this event deletes through {len(deleting)} entries")

    def _add(self, entry: Entry, position: int, context: Context) -> None:
        attributes = self._attributes(entry.fields, entry.schema, context)
        identifiers, missing, shown = _identity(entry, attributes)
        if entry.unknown_ids and not self.advises:
            tell_unknown(entry.schema, entry.unknown_ids, self)
        mode, must_create = self.effect(entry.mode)
        if entry.system_attributes:
            leave_out(entry.schema, attributes, entry.system_attributes, mode, self)
        if entry.may_be_odd and mode == "upsert":
            self._tell_odd(entry, attributes)
        if entry.definition is not None and mode == "upsert":
            check_fit(entry.definition, attributes, self)
        pricing = None
        if entry.pricing is not None and mode == "upsert":
            pricing = entry.pricing.find(context, self._payload, self)
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
            pricing,
        )
        self.updates.append(update)

    def _tell_odd(self, entry: Entry, attributes: dict[str, Any]) -> None:  # Any: JSON values
        """A simulation speaks of schemas on its own."""
        if entry.is_unknown and not self.advises:
            tell_unknown_schema(entry.schema, entry.schema, self)
        make_tags_a_list(entry.schema, attributes, self)

    def _reading(self, entry: ReadingEntry, position: int, context: Context) -> ReadingUpdate:
        device = readings.Device(entry, context, self._payload)
        attributes = self._attributes(entry.fields, entry.label, context)
        return readings.reading_update(entry, position, self.effect(entry.mode), device, attributes)

    def _readings_of(self, entry: ReadingEntry, items: Sequence[Context]) -> Iterator[ReadingUpdate]:
        for position, context in enumerate(items):
            try:
                yield self._reading(entry, position, context)
            except MappingFailed as error:
                error.item = position + 1 if len(items) > 1 else None
                raise

    def _attributes(self, fields: Sequence[Field], schema: str, context: Context) -> dict[str, Any]:  # Any: JSON values
        attributes: dict[str, Any] = {}
        payload = self._payload
        for field in fields:
            if field.condition is not None and not field.is_enabled(context):
                continue
            value = field.read(context, payload)
            if value is not UNDEFINED:
                attributes[field.attribute] = value
            elif field.special is not None:
                self._add_special(field, context, attributes)
            else:
                self._tell_empty(schema, field, context)
        if self.advises:
            self._advise_operations(schema, attributes)
        return attributes

    def _add_special(self, field: Field, context: Context, attributes: dict[str, Any]) -> None:  # Any: JSON values
        value = field.find_special(context, self._payload, self)
        if value is not UNDEFINED:
            attributes[field.attribute] = value

    def _tell_empty(self, schema: str, field: Field, context: Context) -> None:
        if field.empty_warning is not None:
            self.warnings.append(field.empty_warning)
        elif self.advises:
            advice = field.advice(context.document)
            if advice:
                self.warn(schema, advice, field=field.attribute)

    def _advise_operations(self, schema: str, attributes: Mapping[str, Any]) -> None:  # Any: JSON values
        for name, value in attributes.items():
            advice = odd_operation(value)
            if advice:
                self.warn(schema, advice, field=name)


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
