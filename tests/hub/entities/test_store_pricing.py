"""Pricing as entities are written: what is looked up, what wins, and what a failure means."""

from __future__ import annotations

from typing import Any

import pytest

from hub.entities.store import EntityOperation, Mode, Outcome
from hub.pricing.items import pricing_of
from tests.hub.entities.conftest import Store, operation, upsert


def target(schema: str, **identifiers: str) -> dict[str, Any]:
    return {"schema": schema, "identifiers": identifiers, "types": {}, "missing": []}


def line(code: str = "P1", price: str | None = None, **more: Any) -> dict[str, Any]:
    named = {"price": target("price", external_id=price)} if price else {}
    return {"kind": "reference", "product": target("product", code=code), "quantity": 1, **named, **more}


def order(*lines: dict[str, Any], on_error: str = "fail", may_wait: bool = False, **attributes: Any) -> EntityOperation:
    pricing = pricing_of({"lines": list(lines), "on_error": on_error})
    written = {"order_number": "O1", **attributes}
    return operation("order", attributes=written, pricing=pricing, may_wait=may_wait)


def related(schema: str, **identifiers: str) -> dict[str, Any]:
    return {"$relation": {"_set": [{"$entity_unique_ids": identifiers, "_schema": schema}]}}


@pytest.fixture
def shop(store: Store) -> Store:
    """Product P1 with one active price of 99.00 EUR, 19 % included."""
    store.write(
        upsert("tax", description="VAT", rate=19, type="VAT"),
        upsert(
            "price", external_id="R1", description="Base price", pricing_model="per_unit", unit_amount=9900,
            unit_amount_currency="EUR", is_tax_inclusive=True, active=True, type="one_time",
            tax=related("tax", description="VAT"),
        ),
        upsert("product", code="P1", name="Green power", price_options=related("price", external_id="R1")),
    )  # fmt: skip
    return store


def test_the_only_active_price_of_a_product_is_taken_with_its_tax(shop: Store):
    [result] = shop.write(order(line()))
    written = shop.only("order").attributes
    assert result.outcome is Outcome.CREATED
    assert (written["amount_total"], written["amount_subtotal"], written["currency"]) == (9900, 8319, "EUR")
    assert written["total_details"]["amount_tax"] == 1581


def test_pricing_wins_over_a_field_of_the_same_name(shop: Store):
    shop.write(order(line(), currency="USD", amount_total=1))
    assert (shop.only("order").attributes["currency"], shop.only("order").attributes["amount_total"]) == ("EUR", 9900)


def test_pricing_again_is_no_operation(shop: Store):
    shop.write(order(line()))
    assert shop.write(order(line()))[0].outcome is Outcome.NO_OP


def test_pricing_again_by_tiers_is_no_operation(shop: Store):
    tiers = [{"up_to": 10, "unit_amount": 300}, {"unit_amount_decimal": "2.505"}]
    shop.write(upsert("price", external_id="R1", pricing_model="tiered_graduated", tiers=tiers))
    shop.write(order(line(quantity=12)))
    assert shop.only("order").attributes["amount_total"] == 3501
    assert shop.write(order(line(quantity=12)))[0].outcome is Outcome.NO_OP


def test_a_price_that_is_named_is_taken(shop: Store):
    shop.write(upsert("price", external_id="R2", description="Old", unit_amount=100, unit_amount_currency="EUR"))
    shop.write(order(line(price="R2", quantity=3)))
    assert shop.only("order").attributes["amount_total"] == 300


def test_two_active_prices_fail_the_operation(shop: Store):
    both = [{"$entity_unique_ids": {"external_id": one}, "_schema": "price"} for one in ("R1", "R2")]
    shop.write(upsert("price", external_id="R2", description="Other", unit_amount=100, active=True))
    shop.write(upsert("product", code="P1", price_options={"$relation": {"_set": both}}))
    [result] = shop.write(order(line()))
    assert (result.outcome, result.code) == (Outcome.FAILED, "PRICING_FAILED")
    assert shop.entities("order") == []


@pytest.mark.parametrize(("on_error", "warnings"), [("skip", ()), ("warn", ("PRICING_FAILED",))])
def test_a_failure_may_leave_the_entity_without_prices(shop: Store, on_error: str, warnings: tuple[str, ...]):
    [result] = shop.write(order(line("P9"), on_error=on_error, status="placed"))
    assert (result.outcome, tuple(one.code for one in result.warnings)) == (Outcome.CREATED, warnings)
    assert shop.only("order").attributes == {"order_number": "O1", "status": "placed"}


def test_the_warning_of_a_failure_tells_the_reason_and_names_the_item(shop: Store):
    [result] = shop.write(order(line("P9"), on_error="warn"))
    assert [one.message for one in result.warnings] == [
        "line_items[0].product: the product with code P9 does not exist."
    ]


def test_an_event_may_wait_for_its_product(shop: Store):
    assert shop.write(order(line("P9"), may_wait=True))[0].outcome is Outcome.WAITING
    assert shop.entities("order") == []


def test_products_of_the_same_call_are_priced_as_it_has_left_them(shop: Store):
    shop.write(upsert("price", external_id="R1", unit_amount=5000), order(line()))
    assert shop.only("order").attributes["amount_total"] == 5000


def test_a_product_in_the_recycle_bin_is_not_sold(shop: Store):
    shop.write(operation("product", attributes={"code": "P1"}, mode=Mode.DELETE))
    assert shop.write(order(line()))[0].code == "PRICING_FAILED"


def test_pricing_takes_no_statement_per_line(shop: Store, count_queries: Any):
    def statements(count: int) -> int:
        orders = [
            operation(
                "order", attributes={"order_number": f"{count}-{number}"},
                pricing=pricing_of({"lines": [line(), line(price="R1")]}),
            )
            for number in range(count)
        ]  # fmt: skip
        with count_queries() as counted:
            shop.write(*orders)
        return len(counted)

    statements(2)
    assert statements(1) <= statements(250) == statements(300) <= 14
