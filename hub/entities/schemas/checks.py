"""check_of: whether a value fits a type, one small function per kind; pure."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Final
from uuid import UUID

from hub.entities.schemas.types import AttributeType
from hub.entities.values import OPERATIONS
from hub.json_types import JSONObject, JSONValue

Check = Callable[[JSONValue], bool]

_NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_DECIMAL: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2})?"
)
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+")
_PHONE: Final = re.compile(r"[^\W_]*[0-9]")
_COUNTRY: Final = re.compile(r"[A-Za-z]{2}")
_CURRENCY: Final = re.compile(r"[A-Z]{3}")

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


def _is_address(value: JSONValue) -> bool:
    return (
        isinstance(value, dict)
        and all(_is_empty_or(is_text, value, name) for name in ADDRESS_TEXTS)
        and all(_is_empty_or(is_date, value, name) for name in ADDRESS_DATES)
        and _is_empty_or(lambda one: isinstance(one, str) and bool(_COUNTRY.fullmatch(one)), value, "country")
    )


def _is_payment(value: JSONValue) -> bool:
    if not isinstance(value, dict) or not _is_empty_or(lambda one: one in PAYMENT_TYPES, value, "type"):
        return False
    account = value.get("data") or {}
    return isinstance(account, dict) and all(_is_empty_or(is_text, account, name) for name in PAYMENT_TEXTS)


def _is_empty_or(check: Check, container: JSONObject, name: str) -> bool:
    member = container.get(name)
    return member is None or member == "" or check(member)


def _is_link(value: JSONValue) -> bool:
    return isinstance(value, dict) and all(_is_empty_or(is_text, value, name) for name in ("type", "title", "href"))


def _is_consent(value: JSONValue) -> bool:
    return isinstance(value, dict) and _is_empty_or(is_text, value, "topic") and _has_texts(value, "identifiers")


def _has_texts(container: JSONObject, name: str) -> bool:
    return _is_empty_or(_list_of(is_text), container, name)


def _list_of(check: Check) -> Check:
    return lambda value: isinstance(value, list) and all(map(check, value))


def _items_with(name: str, check: Check) -> Check:
    def fits(item: JSONValue) -> bool:
        return isinstance(item, dict) and name in item and _is_empty_or(check, item, name) and _has_texts(item, "_tags")

    return _list_of(fits)


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
    if not isinstance(item, dict) or not _has_texts(item, "_tags"):
        return False
    if needs_path and not isinstance(item.get("path"), str):
        return False
    return _is_id(item.get("entity_id"))


def _is_id(value: JSONValue) -> bool:
    try:
        UUID(value if isinstance(value, str) else "")
    except ValueError:
        return False
    return True


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
    "money": is_number,
    "decimal": _is_decimal,
    "currency": _is_currency,
    "relation": _related("$relation", needs_path=False),
    "relations": _related("$relation", needs_path=False),
    "reference": _related("$relation_ref", needs_path=True),
    "strings": _list_of(is_text),
    "list": _list_of(_is_object),
    "items": _list_of(_is_object),
    "object": _is_object,
    "totals": _is_object,
    "dated": _items_with("value", is_text),
    "link": _is_link,
    "user": _is_object,
    "consent": _is_consent,
    "consents": _is_object,
}
"""Kind → its check; an enumeration's depends on its options."""
