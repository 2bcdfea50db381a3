"""The pages of automations for the walk through all pages, and their states that need an act."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.journeys.conftest import Site
from tools.running import wait_for


def automation_pages(site: Site) -> list[str]:
    """The list, the forms, the questions, and the runs of one that fails."""
    automation_id = site.automation("Welcome")
    site.entity("contact", customer_number="C-4711", last_name="Kern")
    wait_for(lambda: [run["status"] for run in site.runs(automation_id)] == ["failed"], "the automation to fail")
    one = f"/app/automations/{automation_id}"
    run_id = site.runs(automation_id)[0]["id"]
    history = ("/history", "/history?new=1", "/history/1/restore")
    site.rename_automation(automation_id, "Welcome, new customers")
    tails = ("", *history, "/runs", "/runs?show=done", f"/runs/{run_id}", "/switch", "/delete")
    return ["/app/automations", "/app/automations/new", *(f"{one}{tail}" for tail in tails)]


def try_an_automation(page: Page) -> None:
    """The tester with what each step would do."""
    page.goto("/app/automations")
    page.locator("[data-row-link]").first.click()
    page.get_by_role("button", name="Try").click()
    page.get_by_text("It would do").first.wait_for()


AUTOMATION_ACTS: dict[str, Callable[[Page], None]] = {
    "tester of an automation": try_an_automation,
}
