"""Where automations and their runs answer."""

from __future__ import annotations

from django.urls import path

from outbound.api.automation_runs import AutomationRuns, OneAutomationRun, RetryAutomationRun
from outbound.api.automations import Automations, OneAutomation, RehearseAutomation

ONE = "v1/automations/<id:automation_id>"

urlpatterns = [
    path("v1/automations", Automations.as_view()),
    path(ONE, OneAutomation.as_view()),
    path(f"{ONE}:test", RehearseAutomation.as_view()),
    path(f"{ONE}/runs", AutomationRuns.as_view()),
    path(f"{ONE}/runs/<opaque:run_id>", OneAutomationRun.as_view()),
    path(f"{ONE}/runs/<opaque:run_id>:retry", RetryAutomationRun.as_view()),
]
