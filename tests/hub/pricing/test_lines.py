"""Custom, referring and ready-made lines become figures, or a sentence that says why not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from hub.pricing.items import Custom, Ready
from tests.hub.pricing.shop import PRICE, PRODUCT, TAX, Shop, reference, relation

pytestmark = pytest.mark.once

OTHER = UUID(int=9)


def custom(**members: Any) -> Custom:
    return Custom(**{"description": "Fee", "quantity": 1, "unit_amount": 9900} | members)


def only_line(shop: Shop, line: Any) -> Any:
    [item] = shop.attributes(line)["line_items"]
    return item


def test_a_custom_line_is_inclusive_of_nothing_in_euros_unless_it_says_otherwise(shop: Shop):
    item = only_line(shop, custom())
    stated = ("unit_amount_currency", "is_tax_inclusive", "tax_rate", "type", "amount_total", "amount_subtotal")
    assert [item[name] for name in stated] == ["EUR", True, 0, "one_time", 9900, 9900]


def test_a_custom_line_can_be_exclusive_of_its_tax(shop: Shop):
    item = only_line(shop, custom(tax_rate=19, is_tax_inclusive=False))
    assert (item["amount_subtotal"], item["amount_tax"], item["amount_total"]) == (9900, 1881, 11781)


def test_texts_of_xml_are_as_good_as_numbers_and_booleans(shop: Shop):
    item = only_line(shop, custom(quantity="3", unit_amount="999", tax_rate="7", is_tax_inclusive="false"))
    assert [item[name] for name in ("quantity", "amount_subtotal", "amount_tax", "amount_total")] == [
        3,
        2997,
        210,
        3207,
    ]


def test_the_decimal_amount_wins_over_whole_cents(shop: Shop):
    item = only_line(shop, custom(unit_amount=1, unit_amount_decimal="0.123456789012", quantity=1000))
    assert (item["amount_total"], item["unit_amount"], item["unit_amount_decimal"]) == (12346, 12, "0.123456789012")


def test_cents_are_rounded_when_they_are_not_whole(shop: Shop):
    assert only_line(shop, custom(unit_amount=99.5, quantity=2))["amount_total"] == 200


def test_a_decimal_amount_counts_twelve_places(shop: Shop):
    item = only_line(shop, custom(unit_amount_decimal="0.1234567890125", quantity=10**12))
    assert (item["unit_amount_decimal"], item["amount_total_decimal"]) == ("0.123456789013", "123456789013.00")


@pytest.mark.parametrize(("currency", "cents"), [("EUR", 150), ("JPY", 2), ("KWD", 1500), (" chf ", 150)])
def test_minor_units_are_those_of_the_currency(shop: Shop, currency: str, cents: int):
    assert only_line(shop, custom(unit_amount_decimal="1.5", currency=currency))["amount_total"] == cents


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"description": None}, "line_items[0].description must be a text, not null."),
        ({"description": {"de": "x"}}, 'line_items[0].description must be a text, not {"de":"x"}.'),
        ({"quantity": None}, "line_items[0].quantity is missing: the value source gave nothing."),
        ({"quantity": "two"}, 'line_items[0].quantity must be a number such as 2 or 2.5, not "two".'),
        ({"quantity": float("nan")}, "line_items[0].quantity must be a number such as 2 or 2.5, not NaN."),
        ({"unit_amount": None}, "line_items[0].unit_amount is missing: the value source gave nothing."),
        ({"unit_amount_decimal": "1,5"}, "line_items[0].unit_amount_decimal must be a number such as"),
        ({"currency": "€"}, "line_items[0].unit_amount_currency must be a currency code of three letters"),
        ({"tax_rate": -1}, "line_items[0].tax_rate must not be negative: -1."),
        ({"tax_rate": "19 %"}, "line_items[0].tax_rate must be a number"),
        ({"is_tax_inclusive": "no"}, 'line_items[0].is_tax_inclusive must be true or false, not "no".'),
        ({"type": "often"}, 'line_items[0].type must be one_time or recurring, not "often".'),
        ({"type": "recurring"}, "line_items[0].billing_period must be one of weekly, monthly,"),
        ({"type": "recurring", "billing_period": ["monthly"]}, "line_items[0].billing_period must be one of"),
    ],
)
def test_a_bad_member_is_named_with_its_value(shop: Shop, members: dict[str, Any], message: str):
    problem = shop.problem(custom(**members))
    assert problem.message.startswith(message)
    assert not problem.may_retry


def test_a_numeric_description_becomes_text(shop: Shop):
    assert only_line(shop, custom(description=4711))["description"] == "4711"


def test_a_reference_takes_amount_period_tax_and_description_from_the_price(shop: Shop):
    item = only_line(shop, reference(quantity=2))
    taken = ("unit_amount", "type", "billing_period", "tax_rate", "description", "amount_total", "amount_subtotal")
    assert [item[name] for name in taken] == [9900, "recurring", "monthly", 19, "Home", 19800, 16639]


def test_a_reference_names_its_entities(shop: Shop):
    item = only_line(shop, reference())
    assert [item[name] for name in ("product_id", "price_id", "tax_id")] == [str(PRODUCT), str(PRICE), str(TAX)]


def test_a_line_item_keeps_what_was_charged_and_nothing_else_of_its_entities(shop: Shop):
    item = only_line(shop, reference())
    assert item["_product"] == {"_id": str(PRODUCT), "name": "Home tariff", "code": "HOME"}
    assert item["_tax"] == {"_id": str(TAX), "rate": 19, "description": "VAT"}
    assert "external_id" not in item["_price"]


def test_overrides_replace_amount_and_description_and_leave_the_rest(shop: Shop):
    item = only_line(shop, reference(unit_amount_override=5000, description_override="Special"))
    assert [item[name] for name in ("amount_total", "unit_amount_decimal", "description", "tax_rate")] == [
        5000,
        "50.00",
        "Special",
        19,
    ]


def test_an_override_of_zero_is_an_amount(shop: Shop):
    assert only_line(shop, reference(unit_amount_override=0))["amount_total"] == 0


def test_a_price_without_description_is_called_like_its_product(shop: Shop):
    shop.add("price", PRICE, unit_amount=1)
    assert only_line(shop, reference())["description"] == "Home tariff"


def test_a_price_without_amount_is_refused(shop: Shop):
    shop.add("price", PRICE, description="Home")
    assert "unit_amount is missing" in shop.problem(reference()).message


def test_a_ready_line_is_used_as_it_is(shop: Shop):
    item = only_line(shop, Ready(values={"price_id": str(PRICE), "quantity": 2, "metadata": {"a": 1}}))
    assert (item["amount_total"], item["metadata"], item["price_id"]) == (19800, {"a": 1}, str(PRICE))


def test_what_a_ready_line_states_wins_over_the_price(shop: Shop):
    values = {"price_id": str(PRICE), "quantity": 1, "unit_amount": 700, "tax_rate": 7, "type": "one_time"}
    item = only_line(shop, Ready(values=values))
    assert [item["amount_total"], item["tax_rate"], item["type"], "tax_id" in item] == [700, 7, "one_time", False]


def test_a_ready_line_without_ids_is_priced_as_a_custom_one(shop: Shop):
    values = {"description": "Fee", "quantity": 2, "unit_amount": 150, "currency": "CHF"}
    assert only_line(shop, Ready(values=values))["unit_amount_currency"] == "CHF"


def test_a_ready_line_with_its_own_amount_needs_no_price_of_its_product(shop: Shop):
    shop.add("product", PRODUCT, code="HOME", price_options=relation())
    values = {"product_id": str(PRODUCT), "description": "Fee", "quantity": 1, "unit_amount": 150}
    assert only_line(shop, Ready(values=values))["product_id"] == str(PRODUCT)


def test_the_amount_of_a_price_is_not_charged_in_another_currency(shop: Shop):
    values = {"price_id": str(PRICE), "quantity": 1, "unit_amount_currency": "USD"}
    assert 'is in EUR; its amount cannot be charged in "USD"' in shop.problem(Ready(values=values)).message


@pytest.mark.parametrize("values", [None, 7, "P1", [{}]])
def test_a_ready_line_that_is_no_object_is_refused(shop: Shop, values: Any):
    assert shop.problem(Ready(values=values)).message.startswith("line_items[0] must be an object, not ")


def test_an_id_that_is_none_of_the_store_is_refused(shop: Shop):
    problem = shop.problem(Ready(values={"price_id": "P1", "quantity": 1}))
    assert problem.message == 'line_items[0].price_id must be the id of an entity, not "P1".'


def test_an_id_of_the_store_that_is_not_there_is_refused(shop: Shop):
    problem = shop.problem(Ready(values={"price_id": str(OTHER), "quantity": 1}))
    assert problem.message == f"line_items[0].price: the price with _id {OTHER} does not exist."
