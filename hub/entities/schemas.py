"""The core catalogue's schemas: titles, identifiers and attribute types, read from schemas.json."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec

from hub.entities.keys import ITEM_TEXTS, string_form
from hub.json_types import JSONValue

CATALOGUE: Final = Path(__file__).with_name("schemas.json")
PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")

REPEATABLE: Final = frozenset({"email", "phone", "addresses", "payments", "dated"})
"""Types whose value is a list of objects, each with its `_id`."""

COMMON_TITLES: Final = "{name}|{title}|{code}|{external_id}"
"""Title template of a schema that is not in the catalogue."""


class Schema(msgspec.Struct, frozen=True):
    """One kind of entity."""

    slug: str
    title: str
    plural: str
    title_template: str
    """Alternatives separated by ``|``; the first with a value in one of its ``{attribute}`` places is the title."""
    identifiers: tuple[str, ...]
    """Attributes that identify an entity in most ERPs; EntityKey always holds them."""
    attributes: Mapping[str, str]
    """Attribute → type: string, number, boolean, date, datetime, enum(a|b), email, phone, address, addresses,
    payment, payments, money (beside it ``_decimal`` and ``_currency``), relation(slug), relations(slug), reference,
    strings, list, object, dated, link, user, consent, consents."""
    required: tuple[str, ...] = ()
    """What a form asks for; the store accepts entities without it."""


@cache
def catalogue() -> Mapping[str, Schema]:
    """Every schema by its slug, in the order of the catalogue."""
    schemas = msgspec.json.decode(CATALOGUE.read_bytes(), type=list[Schema])
    return {schema.slug: schema for schema in schemas}


def schema_of(slug: str) -> Schema:
    """The schema called slug; for an unknown one a bare schema named after it."""
    known = catalogue().get(slug)
    if known is not None:
        return known
    title = slug.replace("_", " ").replace("-", " ").capitalize()
    return Schema(slug, title, f"{title} records", COMMON_TITLES, (), {})


def declared_identifiers(slug: str) -> tuple[str, ...]:
    """The identifiers that the catalogue names for slug; none for an unknown schema."""
    known = catalogue().get(slug)
    return () if known is None else known.identifiers


@cache
def is_declared_somewhere(attribute: str) -> bool:
    """Whether any schema of the catalogue names the attribute as an identifier."""
    return any(attribute in schema.identifiers for schema in catalogue().values())


def type_of(slug: str, attribute: str) -> str | None:
    """An attribute's type without its brackets, or None when the catalogue does not know it."""
    kind = schema_of(slug).attributes.get(attribute)
    return None if kind is None else kind.partition("(")[0]


def is_repeatable(slug: str, attribute: str) -> bool:
    """Whether the attribute holds a list of typed objects, such as e-mail addresses."""
    return type_of(slug, attribute) in REPEATABLE


def title_of(*, schema: str, entity_id: UUID, attributes: Mapping[str, JSONValue]) -> str:
    """What an entity is called: its template filled, else an identifier, else its kind and the end of its id."""
    definition = schema_of(schema)
    for alternative in definition.title_template.split("|"):
        filled = PLACEHOLDER.sub(lambda match: _text(attributes.get(match[1])), alternative)
        if filled := " ".join(filled.split()):
            return filled
    for name in definition.identifiers:
        if text := _text(attributes.get(name)):
            return text
    return f"{definition.title} {entity_id.hex[-8:]}"


def _text(value: JSONValue) -> str:
    """A value inside a title; of a list of e-mails or phones the first, of anything else that is no scalar nothing."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return next((text for name in ITEM_TEXTS if (text := string_form(value[0].get(name)))), "")
    return string_form(value) or ""
