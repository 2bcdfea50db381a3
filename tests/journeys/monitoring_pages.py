"""The pages of issues, alerts, traces, codes and storage for the walk through all pages, and states that need acts."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from playwright.sync_api import Page, expect

from monitoring.alerts.kinds import Kind
from monitoring.issues.act_pages import DEEDS
from tests.journeys.conftest import Site
from tools.running import rows, wait_for

ALERTS, CHANNELS, HISTORY = "/app/alerts", "/app/alerts/channels", "/app/alerts/history"
WITHOUT_ALERTS = (ALERTS, CHANNELS, HISTORY)
"""Pages that have nothing before the walk makes a rule."""
NOBODY = "https://duty.invalid/hooks/notices"


def make_alerts(page: Page) -> None:
    """A rule that fires at its first look, and a channel that nobody answers at."""
    page.goto(f"{CHANNELS}/new/webhook")
    page.get_by_label("Name", exact=True).fill("Duty chat")
    page.get_by_label("Address", exact=True).fill(NOBODY)
    page.get_by_role("button", name="Save channel").click()
    page.get_by_role("link", name="I have stored it").wait_for()
    page.goto(f"{ALERTS}/rules/new/silence")
    page.get_by_label("Name", exact=True).fill("Nobody polls")
    page.get_by_label("Duty chat").check()
    page.get_by_role("button", name="Save rule").click()
    page.goto(f"{ALERTS}/rules/new/count")
    page.get_by_label("Name", exact=True).fill("Any error")
    page.get_by_label("At least so many").fill("1")
    page.get_by_label("Duty chat").check()
    page.get_by_role("button", name="Save rule").click()
    page.get_by_role("link", name="Any error").wait_for()


def monitoring_pages(site: Site) -> list[str]:
    """Alerts that fired, and their forms; issues, and what is asked about one; traces; codes; storage."""
    wait_for(lambda: bool(_all(site, "SELECT id FROM monitoring_alertnotice")), "an alert to be told")
    (rule_id, *_more), (channel_id,) = (
        [UUID(str(one)) for one in _all(site, f"SELECT id FROM monitoring_{table} ORDER BY name")]
        for table in ("alertrule", "alertchannel")
    )
    issues = [UUID(str(one)) for one in _all(site, "SELECT id FROM monitoring_issue ORDER BY number DESC")]
    correlation = _all(site, "SELECT max(correlation_id) FROM outbound_delivery")[0]
    return [
        *WITHOUT_ALERTS,
        *(f"{CHANNELS}/{tail}" for tail in ("new/mail", channel_id, f"{channel_id}/delete")),
        *(f"{ALERTS}/rules/{tail}" for tail in (*(f"new/{kind}" for kind in Kind), rule_id, f"{rule_id}/delete")),
        *(f"/app/issues{tail}" for tail in ("", "?state=all", "?state=resolved", "?code=NOT_THERE")),
        *(f"/app/issues/{one}" for one in issues),
        *(f"/app/issues/{issues[0]}/{deed}" for deed in DEEDS),
        "/app/traces",
        *(f"/app/traces/{one}" for one in (correlation, "nobody-used-it")),
        *("/app/codes#TIMEOUT", "/app/storage"),
    ]


def _all(site: Site, asked: str) -> list[object]:
    return [row[0] for row in rows(site.hub.database_url, asked)]


def make_a_rule_wrongly(page: Page) -> None:
    """The form with findings at fields."""
    page.goto(f"{ALERTS}/rules/new/error_rate")
    page.locator("main form").evaluate("form => form.noValidate = true")
    page.get_by_role("button", name="Save rule").click()
    expect(page.locator("#id_name[aria-invalid=true]")).to_be_visible()


def rehearse_a_rule(page: Page) -> None:
    """How often a rule would have fired."""
    page.goto(f"{ALERTS}/rules/new/count")
    page.get_by_label("Name", exact=True).fill("Every error")
    page.get_by_role("button", name="How often would it have fired?").click()
    page.get_by_text("Nothing is saved yet.").wait_for()


def send_a_test(page: Page) -> None:
    """A channel that does not answer."""
    page.goto(CHANNELS)
    page.get_by_role("button", name="Send a test").click()
    page.locator(".ih-alert, .ih-toast").first.wait_for()


def resolve_an_issue(page: Page) -> None:
    """An issue with what was done about it."""
    page.goto("/app/issues")
    page.locator("[data-row-link]").first.click()
    page.get_by_role("link", name="Resolve").click()
    page.locator("dialog[open]").get_by_label("Note").fill("The tariff was missing in the table.")
    page.locator("dialog[open]").get_by_role("button", name="Resolve issue").click()
    page.get_by_text("The issue is resolved.").wait_for()


def look_for_no_trace(page: Page) -> None:
    """The field of traces with an id that cannot be one."""
    page.goto(f"/app/traces?correlation={'x' * 300}")


def search_payloads(page: Page) -> None:
    """Events by what stands in their payload, found and not found."""
    page.goto("/app/events?window=90d&payload=BUT000.PARTNER%3D0001032977")


def save_a_view(page: Page) -> None:
    """The list of events with a saved view."""
    page.goto("/app/events?window=90d&status=error")
    page.locator("summary").filter(has_text="Save").click()
    page.get_by_label("Name of the view").fill("What failed")
    page.get_by_role("button", name="Save view").click()
    page.get_by_role("link", name="What failed").wait_for()


MONITORING_ACTS: dict[str, Callable[[Page], None]] = {
    "rule with errors": make_a_rule_wrongly,
    "rehearsal of a rule": rehearse_a_rule,
    "test of a channel": send_a_test,
    "issue that was resolved": resolve_an_issue,
    "trace that cannot be": look_for_no_trace,
    "events by payload": search_payloads,
    "events with a saved view": save_a_view,
}
