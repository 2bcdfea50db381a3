"""Which pricing model a line follows, and what one charge comes to."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from hub.pricing.charges import FLAT_FEE, Charge, PricingModel, model_of
from hub.pricing.problems import PricingFailed
from hub.pricing.references import FoundEntity
from tests.hub.pricing.shop import PRICE

pytestmark = pytest.mark.once

PLACE = f"line_items[0].price: price {PRICE}"


def model(*, has_own_amount: bool = False, **attributes: Any) -> PricingModel:
    price = FoundEntity(id=PRICE, attributes=attributes)
    return model_of(price, "line_items[0]", has_own_amount=has_own_amount)


def refusal(**members: Any) -> str:
    with pytest.raises(PricingFailed) as failure:
        model(**members)
    return failure.value.message


def test_a_line_without_a_price_is_priced_per_unit():
    assert model_of(None, "line_items[0]", has_own_amount=False) is PricingModel.PER_UNIT


@pytest.mark.parametrize("name", ["", None])
def test_a_price_that_names_no_model_is_priced_per_unit(name: str | None):
    assert model(pricing_model=name) is PricingModel.PER_UNIT


@pytest.mark.parametrize("name", ["per_unit", "tiered_volume", "tiered_graduated", "tiered_flatfee"])
def test_the_model_is_the_one_that_the_price_names(name: str):
    assert model(pricing_model=name).value == name


@pytest.mark.parametrize("name", ["tiered_graduated", "dynamic_tariff", "external_getag", "by_the_moon"])
def test_an_amount_of_the_line_makes_it_per_unit_whatever_the_price_names(name: str):
    assert model(pricing_model=name, has_own_amount=True) is PricingModel.PER_UNIT


def test_a_dynamic_tariff_asks_for_the_amount_that_the_market_gave():
    assert refusal(pricing_model="dynamic_tariff") == (
        f"{PLACE} has the pricing model dynamic_tariff: what it charges follows prices of the market, which are not "
        "stored here. Give the line its amount in unit_amount_override."
    )


def test_a_price_of_getag_asks_for_the_amount_that_getag_gave():
    assert refusal(pricing_model="external_getag") == (
        f"{PLACE} has the pricing model external_getag: what it charges depends on figures of GetAG, which are not "
        "stored here. Give the line its amount in unit_amount_override."
    )


@pytest.mark.parametrize("has_own_amount", [False, True])
def test_a_composite_price_asks_for_lines_of_its_components(has_own_amount: bool):
    assert refusal(is_composite_price=True, has_own_amount=has_own_amount) == (
        f"{PLACE} has the pricing model composite: each of its components is charged on its own terms. Make a line of "
        "each component."
    )


@pytest.mark.parametrize(("name", "shown"), [("by_the_moon", '"by_the_moon"'), (["per_unit"], '["per_unit"]')])
def test_an_unknown_model_is_refused_with_those_that_are_known(name: Any, shown: str):
    assert refusal(pricing_model=name) == (
        f"{PLACE} has the unknown pricing model {shown}; it must be one of per_unit, tiered_volume, tiered_graduated, "
        "tiered_flatfee."
    )


def test_a_unit_amount_is_due_for_each_unit():
    assert Charge(quantity=Fraction("2.5"), figure=Fraction("0.3")).amount == Fraction("0.75")


def test_a_flat_fee_is_due_once():
    assert Charge(quantity=Fraction("2.5"), figure=Fraction(700), kind=FLAT_FEE).amount == 700
