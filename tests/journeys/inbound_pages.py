"""The pages of events, held prunes and the simulation for the walk through all pages, and their states after an act."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from playwright.sync_api import Page

from tests.journeys.conftest import Site
from tools.running import rows, wait_for

ENTRIES = {
    "entities": [
        {
            "entity_schema": "billing_event",
            "unique_ids": ["external_id"],
            "jsonataExpression": "entries",
            "mode": "upsert-prune-scope-delete",
            "scope": {"scope_mode": "query", "query": [{"attribute": "type", "constant": "installment"}]},
            "fields": [{"attribute": "external_id", "field": "id"}, {"attribute": "type", "constant": "installment"}],
        }
    ]
}
READINGS = {
    "meter_readings": [
        {
            "meter": {"unique_ids": [{"attribute": "meter_number", "field": "meter"}]},
            "jsonataExpression": "readings",
            "mode": "upsert-prune-scope",
            "fields": [
                {"attribute": "external_id", "field": "id"},
                {"attribute": "timestamp", "constant": "2026-01-01"},
                {"attribute": "value", "field": "value"},
                {"attribute": "source", "constant": "ERP"},
            ],
        }
    ]
}


def hold_prunes(site: Site) -> None:
    """A prune of entities that removes most of its scope, then the same held, and one of readings that is held."""
    for slug, configuration in (("entries", ENTRIES), ("readings", READINGS)):
        body = {"name": slug, "slug": slug, "type": "inbound", "enabled": True, "configuration": configuration}
        path = f"/v1/integrations/{site.demo.integration_id}/use-cases"
        assert site.hub.request("POST", path, body, site.demo.token).status == 201
    meter = _attributes_of(site, "meter")["meter_number"]
    readings = [{"meter": meter, "id": f"R-{number}", "value": str(number)} for number in range(3)]
    entries = [{"id": f"E-{number}"} for number in range(30)]
    apply(site, "entries", {"entries": entries})
    apply(site, "entries", {"entries": entries[:4]})
    site.hub.manage(
        "hub_organization", "prune-guard", "--slug", "stadtwerke-musterstadt", "--most", "0", "--share", "0"
    )
    apply(site, "entries", {"entries": entries[:1]})
    apply(site, "readings", {"readings": readings})
    apply(site, "readings", {"readings": readings[:1]})


def apply(site: Site, slug: str, payload: dict[str, Any]) -> None:
    """Send one event and wait until it was applied. Any: whatever an ERP sends."""
    site.send(payload, slug)
    wait_for(lambda: rows(site.hub.database_url, "SELECT count(*) FROM inbound_queuedevent") == [(0,)], "the event")


def _attributes_of(site: Site, schema: str) -> dict[str, Any]:
    found = rows(site.hub.database_url, "SELECT attributes FROM entities_entity WHERE schema = %s LIMIT 1", [schema])
    return dict(json.loads(found[0][0]) if isinstance(found[0][0], str) else found[0][0])


def held_pages_of(site: Site) -> list[str]:
    """The list of held prunes, one of each kind, and both questions."""
    prunes = rows(site.hub.database_url, "SELECT id FROM inbound_heldprune WHERE state = 'waiting' ORDER BY held_at")
    entities, readings = (f"/app/held-prunes/{UUID(str(prune_id))}" for (prune_id,) in prunes)
    return [
        "/app/held-prunes",
        "/app/held-prunes?state=all",
        "/app/held-prunes?state=rejected",
        entities,
        readings,
        f"{entities}/approve",
        f"{entities}/reject",
    ]


def events_of_prunes(page: Page) -> list[str]:
    """The events of a prune that was carried out and of those that were held."""
    paths = []
    for status, use_case in (("success", "entries"), ("warning", "entries"), ("warning", "readings")):
        page.goto(f"/app/events?status={status}")
        row = page.locator("tr", has_text=f"{use_case}@").first
        paths.append(str(row.locator("[data-row-link]").get_attribute("href")))
    return paths


def events_of(page: Page) -> list[str]:
    """An event of each end, and the other tabs of the applied one."""
    paths = []
    for status in ("success", "error", "skipped", "ignored"):
        page.goto(f"/app/events?status={status}")
        paths.append(str(page.locator("[data-row-link]").first.get_attribute("href")))
    applied = paths[0].partition("?")[0]
    return [*paths, *(f"{applied}?tab={tab}" for tab in ("payload", "replays", "json"))]


def ask_for_a_replay(page: Page) -> None:
    """The dialog over the list."""
    page.goto("/app/events?status=error&selected=page")
    page.keyboard.press("r")
    page.locator("dialog[open]").wait_for()


def ask_for_an_approval(page: Page) -> None:
    """The dialog over a held prune."""
    page.goto("/app/held-prunes")
    page.locator("[data-row-link]").first.click()
    page.get_by_role("link", name="Remove").click()
    page.locator("dialog[open]").wait_for()


def unfold_what_was_removed(page: Page) -> None:
    """The trace of a prune with all that it removed."""
    page.goto(events_of_prunes(page)[0])
    page.locator("summary", has_text="more removed").click()
    page.locator(".ih-waterfall__list").wait_for()


def approve_a_prune(page: Page) -> None:
    """A held prune with its result."""
    ask_for_an_approval(page)
    page.locator("dialog[open]").get_by_role("button", name="Remove").click()
    page.get_by_text("approved it").wait_for()


def simulate(page: Page) -> None:
    """The simulation with its result."""
    page.goto("/app/simulation")
    page.get_by_role("button", name="Run").click()
    page.locator(".ih-result__entity").wait_for()


INBOUND_ACTS: dict[str, Callable[[Page], None]] = {
    "replay dialog": ask_for_a_replay,
    "approval dialog": ask_for_an_approval,
    "removed entities": unfold_what_was_removed,
    "approved prune": approve_a_prune,
    "simulation": simulate,
}
