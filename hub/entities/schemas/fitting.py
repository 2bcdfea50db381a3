"""misfits: which values of an entity do not fit the types of their attributes; pure.

Nothing is refused here: values that do not fit are stored and warned about (ATTRIBUTE_TYPE_MISMATCH), or answered with
422 where a caller asked for validation. null and empty texts fit everything: they say that there is no value.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from hub import json_text
from hub.entities.schemas.checks import Check, check_of
from hub.entities.schemas.definition import COMMON, Schema
from hub.entities.schemas.types import MONEY_PARTS, AttributeType, type_from
from hub.entities.values import OPERATIONS
from hub.errors import ErrorDetail
from hub.json_types import JSONObject, JSONValue


class Misfit(NamedTuple):
    """A value that does not fit its attribute."""

    attribute: str
    expected: str
    """What it must be, in words: "one of open, closed"."""
    shown: str
    """The beginning of the value, as JSON writes it."""

    @property
    def sentence(self) -> str:
        """What is wrong and what would be right."""
        return f"{self.attribute} is {self.shown}, but must be {self.expected}"

    @property
    def detail(self) -> ErrorDetail:
        """The same as a finding of an error."""
        return ErrorDetail(self.attribute, f"must be {self.expected}, is {self.shown}")


class _Typed(NamedTuple):
    type: AttributeType
    fits: Check


def misfits(schema: Schema, attributes: JSONObject) -> list[Misfit]:
    """The attributes whose value does not fit, in the order of attributes; empty when all is well.

    Attributes that the schema does not know fit whatever they hold. Array operations (mapping.md 7) are looked
    into. Cheap enough to be asked about every write: a probe and a call per attribute.
    """
    checks = _checks_of(schema)
    found: list[Misfit] = []
    for name, value in attributes.items():
        if value is not None and value != "" and name in checks and not checks[name](value):
            known = types_of(schema)[name]
            if not _operand_fits(known, value):
                found.append(Misfit(name, known.type.expected, shown(value)))
    return found


def missing(schema: Schema, attributes: JSONObject) -> list[Misfit]:
    """The required attributes that attributes leave out or leave empty: what a form would ask for."""
    return [
        Misfit(name, type_from(schema.attributes[name]).expected, "missing")
        for name in schema.required
        if attributes.get(name) in (None, "", [])
    ]


@lru_cache(maxsize=4096)
def types_of(schema: Schema) -> Mapping[str, _Typed]:
    """Every attribute with a type: those of the schema, the parts of amounts, and what all entities have."""
    texts = dict(COMMON)
    for name, text in schema.attributes.items():
        if text == "money":
            texts |= {name + ending: kind for ending, kind in MONEY_PARTS.items()}
    texts |= schema.attributes
    return {name: _Typed(type_from(text), check_of(type_from(text))) for name, text in texts.items()}


@lru_cache(maxsize=4096)
def _checks_of(schema: Schema) -> Mapping[str, Check]:
    """The checks alone: what the loop over the attributes needs."""
    return {name: typed.fits for name, typed in types_of(schema).items()}


def _operand_fits(known: _Typed, value: JSONValue) -> bool:
    """Whether value is an operation that leaves a list which fits."""
    if not isinstance(value, dict) or len(value) != 1:
        return False
    [(operation, operand)] = value.items()
    return operation in OPERATIONS and known.fits(operand if isinstance(operand, list) else [operand])


def shown(value: JSONValue) -> str:
    """The beginning of a value; of what is nested only that it is."""
    if isinstance(value, dict):
        return "an object"
    return f"a list of {len(value)}" if isinstance(value, list) else json_text.shown(value)
