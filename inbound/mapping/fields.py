"""One field, compiled: its condition, its value, its shape (mapping.md 3.2, 3.5, 3.6)."""

from __future__ import annotations

from typing import Any, Protocol

from hub.json_types import JSONValue
from hub.jsonata.engine import Context, Expression
from hub.jsonata.undefined import UNDEFINED
from inbound.configuration.fields import FieldMapping
from inbound.configuration.fields import Special as Configured
from inbound.configuration.links import FileProxyUrl
from inbound.configuration.lookups import EnvVarRef, PortalRef
from inbound.configuration.paths import compile_path, is_json_path
from inbound.configuration.sources import FromExpression, FromPath
from inbound.mapping.compiler import Compiler
from inbound.mapping.environment import EnvironmentValue
from inbound.mapping.links import Link
from inbound.mapping.notes import Notes, Place, nothing_found
from inbound.mapping.portals import PortalValue
from inbound.mapping.relations import Related
from inbound.mapping.result import MappingWarning
from inbound.mapping.shaping import builds_operation, shape
from inbound.mapping.values import Read, evaluate, reader_of, truth


class Special(Protocol):
    """What stands behind a field that is no plain value."""

    def find(self, context: Context, payload: JSONValue, notes: Notes) -> Any:
        """The value for an item or UNDEFINED; raises MappingFailed. Any: a JSON value."""


class Field:
    """A field of an entry, ready to be evaluated for one item after another.

    read gives the shaped value, and nothing for a special field, which find_special reads; condition is None for a
    field that is always evaluated; empty_warning is what an expression that found nothing leaves behind, None where
    that is ordinary.
    """

    __slots__ = ("attribute", "condition", "empty_warning", "mapping", "read", "special")

    def __init__(self, mapping: FieldMapping, schema: str, compiler: Compiler) -> None:
        place = Place(schema, mapping.attribute, mapping.enabled is not True)
        self.mapping = mapping
        self.attribute = mapping.attribute
        self.condition = _condition(mapping, compiler)
        self.special = None if mapping.special is None else _special(mapping.special, place, compiler)
        self.read = _reader(mapping, compiler)
        self.empty_warning = _empty_warning(mapping, place)

    def is_enabled(self, context: Context) -> bool:
        """The condition for this item; a disabled field is not evaluated at all."""
        if self.condition is None:
            return True
        return truth(evaluate(self.condition, context, f"{self.mapping.at}.enabled"))

    def find_special(self, context: Context, payload: JSONValue, notes: Notes) -> Any:
        """The shaped value of a special field, or UNDEFINED; raises MappingFailed. Any: a JSON value."""
        value = UNDEFINED if self.special is None else self.special.find(context, payload, notes)
        return value if isinstance(self.special, Related) else _shaped(value, self.mapping)

    def advice(self, document: JSONValue) -> str:
        """What an author probably meant by a plain key with dots that is not there; empty when nothing is odd."""
        source = self.mapping.source
        if not isinstance(source, FromPath) or is_json_path(source.text) or "." not in source.text:
            return ""
        path = f"$.{source.text}"
        is_there = isinstance(document, dict) and compile_path(path)(document, document) is not UNDEFINED
        return f"{source.text} is a literal key and not there; write {path} for the path" if is_there else ""


def _condition(mapping: FieldMapping, compiler: Compiler) -> Expression | None:
    enabled = mapping.enabled
    return compiler.compile(f"{mapping.at}.enabled", enabled) if isinstance(enabled, str) else None


def _special(configured: Configured, place: Place, compiler: Compiler) -> Special:
    if isinstance(configured, FileProxyUrl):
        return Link(configured, place, compiler)
    if isinstance(configured, PortalRef):
        return PortalValue(configured, place, compiler)
    if isinstance(configured, EnvVarRef):
        return EnvironmentValue(configured, place, compiler)
    return Related(configured, place, compiler)


def _reader(mapping: FieldMapping, compiler: Compiler) -> Read:
    if mapping.special is not None:
        return lambda context, payload: UNDEFINED
    read = reader_of(mapping.source, mapping.at, compiler.compile)
    if isinstance(mapping.source, FromExpression) and builds_operation(mapping.source.text):
        read = _without_empty(read)
    if not mapping.type:
        return read
    return lambda context, payload: _shaped(read(context, payload), mapping)


def _without_empty(read: Read) -> Read:
    """An array operation whose operand found nothing is an empty object: nothing is written then (mapping.md 7)."""

    def found(context: Context, payload: JSONValue) -> Any:
        value = read(context, payload)
        return UNDEFINED if value == {} else value

    return found


def _shaped(value: Any, mapping: FieldMapping) -> Any:  # Any: a JSON value or UNDEFINED
    return shape(value, mapping.type, mapping.tags) if mapping.type and value is not UNDEFINED else value


def _empty_warning(mapping: FieldMapping, place: Place) -> MappingWarning | None:
    """A missing key is ordinary, an expression that finds nothing is the language's silent mistake."""
    if place.is_optional or mapping.special is not None or not isinstance(mapping.source, FromExpression):
        return None
    return nothing_found(place, mapping.source.text)
