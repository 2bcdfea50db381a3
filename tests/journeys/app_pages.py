"""The pages of apps for the walk through all pages, and their states that need an act."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Site
from tools.running import PATIENCE_S

PATIENCE_MS = PATIENCE_S * 1000
APP = {
    "name": "Field service booking",
    "version": "2.4.1",
    "description": "Books technicians of the partner.",
    "configuration": {"region": "north"},
    "grants": [{"action": "entity:view"}],
    "components": [
        {
            "type": "automation_action",
            "name": "Book a technician",
            "configuration": {"url": "http://127.0.0.1:1/act", "sends_token": True},
        },
        {"type": "portal_extension", "name": "Widget", "configuration": {"slot": "side"}},
    ],
}


def app_pages(site: Site) -> list[str]:
    """The list, the form, an app that was never called, and the questions about it."""
    answer = site.hub.request("POST", "/v1/apps", APP, site.demo.token)
    assert answer.status == 201, answer.text
    app = answer.json()
    component_id = app["components"][0]["component_id"]
    pair = {"app_id": app["app_id"], "component_id": component_id}
    mapping = f"/v1/integrations/{site.demo.integration_id}/app-mapping"
    assert site.hub.request("PUT", mapping, pair, site.demo.token).status == 200
    one = f"/app/apps/{app['app_id']}"
    component = f"{one}/components/{component_id}"
    return ["/app/apps", "/app/apps/new", one, f"{one}/delete", f"{component}/mapping", f"{component}/call"]


def register_an_app_wrongly(page: Page) -> None:
    """The form with findings at fields and in rows."""
    page.goto("/app/apps/new")
    page.get_by_label("Name", exact=True).fill("Booking")
    page.get_by_label("Name of the component").fill("Book")
    page.get_by_label("Address").fill("ftp://app.example.com")
    page.get_by_role("button", name="Add component").click()
    page.get_by_role("button", name="Register app").last.click()
    expect(page.locator("#form-errors")).to_be_visible()


def ask_where_events_go(page: Page) -> None:
    """The dialog over an app."""
    page.goto("/app/apps")
    page.locator("[data-row-link]").first.click()
    page.get_by_role("link", name="Map Book a technician").click()
    page.locator("dialog[open]").wait_for()


def try_a_component(page: Page) -> None:
    """What became of a call."""
    page.goto("/app/apps")
    page.locator("[data-row-link]").first.click()
    page.get_by_role("link", name="Try Book a technician").click()
    offered = page.locator("#entities option").first.get_attribute("value")
    page.get_by_label("Entity id").fill(str(offered))
    page.get_by_role("button", name="Call it").click()
    expect(page.get_by_text("What became of it")).to_be_visible(timeout=PATIENCE_MS)


def look_at_a_failed_call(page: Page) -> None:
    """An app whose last call, the one above, has failed."""
    page.goto("/app/apps")
    page.locator("[data-row-link]").first.click()
    expect(page.get_by_text("Last call failed")).to_be_visible()


APP_ACTS: dict[str, Callable[[Page], None]] = {
    "form of an app with errors": register_an_app_wrongly,
    "mapping dialog": ask_where_events_go,
    "tried component": try_a_component,
    "app whose call failed": look_at_a_failed_call,
}
