"""Schema: one kind of entity with its title, its identifiers and the types of its attributes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import msgspec

from hub.entities.changesets import EditRule
from hub.entities.schemas.types import MONEY_PARTS

PLACEHOLDER: Final = re.compile(r"\{([\w-]+)\}")
"""A place in a title template that an attribute fills."""

REPEATABLE: Final = frozenset({"email", "phone", "addresses", "payments", "dated"})
"""Types whose value is a list of objects, each with its `_id`."""

COMMON: Final[Mapping[str, str]] = {
    "_tags": "strings",
    "_purpose": "strings",
    "_files": "relations(file)",
    "_owners": "list(org_id|user_id)",
    "_manifest": "strings",
}
"""Attributes that every entity may have, whatever its schema says (core-catalog.md 1.1)."""


class Schema(msgspec.Struct, frozen=True, eq=False):
    """One kind of entity. Two are the same only when they are one object: caches keep what belongs to each."""

    slug: str
    title: str
    plural: str
    title_template: str
    """Alternatives separated by ``|``; the first with a value in one of its ``{attribute}`` places is the title."""
    identifiers: tuple[str, ...]
    """Attributes that identify an entity in most ERPs; EntityKey always holds them."""
    attributes: Mapping[str, str]
    """Attribute → type, as types.py reads it: ``string``, ``enum(a|b)``, ``relation(contact)``, …"""
    required: tuple[str, ...] = ()
    """What a form asks for; the store accepts entities without it."""
    labels: Mapping[str, str] = {}
    """Attribute → what people call it, where that is not its name in plain words."""
    version: int = 1
    """Grows by one with every change of the definition; a core schema that nobody extended is at 1."""
    is_core: bool = True
    """Whether the hub brings it, with or without attributes that the organization added."""
    added: tuple[str, ...] = ()
    """Attributes of a core schema that are the organization's, those of installed groups included."""
    groups: tuple[str, ...] = ()
    """Installed attribute groups."""
    edit_rules: Mapping[str, EditRule] = {}
    """Attribute → how people and clients write it, where that is not directly."""

    def label_of(self, attribute: str) -> str:
        """What people call the attribute."""
        return self.labels.get(attribute) or in_plain_words(attribute)

    def edit_rule_of(self, attribute: str) -> EditRule | None:
        """How people and clients write the attribute; None: directly. Parts of an amount follow the amount."""
        return self.edit_rules.get(amount_of(self.attributes, attribute) or attribute)

    def parts_of(self, attribute: str) -> tuple[str, ...]:
        """The attributes that are one value with this one: beside an amount its decimal and its currency."""
        is_amount = self.attributes.get(attribute) == "money"
        return tuple(attribute + ending for ending in MONEY_PARTS) if is_amount else ()


def amount_of(attributes: Mapping[str, str], attribute: str) -> str | None:
    """The amount of which the attribute is the decimal or the currency."""
    amounts = (attribute.removesuffix(ending) for ending in MONEY_PARTS if attribute.endswith(ending))
    return next((amount for amount in amounts if attributes.get(amount) == "money"), None)


def in_plain_words(attribute: str) -> str:
    """``customer_number`` → ``Customer number``."""
    return attribute.strip("_").replace("_", " ").replace("-", " ").capitalize()


class Group(msgspec.Struct, frozen=True, eq=False):
    """Attributes of several schemas that belong together and are installed together (core-catalog.md 2.6)."""

    slug: str
    title: str
    description: str
    schemas: Mapping[str, Mapping[str, str]]
    """Slug of a core schema → attribute → type."""
