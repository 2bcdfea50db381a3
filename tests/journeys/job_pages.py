"""The pages of jobs and the question before one, for the walk through all pages, and what a dry run shows."""

from __future__ import annotations

import json

from playwright.sync_api import Page

from tests.journeys.conftest import Site
from tools.running import rows, wait_for

LIST = "/app/jobs"
QUESTION = "/app/events/replay-many?window=90d&status=error"


def job_pages(site: Site) -> list[str]:
    """The list, a job that has ended, and the question before it is started."""
    words = ("--organization", "stadtwerke-musterstadt", "--filter", "window=90d&status=error", "--json")
    job_id = json.loads(site.hub.manage("hub_replay", *words))["job_id"]
    states = "SELECT DISTINCT state FROM jobs_job"
    wait_for(lambda: rows(site.hub.database_url, states) in ([("done",)], [("stopped",)]), "the job")
    return [LIST, f"{LIST}/{job_id}", QUESTION]


def try_a_replay(page: Page) -> None:
    """What the newest runs of what failed would change."""
    page.goto(QUESTION)
    page.get_by_role("button", name="Show differences").click()
    page.locator("#tried-title").wait_for()


JOB_ACTS = {"the dry run of a replay": try_a_replay}
