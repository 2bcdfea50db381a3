"""Walks through the pages of a running hub: what was sent is seen, what is asked for in a form happens."""

from __future__ import annotations

import json
import re
import shlex

import pytest
from playwright.sync_api import Page, expect

from monitoring.matrix import OUTCOMES
from tests.journeys.conftest import Site, Window
from tools.running import PATIENCE_S

pytestmark = pytest.mark.browser

PATIENCE_MS = PATIENCE_S * 1000
CUSTOMER = {"BUT000": {"PARTNER": "0009990001", "NAME_FIRST": "Ingeborg", "NAME_LAST": "Größner"}}


def applied_customers(page: Page) -> int:
    """The number of the overview that counts them."""
    page.goto("/app/overview")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="customer-sync", exact=True))
    return int(re.sub(r"\D", "", row.get_by_role("cell").nth(OUTCOMES.index("success")).inner_text()))


def see_applied(page: Page, event_id: str) -> None:
    """The event's page says so by itself, as soon as it is so; and its new parts have settled: a key that is pressed
    before that opens pages instead of dialogs."""
    page.goto(f"/app/events/{event_id}")
    expect(page.locator(".ih-head").get_by_text("Applied", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator(".htmx-added")).to_have_count(0)


def test_an_event_that_was_sent_is_seen_on_every_page(site: Site, window: Window) -> None:
    page = window()
    before = applied_customers(page)
    event_id = site.send(CUSTOMER)
    see_applied(page, event_id)
    expect(page.get_by_role("row", name="last_name").get_by_role("insertion")).to_have_text("Größner")
    page.goto("/app/events")
    page.get_by_role("row", name="0009990001").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Contact 0009990001")
    page.get_by_role("region", name="Changes").get_by_role("link", name="0009990001").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ingeborg Größner")
    expect(page.get_by_role("row", name="customer_number")).to_contain_text("0009990001")
    assert applied_customers(page) == before + 1


def test_a_use_case_made_in_the_forms_takes_the_event_of_its_command(site: Site, window: Window) -> None:
    page = window()
    page.goto("/app/integrations/new")
    page.get_by_label("Name").fill("Wilken ENER:GY")
    page.get_by_role("button", name="Create integration").click()
    page.get_by_role("link", name="New use case").first.click()
    page.get_by_label("Name").fill("Partner sync")
    page.get_by_role("button", name="Create use case").click()
    page.get_by_role("link", name="Connection", exact=True).click()
    see_applied(page, run(site, page.locator("pre code").first.inner_text()))


@pytest.mark.parametrize("address", ["/docs", "/redoc"])
def test_the_description_of_the_api_is_read_without_another_host(site: Site, window: Window, address: str) -> None:
    page, asked = window(), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    expect(page.get_by_role("heading", name="Integration Hub API").first).to_be_visible(timeout=PATIENCE_MS)
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if not url.startswith((site.hub.address, "data:", "blob:"))] == []
    page.get_by_role("link", name="Back to the Integration Hub").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Integrations")


def run(site: Site, command: str) -> str:
    """Send what the curl command of a page would send, quoted as a shell reads it; the id of the event."""
    name, _x, method, address, *options = shlex.split(command.replace("\\\n", " "))
    assert (name, method) == ("curl", "POST")
    values = dict(zip(options[1::2], options[::2], strict=True))
    body = next(value for value, option in values.items() if option == "-d")
    assert "Authorization: Bearer $TOKEN" in values
    path = address.removeprefix(site.hub.address)
    return str(site.hub.request("POST", path, body, site.demo.token).json()["results"][0]["event_id"])


def test_a_replay_is_asked_for_and_leads_to_the_new_event(site: Site, window: Window) -> None:
    page = window()
    event_id = site.send(CUSTOMER | {"KOMMUNIKATION": {}})
    see_applied(page, event_id)
    page.keyboard.press("r")
    page.get_by_role("dialog").get_by_role("button", name="Replay 1 event").click()
    page.wait_for_url(lambda url: event_id not in url)
    expect(page.locator(".ih-head").get_by_text("Applied", exact=True)).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("link", name="Replays").click()
    expect(page.get_by_role("link", name=event_id)).to_be_visible()


