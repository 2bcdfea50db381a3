"""Currencies: how many digits the minor unit has (ISO 4217), and amounts stated in minor or major units; pure."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from hub.json_text import shown
from hub.json_types import JSONObject
from hub.pricing.numbers import PLACES, number_of, rounded, rounded_to
from hub.pricing.problems import PricingFailed

DEFAULT: Final = "EUR"
_CODE: Final = re.compile(r"[A-Z]{3}", re.ASCII)
_DIGITS: Final = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI"), 0),
    **dict.fromkeys(("VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
"""Where they are not two."""


def currency_of(value: object, at: str) -> str:
    """The code in capital letters; DEFAULT for None. Raises PricingFailed for what is no code of three letters."""
    if value is None:
        return DEFAULT
    code = value.strip().upper() if isinstance(value, str) else ""
    if not _CODE.fullmatch(code):
        raise PricingFailed(f"{at} must be a currency code of three letters such as EUR, not {shown(value)}.")
    return code


def minor_digits(currency: str) -> int:
    """2 for EUR, as 100 cents are one euro."""
    return _DIGITS.get(currency, 2)


def minor_units(values: JSONObject, name: str, digits: int, at: str) -> Fraction:
    """The amount that values state as name, or in major units as its decimal twin, which wins: it has the finer digits.

    Whole minor units are rounded when they are not. Raises PricingFailed for what is no number.
    """
    twin = f"{name}_decimal"
    if twin in values:
        return rounded_to(number_of(values[twin], f"{at}.{twin}"), PLACES) * Fraction(10) ** digits
    return Fraction(rounded(number_of(values.get(name), f"{at}.{name}")))
