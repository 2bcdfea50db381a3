"""Every page in every state that looks different: what axe finds in both themes, and what sticks out of a phone."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.app_pages import APP_ACTS, app_pages
from tests.journeys.automation_pages import AUTOMATION_ACTS, automation_pages
from tests.journeys.call_pages import CALL_ACTS, call_pages
from tests.journeys.certificate_pages import CERTIFICATE_ACTS, certificate_pages
from tests.journeys.conftest import Site
from tests.journeys.core_event_pages import CORE_EVENT_ACTS, core_event_pages
from tests.journeys.entity_pages import ENTITY_ACTS, changed_once_more, entity_pages
from tests.journeys.environment_pages import ENVIRONMENT_ACTS, ENVIRONMENTS, environment_pages
from tests.journeys.inbound_pages import INBOUND_ACTS, events_of, events_of_prunes, held_pages_of, hold_prunes
from tests.journeys.job_pages import JOB_ACTS, job_pages
from tests.journeys.job_pages import LIST as JOBS
from tests.journeys.looking import WIDE, Seen, look
from tests.journeys.monitoring_pages import MONITORING_ACTS, WITHOUT_ALERTS, make_alerts, monitoring_pages
from tests.journeys.outbound_pages import OUTBOUND_ACTS, outbound_pages
from tests.journeys.queue_pages import QUEUE_ACTS, queue_pages
from tests.journeys.routes import page_routes
from tests.journeys.transfer_pages import TRANSFER_ACTS
from tests.journeys.waiting_pages import LIST as WAITING_VALUES
from tests.journeys.waiting_pages import WAITING_ACTS, waiting_pages
from tools.running import rows

pytestmark = [pytest.mark.browser, pytest.mark.once]
MISTAKEN = {"/nothing": 404, "/app/entities?q=a:(b": 400}
"""Addresses that are answered by something else than 200."""
NO_PAGES = {
    "app/",
    "app/deliveries/new",
    "app/echo/new",
    "app/entities/-/candidates",
    "app/entities/<stored_schema:schema>/import/<uuid:import_id>/failed",
    "app/events/<str:event_id>/payload",
    "app/events/new",
    "app/files/<uuid:entity_id>/open",
    "app/jobs/<uuid:job_id>/cancel",
    "app/jobs/<uuid:job_id>/results.csv",
    "app/statistics/<slug:chart>.csv",
}
"""What answers with a file or a part of a page, or leads elsewhere."""
EMPTY = ("/app/apps", ENVIRONMENTS, WAITING_VALUES, JOBS, *WITHOUT_ALERTS)
"""Lists that have nothing before the walk makes something."""


@pytest.fixture(scope="module")
def seen(site: Site, chromium: Browser) -> Seen:
    """Each page once."""
    found = Seen()
    hold_prunes(site)
    options = {"storage_state": site.cookies, "base_url": site.hub.address, "reduced_motion": "reduce"}
    histories = changed_once_more(site)
    with chromium.new_context(viewport=WIDE, **options) as context:
        page = context.new_page()
        page.on("response", found.note)
        for path in EMPTY:
            visit(page, path)
            look(page, f"{path}, empty", found)
        make_alerts(page)
        for path in [
            *pages_of(site),
            *core_event_pages(site),
            *queue_pages(site),
            *app_pages(site),
            *call_pages(site),
            *waiting_pages(site),
            *environment_pages(site),
            *certificate_pages(site),
            *histories,
            *held_pages_of(site),
            *job_pages(site),
            *events_of(page),
            *events_of_prunes(page),
            *monitoring_pages(site),
        ]:
            visit(page, path)
            look(page, path, found)
        site.confirm(page)
        for name, act in ACTS.items():
            act(page)
            look(page, name, found)
        while linked := found.unopened(NO_PAGES):
            for path in linked:
                visit(page, path)
                look(page, path, found)
    return found


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
        f"{use_case}/switch",
        f"{use_case}/delete",
        "/app/statistics?window=7d",
        "/app/statistics?from=2001-01-01T00:00Z&to=2001-01-02T00:00Z",
        "/app/access-logs",
        "/app/access-logs?method=DELETE&path=nothing",
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


def _id(site: Site, table: str, column: str, value: str) -> UUID:
    found = rows(site.hub.database_url, f"SELECT id FROM {table} WHERE {column} = %s", [value])
    return UUID(str(found[0][0]))


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


ACTS: dict[str, Callable[[Page], None]] = {
    **AUTOMATION_ACTS,
    **INBOUND_ACTS,
    **JOB_ACTS,
    "keys dialog": look_up_the_keys,
    "form with errors": leave_a_name_out,
    **ENTITY_ACTS,
    **TRANSFER_ACTS,
    **CORE_EVENT_ACTS,
    **QUEUE_ACTS,
    **WAITING_ACTS,
    **OUTBOUND_ACTS,
    **APP_ACTS,
    **ENVIRONMENT_ACTS,
    **CALL_ACTS,
    **CERTIFICATE_ACTS,
    **MONITORING_ACTS,
}


def visit(page: Page, path: str) -> None:
    """Go there, and make sure that it is the page that was meant."""
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == MISTAKEN.get(path, 200), path


def test_axe_finds_nothing_wrong_on_any_page_in_either_theme(seen: Seen) -> None:
    assert seen.by_axe == []


def test_every_target_is_large_enough_to_hit(seen: Seen) -> None:
    assert "\n".join(seen.too_small) == ""


def test_the_walk_opens_every_page(seen: Seen) -> None:
    assert sorted(page_routes() - seen.opened - NO_PAGES) == []


def test_no_page_is_wider_than_a_phone(seen: Seen) -> None:
    assert seen.too_wide == []
