"""The page of waiting values for the walk through all pages, and its states that need an act."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.journeys.conftest import Site

LIST = "/app/entities/-/waiting"


def waiting_pages(site: Site) -> list[str]:
    """Proposals for two attributes of a schema that no other walk writes; narrowed, and narrowed to nothing."""
    rules = [{"name": "name", "edit_mode": "approval"}, {"name": "branch", "type": "string", "edit_mode": "external"}]
    answer = site.hub.request("PUT", "/v1/entity/schemas/account", {"attributes": rules}, site.demo.token)
    assert answer.status == 200, answer.text
    account = site.entity("account", customer_number="WAIT-1", name="Bakery")
    site.change("account", account, name="Bakery and café", branch="food")
    one = f"/app/entities/account/{account}/changesets"
    asked = [f"{one}/name/apply", f"{one}/branch/dismiss"]
    return [LIST, f"{LIST}?state=approval&selected=page", f"{LIST}?schema=account&older=30", *asked]


def ask_about_waiting_values(page: Page) -> None:
    """The dialog over the list."""
    page.goto(f"{LIST}?selected=page")
    page.get_by_role("button", name="Apply selected").click()
    page.locator("dialog[open]").wait_for()


def dismiss_a_waiting_value(page: Page) -> None:
    """The list after a decision."""
    page.goto(LIST)
    page.get_by_role("link", name="Dismiss branch").click()
    page.locator("dialog[open]").get_by_label("Reason").fill("Not ours")
    page.locator("dialog[open]").get_by_role("button", name="Dismiss").click()
    page.get_by_text("1 proposal is dismissed.").wait_for()


WAITING_ACTS: dict[str, Callable[[Page], None]] = {
    "decision dialog": ask_about_waiting_values,
    "waiting values after a decision": dismiss_a_waiting_value,
}
