"""value_of: the text of a CSV cell as a value of its attribute's type, by rules that are told to whoever fills it in.

Numbers: a point is the decimal point (``1234.5``, ``1.234`` is one and a bit), unless there is a comma, which then is
it, and points before it stand between thousands (``1.234,50``). In a file that is divided by semicolons ``1.234`` may
be either and is refused (refuse_thousands); an export with semicolons writes ``1,234``. Dates: ``2026-01-15``, or day
first, ``15.01.2026``. Moments: as JSON has them, or ``15.01.2026 08:30``, which like any moment without an offset is
kept as it is. Amounts of money are whole minor units: ``123450``, never ``1.234,50``. Yes and no: see YES and NO.
Lists: divided by semicolons, or JSON. Whatever is nested further: JSON.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from hub import strict_json
from hub.entities.schemas.checks import LARGEST_EXACT, is_date, is_moment
from hub.entities.schemas.types import KINDS
from hub.entities.transfer.cells import NUMBERS
from hub.json_types import JSONValue

YES: Final = frozenset({"true", "yes", "ja", "wahr", "1"})
NO: Final = frozenset({"false", "no", "nein", "falsch", "0"})
LONGEST_NUMBER: Final = 300
EXACT_UP_TO: Final = int(LARGEST_EXACT)
"""Whole numbers beyond are kept as text."""
HUNDREDTHS: Final = 2
"""Digits of most currencies after the point."""

_PLAIN: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
_GERMAN: Final = re.compile(r"[+-]?([0-9]+|[0-9]{1,3}(\.[0-9]{3})+),[0-9]+([eE][+-]?[0-9]{1,3})?")
_THOUSANDS: Final = re.compile(r"[+-]?[1-9][0-9]{0,2}(\.[0-9]{3})+")
_GERMAN_DATE: Final = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})(?:[ T]+([0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?))?")
_CLOCK_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}.*")

Parse = Callable[[bytes], JSONValue]
"""The strict decoder of JSON; raises HubError."""


class Unreadable(Exception):
    """A cell that is no value of its attribute's type; the message completes "must be"."""


def value_of(text: str, kind: str, parse: Parse) -> JSONValue:
    """The value of a cell that is not empty. Raises Unreadable, and what parse raises for JSON."""
    reader = _READERS.get(kind)
    if reader is not None:
        return reader(text.strip(), kind)
    if kind in _TEXTS:
        return text
    return _nested(text.strip(), kind, parse)


def refuse_thousands(text: str, kind: str) -> None:
    """Raise Unreadable for a number such as 1.000 or 12.345.678, in a file where a point may divide thousands."""
    bare = text.strip()
    if kind not in NUMBERS or not _THOUSANDS.fullmatch(bare):
        return
    whole = bare.replace(".", "")
    if kind == "money":
        raise Unreadable(f"a whole number of minor units without a point, such as {whole}")
    if bare.count(".") > 1:
        raise Unreadable(f"unambiguous: {whole}, or {bare},0 with a comma")
    decimal = bare.replace(".", ",")
    raise Unreadable(f"unambiguous: {whole} if the point divides thousands, {decimal} if it is the decimal point")


def _number(text: str, kind: str) -> JSONValue:
    plain = pointed(text)
    if plain is None or len(plain) > LONGEST_NUMBER:
        raise Unreadable("a number such as 1234.5 or 1.234,50")
    if float(plain) in (float("inf"), float("-inf")):
        raise Unreadable("a number of less than 309 digits")
    return exact_number(plain)


def exact_number(plain: str) -> JSONValue:
    """The number of JSON that gives the same digits back; where there is none, the digits as a text, as in a mapping.

    plain: what pointed() found.
    """
    exact = Decimal(plain)
    if "." not in plain and abs(exact) <= EXACT_UP_TO and exact == exact.to_integral_value():
        return int(exact)
    number = float(plain)
    has_all = Decimal(repr(number)) == exact and ("." in plain or "e" in plain.lower())
    return number if has_all else plain.lstrip("+")


def parse_exactly(body: bytes) -> JSONValue:
    """JSON whose numbers are kept as those of cells are, in whatever they are nested (exact_number).

    Raises MalformedJSON as the decoder does, and for a number of more than LONGEST_NUMBER characters.
    """
    return strict_json.parse(body, number=_number_of_json)


