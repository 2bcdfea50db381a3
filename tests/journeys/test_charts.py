"""Charts in a browser: drawn under the policy of pages, and windows chosen by dragging and by keys."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Window

pytestmark = [pytest.mark.browser, pytest.mark.once]

EVENTS = "/app/events?window=24h"
CHARTS = "/app/statistics?window=24h"


def drag(page: Page, selector: str) -> None:
    """Over the last third of an element, from left to right."""
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.65, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.9, y, steps=5)
    page.mouse.up()


def test_dragging_over_the_bars_opens_their_window(window: Window) -> None:
    page = window()
    page.goto(EVENTS)
    drag(page, ".ih-histogram__brush")
    page.wait_for_url("**/app/events?from=*&to=*")


def test_keys_choose_a_window_too(window: Window) -> None:
    page = window()
    page.goto(EVENTS)
    bars = page.locator(".ih-histogram__brush")
    bars.focus()
    for key in ("ArrowLeft", "Shift+ArrowLeft"):
        page.keyboard.press(key)
    expect(page.locator(".ih-histogram [data-chosen]")).to_have_count(2)
    page.keyboard.press("Enter")
    page.wait_for_url("**/app/events?from=*&to=*")


def test_dragging_over_a_chart_opens_its_events(window: Window) -> None:
    page = window()
    page.goto(CHARTS)
    page.locator("[data-drawing] svg").first.wait_for()
    drag(page, "[data-drawing]")
    page.wait_for_url("**/app/events?from=*&to=*")


def test_a_chart_has_its_table_without_scripts(window: Window) -> None:
    page = window(java_script_enabled=False)
    page.goto(CHARTS)
    page.locator("details.ih-charts__table > summary").first.click()
    expect(page.locator("main table").first).to_be_visible()
    expect(page.locator("[data-drawing]").first).to_be_hidden()
