"""Entry and ReadingEntry: the entries of a configuration, compiled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hub.entities.schemas import Schema
from hub.entities.system_attributes import SYSTEM_ATTRIBUTES
from hub.json_types import JSONPath
from hub.jsonata import source
from inbound.configuration import METER
from inbound.configuration.entities import PRUNES, EntityEntry
from inbound.configuration.fields import FieldMapping
from inbound.configuration.readings import PRUNE
from inbound.configuration.readings import ReadingEntry as ConfiguredReading
from inbound.mapping.compiler import Compiler
from inbound.mapping.fields import Field
from inbound.mapping.identifiers import Identifiers, unknown_identifiers
from inbound.mapping.oddities import TAGS
from inbound.mapping.pricing import PricedItems
from inbound.mapping.scopes import CompiledScope
from inbound.mapping.shaping import SHAPED


class Expansion:
    """What turns a payload into items, and whether it does; label is what warnings call the schema.

    Raises MappingFailed.
    """

    def __init__(self, label: str, expression: str, enabled: bool | str, at: JSONPath, compiler: Compiler) -> None:
        self.label = label
        self.expression_path = f"{at}.jsonataExpression"
        self.condition_path = f"{at}.enabled"
        self.expression = compiler.compile(self.expression_path, expression) if expression else None
        self.condition = compiler.compile(self.condition_path, enabled) if isinstance(enabled, str) else None
        self.names_payload = bool(expression) and source.starts_path_with(expression, "payload")


class Entry(Expansion):
    """An entity entry that is not switched off for good; neither are its fields. Raises MappingFailed."""

    def __init__(self, number: int, entry: EntityEntry, compiler: Compiler) -> None:
        super().__init__(entry.schema, entry.expression, entry.enabled, entry.at, compiler)
        self.number = number
        self.schema = entry.schema
        self.definition = compiler.lookups.schemas.get(entry.schema)
        """What the values must fit; None where nobody has said."""
        self.is_unknown = compiler.lookups.is_unknown(entry.schema)
        self.unique_ids = entry.unique_ids
        self.unknown_ids = unknown_identifiers(entry.unique_ids, self.definition)
        self.mode = "upsert" if entry.mode in PRUNES else entry.mode
        self.fields = _fields([shaped(field, self.definition) for field in entry.fields], entry.schema, compiler)
        self.system_attributes = frozenset(field.attribute for field in self.fields) & SYSTEM_ATTRIBUTES
        """Names among the fields that are not written; empty in nearly all entries."""
        self.may_be_odd = self.is_unknown or any(field.attribute == TAGS for field in self.fields)
        self.types = {field.attribute: field.mapping.type for field in self.fields if field.mapping.type}
        self.identifier_types = {name: kind for name, kind in self.types.items() if name in entry.unique_ids}
        self.pricing = None if entry.pricing is None else PricedItems(entry.pricing, entry.schema, compiler)
        self.scope = None if entry.scope is None else CompiledScope(entry.scope, entry.mode, entry.unique_ids, compiler)


class ReadingEntry(Expansion):
    """A reading entry that is not switched off for good; neither are its fields. Raises MappingFailed."""

    def __init__(self, number: int, entry: ConfiguredReading, compiler: Compiler) -> None:
        super().__init__(METER, entry.expression, entry.enabled, entry.at, compiler)
        self.number = number
        self.mode = "upsert" if entry.mode == PRUNE else entry.mode
        self.prunes = entry.mode == PRUNE
        self.source = entry.source
        self.matching = entry.matching
        self.meter = Identifiers(entry.meter, compiler.compile)
        self.counter = Identifiers(entry.counter, compiler.compile) if entry.counter else None
        self.fields = _fields(entry.fields, METER, compiler)


def shaped(field: FieldMapping, definition: Schema | None) -> FieldMapping:
    """The field with the shape that the schema wants, where it names none itself: a text that should be a list of
    e-mail addresses would never be found again (mapping.md 3.8)."""
    if field.type or field.special is not None or definition is None:
        return field
    kind = definition.attributes.get(field.attribute, "")
    return replace(field, type=kind) if kind in SHAPED else field


def _fields(configured: Sequence[FieldMapping], schema: str, compiler: Compiler) -> list[Field]:
    return [Field(field, schema, compiler) for field in configured if field.enabled is not False]