def test_a_simulation_shows_the_result_and_keeps_it_when_the_next_run_fails(site: Site, window: Window) -> None:
    page = window()
    page.goto("/app/simulation")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_label("Result")).to_contain_text("Ada")
    page.locator("#bench-payload .cm-content").fill('{"broken": ')
    page.keyboard.press("Control+Enter")
    expect(page.get_by_label("Result").get_by_role("alert")).to_contain_text("MALFORMED_PAYLOAD")
    expect(page.get_by_label("Result")).to_contain_text("Last good result")
    expect(page.get_by_label("Result")).to_contain_text("Ada")


# --- without scripts ---------------------------------------------------------------------------------------


def test_a_list_is_filtered_without_scripts(window: Window) -> None:
    page = window(java_script_enabled=False)
    page.goto("/app/events")
    page.locator("summary").filter(has_text="Status").click()
    page.get_by_label("Error", exact=True).check()
    page.get_by_role("button", name="Apply filter").first.click()
    page.wait_for_url("**status=error**")
    assert set(page.locator("tbody .ih-cell--2").all_inner_texts()) == {"Error"}


def test_an_integration_is_created_and_deleted_without_scripts(window: Window) -> None:
    page = window(java_script_enabled=False)
    page.goto("/app/integrations/new")
    page.get_by_label("Name").fill("Short-lived")
    page.get_by_role("button", name="Create integration").click()
    page.get_by_role("navigation", name="Parts of this integration").get_by_role("link", name="Settings").click()
    page.get_by_role("link", name="Delete Short-lived").click()
    page.get_by_role("button", name="Delete Short-lived").click()
    expect(page.get_by_role("cell", name="Short-lived")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_have_text("Integrations")


def test_a_replay_needs_no_scripts(site: Site, window: Window) -> None:
    page = window(java_script_enabled=False)
    page.goto("/app/events?status=skipped")
    page.locator("tbody input[type=checkbox]").first.check()
    page.get_by_role("button", name="Replay selected").click()
    page.get_by_role("button", name="Replay 1 event").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert "/app/events" in page.url


def test_a_stale_event_runs_once_its_box_is_unticked_without_scripts(site: Site, window: Window) -> None:
    page = window(java_script_enabled=False)
    event_id, newer_id = site.send(CUSTOMER), site.send(CUSTOMER)
    see_applied(window(), newer_id)
    page.goto(f"/app/events/{event_id}")
    page.get_by_role("button", name="Replay").click()
    button = page.get_by_role("button", name="Replay 1 event")
    expect(button).to_be_hidden()
    page.get_by_label("Skip stale events").uncheck()
    button.click()
    page.wait_for_url(lambda url: "/replay" not in url and event_id not in url)


def test_a_simulation_needs_no_scripts(window: Window) -> None:
    page = window(java_script_enabled=False)
    page.goto("/app/simulation")
    page.get_by_role("textbox", name="Payload").fill(json.dumps(CUSTOMER))
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_label("Result")).to_contain_text("Ingeborg")


# --- by keyboard -------------------------------------------------------------------------------------------


def test_the_first_tab_offers_to_skip_to_the_content(window: Window) -> None:
    page = window()
    page.goto("/app/overview")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_a_question_mark_lists_the_keys_and_escape_leads_back(window: Window) -> None:
    page = window()
    page.goto("/app/overview")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Keyboard shortcuts").first).to_be_focused()


def test_j_k_x_and_enter_walk_choose_and_open_rows(window: Window) -> None:
    page = window()
    page.goto("/app/events?status=error")
    links = page.locator("[data-row-link]")
    for key in ("j", "j", "k", "j"):
        page.keyboard.press(key)
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("x")
    expect(page.locator("[data-selection=text]")).to_have_text("1 selected")
    address = str(links.nth(1).get_attribute("href"))
    links.nth(1).press("Enter")
    page.wait_for_url(f"**{address}")


def test_letters_go_to_sections_unless_single_keys_are_switched_off(window: Window) -> None:
    page = window()
    page.goto("/app/overview")
    page.keyboard.type("ge")
    page.wait_for_url("**/app/entities")
    page.keyboard.press("?")
    page.get_by_role("switch", name="Single keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.type("go")
    page.keyboard.press("Shift+?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.url.endswith("/app/entities")


def test_escape_and_tab_leave_the_code_editor(window: Window) -> None:
    page = window()
    page.goto("/app/simulation")
    editor = page.locator("#bench-payload .cm-content")
    editor.focus()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(editor).not_to_be_focused()
    assert page.evaluate("document.activeElement.closest('.cm-editor') === null")
