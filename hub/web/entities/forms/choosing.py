"""look_of: the look in which an attribute stands in a form, by its type and what is stored; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from hub.entities.schemas.types import AttributeType
from hub.json_types import JSONValue
from hub.web.entities.forms.looks import Amount, Decimals, Json, Lines, Look, Number, Raw, Text, Truth
from hub.web.entities.forms.rows import ADDRESS, EMAIL, PAYMENT, PHONE, Links, Rows

LOOKS: Final[Mapping[str, Look]] = {
    "string": Text(),
    "number": Number(),
    "money": Amount(),
    "decimal": Decimals(),
    "currency": Text(),
    "boolean": Truth(),
    "date": Text("date"),
    "datetime": Text(),
    "enum": Text("choice"),
    "email": Rows(EMAIL),
    "phone": Rows(PHONE),
    "address": Rows(ADDRESS, is_single=True),
    "addresses": Rows(ADDRESS),
    "payment": Rows(PAYMENT, is_single=True),
    "payments": Rows(PAYMENT),
    "strings": Lines(),
}
"""Kind → its look; relations have one of their own, everything else is JSON."""
AS_JSON: Final = Json()


def look_of(kind: AttributeType | None, value: JSONValue) -> tuple[Look, Raw]:
    """The look, and the value in it. JSON where the look of the kind would lose something of the value."""
    look = _usual(kind, value)
    raw = look.raw_of(value)
    if raw is None:
        return AS_JSON, AS_JSON.raw_of(value) or ""
    return look, raw


def _usual(kind: AttributeType | None, value: JSONValue) -> Look:
    if kind is None:
        return Text() if value is None or isinstance(value, str) else AS_JSON
    if kind.kind in {"relation", "relations"}:
        return Links(kind.options[0] if kind.options else "")
    return LOOKS.get(kind.kind, AS_JSON)
