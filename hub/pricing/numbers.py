"""Numbers without loss: JSON values to exact fractions and back; pure."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Final

from hub.json_text import shown
from hub.json_types import JSONValue
from hub.pricing.problems import PricingFailed

MOST_DIGITS: Final = 40
"""Digits on each side of the point. More is no amount of anything, and the work grows with them."""
LONGEST_TEXT: Final = 100
SAFE_INTEGER: Final = 2**53 - 1
"""Whole numbers beyond travel as text, as they reach the mapping (engine rule 2.2)."""
PLACES: Final = 12
"""Places of a decimal twin (mapping.md 12.9)."""

_SPELLED: Final = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d{1,3})?", re.ASCII)


def number_of(value: object, at: str) -> Fraction:
    """The number that a JSON number or a text is; at names the value in messages.

    XML has no numbers and large ones arrive as text, hence the texts. Raises PricingFailed for anything else: nothing,
    true, not a number, infinity, a text such as "two" or "2,5".
    """
    if value is None:
        raise PricingFailed(f"{at} is missing: the value source gave nothing.")
    text = value.strip() if isinstance(value, str) else shown(value, LONGEST_TEXT)
    if isinstance(value, bool) or len(text) > LONGEST_TEXT or not _SPELLED.fullmatch(text):
        raise PricingFailed(f"{at} must be a number such as 2 or 2.5, not {shown(value)}.")
    decimal = Decimal(text)
    if decimal and (decimal.adjusted() >= MOST_DIGITS or _places(decimal) > MOST_DIGITS):
        raise PricingFailed(f"{at} has more than {MOST_DIGITS} digits before or after the point: {shown(value)}.")
    return Fraction(decimal)


def _places(decimal: Decimal) -> int:
    exponent = decimal.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def rounded(number: Fraction) -> int:
    """The nearest whole number; half away from zero (mapping.md 12.9)."""
    whole = (2 * abs(number.numerator) + number.denominator) // (2 * number.denominator)
    return whole if number >= 0 else -whole


def rounded_to(number: Fraction, places: int) -> Fraction:
    """The nearest number with so many places; half away from zero."""
    scale = 10**places
    return Fraction(rounded(number * scale), scale)


def decimal_text(number: Fraction, least: int) -> str:
    """number with up to PLACES places, rounded, and no fewer than least: ``"83.193277310924"``, ``"99.00"``."""
    return _spelled(number, PLACES, least)


def _spelled(number: Fraction, places: int, least: int) -> str:
    digits = rounded(number * 10**places)
    whole, rest = divmod(abs(digits), 10**places)
    decimals = f"{rest:0{places}}".rstrip("0").ljust(least, "0")
    sign = "-" if digits < 0 else ""
    return f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}"


def json_integer(number: int) -> JSONValue:
    """number, as text beyond SAFE_INTEGER."""
    return number if abs(number) <= SAFE_INTEGER else str(number)


def json_number(number: Fraction) -> JSONValue:
    """A JSON number where one can say it exactly, else a text with every digit. For decimal fractions only."""
    if number.denominator == 1:
        return json_integer(number.numerator)
    text = _spelled(number, MOST_DIGITS, 0)
    nearest = float(text)
    return nearest if Fraction(Decimal(repr(nearest))) == number else text
