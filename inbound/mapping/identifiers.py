"""Identifiers: by which values another entity is looked up: a relation's target, a scope's anchor, a meter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from hub.json_types import JSONValue
from hub.jsonata.engine import Context
from inbound.configuration.sources import Constant, Identifier
from inbound.mapping.identity import identifier_text
from inbound.mapping.notes import SHOWN_CHARACTERS
from inbound.mapping.values import Compile, reader_of


class Found(NamedTuple):
    """texts are looked up, shown are the bare values as mapped, missing names identifiers without a value."""

    texts: dict[str, str]
    shown: dict[str, Any]  # Any: JSON values
    missing: list[str]


class Identifiers:
    """The identifiers of one entity, compiled. types says which of them are email or phone."""

    __slots__ = ("_parts", "types")

    def __init__(self, identifiers: Sequence[Identifier], compile_text: Compile) -> None:
        self.types = {one.attribute: one.type for one in identifiers if one.type}
        self._parts = [(one, reader_of(one.source, one.at, compile_text)) for one in identifiers]

    def find(self, context: Context, payload: JSONValue) -> Found:
        """The values for one item. Raises MappingFailed."""
        texts: dict[str, str] = {}
        shown: dict[str, Any] = {}
        missing: list[str] = []
        for one, read in self._parts:
            value = read(context, payload)
            text = _text(value, one.type)
            if text:
                texts[one.attribute] = text
                shown[one.attribute] = text if one.type else value
            else:
                missing.append(one.attribute)
        return Found(texts, shown, missing)

    def described(self, missing: Sequence[str]) -> str:
        """The missing ones with what they were read from, for a warning."""
        return ", ".join(_described(one) for one, _read in self._parts if one.attribute in missing)


def _text(value: Any, kind: str) -> str:
    """The text that is looked up, or empty; lists and objects name something only in the shape of kind."""
    if isinstance(value, dict):
        return identifier_text([value]) if kind in value else ""
    if isinstance(value, list):
        is_shaped = bool(kind) and all(isinstance(one, dict) and kind in one for one in value)
        return identifier_text(value) if is_shaped else ""
    return identifier_text(value)


def _described(identifier: Identifier) -> str:
    source = identifier.source
    if source is None or isinstance(source, Constant):
        return identifier.attribute
    return f"{identifier.attribute} ({source.text[:SHOWN_CHARACTERS]})"
