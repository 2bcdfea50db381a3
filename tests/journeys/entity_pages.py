"""The pages of entities for the walk through all pages, and their states that need an act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from tests.journeys.conftest import Site

COMPARISONS = (
    "&old=1&new=2",
    "&from=2020-01-01T00:00&until=9000-01-01T00:00",
    "&from=yesterday&until=2026-01-15T08:00",
)
"""Two versions, two moments, and what cannot be compared."""


def changed_once_more(site: Site) -> list[str]:
    """The contact at the head of the list has a history; the addresses that show it."""
    undone = site.entity("contact", customer_number="A11Y-U", last_name="Kern")
    site.change("contact", undone, last_name="Groß")
    site.undo("contact", undone)
    entity = site.entity("contact", customer_number="A11Y", last_name="Kern", birthdate="1981-02-30")
    contract = site.entity("contract", contract_number="A11Y")
    email, contracts = [{"email": "a@example.com", "_tags": ["work"]}], pointing_at(contract, "contract")
    site.change("contact", entity, last_name="Groß", email=email, contracts=contracts, zone="north")
    return [
        f"/app/entities/contact/{undone}?tab=history",
        *(f"/app/entities/contact/{entity}?tab=history{tail}" for tail in ("", *COMPARISONS)),
    ]


def entity_pages(site: Site, contact: str) -> list[str]:
    """An entity in every light: its tabs, its past, its form; a meter with readings; the recycle bin."""
    meter = site.entity("meter", meter_number="1ESY77", calibration_date="soon")
    counter = site.entity("meter_counter", external_id="CNT-77", meter=pointing_at(meter, "meter"))
    site.read_meter(meter, counter, 10, 12, 11.5, 400)
    article = site.entity(
        "article", article_number="A-77", name="Pump", parameters=[{"key": "pressure", "unit": "bar"}]
    )
    stored = site.stored_file("a-long-name-of-a-contract-that-somebody-has-scanned-twice.json")
    order = {
        "quantity": 25,
        "variant": "DN50",
        "parameters": {"pressure": 16},
        "article": pointing_at(article, "article"),
    }
    held, done = (
        site.entity("product_order", order_number=f"PO-77-{status}", status=status, quantity_completed=24, **order)
        for status in ("on_hold", "completed")
    )
    return [
        *(f"/app/entities/product_order/{one}" for one in (held, done)),
        *(f"/app/entities/product_order/{held}/moves/{name}" for name in ("start", "cancel")),
        *(f"{contact}{tail}" for tail in ("", "?tab=history", "?tab=json", "?version=1", "/edit", "/delete", "/purge")),
        *(f"/app/entities/meter/{meter}{tail}" for tail in ("", "?tab=readings", "/edit")),
        f"/app/entities/meter_counter/{counter}?tab=readings",
        *(f"/app/entities/file/{stored}{tail}" for tail in ("", "/upload")),
        f"/app/entities/file/{site.entity('file', filename='empty.pdf', external_id='F-77')}",
        "/app/entities/file/-/upload",
        "/app/entities/order/new",
        "/app/entities/contact/bin",
        "/app/entities/contact/import",
        "/app/entities/contact?begins.last_name=K&column=email&column=birthdate",
        "/app/entities/contact?is.last_name=Nobody",
    ]


def pointing_at(entity_id: str, schema: str) -> dict[str, Any]:
    """A relation to one entity. Any: JSON."""
    return {"$relation": [{"entity_id": entity_id, "_schema": schema}]}


def collide_with_somebody(page: Page) -> None:
    """A form that somebody else was faster than, with a value that does not fit."""
    page.goto("/app/entities/contact")
    page.locator("[data-row-link]").first.click()
    page.get_by_role("link", name="Edit").click()
    for without_value in page.locator("details.ih-inputs__others > summary").all():
        without_value.click()
    page.locator("input[name=version]").evaluate("field => field.value = '1'")
    page.get_by_label("Birthdate").fill("2026-01-01")
    page.get_by_role("button", name="Save changes").first.click()
    page.get_by_text("Not saved yet").wait_for()


def undo_what_was_overwritten(page: Page) -> None:
    """A change that cannot be undone any more."""
    page.goto("/app/entities/contact")
    page.locator("[data-row-link]").first.click()
    page.get_by_role("link", name="History").click()
    page.get_by_role("link", name="Undo version 1", exact=True).click()
    page.get_by_text("In the way, newest first").wait_for()


def open_the_filters(page: Page) -> None:
    """The menu of a list that adds a filter."""
    page.goto("/app/entities/contact")
    page.locator("summary").filter(has_text="Filter").click()
    page.get_by_label("Condition").wait_for()


def open_the_columns(page: Page) -> None:
    """The menu of a list that chooses its columns."""
    page.goto("/app/entities/contact?column=zone")
    page.locator("summary").filter(has_text="Columns").click()
    page.get_by_role("group", name="Outside the schema").get_by_role("checkbox", name="zone").wait_for()


def write_no_json(page: Page) -> None:
    """A form with an input that means nothing."""
    page.goto("/app/entities/contact/new")
    page.locator("summary").filter(has_text="without a value").last.click()
    page.get_by_label("Consent phone call").evaluate("field => field.value = '{'")
    page.get_by_role("button", name="Create contact").first.click()
    page.locator("textarea[aria-invalid=true]").wait_for(state="attached")


ENTITY_ACTS: dict[str, Callable[[Page], None]] = {
    "form of an entity that changed meanwhile": collide_with_somebody,
    "undoing refused": undo_what_was_overwritten,
    "filters of a list": open_the_filters,
    "columns of a list": open_the_columns,
    "form of an entity with an error": write_no_json,
}
