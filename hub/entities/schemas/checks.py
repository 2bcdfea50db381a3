"""check_of: whether a value fits a type, one small function per kind; pure."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from hub.entities.schemas.types import AttributeType
from hub.entities.values import OPERATIONS
from hub.json_types import JSONValue

Check = Callable[[JSONValue], bool]

_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WHOLE: Final = re.compile(r"-?[0-9]+")
_DECIMAL: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2})?"
)
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+")
_PHONE: Final = re.compile(r"[^\W_]*[0-9]")
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_COUNTRY: Final = re.compile(r"[A-Za-z]{2}")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")

LARGEST_EXACT: Final = str(2**53 - 1)
"""The last whole number that every reader of JSON sees with each of its digits."""
ADDRESS_TEXTS: Final = (
    "street", "street_number", "postal_code", "city", "additional_info", "company_name", "salutation", "title",
    "first_name", "last_name", "coordinates", "plot_of_land", "plot_area",
)  # fmt: skip
ADDRESS_DATES: Final = ("start_date", "end_date")
PAYMENT_TYPES: Final = ("payment_sepa", "payment_invoice", "payment_cash")
PAYMENT_TEXTS: Final = ("bank_name", "iban", "bic_number", "fullname")


@lru_cache(maxsize=4096)
def check_of(kind: AttributeType) -> Check:
    """The function that says whether a value, neither null nor an empty text, fits."""
    if kind.kind == "enum":
        options = frozenset(kind.options)
        return lambda value: isinstance(value, str) and value in options
    return _CHECKS[kind.kind]


def is_text(value: JSONValue) -> bool:
    """A text; or a number, which is a text that was sent without quotes and is compared as one (mapping.md 4.1)."""
    return isinstance(value, str) or (isinstance(value, (int, float)) and not isinstance(value, bool))


def is_number(value: JSONValue) -> bool:
    """A finite number; or its digits as text, which is how numbers that are too long for JSON travel."""
    if isinstance(value, str):
        return _NUMBER.fullmatch(value) is not None
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def is_money(value: JSONValue) -> bool:
    """A number without a fraction; or digits as text, but only so many as no number of JSON keeps."""
    if isinstance(value, str):
        digits = value.lstrip("-0") if _WHOLE.fullmatch(value) else ""
        return (len(digits), digits) > (len(LARGEST_EXACT), LARGEST_EXACT)
    return is_number(value) and (not isinstance(value, float) or value.is_integer())


def is_date(value: JSONValue) -> bool:
    """A day that exists, written ``2026-01-15``."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def is_moment(value: JSONValue) -> bool:
    """A moment that exists, written ``2026-01-15T08:00:00``, with or without fraction and offset."""
    if not isinstance(value, str) or not (found := _MOMENT.fullmatch(value)):
        return False
    try:
        datetime.fromisoformat(value.replace(found[2] or "", "", 1) if found[2] else value)
    except ValueError:
        return False
    return True


def _is_decimal(value: JSONValue) -> bool:
    return isinstance(value, str) and _DECIMAL.fullmatch(value) is not None


def _is_currency(value: JSONValue) -> bool:
    return isinstance(value, str) and _CURRENCY.fullmatch(value) is not None


def _is_object(value: JSONValue) -> bool:
    return isinstance(value, dict)


def _is_email(value: JSONValue) -> bool:
    return isinstance(value, str) and _EMAIL.fullmatch(value) is not None


def _is_phone(value: JSONValue) -> bool:
    return is_text(value) and _PHONE.search(str(value)) is not None


def _is_country(value: JSONValue) -> bool:
    return isinstance(value, str) and _COUNTRY.fullmatch(value) is not None


def _object_with(members: Mapping[str, Check]) -> Check:
    """An object whose members of these names, where they have a value, pass; others are not looked at."""

    def fits(value: JSONValue) -> bool:
        if not isinstance(value, dict):
            return False
        for name, member in value.items():
            check = members.get(name)
            if check is not None and member is not None and member != "" and not check(member):
                return False
        return True

    return fits


def _list_of(check: Check) -> Check:
    return lambda value: isinstance(value, list) and all(map(check, value))


def _items_with(name: str, check: Check) -> Check:
    item_fits = _object_with({name: check, "_tags": are_texts})
    return _list_of(lambda item: item_fits(item) and name in item)  # type: ignore[operator]  # it is an object


def _related(key: str, needs_path: bool) -> Check:
    """``{key: [items]}``, or a wish that has not been carried out yet (mapping.md 8.1)."""

    def fits(value: JSONValue) -> bool:
        if not isinstance(value, dict) or set(value) != {key}:
            return False
        items = value[key]
        if isinstance(items, dict):
            return len(items) == 1 and OPERATIONS.issuperset(items)
        return isinstance(items, list) and all(_is_related_item(item, needs_path) for item in items)

    return fits


def _is_related_item(item: JSONValue, needs_path: bool) -> bool:
    if not isinstance(item, dict) or not (item.get("_tags") is None or are_texts(item["_tags"])):
        return False
    if needs_path and not isinstance(item.get("path"), str):
        return False
    return is_id(item.get("entity_id"))


def is_id(value: JSONValue) -> bool:
    """A UUID as texts write it, in small letters or large ones."""
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


are_texts: Final = _list_of(is_text)
"""A list of texts."""
_is_address: Final = _object_with(
    {**dict.fromkeys(ADDRESS_TEXTS, is_text), **dict.fromkeys(ADDRESS_DATES, is_date), "country": _is_country}
)
_is_payment: Final = _object_with(
    {
        "type": lambda one: one in PAYMENT_TYPES,
        "data": _object_with(dict.fromkeys(PAYMENT_TEXTS, is_text)),
        "_tags": are_texts,
    }
)

_CHECKS: Final[Mapping[str, Check]] = {
    "string": is_text,
    "number": is_number,
    "boolean": lambda value: isinstance(value, bool),
    "date": is_date,
    "datetime": is_moment,
    "email": _items_with("email", _is_email),
    "phone": _items_with("phone", _is_phone),
    "address": _is_address,
    "addresses": _list_of(_is_address),
    "payment": _is_payment,
    "payments": _list_of(_is_payment),
    "money": is_money,
    "decimal": _is_decimal,
    "currency": _is_currency,
    "relation": _related("$relation", needs_path=False),
    "relations": _related("$relation", needs_path=False),
    "reference": _related("$relation_ref", needs_path=True),
    "strings": are_texts,
    "list": _list_of(_is_object),
    "items": _list_of(_is_object),
    "object": _is_object,
    "totals": _is_object,
    "dated": _items_with("value", is_text),
    "link": _object_with(dict.fromkeys(("type", "title", "href"), is_text)),
    "user": _is_object,
    "consent": _object_with({"topic": is_text, "identifiers": are_texts}),
    "consents": _is_object,
}
"""Kind → its check; an enumeration's depends on its options."""
