"""Which products, prices and taxes are looked up, and which are meant."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from hub.pricing.items import Custom, Ready, Target
from hub.pricing.references import Identity, wanted
from tests.hub.pricing.shop import PRICE, PRODUCT, TAX, Shop, reference, relation, target

pytestmark = pytest.mark.once

OTHER = UUID(int=9)


def test_first_the_product_is_wanted_and_nothing_twice():
    assert wanted([reference(), reference(quantity=2)]) == [Identity("product", (("code", "HOME"),))]


def test_all_identifiers_of_a_target_are_one_question():
    [identity] = wanted([reference(product=target(region="north", code="HOME"))])
    assert identity.identifiers == (("code", "HOME"), ("region", "north"))


def test_prices_and_taxes_are_wanted_in_two_more_rounds(shop: Shop):
    found = shop.answer([reference()] * 3)
    assert (shop.rounds, {identity.schema for identity in found}) == (3, {"product", "price", "tax"})


def test_a_named_price_needs_no_price_options(shop: Shop):
    shop.answer([reference(price=target("price", external_id="P1"))])
    assert shop.rounds == 2


def test_a_named_price_alone_wants_no_other_of_its_product(shop: Shop):
    shop.add("product", PRODUCT, code="HOME", price_options=relation(OTHER))
    found = shop.answer([reference(price=target("price", external_id="P1"))])
    assert str(OTHER) not in str(list(found))


def test_custom_lines_want_nothing():
    assert wanted([Custom(description="Fee", quantity=1, unit_amount=1)]) == []


def test_ready_lines_want_what_their_ids_name():
    wishes = wanted([Ready(values={"product_id": str(PRODUCT), "price_id": str(PRICE)})])
    assert wishes == [
        Identity(schema, (("_id", str(one)),)) for schema, one in (("price", PRICE), ("product", PRODUCT))
    ]


@pytest.mark.parametrize("line", [Ready(values=7), Ready(values={"price_id": "P1"}), Ready(values={"price_id": 3})])
def test_lines_without_usable_ids_want_nothing(line: Ready):
    assert wanted([line]) == []


def test_an_unknown_product_may_come_later(shop: Shop):
    problem = shop.problem(reference(product=target(code="GARDEN")))
    assert (problem.message, problem.may_retry) == (
        "line_items[0].product: the product with code GARDEN does not exist.",
        True,
    )


def test_a_product_in_the_recycle_bin_is_not_sold(shop: Shop):
    shop.add("product", PRODUCT, code="HOME", is_deleted=True)
    assert "recycle bin" in shop.problem(reference()).message


def test_a_live_product_wins_over_a_deleted_one_of_the_same_code(shop: Shop):
    shop.add("product", OTHER, code="HOME", is_deleted=True)
    assert shop.attributes(reference())["amount_total"] == 9900


def test_several_products_of_one_code_are_a_problem_that_no_retry_mends(shop: Shop):
    shop.add("product", OTHER, code="HOME")
    problem = shop.problem(reference())
    assert str(OTHER) in problem.message
    assert not problem.may_retry


def test_an_empty_identifier_is_named(shop: Shop):
    empty = Target(schema="product", identifiers={}, missing=("code",))
    assert "no value for the identifier code" in shop.problem(reference(product=empty)).message


def test_a_product_with_two_active_prices_needs_one_named(shop: Shop):
    shop.add("price", OTHER, active=True)
    shop.add("product", PRODUCT, code="HOME", price_options=relation(PRICE, OTHER))
    problem = shop.problem(reference())
    assert "several active prices" in problem.message
    assert str(OTHER) in problem.message


def test_the_active_one_of_two_prices_is_taken(shop: Shop):
    shop.add("price", OTHER, active=False, unit_amount=1)
    shop.add("product", PRODUCT, code="HOME", price_options=relation(OTHER, PRICE))
    assert shop.attributes(reference())["amount_total"] == 9900


def test_a_price_that_does_not_say_whether_it_is_active_is(shop: Shop):
    shop.add("price", PRICE, unit_amount=500, description="Home")
    assert shop.attributes(reference())["amount_total"] == 500


@pytest.mark.parametrize("options", [None, relation(), {"$relation": "?"}, "P1"])
def test_a_product_without_an_active_price_may_get_one_later(shop: Shop, options: Any):
    shop.add("product", PRODUCT, code="HOME", price_options=options)
    problem = shop.problem(reference())
    assert "no active price" in problem.message
    assert problem.may_retry


def test_an_inactive_price_can_be_named(shop: Shop):
    shop.add("price", OTHER, active=False, unit_amount=700, description="Old", external_id="OLD")
    assert shop.attributes(reference(price=target("price", external_id="OLD")))["amount_total"] == 700


def test_a_tax_that_is_gone_is_no_zero_rate(shop: Shop):
    del shop.entities["tax", TAX]
    assert "line_items[0].price.tax" in shop.problem(reference()).message


def test_a_price_that_is_not_meant_may_be_broken(shop: Shop):
    shop.add("price", OTHER, active=False, tax=relation(TAX, OTHER))
    shop.add("product", PRODUCT, code="HOME", price_options=relation(OTHER, PRICE))
    assert shop.attributes(reference())["total_details"]["amount_tax"] == 1581


def test_two_taxes_of_one_price_are_refused(shop: Shop):
    shop.add("price", PRICE, unit_amount=1, tax=relation(TAX, OTHER))
    assert "several taxes" in shop.problem(reference()).message


def test_a_price_without_tax_has_none(shop: Shop):
    shop.add("price", PRICE, unit_amount=500, description="Home")
    assert shop.attributes(reference())["total_details"]["amount_tax"] == 0


def test_a_broken_stored_relation_is_told(shop: Shop):
    shop.add("product", PRODUCT, code="HOME", price_options={"$relation": [{"entity_id": "?"}]})
    assert "no usable entity_id" in shop.problem(reference()).message
