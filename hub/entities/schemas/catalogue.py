"""The core catalogue, read from core.json and groups.json, and what it says about one schema."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

import msgspec

from hub.entities.schemas.definition import REPEATABLE, Group, Schema

CORE: Final = Path(__file__).with_name("core.json")
GROUPS: Final = Path(__file__).with_name("groups.json")

COMMON_TITLES: Final = "{name}|{title}|{code}|{external_id}"
"""Title template of a schema that nobody has defined."""


@cache
def catalogue() -> Mapping[str, Schema]:
    """Every core schema by its slug, in the order of the catalogue."""
    schemas = msgspec.json.decode(CORE.read_bytes(), type=list[Schema])
    return {schema.slug: schema for schema in schemas}


@cache
def groups() -> Mapping[str, Group]:
    """Every attribute group that an organization may install, by its slug."""
    return {group.slug: group for group in msgspec.json.decode(GROUPS.read_bytes(), type=list[Group])}


def schema_of(slug: str) -> Schema:
    """The core schema called slug; for an unknown one a bare schema named after it."""
    return catalogue().get(slug) or bare_schema(slug)


@lru_cache(maxsize=1024)
def bare_schema(slug: str) -> Schema:
    """A schema that says nothing about its attributes."""
    title = slug.replace("_", " ").replace("-", " ").capitalize()
    return Schema(slug, title, f"{title} records", COMMON_TITLES, (), {}, version=0, is_core=False)


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
    return kind_of(schema_of(slug), attribute)


def kind_of(schema: Schema, attribute: str) -> str | None:
    """An attribute's type without its brackets, or None when the schema does not know it."""
    kind = schema.attributes.get(attribute)
    return None if kind is None else kind.partition("(")[0]


def is_repeatable(slug: str, attribute: str) -> bool:
    """Whether the attribute holds a list of typed objects, such as e-mail addresses."""
    return type_of(slug, attribute) in REPEATABLE
