"""Pages about things with long names: nothing sticks out of a phone, and values keep their room beside long keys."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import Site, Window

pytestmark = pytest.mark.browser

NARROW = {"width": 390, "height": 844}
WIDE = {"width": 1440, "height": 900}
LONG_TITLE = "Donaudampfschifffahrtselektrizitätenhauptbetriebswe"
LONG_KEY = "custom_attribute_of_the_contract_account_with_a_long_key"
LEAST_OF_A_VALUE = 300
"""Pixels of the column of values on a wide screen."""


@pytest.fixture(scope="module")
def contact(site: Site) -> str:
    """The address of a contact with a long title and a long attribute key."""
    attributes = {"customer_number": "LONG-1", "last_name": LONG_TITLE, LONG_KEY: "The value beside the long key"}
    return f"/app/entities/contact/{site.entity('contact', **attributes)}"


@pytest.fixture(scope="module")
def order(site: Site) -> str:
    """The address of an order whose totals are a wide document."""
    tax = {
        "amount": 1900,
        "amount_decimal": "19.00",
        "description": "Value added tax of nineteen per cent on all of it",
    }
    details = {"amount_shipping": 0, "amount_tax": 1900, "breakdown": {"taxes": [tax, tax], "recurrences": [tax]}}
    order_id = site.entity("order", order_number="ORDER-2026-0001", external_id="X-1", total_details=details)
    return f"/app/entities/order/{order_id}"


def width_of(page: Page) -> Any:
    return page.evaluate("document.documentElement.scrollWidth")


@pytest.mark.parametrize("tail", ["", "/edit", "/delete", "/purge", "?tab=history", "?tab=json"])
def test_a_page_about_a_long_name_fits_a_phone(window: Window, contact: str, tail: str) -> None:
    page = window(viewport=NARROW)
    page.goto(contact + tail)
    assert width_of(page) == NARROW["width"]


def test_a_long_key_leaves_room_for_its_value(window: Window, contact: str) -> None:
    page = window(viewport=WIDE)
    page.goto(contact)
    box = page.get_by_role("row", name=LONG_KEY).get_by_role("cell").first.bounding_box()
    assert box is not None
    assert box["width"] >= LEAST_OF_A_VALUE
    assert width_of(page) == WIDE["width"]


def test_no_column_of_values_is_cut_off(window: Window, contact: str) -> None:
    page = window(viewport=WIDE)
    page.goto(contact)
    card, last = (page.get_by_role("table", name="Attributes"), page.get_by_role("columnheader", name="Type"))
    around = card.locator("xpath=ancestor::section").bounding_box()
    inside = last.bounding_box()
    assert around is not None
    assert inside is not None
    assert inside["x"] + inside["width"] <= around["x"] + around["width"]


def test_a_wide_value_pushes_no_column_out(window: Window, order: str) -> None:
    page = window(viewport=WIDE)
    page.goto(order)
    widths = "one => [one.scrollWidth, one.clientWidth]"
    content, room = page.get_by_role("region", name="Attributes").evaluate(widths)
    assert content <= room
