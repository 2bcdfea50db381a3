"""Where people find this app's pages."""

from __future__ import annotations

from django.conf import settings
from django.urls import path

from proxies.api.demo_source import grid_meters
from proxies.ui import pull_acts, pull_page, trying
from proxies.ui.allow_lists import allow_lists
from proxies.ui.schedule_edit import edit_schedule

USE_CASE = "app/integrations/<uuid:integration_id>/use-cases/<uuid:use_case_id>"
PULL = f"{USE_CASE}/schedule"

app_name = "proxies"
urlpatterns = [
    path(f"{USE_CASE}/try", trying.try_call, name="try-call"),
    path(f"{USE_CASE}/allow-lists", allow_lists, name="allow-lists"),
    path(PULL, pull_page.pull_page, name="pull"),
    path(f"{PULL}/edit", edit_schedule, name="edit-pull"),
    path(f"{PULL}/run", pull_acts.run_now, name="run-pull"),
    path(f"{PULL}/full-sync", pull_acts.full_sync, name="full-sync"),
    path(f"{PULL}/rewind", pull_acts.rewind, name="rewind-pull"),
    path(f"{PULL}/pause", pull_acts.pause, name="pause-pull"),
    path(f"{PULL}/resume", pull_acts.resume, name="resume-pull"),
    path(f"{PULL}/runs/<str:run_id>/cancel", pull_acts.cancel, name="cancel-pull"),
]
if settings.HUB_DEVELOPMENT:
    urlpatterns.append(path("demo/grid-operator/meters", grid_meters, name="demo-grid-meters"))
