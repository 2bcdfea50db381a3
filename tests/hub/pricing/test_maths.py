"""Net, tax and gross."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from operator import mul
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.pricing.maths import MOST_RATES, Amounts, Line, Recurrence, amounts_of, totals_of
from hub.pricing.numbers import rounded
from hub.pricing.problems import PricingFailed

pytestmark = pytest.mark.once

RATES = st.sampled_from([Fraction(rate) for rate in ("0", "5", "7", "7.7", "19", "20", "25.5")])
RECURRENCES = st.sampled_from([Recurrence(), Recurrence("recurring", "monthly"), Recurrence("recurring", "yearly")])
DECIMALS = st.decimals(min_value=-(10**6), max_value=10**6, places=4).map(Fraction)
LINES = st.builds(
    Line,
    amount=st.builds(mul, DECIMALS, DECIMALS),
    tax_rate=RATES,
    is_tax_inclusive=st.booleans(),
    recurrence=RECURRENCES,
)


def line(unit_amount: int, quantity: int, rate: int = 19, **others: Any) -> Line:
    return Line(amount=Fraction(unit_amount * quantity), tax_rate=Fraction(rate), **others)


def reported(amounts: Amounts) -> tuple[int, int, int]:
    return rounded(amounts.gross), rounded(amounts.net), rounded(amounts.tax)


@pytest.mark.parametrize(
    ("unit", "quantity", "rate", "figures"),
    [(9900, 1, 19, (9900, 8319, 1581)), (2500, 12, 19, (30000, 25210, 4790)), (999, 3, 7, (2997, 2801, 196))],
)
def test_an_inclusive_amount_contains_its_tax(unit: int, quantity: int, rate: int, figures: tuple[int, int, int]):
    assert reported(amounts_of(line(unit, quantity, rate))) == figures


@pytest.mark.parametrize(
    ("unit", "quantity", "rate", "figures"),
    [(9900, 1, 19, (11781, 9900, 1881)), (999, 3, 7, (3207, 2997, 210))],
)
def test_an_exclusive_amount_gets_its_tax_on_top(unit: int, quantity: int, rate: int, figures: tuple[int, int, int]):
    assert reported(amounts_of(line(unit, quantity, rate, is_tax_inclusive=False))) == figures


def test_a_total_is_the_rounded_sum_of_unrounded_parts():
    lines = [line(5, 1)] * 3
    assert [rounded(amounts_of(each).net) for each in lines] == [4, 4, 4]
    assert rounded(totals_of(lines).all.net) == 13


def test_parts_that_never_end_still_sum_up_to_an_exact_half():
    parts = [replace(line(0, 1), amount=Fraction(amount)) for amount in ("0.1", "0.495")]
    assert rounded(totals_of(parts).all.net) == 1


def test_without_lines_everything_is_zero_and_of_no_currency():
    totals = totals_of([])
    assert (totals.all, totals.by_rate, totals.by_recurrence, totals.currency) == (Amounts(), {}, {}, None)


def test_mixed_currencies_have_no_total():
    with pytest.raises(PricingFailed, match=r"several currencies \(CHF, EUR\)"):
        totals_of([line(1, 1, currency="EUR"), line(1, 1, currency="CHF")])


def test_more_tax_rates_than_any_invoice_has_are_refused():
    with pytest.raises(PricingFailed, match="50 different tax rates"):
        totals_of([line(1, 1, rate) for rate in range(MOST_RATES + 1)])


def test_a_negative_quantity_is_a_credit():
    assert reported(amounts_of(line(9900, -1))) == (-9900, -8319, -1581)


def test_thirty_digits_keep_every_one():
    amount = 123456789012345678901234567890
    assert rounded(amounts_of(line(amount, 3, rate=0)).gross) == 3 * amount


def test_rates_rise_and_recurrences_go_from_once_to_yearly():
    once, yearly, weekly = Recurrence(), Recurrence("recurring", "yearly"), Recurrence("recurring", "weekly")
    totals = totals_of([line(1, 1, 19, recurrence=yearly), line(1, 1, 7), line(1, 1, 0, recurrence=weekly)])
    assert list(totals.by_rate) == [0, 7, 19]
    assert list(totals.by_recurrence) == [once, weekly, yearly]


@given(LINES)
def test_net_and_tax_are_the_gross(each: Line):
    amounts = amounts_of(each)
    assert amounts.net + amounts.tax == amounts.gross
    assert amounts.net * each.tax_rate / 100 == amounts.tax


@given(LINES)
def test_the_stated_amount_is_gross_when_inclusive_and_net_when_not(each: Line):
    amounts = amounts_of(each)
    stated = amounts.gross if each.is_tax_inclusive else amounts.net
    assert stated == each.amount


@given(LINES)
def test_the_reported_figures_of_a_line_miss_each_other_by_one_at_most(each: Line):
    gross, net, tax = reported(amounts_of(each))
    assert abs(net + tax - gross) <= 1


@given(st.lists(LINES, max_size=8))
def test_rates_and_recurrences_each_add_up_to_the_whole(lines: list[Line]):
    totals = totals_of(lines)
    for parts in (totals.by_rate, totals.by_recurrence):
        assert sum(parts.values(), start=Amounts()) == totals.all


@given(st.lists(LINES, max_size=8))
def test_the_order_of_the_lines_does_not_matter(lines: list[Line]):
    there, back = totals_of(lines), totals_of(lines[::-1])
    assert list(there.by_rate.items()) == list(back.by_rate.items())
    assert list(there.by_recurrence.items()) == list(back.by_recurrence.items())


@given(st.lists(LINES, max_size=8))
def test_negative_amounts_give_the_same_figures_with_the_other_sign(lines: list[Line]):
    credit = totals_of([replace(each, amount=-each.amount) for each in lines]).all
    assert reported(credit) == tuple(-figure for figure in reported(totals_of(lines).all))


@given(st.lists(LINES, max_size=8), st.integers(-1000, 1000))
def test_a_multiple_of_every_amount_is_the_multiple_of_the_total(lines: list[Line], factor: int):
    whole = totals_of(lines).all
    scaled = totals_of([replace(each, amount=each.amount * factor) for each in lines]).all
    assert scaled == Amounts(whole.net * factor, whole.tax * factor)
