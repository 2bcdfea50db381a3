"""Phones and small laptops: what a person decides by stands there whole, and no column is out of sight."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import Site, Window

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1200, "height": 900}
LEAST_TARGET = 24
LONG_VALUE = "Bakery and café of the old town, Marie-Luise Sørensen and daughters"


@pytest.fixture(scope="module")
def proposal(site: Site) -> str:
    """The address of the list where a long value waits for approval."""
    rules = {"attributes": [{"name": "name", "edit_mode": "approval"}]}
    site.hub.request("PUT", "/v1/entity/schemas/account", rules, site.demo.token)
    site.change("account", site.entity("account", customer_number="PHONE-1", name="Bakery"), name=LONG_VALUE)
    return "/app/entities/-/waiting?schema=account"


def test_a_waiting_value_is_read_and_decided_about_on_a_phone(window: Window, proposal: str) -> None:
    page = window(viewport=PHONE)
    page.goto(proposal)
    row = page.get_by_role("row").filter(has_text=LONG_VALUE)
    value = row.get_by_text(LONG_VALUE).and_(page.locator(":visible"))
    assert value.evaluate("one => one.closest('td').scrollWidth <= one.closest('td').clientWidth")
    for act in ("Apply", "Dismiss"):
        box = row.get_by_role("link", name=act).bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= LEAST_TARGET


def test_the_matrix_shows_its_last_column_on_a_small_laptop(window: Window) -> None:
    page = window(viewport=LAPTOP)
    page.goto("/app/overview?rows=all")
    content, room = page.get_by_role("region", name="Use cases by outcome").evaluate(
        "one => [one.scrollWidth, one.clientWidth]"
    )
    assert content <= room
