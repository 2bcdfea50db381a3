"""Identifiers: by which values another entity is looked up: a relation's target, a scope's anchor, a meter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from hub.entities.schemas import Schema
from hub.entities.system_attributes import FINDS_NOBODY
from hub.json_types import JSONValue
from hub.jsonata.engine import Context
from inbound.configuration.sources import Constant, Identifier
from inbound.mapping.identity import identifier_text
from inbound.mapping.notes import SHOWN_CHARACTERS
from inbound.mapping.values import Compile, reader_of

KNOWN_TO_ALL = "_id"
"""The identifier that every schema has."""


class Found(NamedTuple):
    """texts are looked up, shown are the bare values as mapped; lacking: why each of the others names nothing."""

    texts: dict[str, str]
    shown: dict[str, Any]  # Any: JSON values
    lacking: dict[str, str]

    @property
    def missing(self) -> list[str]:
        """The identifiers without a value."""
        return list(self.lacking)


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
        lacking: dict[str, str] = {}
        for one, read in self._parts:
            value = read(context, payload)
            text = _text(value, one.type)
            if text:
                texts[one.attribute] = text
                shown[one.attribute] = text if one.type else value
            else:
                lacking[one.attribute] = _reason(value, one.type)
        return Found(texts, shown, lacking)

    def described(self, lacking: Mapping[str, str]) -> str:
        """What the missing ones were read from and why they name nothing, for a warning."""
        by_reason: dict[str, list[str]] = {}
        for one, _read in self._parts:
            if one.attribute in lacking:
                by_reason.setdefault(lacking[one.attribute], []).append(_described(one))
        return "; ".join(f"{', '.join(names)} {reason}" for reason, names in by_reason.items())


def _text(value: Any, kind: str) -> str:
    """The text that is looked up, or empty; lists and objects name something only in the shape of kind."""
    if isinstance(value, dict):
        return identifier_text([value]) if kind in value else ""
    if isinstance(value, list):
        return identifier_text(value) if _is_shaped(value, kind) else ""
    return identifier_text(value)


def _is_shaped(items: list[JSONValue], kind: str) -> bool:
    """Whether a list is one of e-mail addresses or phone numbers, of which the first counts."""
    return bool(kind) and all(isinstance(one, dict) and kind in one for one in items)


def _reason(value: Any, kind: str) -> str:
    """Why a value names nothing; completes a sentence."""
    if isinstance(value, list) and value and not _is_shaped(value, kind):
        return "is a list, but must be one value"
    if isinstance(value, dict) and value and kind not in value:
        return "is an object, but must be one value"
    return "is empty"


def _described(identifier: Identifier) -> str:
    source = identifier.source
    if source is None or isinstance(source, Constant):
        return identifier.attribute
    return f"{identifier.attribute} ({source.text[:SHOWN_CHARACTERS]})"


def unknown_identifiers(names: Iterable[str], definition: Schema | None) -> tuple[str, ...]:
    """Identifiers that the schema does not have; they find what they have written all the same (mapping.md 4.1). Of
    those that find nobody the store speaks."""
    if definition is None:
        return ()
    known = {*definition.attributes, KNOWN_TO_ALL, *FINDS_NOBODY}
    return tuple(name for name in names if name not in known)
