"""The pages of core events for the walk through all pages, and their states that need an act."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.journeys.conftest import Site
from tests.journeys.queue_pages import listen
from tools.running import rows, wait_for

OWN_EVENT = {
    "event_name": "ContractSigned",
    "event_title": "Contract signed",
    "schema_fields": {"number": {"json_schema": {"type": "string"}, "graph_source": "contract.contract_number"}},
    "entity_graph": {"nodes": [{"id": "contract", "schema": "contract", "cardinality": "one"}], "edges": []},
}
"""A draft."""


def core_event_pages(site: Site) -> list[str]:
    """The catalogue, an event in every light, one of the past, a draft as a form and as code."""
    contact = site.entity("contact", customer_number="POLL", last_name="Kern")
    listen(site, "polled", "dead_letter")
    site.change("contact", contact, last_name="Groß")
    listen(site, "blocking", "block")
    site.change("contact", contact, last_name="Klein")
    wait_for(lambda: rows(site.hub.database_url, "SELECT count(*) > 2 FROM outbound_queuedmessage")[0][0], "messages")
    assert site.hub.request("POST", "/v1/events", OWN_EVENT, site.demo.token).status == 201
    event = "/app/core-events/CustomerDetailsUpdated"
    past = site.hub.request("POST", "/v1/events/CustomerDetailsUpdated:history", {}, site.demo.token).json()["results"]
    return [
        "/app/core-events",
        "/app/core-events?q=nothing-of-the-kind&status=draft",
        *(f"{event}{tail}" for tail in ("", "?tab=history")),
        *(f"{event}/{tail}" for tail in ("settings", "fire", "sample", "switch/disable")),
        f"{event}/history/{past[0]['_event_id']}",
        "/app/core-events/FileCreated?tab=payload",
        "/app/core-events/MeterReadingAdded",
        "/app/core-events/MeterReadingAdded?tab=versions",
        "/app/core-events/MeterReadingAdded/fire",
        "/app/core-events/new",
        "/app/core-events/new?as=code",
        *(f"/app/core-events/ContractSigned{tail}" for tail in ("", "/edit", "/publish", "/deprecate")),
    ]


def preview_an_event(page: Page) -> None:
    """The payload that an event would carry."""
    page.goto("/app/core-events/CustomerDetailsUpdated/fire")
    page.locator("input[name=entity]").first.check()
    page.get_by_role("button", name="Preview").click()
    page.get_by_text("fits its schema").wait_for()


def fire_without_an_entity(page: Page) -> None:
    """Firing an event from nothing."""
    page.goto("/app/core-events/MeterReadingAdded/fire")
    page.get_by_role("button", name="Preview").click()
    page.locator("#seed_error").wait_for()


def define_an_event_badly(page: Page) -> None:
    """A draft with errors."""
    page.goto("/app/core-events/new")
    page.locator("#nodes-1-id").fill("two words")
    page.get_by_role("button", name="Save draft").first.click()
    page.locator("#nodes-1-id[aria-invalid=true]").wait_for()


CORE_EVENT_ACTS: dict[str, Callable[[Page], None]] = {
    "preview of a core event": preview_an_event,
    "core event without an entity": fire_without_an_entity,
    "draft of an event with errors": define_an_event_badly,
}
