"""Which tiers of a price a quantity reaches, and what they charge for it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.json_types import JSONObject
from hub.pricing.charges import FLAT_FEE, Charge, PricingModel
from hub.pricing.numbers import json_number
from hub.pricing.problems import PricingFailed
from hub.pricing.references import FoundEntity
from hub.pricing.tiers import MOST_TIERS, tier_charges
from tests.hub.pricing.shop import PRICE

pytestmark = pytest.mark.once

VOLUME, GRADUATED, FLAT = PricingModel.VOLUME, PricingModel.GRADUATED, PricingModel.FLAT_FEE
TIERED = (VOLUME, GRADUATED, FLAT)
PLACE = f"line_items[0].price: price {PRICE}"

ENERGY = [
    {"up_to": 100, "unit_amount": 30, "flat_fee_amount": 500},
    {"up_to": 250.5, "unit_amount": 28, "flat_fee_amount": 900},
    {"unit_amount": 25, "flat_fee_amount": 1500},
]
"""30 cents up to 100, 28 up to 250.5, then 25."""

DECIMALS = st.decimals(min_value=0, max_value=10**6, places=4).map(Fraction)
AMOUNTS = st.integers(-(10**6), 10**6)
BOUNDS = st.lists(DECIMALS, unique=True, max_size=6).map(sorted)


def charges(model: PricingModel, quantity: Any, tiers: Any = ENERGY, digits: int = 2) -> tuple[Charge, ...]:
    price = FoundEntity(id=PRICE, attributes={"tiers": tiers})
    return tier_charges(model, price, Fraction(quantity), digits, "line_items[0]")


def amount(model: PricingModel, quantity: Any, tiers: Any = ENERGY, digits: int = 2) -> Fraction:
    return sum((charge.amount for charge in charges(model, quantity, tiers, digits)), start=Fraction(0))


def refusal(model: PricingModel, quantity: Any, tiers: Any) -> str:
    with pytest.raises(PricingFailed) as failure:
        charges(model, quantity, tiers)
    assert not failure.value.may_retry
    return failure.value.message


def priced(bounds: list[Fraction], amounts: list[int]) -> list[JSONObject]:
    """One tier more than bounds, so that the last has no end."""
    ends = [*map(json_number, bounds), None]
    return [{"up_to": end, "unit_amount": each} for end, each in zip(ends, amounts, strict=True)]


@pytest.mark.parametrize(
    ("quantity", "total"),
    [("0", 0), ("99.5", 2985), ("100", 3000), ("100.0001", "2800.0028"), ("250.5", 7014), ("300", 7500)],
)
def test_volume_prices_the_whole_quantity_at_the_amount_of_its_tier(quantity: str, total: int | str):
    assert amount(VOLUME, quantity) == Fraction(total)


@pytest.mark.parametrize(
    ("quantity", "total"),
    [("0", 0), ("99.5", 2985), ("100", 3000), ("100.0001", "3000.0028"), ("250.5", 7214), ("300.1", 8454)],
)
def test_graduated_prices_each_part_at_the_amount_of_its_own_tier(quantity: str, total: int | str):
    assert amount(GRADUATED, quantity) == Fraction(total)


@pytest.mark.parametrize(("quantity", "fee"), [("0", 500), ("100", 500), ("100.0001", 900), ("251", 1500)])
def test_a_flat_fee_is_that_of_the_tier_whatever_the_quantity_within_it(quantity: str, fee: int):
    assert amount(FLAT, quantity) == fee


def test_a_graduated_quantity_is_told_tier_by_tier():
    parts = [(charge.quantity, charge.figure, charge.up_to) for charge in charges(GRADUATED, "300")]
    assert parts == [(100, 30, 100), (Fraction("150.5"), 28, Fraction("250.5")), (Fraction("49.5"), 25, None)]


def test_tiers_beyond_a_graduated_quantity_charge_nothing():
    assert [charge.up_to for charge in charges(GRADUATED, "100")] == [100]


def test_nothing_graduated_is_charged_by_no_tier():
    assert charges(GRADUATED, 0) == ()


def test_a_volume_is_one_charge_of_its_tier():
    assert charges(VOLUME, 120) == (Charge(quantity=Fraction(120), figure=Fraction(28), up_to=Fraction("250.5")),)


def test_a_flat_fee_is_one_charge_for_the_whole_quantity():
    fee = Charge(quantity=Fraction(120), figure=Fraction(900), kind=FLAT_FEE, up_to=Fraction("250.5"))
    assert charges(FLAT, 120) == (fee,)


def test_a_first_tier_up_to_zero_says_what_nothing_costs():
    assert amount(FLAT, 0, [{"up_to": 0, "flat_fee_amount": 0}, {"flat_fee_amount": 500}]) == 0


@pytest.mark.parametrize(("digits", "total"), [(0, "4.5"), (2, "450"), (3, "4500")])
def test_a_decimal_amount_is_in_major_units_of_the_currency(digits: int, total: str):
    assert amount(VOLUME, 3, [{"unit_amount": 7, "unit_amount_decimal": "1.5"}], digits) == Fraction(total)


def test_a_decimal_fee_wins_over_whole_cents():
    assert amount(FLAT, 3, [{"flat_fee_amount": 7, "flat_fee_amount_decimal": "9.999"}]) == Fraction("999.9")


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_member_without_a_value_is_as_one_left_out(nothing: str | None):
    tier = {"up_to": nothing, "unit_amount": 7, "unit_amount_decimal": nothing}
    assert amount(VOLUME, 3, [tier]) == 21


def test_texts_of_xml_are_as_good_as_numbers():
    assert amount(GRADUATED, 3, [{"up_to": "2", "unit_amount": "10"}, {"unit_amount_decimal": "0.05"}]) == 25


def test_whole_cents_are_rounded_when_they_are_not_whole():
    assert amount(VOLUME, 2, [{"unit_amount": 99.5}]) == 200


@pytest.mark.parametrize("tiers", [None, [], {"up_to": 1}, "none"])
def test_a_price_without_a_list_of_tiers_is_refused(tiers: Any):
    assert refusal(VOLUME, 1, tiers).startswith(
        f"{PLACE} needs tiers, a list of objects with up_to and an amount, not "
    )


@pytest.mark.parametrize("model", TIERED)
@pytest.mark.parametrize(
    ("tiers", "message"),
    [
        ([7], "tiers[0] must be an object with up_to and an amount, not 7."),
        ([{"up_to": "many"}], 'tiers[0].up_to must be a number such as 2 or 2.5, not "many".'),
        ([{"up_to": True}], "tiers[0].up_to must be a number such as 2 or 2.5, not true."),
        ([{"up_to": -1}], "tiers[0].up_to must not be negative: -1."),
        ([{}, {"up_to": 9}], "tiers[0].up_to is missing: only the last tier may go on without an end."),
        ([{"up_to": 9}, {}, {}], "tiers[1].up_to is missing: only the last tier may go on without an end."),
        (
            [{"up_to": 9}, {"up_to": 2.5}],
            "tiers[1].up_to is 2.5, but the tier before ends at 9: each must end above the one before.",
        ),
        (
            [{"up_to": 0}, {"up_to": 0}],
            "tiers[1].up_to is 0, but the tier before ends at 0: each must end above the one before.",
        ),
    ],
)
def test_a_bound_that_is_none_is_refused_with_its_place(model: PricingModel, tiers: Any, message: str):
    assert refusal(model, 1, tiers) == f"{PLACE}, {message}"


def test_a_bound_is_checked_in_tiers_beyond_the_quantity_too():
    assert ", tiers[1].up_to must be a number" in refusal(GRADUATED, 1, [ENERGY[0], {"up_to": "x"}])


@pytest.mark.parametrize(("model", "kind"), [(VOLUME, "unit_amount"), (GRADUATED, "unit_amount"), (FLAT, FLAT_FEE)])
def test_a_tier_without_the_amount_it_charges_is_refused(model: PricingModel, kind: str):
    other = {"unit_amount", FLAT_FEE} - {kind}
    assert refusal(model, 5, [{"up_to": 9, **dict.fromkeys(other, 1)}]) == (
        f"{PLACE}, tiers[0] has neither {kind} nor {kind}_decimal: give it one of them."
    )


def test_an_amount_that_is_no_number_is_refused_with_its_place():
    assert refusal(GRADUATED, 120, [{"up_to": 100, "unit_amount": 1}, {"unit_amount": [2]}]) == (
        f"{PLACE}, tiers[1].unit_amount must be a number such as 2 or 2.5, not [2]."
    )


@pytest.mark.parametrize("model", TIERED)
def test_amounts_of_tiers_that_charge_nothing_are_not_looked_at(model: PricingModel):
    tiers = [{**ENERGY[0]}, {"up_to": 200, "display_mode": "on_request"}, {"unit_amount": "x"}]
    assert amount(model, 100, tiers) == amount(model, 100)


@pytest.mark.parametrize("model", TIERED)
def test_a_quantity_beyond_the_last_tier_is_refused(model: PricingModel):
    assert refusal(model, "250.6", ENERGY[:2]) == (
        f"{PLACE} has no tier for a quantity of 250.6: its last one ends at 250.5. Leave up_to out there, or add a "
        "tier."
    )


@pytest.mark.parametrize("model", TIERED)
def test_a_quantity_that_is_given_back_is_refused(model: PricingModel):
    assert refusal(model, "-0.5", ENERGY) == (
        f"{PLACE} has tiers, which do not say what a quantity of -0.5 gives back. Give the line its amount in "
        "unit_amount_override."
    )


def test_a_hundred_tiers_are_priced():
    assert amount(GRADUATED, 500, priced([Fraction(n) for n in range(1, MOST_TIERS)], [1] * MOST_TIERS)) == 500


def test_more_tiers_than_any_tariff_has_are_refused():
    assert refusal(VOLUME, 1, [{}] * (MOST_TIERS + 1)) == f"{PLACE} has 101 tiers; it must have 100 at most."


@given(BOUNDS, DECIMALS, AMOUNTS)
def test_tiers_of_one_amount_are_that_amount_per_unit(bounds: list[Fraction], quantity: Fraction, each: int):
    tiers = priced(bounds, [each] * (len(bounds) + 1))
    assert amount(GRADUATED, quantity, tiers) == amount(VOLUME, quantity, tiers) == quantity * each


@given(BOUNDS, DECIMALS, st.data())
def test_the_parts_of_a_graduated_quantity_are_the_whole(bounds: list[Fraction], quantity: Fraction, data: Any):
    tiers = priced(bounds, data.draw(st.lists(AMOUNTS, min_size=len(bounds) + 1, max_size=len(bounds) + 1)))
    parts = charges(GRADUATED, quantity, tiers)
    assert sum(part.quantity for part in parts) == quantity
    assert all(part.quantity > 0 for part in parts)


@given(BOUNDS, DECIMALS, st.data())
def test_a_graduated_amount_grows_by_the_last_tiers_alone(bounds: list[Fraction], more: Fraction, data: Any):
    """At the end of every tier the next one takes over with what lies above, and what lies below costs as before."""
    amounts = data.draw(st.lists(AMOUNTS, min_size=len(bounds) + 1, max_size=len(bounds) + 1))
    tiers, end = priced(bounds, amounts), bounds[-1] if bounds else Fraction(0)
    assert amount(GRADUATED, end + more, tiers) == amount(GRADUATED, end, tiers) + more * amounts[-1]


@given(DECIMALS, DECIMALS, AMOUNTS, AMOUNTS)
def test_a_volume_grows_evenly_within_a_tier(here: Fraction, there: Fraction, below: int, each: int):
    """Both quantities above the bound of the tier before."""
    tiers = priced([Fraction(5)], [below, each])
    less, more = here + Fraction("5.0001"), there + Fraction("5.0001")
    assert amount(VOLUME, more, tiers) - amount(VOLUME, less, tiers) == (more - less) * each


@given(BOUNDS, DECIMALS)
def test_a_flat_fee_is_charged_once(bounds: list[Fraction], quantity: Fraction):
    tiers = [{"up_to": bound["up_to"], FLAT_FEE: 700} for bound in priced(bounds, [0] * (len(bounds) + 1))]
    assert amount(FLAT, quantity, tiers) == 700
