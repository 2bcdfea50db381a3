"""The pages of the poll queue for the walk through all pages, and their states that need an act."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.journeys.conftest import Site
from tools.running import rows, wait_for


def listen(site: Site, slug: str, poison_policy: str) -> None:
    """An outbound use case that is polled, whose mapping fails."""
    delivery = {"type": "poll", "poison_policy": poison_policy}
    mapping = {"name": "ERP", "enabled": True, "delivery": delivery, "jsonata_expression": '$error("no")'}
    configuration = {"event_catalog_event": "CustomerDetailsUpdated", "mappings": [mapping]}
    body = {"name": slug, "slug": slug, "type": "outbound", "enabled": True, "configuration": configuration}
    path = f"/v1/integrations/{site.demo.integration_id}/use-cases"
    assert site.hub.request("POST", path, body, site.demo.token).status == 201


def queue_pages(site: Site) -> list[str]:
    """The queue with a dead letter and a message that blocks it."""
    messages = f"/v1/integrations/{site.demo.integration_id}/outbound/messages"
    wait_for(lambda: is_blocked_after_a_poll(site), "the queue to be blocked")
    letters = site.hub.request("GET", f"{messages}/dlq", None, site.demo.token).json()["items"]
    stream = f"/app/queue/{site.demo.integration_id}"
    return ["/app/queue", stream, f"{stream}?tab=dead", f"{stream}/{letters[0]['id']}", f"{stream}/unblock"]


def is_blocked_after_a_poll(site: Site) -> bool:
    """Messages are handed out, and judged, once their events are two seconds old."""
    site.poll()
    found = rows(site.hub.database_url, "SELECT count(*) FROM outbound_stream WHERE blocked_id IS NOT NULL")
    return bool(found[0][0])


def ask_to_unblock(page: Page) -> None:
    """The dialog over a blocked queue."""
    page.goto("/app/queue")
    page.get_by_role("link", name="Look at it").click()
    page.get_by_role("link", name="Unblock").click()
    page.locator("dialog[open]").wait_for()


def redrive_a_letter(page: Page) -> None:
    """What became of a dead letter."""
    page.goto("/app/queue")
    page.get_by_role("link", name="Look at it").click()
    page.get_by_role("link", name="Dead letters").click()
    page.locator("input[name=message]").first.check()
    page.get_by_role("button", name="Redrive selected").click()
    page.get_by_text("message is back").wait_for()


QUEUE_ACTS: dict[str, Callable[[Page], None]] = {
    "unblock dialog": ask_to_unblock,
    "redriven messages": redrive_a_letter,
}
