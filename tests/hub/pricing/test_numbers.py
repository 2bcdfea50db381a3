"""Numbers that lose nothing on their way in and out."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.pricing.numbers import decimal_text, json_number, number_of, rounded, rounded_to
from hub.pricing.problems import PricingFailed

pytestmark = pytest.mark.once

FRACTIONS = st.fractions(max_denominator=10**6)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**39), max_value=10**39, places=40)
THIRTY_DIGITS = "123456789012345678901234567890"
NO_NUMBERS = [None, True, "", "two", "2,5", "1_000", "٣", "0x10", "NaN", "-Infinity", "1/2", "2\x00", [2], {"a": 2}]
NO_NUMBERS += [float("nan"), float("inf")]
TOO_LONG = ["9" * 41, "0." + "0" * 40 + "1", "1e999", "1" * 200, 10**41, pytest.param(10**5000, id="5000 digits")]


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (2, Fraction(2)),
        (-2.5, Fraction(-5, 2)),
        (0.1, Fraction(1, 10)),
        (1e-07, Fraction(1, 10**7)),
        (1e22, Fraction(10**22)),
        ("2.50", Fraction(5, 2)),
        (" 7 ", Fraction(7)),
        (THIRTY_DIGITS, Fraction(int(THIRTY_DIGITS))),
        (int(THIRTY_DIGITS), Fraction(int(THIRTY_DIGITS))),
    ],
)
def test_json_numbers_and_texts_that_spell_one_are_read_exactly(value: Any, number: Fraction):
    assert number_of(value, "quantity") == number


@pytest.mark.parametrize("value", [*NO_NUMBERS, *TOO_LONG])
def test_everything_else_is_refused_with_the_place(value: Any):
    with pytest.raises(PricingFailed, match=r"^line_items\[3\]\.quantity "):
        number_of(value, "line_items[3].quantity")


def test_a_refusal_shows_a_long_value_shortened():
    with pytest.raises(PricingFailed) as refusal:
        number_of("x" * 10_000, "quantity")
    assert len(refusal.value.message) < 200


@pytest.mark.parametrize(
    ("number", "whole"),
    [("0.5", 1), ("-0.5", -1), ("1.5", 2), ("2.5", 3), ("-2.5", -3), ("2.4999999999", 2), ("0", 0), ("-0.4", 0)],
)
def test_a_half_is_rounded_away_from_zero(number: str, whole: int):
    assert rounded(Fraction(number)) == whole


@given(FRACTIONS)
def test_rounding_moves_a_number_by_half_at_most(number: Fraction):
    assert abs(rounded(number) - number) <= Fraction(1, 2)


@given(FRACTIONS)
def test_rounding_does_not_care_for_the_sign(number: Fraction):
    assert rounded(-number) == -rounded(number)


@given(FRACTIONS, st.integers(0, 12))
def test_rounding_twice_to_the_same_places_changes_nothing_more(number: Fraction, places: int):
    assert rounded_to(rounded_to(number, places), places) == rounded_to(number, places)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Fraction(99), "99.00"),
        (Fraction(-1, 2), "-0.50"),
        (Fraction(9900, 119), "83.193277310924"),
        (Fraction(1, 10**12), "0.000000000001"),
        (Fraction(-1, 10**13), "0.00"),
    ],
)
def test_a_twin_has_two_to_twelve_places(number: Fraction, text: str):
    assert decimal_text(number, 2) == text


def test_a_twin_of_a_currency_without_minor_units_has_no_point():
    assert decimal_text(Fraction(500), 0) == "500"


@given(DECIMALS)
def test_a_decimal_comes_out_as_it_went_in(decimal: Decimal):
    number = number_of(f"{decimal:f}", "quantity")
    assert number_of(json_number(number), "quantity") == number


@pytest.mark.parametrize(
    ("number", "value"),
    [
        (Fraction(2), 2),
        (Fraction(5, 2), 2.5),
        (Fraction(2**53 - 1), 2**53 - 1),
        (Fraction(2**53), "9007199254740992"),
        (Fraction(int(THIRTY_DIGITS)), THIRTY_DIGITS),
    ],
)
def test_what_no_json_number_says_exactly_leaves_as_text(number: Fraction, value: Any):
    assert repr(json_number(number)) == repr(value)
