"""A list that fills more than its page: what stands in a row can be hit wherever the window ends."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from hub.web.row_pages import PAGE_SIZE
from tests.journeys.conftest import Site, Window
from tests.journeys.looking import TARGETS, findings
from tools.running import rows, wait_for

pytestmark = [pytest.mark.browser, pytest.mark.once]

HEIGHTS = range(860, 900, 6)
"""Windows whose lower edge cuts a row of 36 pixels at each of its sixths."""


def test_no_target_of_a_row_is_half_behind_the_foot_of_its_list(site: Site, window: Window) -> None:
    for _ in range(PAGE_SIZE + 1):
        site.hub.request("GET", "/v2/integrations", None, site.demo.token)
    logged = "SELECT count(*) > %s FROM monitoring_accesslog"
    wait_for(lambda: bool(rows(site.hub.database_url, logged, [PAGE_SIZE])[0][0]), "the access log")
    page = window(viewport={"width": 1440, "height": HEIGHTS[0]})
    page.goto("/app/access-logs")
    page.get_by_role("link", name="Older").wait_for()
    found = findings("first", Axe().run(page, options=TARGETS).response)
    for height in HEIGHTS:
        page.set_viewport_size({"width": 1440, "height": height})
        found += findings(f"{height}", page.evaluate("options => axe.run(options)", TARGETS))
    assert found == []
