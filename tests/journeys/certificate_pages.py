"""Certificates among the settings for the walk through all pages, and their states that need an act."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from tests.hub.http.certificates import Authority
from tests.journeys.conftest import Site
from tools.running import rows

SETTINGS = "/app/settings"
NEW = f"{SETTINGS}/certificates/new"
LONG = "Issuing authority for servers of the northern plants, gen. 2"


def certificate_pages(site: Site) -> list[str]:
    """The form, the list with one that ends soon and one that does not, and the question about one of them."""
    later = datetime.now(tz=UTC) + timedelta(days=300)
    root = Authority(site.hub.folder, "Plant CA", until=later)
    added = ""
    for one in (root, Authority(site.hub.folder, LONG, above=root)):
        slug = rows(site.hub.database_url, "SELECT slug FROM accounts_organization")[0][0]
        told = json.loads(site.hub.manage("hub_certificates", "add", one.file, "--organization", slug, "--json"))
        added = told["certificates"][0]["fingerprint"]
    return [NEW, SETTINGS, f"{SETTINGS}/certificates/{added}/remove"]


def add_wrong_certificates(page: Page) -> None:
    """The form with a finding."""
    page.goto(NEW)
    page.get_by_label("Certificates", exact=True).fill("-----BEGIN CERTIFICATE-----\nMIIB")
    page.get_by_role("button", name="Add certificates").click()
    expect(page.locator("#form-errors")).to_be_visible()


def ask_about_a_certificate(page: Page) -> None:
    """The dialog over the settings."""
    page.goto(SETTINGS)
    page.get_by_role("link", name="Remove").first.click()
    page.locator("dialog[open]").wait_for()


CERTIFICATE_ACTS: dict[str, Callable[[Page], None]] = {
    "certificates with errors": add_wrong_certificates,
    "removal of a certificate": ask_about_a_certificate,
}
