"""Tables whose longest text decides: its column gets the room that the others leave."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Site, Window
from tools.running import PATIENCE_S

pytestmark = [pytest.mark.browser, pytest.mark.once]

WIDE = {"width": 1440, "height": 900}
LEAST_SHARE = 0.3
"""Of the width of its table."""
NOBODY = "http://127.0.0.1:65535"
RECIPE = {
    "name": "Upload to the archive",
    "slug": "upload-to-archive",
    "type": "file_proxy",
    "enabled": True,
    "configuration": {
        "direction": "upload",
        "upload": {},
        "steps": [{"url": f"{NOBODY}/documents", "method": "POST", "response_type": "json"}],
    },
}
TAKES = {"name": "Reports", "slug": "reports", "type": "inbound", "enabled": True, "configuration": {"entities": []}}
READS = {
    "name": "Read reports",
    "slug": "read-reports",
    "type": "managed_call",
    "enabled": True,
    "configuration": {
        "operation": {"method": "GET", "path": "/reports"},
        "inbound_use_case_slug": "reports",
        "pull": {"every_minutes": 60, "items": "reports"},
    },
}


def connector(site: Site, *use_cases: dict[str, Any]) -> str:
    """The address of the last use case of a new connector whose other system does not answer. Any: JSON."""
    wanted = {"name": str(use_cases[-1]["name"]), "integration_type": "connector"}
    body = wanted | {"connector_config": {"base_url": NOBODY}, "use_cases": list(use_cases)}
    answer = site.hub.request("POST", "/v2/integrations", body, site.demo.token)
    assert answer.status == 201, answer.text
    made = answer.json()
    return f"/app/integrations/{made['id']}/use-cases/{made['use_cases'][-1]['id']}"


def share(page: Page, column: str) -> float:
    """Which part of its table a column takes."""
    header = page.get_by_role("columnheader", name=column, exact=True)
    return float(header.evaluate("one => one.offsetWidth / one.closest('table').offsetWidth"))


def test_the_requests_of_an_upload_are_read_in_their_lines(site: Site, window: Window) -> None:
    page = window(viewport=WIDE)
    page.goto(f"{connector(site, RECIPE)}/uploads")
    assert share(page, "Request") > LEAST_SHARE


def test_what_became_of_a_run_is_read_in_its_line(site: Site, window: Window) -> None:
    page = window(viewport=WIDE)
    page.goto(f"{connector(site, TAKES, READS)}/schedule")
    page.get_by_role("button", name="Read now").click()
    failure = page.get_by_role("table").get_by_text("EXTERNAL_API_ERROR")
    for _ in range(int(PATIENCE_S)):
        if failure.count():
            break
        page.wait_for_timeout(1000)
        page.reload()
    expect(failure).to_be_visible()
    assert share(page, "What happened") > LEAST_SHARE
