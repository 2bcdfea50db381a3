"""Where people find jobs; included under the names of the kernel's pages."""

from __future__ import annotations

from django.urls import path

from hub.web.jobs.acting import cancel_job, pause_job, resume_job
from hub.web.jobs.download import download_results
from hub.web.jobs.listing import job_list
from hub.web.jobs.one import job_page

ONE = "app/jobs/<uuid:job_id>"

urlpatterns = [
    path("app/jobs", job_list, name="jobs"),
    path(ONE, job_page, name="job"),
    path(f"{ONE}/pause", pause_job, name="pause-job"),
    path(f"{ONE}/resume", resume_job, name="resume-job"),
    path(f"{ONE}/cancel", cancel_job, name="cancel-job"),
    path(f"{ONE}/results.csv", download_results, name="job-results"),
]
