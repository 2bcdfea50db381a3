"""The page of a managed call for the walk through all pages, and a call that was tried on it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.journeys.conftest import Site
from tools.running import PATIENCE_S

PATIENCE_MS = PATIENCE_S * 1000
NAME = "Weather of the partner"
CONNECTOR = {
    "name": NAME,
    "integration_type": "connector",
    "connector_config": {"base_url": "http://127.0.0.1:65535/base"},
    "use_cases": [
        {
            "name": "Get the weather",
            "slug": "get-weather",
            "type": "managed_call",
            "enabled": True,
            "configuration": {"operation": {"method": "POST", "path": "/v1/places/{{place}}"}},
        },
        {
            "name": "Read the weather",
            "slug": "read-weather",
            "type": "managed_call",
            "enabled": True,
            "configuration": {
                "operation": {"method": "GET", "path": "/v1/weather", "query_params": {"since": "{{since}}"}},
                "inbound_use_case_slug": "weather",
                "pull": {"every_minutes": 60, "items": "reports", "cursor": {"parameter": "since", "initial": "2026"}},
            },
        },
    ],
}


def call_pages(site: Site) -> list[str]:
    """A call with its panel, schedules with their forms, and the page of one without; nobody answers what they call."""
    answer = site.hub.request("POST", "/v2/integrations", CONNECTOR, site.demo.token)
    assert answer.status == 201, answer.text
    made = answer.json()
    pages = [f"/app/integrations/{made['id']}/use-cases/{one['id']}" for one in made["use_cases"]]
    return [pages[0], *(f"{page}/schedule{form}" for page in pages for form in ("", "/edit"))]


def try_a_call(page: Page) -> None:
    """The panel with a request that went out and a failure."""
    page.goto("/app/integrations")
    page.get_by_role("link", name=NAME).first.click()
    page.get_by_role("link", name="get-weather").first.click()
    editor = page.get_by_label("Payload of the call, JSON")
    editor.last.click()
    page.keyboard.press("Control+a")
    page.keyboard.type('{"place": "Cologne"')
    page.get_by_role("button", name="Run the call").click()
    page.locator("#trial .ih-alert").wait_for(timeout=PATIENCE_MS)


CALL_ACTS: dict[str, Callable[[Page], None]] = {"a call that was tried": try_a_call}
