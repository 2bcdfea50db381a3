"""AttributeType: what the text of a type says; pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

KINDS: Final = {
    "string": "a text",
    "number": "a number",
    "boolean": "true or false",
    "date": "a date such as 2026-01-15",
    "datetime": "a moment such as 2026-01-15T08:00:00Z",
    "enum": "one of its options",
    "email": 'a list of e-mail addresses such as [{"email": "a@example.com"}]',
    "phone": 'a list of phone numbers such as [{"phone": "+49 30 5550100"}]',
    "address": "an address object",
    "addresses": "a list of address objects",
    "payment": "a payment method object",
    "payments": "a list of payment method objects",
    "money": "a whole number of minor units, such as 12345 for 123.45",
    "decimal": "an amount as text, such as 123.45",
    "currency": "a currency of three capital letters, such as EUR",
    "relation": 'a relation such as {"$relation": [{"entity_id": "…"}]}',
    "relations": 'relations such as {"$relation": [{"entity_id": "…"}]}',
    "reference": 'a reference such as {"$relation_ref": [{"entity_id": "…", "path": "…"}]}',
    "strings": "a list of texts",
    "list": "a list of objects",
    "items": "a list of order line items",
    "object": "an object",
    "totals": "an object of totals",
    "dated": 'a list such as [{"value": "2026-01-15"}]',
    "link": "a link object with title and href",
    "user": "an object that names a user",
    "consent": "a consent object",
    "consents": "an object of consents by topic",
}
"""Kind → what a value of it is, in words that complete "must be"."""

WITH_OPTIONS: Final = frozenset({"enum", "relation", "relations", "list"})
"""Kinds that may carry brackets: an enumeration's options, a relation's schema, the members of a list's objects."""
MONEY_PARTS: Final = {"_decimal": "decimal", "_currency": "currency"}
"""Beside an attribute of type money stand two more, with these endings and types."""


@dataclass(frozen=True, slots=True)
class AttributeType:
    """kind is a key of KINDS. options: of an enumeration its values, of a relation the schema it leads to, of a list
    the members of its objects; empty for the other kinds, and where nothing is said."""

    kind: str
    options: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The form in which schemas keep it: ``enum(a|b)``."""
        return f"{self.kind}({'|'.join(self.options)})" if self.options else self.kind

    @property
    def expected(self) -> str:
        """What a value must be, in words."""
        if self.kind == "enum":
            return f"one of {', '.join(self.options)}"
        return KINDS[self.kind]


@lru_cache(maxsize=4096)
def type_from(text: str) -> AttributeType:
    """The type that text writes. Raises ValueError with a sentence when there is no such type."""
    kind, bracket, rest = text.partition("(")
    if kind not in KINDS:
        raise ValueError(f"{kind} is no type; types are {', '.join(KINDS)}")
    if not bracket:
        return _checked(AttributeType(kind))
    if kind not in WITH_OPTIONS or not rest.endswith(")"):
        raise ValueError(f"{text} is no type; only {', '.join(sorted(WITH_OPTIONS))} take brackets")
    return _checked(AttributeType(kind, tuple(rest[:-1].split("|"))))


def _checked(found: AttributeType) -> AttributeType:
    if found.kind == "enum" and not found.options:
        raise ValueError("an enum needs options, such as enum(open|closed)")
    if not all(found.options) or len(set(found.options)) < len(found.options):
        raise ValueError("options must have characters and may not repeat")
    if found.kind in {"relation", "relations"} and len(found.options) > 1:
        raise ValueError("a relation leads to one schema, or names none")
    return found


def may_replace(old: str, new: str) -> bool:
    """Whether values of the old type fit the new one as they are: the kind stays, or becomes a wider one."""
    before, after = type_from(old).kind, type_from(new).kind
    return before == after or (before, after) in _WIDENING


_WIDENING: Final = frozenset(
    {
        ("relation", "relations"),
        ("relations", "relation"),
        ("enum", "string"),
        ("date", "string"),
        ("datetime", "string"),
        ("decimal", "string"),
        ("currency", "string"),
        ("items", "list"),
        ("totals", "object"),
        ("link", "object"),
        ("user", "object"),
        ("consent", "object"),
        ("consents", "object"),
        ("address", "object"),
        ("payment", "object"),
        ("addresses", "list"),
        ("payments", "list"),
        ("email", "list"),
        ("phone", "list"),
        ("dated", "list"),
    }
)
"""Pairs of different kinds where a stored value keeps fitting."""
