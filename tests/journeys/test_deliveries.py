"""Walks from a change to its acknowledgement by pages alone; a webhook made by keyboard; without scripts, too."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Site, Window
from tests.journeys.outbound_pages import PATIENCE_MS, deliver

pytestmark = pytest.mark.browser


def test_a_change_is_delivered_acknowledged_and_sent_again(site: Site, window: Window) -> None:
    page, delivery = window(), deliver(site)
    page.goto("/app/echo")
    page.get_by_role("button", name="Acknowledge").first.click()
    expect(page.get_by_text("Acknowledged").first).to_be_visible()
    page.goto(f"/app/deliveries/{delivery}")
    expect(page.locator(".ih-head")).to_contain_text("Acknowledged after")
    page.keyboard.press("r")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("Tried by hand")
    dialog.get_by_role("button", name="Resend 1 delivery").click()
    page.wait_for_url(lambda url: delivery not in url)
    expect(page.get_by_text("Tried by hand").first).to_be_visible()
    expect(page.locator("#where-it-stands")).to_contain_text("HTTP 200", timeout=PATIENCE_MS)


def test_a_receiver_that_fails_once_gets_the_retry(site: Site, window: Window) -> None:
    page = window()
    page.goto("/app/echo")
    page.get_by_label("Fail the next").fill("1")
    page.get_by_label("with").select_option("503")
    page.get_by_role("button", name="Answer so").click()
    deliver(site)
    page.goto("/app/deliveries")
    page.locator("[data-row-link]").first.click()
    expect(page.locator("#where-it-stands")).to_contain_text("HTTP 503")
    expect(page.locator("#where-it-stands")).to_contain_text("HTTP 200")


def test_a_delivery_that_arrives_while_its_page_is_open_says_so_everywhere(site: Site, window: Window) -> None:
    page = window()
    page.goto("/app/echo")
    page.get_by_label("Pause").fill("3000")
    page.get_by_role("button", name="Answer so").click()
    page.goto("/app/webhooks")
    page.locator("[data-row-link]").first.click()
    page.get_by_role("button", name="Send test delivery").click()
    expect(page.locator("#where-it-stands")).to_contain_text("HTTP 200", timeout=PATIENCE_MS)
    expect(page.locator(".ih-head")).to_contain_text("Delivered")
    expect(page.get_by_role("button", name="Resend")).to_be_visible()
    expect(page.locator("#moving")).not_to_have_attribute("hx-get", re.compile("."))
    page.goto("/app/echo")
    page.get_by_label("Pause").fill("0")
    page.get_by_role("button", name="Answer so").click()


def test_a_reference_is_completed_by_keyboard(site: Site, window: Window) -> None:
    site.set_variable("erp.key", "x")
    page = window()
    page.goto("/app/webhooks/new")
    address = page.get_by_label("Address", exact=True)
    address.press_sequentially("https://{{env.er")
    expect(page.get_by_role("option", name="erp.key")).to_be_visible()
    expect(address).to_have_attribute("aria-expanded", "true")
    address.press("Enter")
    expect(address).to_have_value("https://{{env.erp.key}}")
    expect(address).to_have_attribute("aria-expanded", "false")


def test_a_webhook_is_made_without_scripts(window: Window) -> None:
    page = window(java_script_enabled=False)
    page.goto("/app/webhooks/new")
    page.get_by_label("Name", exact=True).fill("Without scripts")
    page.get_by_label("Event", exact=True).fill("event_ContractCreated")
    page.get_by_label("Address", exact=True).fill("https://erp.example.com/hook")
    page.get_by_role("button", name="Add header").click()
    page.get_by_label("Name of the header").fill("X-Tenant")
    page.get_by_role("button", name="Create webhook").last.click()
    expect(page.get_by_text("This is the only time the signing secret is shown.")).to_be_visible()
    page.get_by_role("link", name="I have stored it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Without scripts")


def test_deliveries_are_chosen_and_resent_without_scripts(site: Site, window: Window) -> None:
    deliver(site)
    page = window(java_script_enabled=False)
    page.goto("/app/deliveries")
    page.locator("tbody input[type=checkbox]").first.check()
    page.get_by_role("button", name="Resend selected").click()
    page.get_by_label("Reason").fill("Without scripts")
    page.get_by_role("button", name="Resend 1 delivery").click()
    expect(page.get_by_text("Without scripts").first).to_be_visible()
