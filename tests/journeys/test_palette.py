"""The command palette by its keys: opened anywhere, walked with the arrows, left again."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import Site, Window

pytestmark = [pytest.mark.browser, pytest.mark.once]

NARROW = {"width": 390, "height": 844}


def opened(page: Page) -> Page:
    page.goto("/app/tokens")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("option").first).to_be_visible()
    return page


def test_a_name_and_enter_lead_to_its_page(site: Site, window: Window) -> None:
    page = opened(window())
    page.keyboard.type("customer-sync")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/integrations/{site.demo.integration_id}/use-cases/"))


def test_enter_before_the_matches_come_searches_for_what_was_typed(window: Window) -> None:
    page = opened(window())
    page.route("**/app/palette?*", _only_whole_pages)
    page.keyboard.type("customer-sync")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/app/palette[?]q=customer-sync"))


def _only_whole_pages(route: Route) -> None:
    """Fragments never come."""
    if route.request.is_navigation_request():
        route.continue_()


def test_arrows_name_the_match_that_enter_goes_to(window: Window) -> None:
    page = opened(window())
    field = page.get_by_role("combobox")
    expect(page.get_by_role("option", selected=True)).to_have_count(1)
    first = field.get_attribute("aria-activedescendant")
    page.keyboard.press("ArrowDown")
    second = page.get_by_role("option", selected=True).get_attribute("id")
    assert second != first
    expect(field).to_have_attribute("aria-activedescendant", str(second))
    expect(field).to_be_focused()


def test_escape_gives_the_focus_back(window: Window) -> None:
    page = opened(window())
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Search or jump").first).to_be_focused()


def test_a_phone_opens_it_from_the_top_bar(window: Window) -> None:
    page = window(viewport=NARROW)
    page.goto("/app/overview")
    page.get_by_role("link", name="Search or jump to").click()
    page.keyboard.type("storage")
    page.get_by_role("option", name="Storage").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Storage")
