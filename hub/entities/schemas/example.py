"""example_of: an entity that fits its schema, for documentation and for trying things out; pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from hub.entities.schemas.definition import COMMON, Schema
from hub.entities.schemas.fitting import types_of
from hub.entities.schemas.types import AttributeType
from hub.json_types import JSONObject, JSONValue

ENTITY_ID: Final = "01a20e4a-aad7-4ea1-a4e4-b2be9472073b"
"""Stands for whatever entity a relation leads to; nobody has it."""
WORDS: Final[Mapping[str, str]] = {
    "first_name": "Ada",
    "last_name": "Kern",
    "name": "Kern Metallbau",
    "customer_number": "C-1001",
    "external_id": "ERP-1001",
    "currency": "EUR",
    "filename": "invoice.pdf",
    "mime_type": "application/pdf",
    "ma_lo_id": "51238696781",
    "obis_number": "1-0:1.8.0",
}
"""Texts for attributes that everybody knows; the others get their own name and a number."""
ADDRESS: Final[JSONObject] = {
    "street": "Ringweg",
    "street_number": "5",
    "postal_code": "10115",
    "city": "Berlin",
    "country": "DE",
}
PAYMENT: Final[JSONObject] = {
    "type": "payment_sepa",
    "data": {"iban": "DE02120300000000202051", "fullname": "Ada Kern"},
    "_tags": ["DEBIT"],
}


def example_of(schema: Schema) -> JSONObject:
    """A value for every attribute of the schema, without members that only the hub gives."""
    return {name: _value(name, typed.type) for name, typed in types_of(schema).items() if name not in COMMON} | {
        "_tags": ["example"]
    }


def _value(name: str, kind: AttributeType) -> JSONValue:
    if kind.kind == "string":
        return WORDS.get(name, f"{name.replace('_', ' ')} 1")
    return _VALUES[kind.kind](kind)


def _relation(kind: AttributeType) -> JSONValue:
    item: JSONObject = {"entity_id": ENTITY_ID}
    return {"$relation": [item | {"_schema": kind.options[0]} if kind.options else item]}


def _list(kind: AttributeType) -> JSONValue:
    return [{name: f"{name} 1" for name in kind.options or ("name",)}]


_VALUES: Final[Mapping[str, Callable[[AttributeType], JSONValue]]] = {
    "number": lambda _: 12.5,
    "boolean": lambda _: True,
    "date": lambda _: "2026-01-15",
    "datetime": lambda _: "2026-01-15T08:00:00.000Z",
    "enum": lambda kind: kind.options[0],
    "email": lambda _: [{"email": "ada@example.com"}],
    "phone": lambda _: [{"phone": "+49 30 5550100"}],
    "address": lambda _: dict(ADDRESS),
    "addresses": lambda _: [dict(ADDRESS)],
    "payment": lambda _: dict(PAYMENT),
    "payments": lambda _: [dict(PAYMENT)],
    "money": lambda _: 12345,
    "decimal": lambda _: "123.45",
    "currency": lambda _: "EUR",
    "relation": _relation,
    "relations": _relation,
    "reference": lambda _: {"$relation_ref": [{"entity_id": ENTITY_ID, "path": "address"}]},
    "strings": lambda _: ["one", "two"],
    "list": _list,
    "items": lambda _: [{"description": "Green 24", "quantity": 1, "unit_amount": 12345}],
    "object": lambda _: {"key": "value"},
    "totals": lambda _: {"amount_tax": 1971, "breakdown": {"taxes": [], "recurrences": []}},
    "dated": lambda _: [{"value": "2026-01-15", "_tags": ["signed"]}],
    "link": lambda _: {"type": "link", "title": "Shop", "href": "https://example.com"},
    "user": lambda _: {"email": "agent@example.com"},
    "consent": lambda _: {"type": "consent", "topic": "EMAIL_MARKETING", "identifiers": ["ada@example.com"]},
    "consents": lambda _: {"EMAIL_MARKETING": {"agreed": True, "topic": "EMAIL_MARKETING"}},
}
"""Kind → a value that fits it."""
