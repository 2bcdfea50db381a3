"""Where schedules of managed calls answer."""

from __future__ import annotations

from django.urls import path

from proxies.api import schedule_acts as acts
from proxies.api.schedules import IntegrationSchedules, OneSchedule, OneScheduleRun, ScheduleRuns, Schedules

ONE = "v1/integrations/<id:integration_id>/use-cases/<id:use_case_id>/schedule"
RUN = f"{ONE}/runs/<opaque:run_id>"

urlpatterns = [
    path("v1/schedules", Schedules.as_view()),
    path("v1/integrations/<id:integration_id>/schedules", IntegrationSchedules.as_view()),
    path(ONE, OneSchedule.as_view()),
    path(f"{ONE}:run", acts.RunSchedule.as_view()),
    path(f"{ONE}:full-sync", acts.FullSyncSchedule.as_view()),
    path(f"{ONE}:pause", acts.PauseSchedule.as_view()),
    path(f"{ONE}:resume", acts.ResumeSchedule.as_view()),
    path(f"{ONE}:rewind", acts.RewindSchedule.as_view()),
    path(f"{ONE}/runs", ScheduleRuns.as_view()),
    path(RUN, OneScheduleRun.as_view()),
    path(f"{RUN}:cancel", acts.CancelScheduleRun.as_view()),
]
