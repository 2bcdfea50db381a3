"""The attributes that pricing gives to an entity."""

from __future__ import annotations

import msgspec
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.pricing.items import RESULTS, Custom, Item, Pricing, Ready, pricing_of
from hub.pricing.problems import PricingProblem
from hub.pricing.result import priced
from tests.hub.pricing.shop import PRICE, PRODUCT, Shop, furnished, reference, target

pytestmark = pytest.mark.once

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals().map(str),
    st.sampled_from(["", "monthly", "recurring", "EUR", "usd", [1], {"a": 1}, "1e39", str(PRICE), str(PRODUCT)]),
)
NAMES = [*Custom.__struct_fields__, "product_id", "price_id", "unit_amount_override", "description_override"]
ORDINARY = {"description": "Fee", "quantity": 2, "unit_amount": 150, "tax_rate": 19}


def fee(amount: int = 5, **members: object) -> Custom:
    return Custom(description="Fee", quantity=1, unit_amount=amount, tax_rate=19, **members)  # type: ignore[arg-type]


def test_the_results_have_their_own_names_by_default(shop: Shop):
    assert list(shop.attributes(fee())) == list(RESULTS)


def test_a_result_goes_to_the_attribute_that_the_configuration_names(shop: Shop):
    attributes = shop.attributes(fee(), amount_total="installment_amount")
    assert attributes["installment_amount"] == 5
    assert "amount_total" not in attributes


def test_a_result_without_a_name_is_kept_back(shop: Shop):
    suppressed = dict.fromkeys(RESULTS[1:])
    assert list(shop.attributes(fee(), **suppressed)) == ["line_items"]


def test_totals_are_rounded_once(shop: Shop):
    attributes = shop.attributes(fee(), fee(), fee())
    assert [item["amount_subtotal"] for item in attributes["line_items"]] == [4, 4, 4]
    assert (attributes["amount_subtotal"], attributes["amount_total"]) == (13, 15)


def test_the_breakdown_is_per_tax_rate_and_per_recurrence(shop: Shop):
    details = shop.attributes(reference(), fee(119))["total_details"]
    assert details["amount_tax"] == 1600
    assert details["breakdown"]["taxes"] == [{"rate": 19, "amount": 1600, "amount_decimal": "15.996722689076"}]
    assert [
        (part["type"], part.get("billing_period"), part["amount_subtotal"], part["amount_tax"], part["amount_total"])
        for part in details["breakdown"]["recurrences"]
    ] == [("one_time", None, 100, 19, 119), ("recurring", "monthly", 8319, 1581, 9900)]


def test_a_line_item_has_decimal_twins_with_up_to_twelve_places(shop: Shop):
    [item] = shop.attributes(reference())["line_items"]
    twins = ("amount_subtotal_decimal", "amount_tax_decimal", "amount_total_decimal")
    assert [item[name] for name in twins] == ["83.193277310924", "15.806722689076", "99.00"]


def test_without_lines_there_are_zero_totals_and_no_currency(shop: Shop):
    assert shop.attributes() == {
        "line_items": [],
        "amount_subtotal": 0,
        "amount_total": 0,
        "total_details": {"amount_tax": 0, "breakdown": {"taxes": [], "recurrences": []}},
    }


def test_one_bad_line_leaves_nothing_priced(shop: Shop):
    assert shop.problem(reference(), reference(product=target(code="GARDEN"))).message.startswith("line_items[1]")


def test_mixed_currencies_are_a_problem(shop: Shop):
    assert "several currencies" in shop.problem(fee(), fee(currency="CHF")).message


def test_amounts_beyond_what_json_numbers_say_exactly_are_texts(shop: Shop):
    attributes = shop.attributes(Custom(description="Fee", quantity="3", unit_amount="1" * 30))
    assert attributes["amount_total"] == "3" * 30


def test_the_same_purchase_is_priced_the_same_whatever_else_is_said_about_the_product(shop: Shop):
    before = shop.attributes(reference())
    [product] = [key for key in shop.entities if key[0] == "product"]
    shop.add(*product, **shop.entities[product].attributes, feature="New words")
    assert shop.attributes(reference()) == before


@pytest.mark.parametrize("line", [reference(price=target("price", external_id="P1")), fee(), Ready(values={"a": [1]})])
def test_a_pricing_survives_the_way_from_the_mapping_child(line: Item):
    pricing = Pricing(lines=(line,), results={"currency": None}, on_error="warn")
    assert msgspec.json.decode(msgspec.json.encode(pricing), type=Pricing) == pricing


def test_the_pricing_of_an_update_is_read_as_the_mapping_wrote_it(shop: Shop):
    product = {"schema": "product", "identifiers": {"code": "HOME"}, "types": {}, "missing": []}
    pricing = pricing_of(
        {
            "config": {"items": []},
            "data": [{}, {}],
            "lines": [
                {"kind": "custom", "description": "Fee", "quantity": 1, "unit_amount": 100, "currency": "EUR"},
                {"kind": "reference", "product": product, "quantity": 2},
            ],
            "results": {"line_items": "line_items", "currency": None},
            "on_error": "warn",
            "problem": "",
        }
    )
    attributes = priced(pricing, shop.answer(pricing.lines))
    assert isinstance(attributes, dict)
    assert (pricing.on_error, attributes["amount_total"], "currency" in attributes) == ("warn", 19900, False)


def test_a_problem_of_the_mapping_is_the_problem_of_the_pricing():
    pricing = Pricing(lines=(), problem="pricing has 2 items for 3 pieces of data")
    assert priced(pricing, {}) == PricingProblem("pricing has 2 items for 3 pieces of data")


@given(st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=3))
def test_whatever_a_line_contains_ends_in_attributes_that_can_be_stored_or_in_a_problem(values: dict[str, object]):
    line = Ready(values=ORDINARY | values)
    answer = priced(Pricing(lines=(line,)), furnished().answer([line]))
    assert isinstance(answer, PricingProblem) or orjson.loads(orjson.dumps(answer)) == answer
