"""The pages of deliveries and webhooks for the walk through all pages, and their states that need an act."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from playwright.sync_api import Page, expect

from hub.ids import to_text
from tests.journeys.conftest import Site
from tools.running import PATIENCE_S, rows, wait_for

PATIENCE_MS = PATIENCE_S * 1000


def deliver(site: Site) -> str:
    """A customer changes, and the echo receiver gets it; the public id of the delivery."""
    contact = str(rows(site.hub.database_url, "SELECT id FROM entities_entity WHERE schema = 'contact'")[0][0])
    before = len(_delivered(site))
    site.change("contact", str(UUID(contact)), email=[{"email": f"ada-{before}@example.com"}])
    wait_for(lambda: len(_delivered(site)) > before, "the change to be delivered")
    return to_text("dlv_", UUID(str(_delivered(site)[-1])))


def outbound_pages(site: Site) -> list[str]:
    """Lists, full and empty, one of each, the form, and the receiver that plays another system."""
    delivery = deliver(site)
    webhook = f"/app/webhooks/{rows(site.hub.database_url, 'SELECT id FROM outbound_webhook')[0][0]}"
    return [
        "/app/deliveries?selected=page",
        "/app/deliveries?status=failed&code=TIMEOUT",
        f"/app/deliveries/{delivery}",
        "/app/deliveries/resend-matching",
        "/app/webhooks",
        "/app/webhooks?q=nothing",
        "/app/webhooks/new",
        webhook,
        *(f"{webhook}/{more}" for more in ("edit", "delete", "switch", "secret")),
        "/app/echo",
    ]


def ask_for_a_resend(page: Page) -> None:
    """The dialog over a delivery."""
    page.goto("/app/deliveries")
    page.locator("[data-row-link]").first.click()
    page.get_by_role("button", name="Resend").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def try_a_resend(page: Page) -> None:
    """What the mapping of now would make of a delivery."""
    ask_for_a_resend(page)
    page.get_by_role("button", name="More options").click()
    page.get_by_label("Make the body again").check()
    page.get_by_role("button", name="Show differences").click()
    page.locator("#tried-title").wait_for()


def check_a_signature(page: Page) -> None:
    """The verdict about what the newest attempt has sent."""
    page.goto("/app/deliveries")
    page.locator("[data-row-link]").first.click()
    page.get_by_text("Check a signature").click()
    page.get_by_role("button", name="Check signature").click()
    expect(page.get_by_text("The signature is valid.")).to_be_visible()


def try_a_connection(page: Page) -> None:
    """The steps of a connection, in place."""
    page.goto("/app/webhooks")
    page.locator("[data-row-link]").first.click()
    page.get_by_role("button", name="Test connection").click()
    expect(page.get_by_text("The receiver can be reached.")).to_be_visible(timeout=PATIENCE_MS)


def fill_in_a_webhook_wrongly(page: Page) -> None:
    """Rows of every kind, OAuth, and findings at fields and rows."""
    page.goto("/app/webhooks/new")
    page.get_by_label("Name", exact=True).fill("ERP")
    page.get_by_label("Event", exact=True).fill("event_ContractCreated")
    page.get_by_label("Address", exact=True).fill("ftp://erp.example.com")
    page.get_by_label("OAuth client credentials").check()
    for name in ("Add parameter", "Add header", "Add condition", "Add expression"):
        page.get_by_role("button", name=name).click()
    page.get_by_label("Name of the header").fill("no name")
    page.get_by_role("button", name="Create webhook").last.click()
    expect(page.locator("#form-errors")).to_be_visible()


OUTBOUND_ACTS: dict[str, Callable[[Page], None]] = {
    "resend dialog": ask_for_a_resend,
    "the dry run of a resend": try_a_resend,
    "verdict about a signature": check_a_signature,
    "steps of a connection": try_a_connection,
    "form of a webhook with errors": fill_in_a_webhook_wrongly,
}


def _delivered(site: Site) -> list[object]:
    asked = "SELECT id FROM outbound_delivery WHERE state = 'succeeded' ORDER BY sequence"
    return [row[0] for row in rows(site.hub.database_url, asked)]
