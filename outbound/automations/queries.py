"""Get and list automations, their versions and their runs, always of one organization."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.db import models

from hub.accounts.models import Organization, TenantQuerySet
from hub.errors import Invalid, NotFound
from hub.json_types import ROOT, JSONObject
from outbound.automations.configuration import AutomationConfiguration
from outbound.models import Automation, AutomationRun, AutomationStep

RUN_PREFIX: Final = "run_"
"""Before the public id of a run, which is its execution id."""


class AutomationNotFound(NotFound):
    """No such automation in this organization."""

    code = "AUTOMATION_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("There is no such automation.")


@dataclass(frozen=True, slots=True)
class RunFilter:
    """Which page of an automation's runs. before: id of the last run of the page before."""

    automation_id: UUID
    states: Sequence[str] = ()
    before: UUID | None = None


@dataclass(frozen=True, slots=True)
class RunDetail:
    """A run with its steps as they were taken or tried, oldest first."""

    run: AutomationRun
    steps: Sequence[AutomationStep]


def automations_of(organization: Organization) -> TenantQuerySet[Automation]:
    """Every automation, oldest first."""
    return Automation.objects.of(organization).order_by("created_at", "id")


def get_automation(*, organization: Organization, automation_id: UUID) -> Automation:
    """The automation; raises AutomationNotFound."""
    automation = Automation.objects.of(organization).filter(pk=automation_id).first()
    if automation is None:
        raise AutomationNotFound
    return automation


def configuration_of(automation: Automation) -> AutomationConfiguration | None:
    """What is stored, typed; None for one of another time that cannot be read."""
    return _read(automation.configuration)


def configuration_at(automation: Automation, version: int) -> AutomationConfiguration | None:
    """The same of a version, live or past; None for one that is not there."""
    if version == automation.version:
        return configuration_of(automation)
    row = _history().filter(id=automation.pk, version=version).order_by("-history_date").first()
    return None if row is None else _read(row.configuration)


def runs_page(*, organization: Organization, wanted: RunFilter, limit: int) -> list[AutomationRun]:
    """At most limit runs, the newest first; an id tells when. One query, without the documents that started them."""
    rows = AutomationRun.objects.of(organization).filter(automation_id=wanted.automation_id).defer("document")
    if wanted.states:
        rows = rows.filter(state__in=wanted.states)
    if wanted.before is not None:
        rows = rows.filter(id__lt=wanted.before)
    return list(rows.order_by("-id")[:limit])


def get_run(*, organization: Organization, automation_id: UUID, run_id: UUID | None) -> RunDetail:
    """Two queries. Raises NotFound, also for None, which stands for an id that nobody gave out."""
    rows = AutomationRun.objects.of(organization).filter(automation_id=automation_id)
    run = rows.filter(id=run_id).first() if run_id else None
    if run is None:
        raise NotFound("There is no such run.", code="AUTOMATION_RUN_NOT_FOUND")
    steps = AutomationStep.objects.of(organization).filter(run_id=run.id).order_by("at", "number", "id")
    return RunDetail(run, list(steps))


def _read(raw: JSONObject) -> AutomationConfiguration | None:
    try:
        return AutomationConfiguration.parse(raw, ROOT)
    except Invalid:
        return None


def _history() -> models.QuerySet[Any]:  # Any: a model made at run time
    history: models.QuerySet[Any] = apps.get_model("outbound", "HistoricalAutomation")._default_manager.all()
    return history
