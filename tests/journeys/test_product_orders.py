"""People move a product order on in a browser: with its dialogs, by keyboard, and without scripts."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Site, Window
from tests.journeys.shop_floor import PUMP, ShopFloor, order
from tests.receiver import Receiver, listening
from tools.running import EVERY_GRANT, rows, wait_for

pytestmark = pytest.mark.browser


def open_order(site: Site, page: Page, number: str) -> None:
    """A product order that was released, on its page."""
    entity_id = site.entity(
        "product_order", order_number=number, article_number="A-100", quantity=25, unit="pcs", status="released"
    )
    page.goto(f"/app/entities/product_order/{entity_id}")


def current_step(page: Page) -> str:
    """Where the order stands."""
    return page.locator(".ih-production__way [aria-current=step]").inner_text().split("\n")[-1]


def test_an_order_is_started_completed_with_its_amounts_and_reopened(site: Site, window: Window) -> None:
    page = window()
    open_order(site, page, "PO-901")
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_text("PO-901 is in production.")).to_be_visible()
    assert current_step(page) == "In production"
    page.get_by_role("link", name="Complete", exact=True).click()
    dialog = page.get_by_role("dialog", name="Complete PO-901?")
    dialog.get_by_label("Quantity made").fill("24")
    dialog.get_by_label("Quantity rejected").fill("1")
    dialog.get_by_role("button", name="Complete order").click()
    expect(page.get_by_text("24 pcs, 1 rejected")).to_be_visible()
    expect(page.locator(".ih-production__way .ih-steps__step--done")).to_have_count(4)
    page.get_by_role("link", name="Reopen").click()
    page.get_by_role("dialog").get_by_role("button", name="Reopen order").click()
    expect(page.get_by_text("PO-901 is open again.")).to_be_visible()
    assert current_step(page) == "In production"


def test_an_order_is_completed_by_keyboard_alone(site: Site, window: Window) -> None:
    page = window()
    open_order(site, page, "PO-902")
    page.get_by_role("link", name="Complete", exact=True).focus()
    page.keyboard.press("Enter")
    amount = page.get_by_role("dialog").get_by_label("Quantity made")
    expect(amount).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("PO-902 is completed.")).to_be_visible()


def test_an_order_is_completed_without_scripts(site: Site, window: Window) -> None:
    page = window(java_script_enabled=False)
    open_order(site, page, "PO-903")
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("link", name="Complete", exact=True).click()
    page.get_by_label("Quantity made").fill("")
    page.get_by_role("button", name="Complete order").click()
    page.get_by_label("Quantity made").fill("25")
    page.get_by_role("button", name="Complete order").click()
    expect(page.locator("#production + .ih-status")).to_have_text("Completed")


def test_whoever_was_slower_is_told_and_completes_nothing(site: Site, window: Window) -> None:
    first, second = window(), window()
    open_order(site, first, "PO-904")
    second.goto(first.url)
    second.get_by_role("link", name="Complete", exact=True).click()
    first.get_by_role("button", name="Start", exact=True).click()
    expect(first.get_by_text("PO-904 is in production.")).to_be_visible()
    second.get_by_role("dialog").get_by_role("button", name="Complete order").click()
    expect(second.get_by_text("by now: read it again")).to_be_visible()
    assert current_step(second) == "In production"


@pytest.fixture
def layer() -> Iterator[Receiver]:
    """What stands between hub and ERP and is triggered."""
    with listening() as receiver:
        yield receiver


def test_an_order_of_the_erp_is_completed_in_a_browser_and_both_triggers_arrive(
    site: Site, window: Window, layer: Receiver
) -> None:
    floor = ShopFloor(site.hub, token_of(site))
    floor.configure(layer.url)
    floor.send("article-sync", PUMP)
    wait_for(lambda: floor.find("article", "article_number", "A-100"), "the article")
    floor.send("product-order-from-erp", order("PO-905"))
    wait_for(lambda: floor.find("product_order", "order_number", "PO-905"), "the product order")
    page = window()
    page.goto(f"/app/entities/product_order/{floor.find('product_order', 'order_number', 'PO-905')['_id']}")
    expect(page.get_by_text("16 bar")).to_be_visible()
    for name in ("Release", "Start"):
        page.get_by_role("button", name=name, exact=True).click()
    page.get_by_role("link", name="Complete", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Complete order").click()
    expect(page.get_by_text("PO-905 is completed.")).to_be_visible()
    wait_for(lambda: len(layer.requests) == 2, "a GET and a POST", patience_s=30)
    assert sorted(one.method for one in layer.requests) == ["GET", "POST"]
    [posted] = [one.json for one in layer.requests if one.method == "POST"]
    assert (posted["productOrderNumber"], posted["quantity"]) == ("PO-905", 25)


def token_of(site: Site) -> str:
    """A token that may configure the hub."""
    slug = rows(site.hub.database_url, "SELECT slug FROM accounts_organization")[0][0]
    words = ["--organization", slug, "--name", "Shop floor", "--grants", *EVERY_GRANT, "--json"]
    return str(json.loads(site.hub.manage("hub_token", "create", *words))["token"])