def _number_of_json(digits: str) -> JSONValue:
    if len(digits) > LONGEST_NUMBER or math.isinf(float(digits)):
        raise strict_json.MalformedJSON(
            f"The body contains a number that is too large or has more than {LONGEST_NUMBER} characters."
        )
    return exact_number(digits)


def amount_of(text: str) -> JSONValue:
    """The amount that a text spells, in minor units. Raises Unreadable, also where it may be meant in major ones."""
    plain = pointed(text)
    if plain is None:
        raise Unreadable(KINDS["money"])
    is_short = "e" not in plain.lower()
    if "." in plain if is_short else Decimal(plain) != Decimal(plain).to_integral_value():
        raise Unreadable(f"a whole number of minor units, such as {_in_minor_units(plain)}")
    return _number(text, "money")


def _in_minor_units(plain: str) -> str:
    """The same amount without its fraction, and how it was written; an example where it has more than two digits."""
    whole, _point, fraction = plain.partition(".")
    digits = fraction.rstrip("0")
    if (not digits.isdigit() and digits) or len(digits) > HUNDREDTHS:
        return "12345 for 123.45"
    return f"{int(whole + digits.ljust(HUNDREDTHS, '0'))} for {whole}.{digits.ljust(HUNDREDTHS, '0')}"


def _money(text: str, kind: str) -> JSONValue:
    return amount_of(text)


def pointed(text: str) -> str | None:
    """The number that a text spells, with a decimal point; None for a text that spells none."""
    if _PLAIN.fullmatch(text):
        return text
    return text.replace(".", "").replace(",", ".") if _GERMAN.fullmatch(text) else None


def _decimal(text: str, kind: str) -> JSONValue:
    plain = pointed(text)
    if plain is None or "e" in plain.lower():
        raise Unreadable("an amount such as 1234.50 or 1.234,50")
    return plain.lstrip("+")


def _boolean(text: str, kind: str) -> JSONValue:
    word = text.lower()
    if word not in YES | NO:
        raise Unreadable("true or false, yes or no, ja or nein")
    return word in YES


def _date(text: str, kind: str) -> JSONValue:
    found = _GERMAN_DATE.fullmatch(text)
    day = text if found is None or found[4] else _day_of(found)
    if not is_date(day):
        raise Unreadable("a date such as 2026-01-15 or 15.01.2026")
    return day


def _moment(text: str, kind: str) -> JSONValue:
    found = _GERMAN_DATE.fullmatch(text)
    moment = text.replace(" ", "T", 1) if _CLOCK_TIME.fullmatch(text) else text
    if found is not None and found[4]:
        hour, rest = found[4].split(":", 1)
        moment = f"{_day_of(found)}T{hour:0>2}:{rest}"
    if not is_moment(moment):
        raise Unreadable("a moment such as 2026-01-15T08:00:00Z or 15.01.2026 08:00")
    return moment


def _day_of(found: re.Match[str]) -> str:
    day, month, year = found[1], found[2], found[3]
    return f"{year}-{month:0>2}-{day:0>2}"


def _nested(text: str, kind: str, parse: Parse) -> JSONValue:
    """JSON; a list of texts or of objects with one text may also be written with semicolons."""
    if text.startswith(("[", "{")):
        return parse(text.encode())
    if kind == "strings":
        return [*_parts(text)]
    if kind in _ITEMS:
        return [{_ITEMS[kind]: part} for part in _parts(text)]
    raise Unreadable(f"{KINDS[kind]}, written as JSON")


def _parts(text: str) -> list[str]:
    return [part for part in map(str.strip, text.split(";")) if part]


_TEXTS: Final = frozenset({"string", "enum", "currency"})
_ITEMS: Final[Mapping[str, str]] = {"email": "email", "phone": "phone", "dated": "value"}
"""Kind of a list of objects → the member that one text stands for."""
_READERS: Final[Mapping[str, Callable[[str, str], JSONValue]]] = {
    "number": _number,
    "money": _money,
    "decimal": _decimal,
    "boolean": _boolean,
    "date": _date,
    "datetime": _moment,
}
