"""Every page in every state that looks different: what axe finds in both themes, and what sticks out of a phone."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import Site
from tests.journeys.outbound_pages import OUTBOUND_ACTS, outbound_pages
from tools.running import rows, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.once]

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}, "resultTypes": ["violations"]}
TARGETS = {"runOnly": {"type": "rule", "values": ["target-size"]}, "resultTypes": ["violations"]}
"""What can be clicked is 24 pixels wide and high, or has as much room around it; links in a sentence are exempt."""
WIDE = {"width": 1440, "height": 900}
NARROW = {"width": 390, "height": 844}

COMPARISONS = (
    "&old=1&new=2",
    "&from=2020-01-01T00:00&until=9000-01-01T00:00",
    "&from=yesterday&until=2026-01-15T08:00",
)
"""Two versions, two moments, and what cannot be compared."""

MISTAKEN = {"/nothing": 404, "/app/entities?q=a:(b": 400}
"""Addresses that are answered by something else than 200."""


@dataclass
class Seen:
    """What a walk through all pages found."""

    by_axe: list[str] = field(default_factory=list)
    too_wide: list[str] = field(default_factory=list)
    too_small: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def seen(site: Site, chromium: Browser) -> Seen:
    """Each page once."""
    found = Seen()
    hold_prunes(site)
    options = {"storage_state": site.cookies, "base_url": site.hub.address, "reduced_motion": "reduce"}
    histories = changed_once_more(site)
    with chromium.new_context(viewport=WIDE, **options) as context:
        page = context.new_page()
        for path in [
            *pages_of(site),
            *core_event_pages(site),
            *queue_pages(site),
            *histories,
            *held_pages_of(site),
            *events_of(page),
            *events_of_prunes(page),
        ]:
            visit(page, path)
            look(page, path, found)
        for name, act in ACTS.items():
            act(page)
            look(page, name, found)
    return found


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


def pages_of(site: Site) -> list[str]:
    """One address of every kind of page."""
    integration = f"/app/integrations/{site.demo.integration_id}"
    use_case = f"{integration}/use-cases/{_id(site, 'integrations_usecase', 'slug', 'customer-sync')}"
    entity = _id(site, "entities_entity", "schema", "contact")
    token = rows(site.hub.database_url, "SELECT id FROM accounts_apitoken")[0][0]
    return [
        "/app/gallery",
        "/app/overview?window=7d",
        "/app/integrations",
        integration,
        *(f"{integration}/{tab}" for tab in ("connection", "settings", "use-cases/new?type=outbound")),
        use_case,
        f"{use_case}/history",
        f"{use_case}/delete",
        "/app/events?status=error&selected=page",
        "/app/events?code=NOT_THERE",
        "/app/entities",
        "/app/entities/contact",
        "/app/entities/order",
        "/app/entities?q=a:(b",
        *entity_pages(site, f"/app/entities/contact/{entity}"),
        *automation_pages(site),
        "/app/tokens",
        "/app/tokens/new",
        f"/app/tokens/{token}/revoke",
        "/app/settings",
        "/app/settings/acknowledgement/allow",
        *outbound_pages(site),
        "/nothing",
    ]


def automation_pages(site: Site) -> list[str]:
    """The list, the forms, the questions, and the runs of one that fails."""
    automation_id = site.automation("Welcome")
    site.entity("contact", customer_number="C-4711", last_name="Kern")
    wait_for(lambda: [run["status"] for run in site.runs(automation_id)] == ["failed"], "the automation to fail")
    one = f"/app/automations/{automation_id}"
    run_id = site.runs(automation_id)[0]["id"]
    tails = ("", "/runs", "/runs?show=done", f"/runs/{run_id}", "/switch", "/delete")
    return ["/app/automations", "/app/automations/new", *(f"{one}{tail}" for tail in tails)]


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


def entity_pages(site: Site, contact: str) -> list[str]:
    """An entity in every light: its tabs, its past, its form; a meter with readings; the recycle bin."""
    meter = site.entity("meter", meter_number="1ESY77", calibration_date="soon")
    counter = site.entity("meter_counter", external_id="CNT-77", meter=pointing_at(meter, "meter"))
    site.read_meter(meter, counter, 10, 12, 11.5, 400)
    article = site.entity(
        "article", article_number="A-77", name="Pump", parameters=[{"key": "pressure", "unit": "bar"}]
    )
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
        "/app/entities/order/new",
        "/app/entities/contact/bin",
        "/app/entities/contact/import",
        "/app/entities/contact?begins.last_name=K&column=email&column=birthdate",
        "/app/entities/contact?is.last_name=Nobody",
    ]


def pointing_at(entity_id: str, schema: str) -> dict[str, Any]:
    """A relation to one entity. Any: JSON."""
    return {"$relation": [{"entity_id": entity_id, "_schema": schema}]}


def _id(site: Site, table: str, column: str, value: str) -> UUID:
    found = rows(site.hub.database_url, f"SELECT id FROM {table} WHERE {column} = %s", [value])
    return UUID(str(found[0][0]))


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


def look_up_the_keys(page: Page) -> None:
    """The dialog with all shortcuts."""
    page.goto("/app/overview")
    page.keyboard.press("?")
    page.locator("dialog[open]").wait_for()


def leave_a_name_out(page: Page) -> None:
    """A form with errors."""
    page.goto("/app/integrations/new")
    page.locator("main form").evaluate("form => form.noValidate = true")
    page.get_by_role("button", name="Create integration").click()
    page.locator("#id_name[aria-invalid=true]").wait_for()


def simulate(page: Page) -> None:
    """The simulation with its result."""
    page.goto("/app/simulation")
    page.get_by_role("button", name="Run").click()
    page.locator(".ih-result__entity").wait_for()


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


def open_the_export(page: Page) -> None:
    """The menu of a list that takes it as a file."""
    page.goto("/app/entities/contact?column=email")
    page.locator("summary").filter(has_text="Export").click()
    page.get_by_role("button", name="Export file").wait_for()


def send_no_file(page: Page) -> None:
    """An import without anything to import."""
    page.goto("/app/entities/contact/import")
    page.get_by_role("button", name="Preview the rows").click()
    page.locator("input[type=file][aria-invalid=true]").wait_for()


def preview_without_an_identifier(page: Page) -> None:
    """Rows of which nobody can tell whom they mean."""
    preview(page, "Kundennr.;last_name\nI-1;Kern\n")
    page.get_by_text("cannot be looked at yet").wait_for()


def preview_an_import(page: Page) -> None:
    """Rows of every outcome, with the choice of columns."""
    preview(page, "customer_number;last_name;birthdate;Notiz\nA11Y;Neu;;x\nI-1;Kern;;\nI-2;Kern;soon;\n")
    page.locator("summary").filter(has_text="Columns").click()


def report_an_import(page: Page) -> None:
    """What became of the same rows."""
    page.get_by_role("button", name="Import 2 rows").click()
    page.get_by_text("was not imported").wait_for()


def preview(page: Page, rows_of_file: str) -> None:
    """Paste rows and look at what they would do."""
    page.goto("/app/entities/contact/import")
    page.get_by_label("Or paste the rows").fill(rows_of_file)
    page.get_by_role("button", name="Preview the rows").click()
    page.locator("summary").filter(has_text="Columns").wait_for()


def write_no_json(page: Page) -> None:
    """A form with an input that means nothing."""
    page.goto("/app/entities/contact/new")
    page.locator("summary").filter(has_text="without a value").last.click()
    page.get_by_label("Consent phone call").evaluate("field => field.value = '{'")
    page.get_by_role("button", name="Create contact").first.click()
    page.locator("textarea[aria-invalid=true]").wait_for(state="attached")


def try_an_automation(page: Page) -> None:
    """The tester with what each step would do."""
    page.goto("/app/automations")
    page.locator("[data-row-link]").first.click()
    page.get_by_role("button", name="Try").click()
    page.get_by_text("It would do").first.wait_for()


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


ACTS: dict[str, Callable[[Page], None]] = {
    "tester of an automation": try_an_automation,
    "replay dialog": ask_for_a_replay,
    "approval dialog": ask_for_an_approval,
    "removed entities": unfold_what_was_removed,
    "approved prune": approve_a_prune,
    "keys dialog": look_up_the_keys,
    "form with errors": leave_a_name_out,
    "simulation": simulate,
    "form of an entity that changed meanwhile": collide_with_somebody,
    "undoing refused": undo_what_was_overwritten,
    "filters of a list": open_the_filters,
    "columns of a list": open_the_columns,
    "export of a list": open_the_export,
    "import without a file": send_no_file,
    "import without an identifier": preview_without_an_identifier,
    "preview of an import": preview_an_import,
    "report of an import": report_an_import,
    "form of an entity with an error": write_no_json,
    "preview of a core event": preview_an_event,
    "core event without an entity": fire_without_an_entity,
    "draft of an event with errors": define_an_event_badly,
    "unblock dialog": ask_to_unblock,
    "redriven messages": redrive_a_letter,
    **OUTBOUND_ACTS,
}


def visit(page: Page, path: str) -> None:
    """Go there, and make sure that it is the page that was meant."""
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == MISTAKEN.get(path, 200), path


def look(page: Page, name: str, found: Seen) -> None:
    """Axe in the light theme and, for colours, in the dark one; then the width on a phone, and targets on both."""
    found.by_axe += findings(f"{name}, light", Axe().run(page, options=RULES).response)
    page.emulate_media(color_scheme="dark")
    found.by_axe += findings(f"{name}, dark", page.evaluate("options => axe.run(options)", COLOURS))
    page.emulate_media(color_scheme="light")
    found.too_small += findings(name, page.evaluate("options => axe.run(options)", TARGETS))
    page.set_viewport_size(NARROW)
    found.too_small += findings(f"{name}, narrow", page.evaluate("options => axe.run(options)", TARGETS))
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > NARROW["width"]:
        found.too_wide.append(f"{name}: {width}")
    page.set_viewport_size(WIDE)


def findings(name: str, results: dict[str, Any]) -> list[str]:
    """A line for every element that breaks a rule. Any: what axe answers."""
    return [
        f"{name}: {violation['id']} at {node['target']}, {node.get('failureSummary', '')}"
        for violation in results["violations"]
        for node in violation["nodes"]
    ]


def test_axe_finds_nothing_wrong_on_any_page_in_either_theme(seen: Seen) -> None:
    assert seen.by_axe == []


def test_every_target_is_large_enough_to_hit(seen: Seen) -> None:
    assert "\n".join(seen.too_small) == ""


def test_no_page_is_wider_than_a_phone(seen: Seen) -> None:
    assert seen.too_wide == []
