"""The pages of connectors and their managed calls for the walk through all pages, and their states that need an act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from tests.journeys.conftest import Site
from tools.running import PATIENCE_S

PATIENCE_MS = PATIENCE_S * 1000
NAME = "Weather of the partner"
CONNECTOR: dict[str, Any] = {
    "name": NAME,
    "integration_type": "connector",
    "connector_config": {"base_url": "http://127.0.0.1:65535/base"},
    "use_cases": [
        {
            "name": "Get the weather",
            "slug": "get-weather",
            "type": "managed_call",
            "enabled": True,
            "configuration": {"operation": {"method": "POST", "path": "/v1/places/{{place}}"}},
        },
        {
            "name": "Read the weather",
            "slug": "read-weather",
            "type": "managed_call",
            "enabled": True,
            "configuration": {
                "operation": {"method": "GET", "path": "/v1/weather", "query_params": {"since": "{{since}}"}},
                "inbound_use_case_slug": "weather",
                "pull": {"every_minutes": 60, "items": "reports", "cursor": {"parameter": "since", "initial": "2026"}},
            },
        },
        {
            "name": "Send the plan",
            "slug": "send-plan",
            "type": "file_proxy",
            "enabled": True,
            "configuration": {
                "direction": "upload",
                "upload": {},
                "steps": [{"url": "http://127.0.0.1:65535/plans", "method": "POST", "response_type": "json"}],
            },
        },
        {
            "name": "Way out",
            "slug": "way-out",
            "type": "secure_proxy",
            "enabled": True,
            "configuration": {"vpc_mode": "static_ip"},
        },
    ],
}
FETCHING: dict[str, Any] = {
    "name": "Partner with a token server",
    "integration_type": "connector",
    "settings": {"autoRefresh": {"enabled": True, "freshnessThresholdMinutes": 30}},
    "connector_config": {
        "base_url": "https://{{env.partner.host}}/a/path/that/is/long/enough/to/be/broken/into/lines/on/a/phone",
        "auth": {
            "type": "oauth2_client_credentials",
            "token_url": "https://login.partner.example/oauth2/token",
            "client_id": "integration-hub",
            "client_secret": "{{env.partner.client_secret}}",
            "scope": "weather.read weather.write",
            "body_params": {"tenant": "north"},
            "headers": {"X-Region": "{{env.partner.region}}"},
        },
    },
}
UNSAID = {"name": "Connector of which nothing is said", "integration_type": "connector"}


def call_pages(site: Site) -> list[str]:
    """Calls, one by a schedule, an upload and a secure proxy, with their forms; nobody answers what they call."""
    made = _made(site, CONNECTOR)
    pages = [f"/app/integrations/{made['id']}/use-cases/{one['id']}" for one in made["use_cases"]]
    return [
        pages[0],
        *(f"{page}/schedule{form}" for page in pages[:2] for form in ("", "/edit")),
        *(f"{pages[1]}/schedule/{act}" for act in ("full-sync", "rewind")),
        f"{pages[2]}/uploads",
        f"{pages[3]}/allow-lists",
        *connection_pages(site),
    ]


def connection_pages(site: Site) -> list[str]:
    """Where calls go, its form and the settings: of a connector whose variables are missing, and of one without any."""
    connectors = [f"/app/integrations/{_made(site, one)['id']}" for one in (FETCHING, UNSAID)]
    return [f"{one}/{page}" for one in connectors for page in ("connection", "connection/edit", "settings")]


def _made(site: Site, integration: dict[str, Any]) -> Any:  # Any: JSON
    answer = site.hub.request("POST", "/v2/integrations", integration, site.demo.token)
    assert answer.status == 201, answer.text
    return answer.json()


def try_a_call(page: Page) -> None:
    """The panel with a request that went out and a failure."""
    page.goto("/app/integrations")
    page.get_by_role("link", name=NAME).first.click()
    page.get_by_role("link", name="get-weather").first.click()
    # The text area itself is hidden as soon as the editor stands in its place: only the latter can be clicked.
    page.get_by_label("Payload of the call, JSON").and_(page.locator(".cm-content")).click()
    page.keyboard.press("Control+a")
    page.keyboard.type('{"place": "Cologne"')
    page.get_by_role("button", name="Run the call").click()
    page.locator("#trial .ih-alert").wait_for(timeout=PATIENCE_MS)


def write_a_secret_down(page: Page) -> None:
    """The form of a connection with findings at its fields and above its parameters."""
    page.goto("/app/integrations")
    page.get_by_role("link", name=FETCHING["name"]).first.click()
    page.get_by_role("link", name="Connection", exact=True).click()
    page.get_by_role("link", name="Change connection").click()
    page.get_by_label("Base URL").fill("ftp://partner.example")
    page.get_by_label("Client secret").fill("an-actual-secret")
    page.get_by_role("button", name="Add parameter").click()
    page.get_by_label("Name of the parameter").last.fill("api_token")
    page.get_by_label("Value", exact=True).last.fill("another-one")
    page.get_by_role("button", name="Save connection").last.click()
    page.locator("#id_client_secret[aria-invalid=true]").wait_for(timeout=PATIENCE_MS)
    assert "an-actual-secret" not in page.content()


CALL_ACTS: dict[str, Callable[[Page], None]] = {
    "a call that was tried": try_a_call,
    "a secret that was written down": write_a_secret_down,
}
