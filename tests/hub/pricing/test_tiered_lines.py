"""Lines of products whose price has tiers."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.pricing.items import Ready
from hub.pricing.problems import PricingProblem
from tests.hub.pricing.shop import PRICE, Shop, furnished, reference, tiered

pytestmark = pytest.mark.once

ENERGY = [
    {"up_to": 100, "unit_amount": 30, "flat_fee_amount": 500},
    {"up_to": None, "unit_amount_decimal": "0.2855", "flat_fee_amount": 900},
]
MODELS = ["tiered_volume", "tiered_graduated", "tiered_flatfee"]
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-9, 99), st.floats(), st.decimals().map(str), st.sampled_from(["", [1], {}])
)
MEMBERS = st.sampled_from(["up_to", "unit_amount", "unit_amount_decimal", "flat_fee_amount", "flat_fee_amount_decimal"])
AMOUNTS = ("amount_subtotal", "amount_tax", "amount_total")


def only_line(shop: Shop, line: Any) -> Any:
    [item] = shop.attributes(line)["line_items"]
    return item


def figures(item: Any, *names: str) -> list[Any]:
    return [item[name] for name in names]


@pytest.mark.parametrize(
    ("model", "amounts"),
    [
        ("tiered_volume", (2879, 547, 3426)),
        ("tiered_graduated", (3001, 570, 3571)),
        ("tiered_flatfee", (756, 144, 900)),
    ],
)
def test_the_amount_of_tiers_contains_its_tax(shop: Shop, model: str, amounts: tuple[int, ...]):
    item = only_line(tiered(shop, model, ENERGY), reference(quantity=120))
    assert (item["pricing_model"], *figures(item, *AMOUNTS)) == (model, *amounts)


@pytest.mark.parametrize(
    ("model", "amounts"),
    [
        ("tiered_volume", (3426, 651, 4077)),
        ("tiered_graduated", (3571, 678, 4249)),
        ("tiered_flatfee", (900, 171, 1071)),
    ],
)
def test_the_amount_of_tiers_gets_its_tax_on_top(shop: Shop, model: str, amounts: tuple[int, ...]):
    item = only_line(tiered(shop, model, ENERGY, is_tax_inclusive=False), reference(quantity=120))
    assert tuple(figures(item, *AMOUNTS)) == amounts


def test_the_parts_of_a_graduated_line_are_summed_before_they_are_rounded(shop: Shop):
    tiers = [{"up_to": 1, "unit_amount_decimal": "0.004"}, {"unit_amount_decimal": "0.001"}]
    item = only_line(tiered(shop, "tiered_graduated", tiers, tax=None), reference(quantity=2))
    assert (item["amount_total"], item["amount_total_decimal"]) == (1, "0.005")
    assert [part["amount_total"] for part in item["tiers_details"]] == [0, 0]


def test_the_totals_are_those_of_the_line(shop: Shop):
    attributes = tiered(shop, "tiered_graduated", ENERGY).attributes(reference(quantity=120))
    assert figures(attributes, "amount_subtotal", "amount_total", "currency") == [3001, 3571, "EUR"]
    assert attributes["total_details"]["breakdown"]["taxes"] == [
        {"rate": 19, "amount": 570, "amount_decimal": "5.701596638655"}
    ]


@pytest.mark.parametrize(("currency", "amount"), [("JPY", 4), ("EUR", 360), ("KWD", 3600)])
def test_decimal_amounts_of_tiers_are_of_the_currency_of_the_price(shop: Shop, currency: str, amount: int):
    tiers = [{"up_to": 2, "unit_amount_decimal": "1.1"}, {"unit_amount_decimal": "1.4"}]
    item = only_line(tiered(shop, "tiered_graduated", tiers, unit_amount_currency=currency), reference(quantity=3))
    assert item["amount_total"] == amount


def test_a_graduated_line_tells_what_each_tier_charged(shop: Shop):
    item = only_line(tiered(shop, "tiered_graduated", ENERGY), reference(quantity="120.5"))
    assert item["tiers_details"] == [
        {
            "up_to": 100, "quantity": 100, "unit_amount": 30, "unit_amount_decimal": "0.30",
            "amount_subtotal": 2521, "amount_tax": 479, "amount_total": 3000,
            "amount_subtotal_decimal": "25.210084033613", "amount_tax_decimal": "4.789915966387",
            "amount_total_decimal": "30.00",
        },
        {
            "quantity": 20.5, "unit_amount": 29, "unit_amount_decimal": "0.2855",
            "amount_subtotal": 492, "amount_tax": 93, "amount_total": 585,
            "amount_subtotal_decimal": "4.918277310924", "amount_tax_decimal": "0.934472689076",
            "amount_total_decimal": "5.85275",
        },
    ]  # fmt: skip


def test_a_line_of_one_tier_tells_which(shop: Shop):
    [detail] = only_line(tiered(shop, "tiered_volume", ENERGY), reference(quantity=50))["tiers_details"]
    assert figures(detail, "up_to", "quantity", "unit_amount", "amount_total") == [100, 50, 30, 1500]


def test_a_flat_fee_is_told_as_such_with_the_whole_quantity(shop: Shop):
    [detail] = only_line(tiered(shop, "tiered_flatfee", ENERGY), reference(quantity=50))["tiers_details"]
    assert figures(detail, "quantity", "flat_fee_amount", "flat_fee_amount_decimal", "amount_total") == [
        50,
        500,
        "5.00",
        500,
    ]
    assert "unit_amount" not in detail


def test_a_volume_line_has_the_unit_amount_of_its_tier(shop: Shop):
    item = only_line(tiered(shop, "tiered_volume", ENERGY), reference(quantity=120))
    assert figures(item, "quantity", "unit_amount", "unit_amount_decimal") == [120, 29, "0.2855"]


@pytest.mark.parametrize("model", ["tiered_graduated", "tiered_flatfee"])
def test_a_line_whose_units_have_no_common_amount_has_none(shop: Shop, model: str):
    item = only_line(tiered(shop, model, ENERGY), reference(quantity=120))
    assert {"unit_amount", "unit_amount_decimal"} & item.keys() == set()
    assert figures(item, "quantity", "unit_amount_currency") == [120, "EUR"]


def test_a_line_per_unit_tells_of_no_tiers(shop: Shop):
    assert "tiers_details" not in only_line(shop, reference())


def test_nothing_graduated_costs_nothing_and_keeps_its_terms(shop: Shop):
    item = only_line(tiered(shop, "tiered_graduated", ENERGY), reference(quantity=0))
    assert figures(item, "amount_total", "tiers_details", "tax_rate", "billing_period") == [0, [], 19, "monthly"]


def test_an_override_replaces_the_tiers(shop: Shop):
    item = only_line(tiered(shop, "tiered_graduated", ENERGY), reference(quantity=120, unit_amount_override=10))
    assert figures(item, "pricing_model", "unit_amount", "amount_total") == ["per_unit", 10, 1200]
    assert "tiers_details" not in item


def test_an_override_needs_no_tiers_in_order(shop: Shop):
    item = only_line(tiered(shop, "tiered_volume", None), reference(quantity=-2, unit_amount_override=10))
    assert item["amount_total"] == -20


def test_an_override_is_the_amount_that_a_dynamic_tariff_lacks(shop: Shop):
    shop = tiered(shop, "dynamic_tariff", None)
    assert "unit_amount_override" in shop.problem(reference()).message
    assert only_line(shop, reference(quantity=2, unit_amount_override=10))["amount_total"] == 20


def test_a_ready_line_with_its_own_amount_is_priced_per_unit(shop: Shop):
    values = {"price_id": str(PRICE), "quantity": 120, "unit_amount_decimal": "0.10", "tiers_details": [{"old": 1}]}
    item = only_line(tiered(shop, "tiered_volume", ENERGY), Ready(values=values))
    assert figures(item, "pricing_model", "amount_total", "price_id") == ["per_unit", 1200, str(PRICE)]
    assert "tiers_details" not in item


def test_a_ready_line_that_names_its_price_is_priced_by_tiers(shop: Shop):
    values = {"price_id": str(PRICE), "quantity": 120, "tax_rate": 0}
    item = only_line(tiered(shop, "tiered_graduated", ENERGY), Ready(values=values))
    assert figures(item, *AMOUNTS) == [3571, 0, 3571]


def test_tiers_are_not_charged_in_another_currency(shop: Shop):
    values = {"price_id": str(PRICE), "quantity": 1, "unit_amount_currency": "USD"}
    problem = tiered(shop, "tiered_volume", ENERGY).problem(Ready(values=values))
    assert 'is in EUR; its amount cannot be charged in "USD"' in problem.message


def test_the_amount_beside_the_tiers_is_not_looked_at(shop: Shop):
    shop = tiered(shop, "tiered_volume", ENERGY, unit_amount="none", unit_amount_decimal=[])
    assert only_line(shop, reference())["amount_total"] == 30


def test_a_line_item_keeps_no_tiers_that_charged_nothing(shop: Shop):
    assert "tiers" not in only_line(tiered(shop, "tiered_volume", ENERGY), reference())["_price"]


def test_a_line_that_tiers_cannot_price_is_named(shop: Shop):
    problem = tiered(shop, "tiered_volume", ENERGY).problem(reference(unit_amount_override=1), reference(quantity="-1"))
    assert problem.message.startswith(f"line_items[1].price: price {PRICE} has tiers, ")


@given(st.sampled_from(MODELS), st.lists(st.one_of(VALUES, st.dictionaries(MEMBERS, VALUES)), max_size=3), VALUES)
def test_whatever_tiers_contain_ends_in_attributes_that_can_be_stored_or_in_a_problem(
    model: str, tiers: list[Any], quantity: Any
):
    answer = tiered(furnished(), model, tiers).priced(reference(quantity=quantity))
    assert isinstance(answer, PricingProblem) or orjson.loads(orjson.dumps(answer)) == answer
