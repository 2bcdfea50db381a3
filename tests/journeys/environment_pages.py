"""The pages of the environment for the walk through all pages, and their states that need an act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Site

ENVIRONMENTS = "/app/environments"
VARIABLES: list[dict[str, Any]] = [
    {"key": "partner.host", "type": "String", "value": "api.partner.example", "group": "Partner"},
    {"key": "partner.token", "type": "SecretString", "value": "walked-past-and-not-seen", "group": "Partner"},
    {"key": "tariffs", "type": "JSON", "value": {"SG24-X": "Basic", "SG24-Y": "Plus"}, "description": "By number"},
    {"key": "partner.retries", "type": "Number", "value": 3},
    {"key": "portal", "type": "Link", "value": {"url": "https://portal.example", "label": "Portal"}},
    {"key": "regions", "type": "List", "item_type": "String", "value": ["north", "south"]},
    {"key": "partner.region", "type": "String", "group": "Partner"},
]
DECLARED = [
    {"key": "partner.token", "label": "Token of the partner", "type": "SecretString", "required": True, "order": 1},
    {"key": "partner.region", "label": "Region", "type": "String", "description": "As the partner spells it."},
    {"key": "partner.secret", "label": "Client secret", "type": "SecretString", "required": True},
]


def environment_pages(site: Site) -> list[str]:
    """The list with missing keys, a form and a page of several types, groups, and what an integration needs."""
    for variable in VARIABLES:
        site.set_variable(**variable)
    connector = {
        "base_url": "https://{{env.partner.host}}",
        "auth": {"type": "bearer", "token": "{{env.partner.token}}"},
    }
    wanted = {"name": "Partner", "integration_type": "connector", "connector_config": connector}
    answer = site.hub.request("POST", "/v1/integrations", wanted | {"environment_config": DECLARED}, site.demo.token)
    assert answer.status == 201, answer.text
    one = f"{ENVIRONMENTS}/keys"
    return [
        ENVIRONMENTS,
        f"{ENVIRONMENTS}?q=nothing-of-the-kind",
        f"{ENVIRONMENTS}/new?type=SecretString",
        f"{ENVIRONMENTS}/new?type=List",
        f"{one}/partner.host",
        f"{one}/partner.token",
        f"{one}/tariffs",
        f"{one}/portal",
        f"{one}/partner.region",
        f"{one}/partner.host/delete",
        f"{ENVIRONMENTS}/groups",
        f"{ENVIRONMENTS}/groups/edit",
        f"/app/integrations/{answer.json()['id']}/environment",
        f"/app/integrations/{site.demo.integration_id}/environment",
    ]


def make_a_variable_wrongly(page: Page) -> None:
    """The form with findings at fields."""
    page.goto(f"{ENVIRONMENTS}/new?type=JSON")
    page.get_by_label("Key", exact=True).fill("Not a key")
    page.get_by_role("textbox", name="Value").fill("{")
    page.get_by_role("button", name="Create variable").click()
    expect(page.locator("#form-errors")).to_be_visible()


def ask_what_a_deletion_breaks(page: Page) -> None:
    """The dialog over a variable."""
    page.goto(f"{ENVIRONMENTS}/keys/partner.host")
    page.get_by_role("link", name="Delete partner.host").click()
    page.locator("dialog[open]").wait_for()


ENVIRONMENT_ACTS: dict[str, Callable[[Page], None]] = {
    "a variable that is refused": make_a_variable_wrongly,
    "the question before a variable is deleted": ask_what_a_deletion_breaks,
}
