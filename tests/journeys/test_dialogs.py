"""The dialogs of a running hub: each opens and closes within the content security policy."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Site, Window

pytestmark = pytest.mark.browser

VIOLATIONS = """
window.violations = [];
addEventListener("securitypolicyviolation", (event) => violations.push(`${event.violatedDirective} ${event.sample}`));
"""
OPENERS = {
    "keys": ("/app/overview", "button[commandfor=keys]"),
    "switch": ("{integration}", "[role=switch]"),
    "revocation": ("/app/tokens", "[hx-target='#ask-place']"),
    "deletion": ("{use_case}", "[hx-target='#ask-place']"),
    "replay of one": ("{event}", "[hx-target='#dialog'] button"),
    "replay of several": ("/app/events?selected=page", "#selection button[data-shortcut]"),
}


@pytest.fixture
def addresses(site: Site, window: Window) -> dict[str, str]:
    """Where the pages of single things are."""
    page = window()
    integration = f"/app/integrations/{site.demo.integration_id}"
    page.goto(integration)
    use_case = page.get_by_role("link", name="customer-sync", exact=True).first.get_attribute("href")
    page.goto("/app/events?status=success")
    event = page.locator("[data-row-link]").first.get_attribute("href")
    return {"integration": integration, "use_case": str(use_case), "event": str(event)}


def open_and_close(page: Page, opener: str) -> None:
    """Twice, since what is opened again replaces what was there."""
    for _ in range(2):
        page.locator(opener).locator("visible=true").first.click()
        dialog = page.locator("dialog[open]")
        expect(dialog).to_be_visible()
        dialog.get_by_role("button").first.focus()
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)


def test_no_dialog_breaks_the_content_security_policy(window: Window, addresses: dict[str, str]) -> None:
    broken = {}
    page = window()
    page.add_init_script(VIOLATIONS)
    for name, (address, opener) in OPENERS.items():
        page.goto(address.format(**addresses))
        open_and_close(page, opener)
        broken[name] = page.evaluate("violations")
    assert broken == {name: [] for name in OPENERS}
