"""The runs of an automation, and one of them with what went into each step and what came out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from hub.accounts.grants import Capability, allows
from hub.accounts.models import Organization
from hub.errors import Conflict
from hub.events.models import CoreEvent
from hub.events.publishing import EVENT_PREFIX
from hub.ids import find_id, to_text
from hub.json_types import JSONObject
from hub.web.access import page
from hub.web.requests import HubRequest
from integrations.ui.detail import author_of
from monitoring.codes import Code, get_code
from outbound.automations.jobs import visible
from outbound.automations.queries import RUN_PREFIX, RunFilter, get_automation, get_run, runs_page
from outbound.automations.retrying import Retry, retry_run
from outbound.models import AutomationRun, AutomationStep, RunState
from outbound.models.automations import UNFINISHED_RUNS
from outbound.ui.automations.words import STEPS, cause_in_words

PAGE_SIZE: Final = 50
FILTERS: Final = {"failed": (RunState.FAILED,), "done": (RunState.SUCCEEDED,), "unfinished": UNFINISHED_RUNS}


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run, with its public id."""

    run: AutomationRun
    public_id: str
    cause: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step as it was taken or tried. input: what it got."""

    step: AutomationStep
    title: str
    input: JSONObject
    entity_url: tuple[str, str] | None


@page(Capability.AUTOMATION_VIEW)
@require_safe
def run_list(request: HubRequest, automation_id: UUID) -> HttpResponse:
    """The runs, newest first; those whose condition did not hold are there on demand."""
    automation = get_automation(organization=request.organization, automation_id=automation_id)
    chosen = request.GET.get("show", "")
    states = FILTERS.get(chosen) or tuple(one for one in RunState if chosen == "all" or one != RunState.SKIPPED)
    before = find_id(RUN_PREFIX, request.GET.get("before", ""))
    wanted = RunFilter(automation.pk, states=states, before=before)
    found = runs_page(organization=request.organization, wanted=wanted, limit=PAGE_SIZE + 1)
    runs, has_more = found[:PAGE_SIZE], len(found) > PAGE_SIZE
    context = {
        "automation": automation,
        "rows": [RunRow(run, to_text(RUN_PREFIX, run.id), cause_in_words(run)) for run in runs],
        "tabs": _tabs(),
        "chosen": chosen if chosen in FILTERS or chosen == "all" else "",
        "newer": f"?{urlencode({'show': chosen})}" if before else None,
        "older": f"?{urlencode({'show': chosen, 'before': to_text(RUN_PREFIX, runs[-1].id)})}" if has_more else None,
    }
    return render(request, "outbound/automations/runs.html", context)


@page(Capability.AUTOMATION_VIEW)
@require_safe
def run_page(request: HubRequest, automation_id: UUID, run_id: str) -> HttpResponse:
    """One run with its steps."""
    automation = get_automation(organization=request.organization, automation_id=automation_id)
    found = find_id(RUN_PREFIX, run_id)
    detail = get_run(organization=request.organization, automation_id=automation_id, run_id=found)
    run, document = detail.run, _document(request.organization, detail.run)
    may_retry = _may_retry(request)
    context = {
        "automation": automation,
        "run": run,
        "run_id": to_text(RUN_PREFIX, run.id),
        "retry_of": to_text(RUN_PREFIX, run.retry_of) if run.retry_of else "",
        "event_id": to_text(EVENT_PREFIX, run.core_event_id) if run.core_event_id else "",
        "cause": cause_in_words(run),
        "code": _code(run),
        "document": document,
        "steps": _rows(detail.steps, document),
        "is_unfinished": run.state in UNFINISHED_RUNS,
        "can_go_on": may_retry and run.state == RunState.FAILED,
        "can_repeat": may_retry and run.state not in UNFINISHED_RUNS,
    }
    return render(request, "outbound/automations/run.html", context)


@page(Capability.AUTOMATION_VIEW, writes=Capability.SEND)
@require_POST
def retry(request: HubRequest, automation_id: UUID, run_id: str) -> HttpResponse:
    """Goes on with the step that failed, or (whole) does every step once more; then shows the run that does it."""
    order = Retry(automation_id, find_id(RUN_PREFIX, run_id), is_whole="whole" in request.POST)
    try:
        again = retry_run(author=author_of(request), order=order)
    except Conflict as error:
        messages.error(request, error.message)
        return redirect("outbound:automation-run", automation_id, run_id)
    messages.success(request, _("The run goes on.") if again.retry_of is None else _("A new run has begun."))
    return redirect("outbound:automation-run", automation_id, to_text(RUN_PREFIX, again.id))


def _may_retry(request: HubRequest) -> bool:
    return allows(request.principal, Capability.SEND)


def _tabs() -> list[dict[str, object]]:
    words = {"": _("Runs"), "failed": _("Failed"), "unfinished": _("On their way"), "done": _("Done"), "all": _("All")}
    return [
        {"key": key, "label": label, "url": f"?show={key}" if key else "?", "count": None}
        for key, label in words.items()
    ]


def _document(organization: Organization, run: AutomationRun) -> JSONObject:
    """What started the run; empty where the event is not kept any more."""
    if run.core_event_id is None:
        return run.document or {}
    event = CoreEvent.objects.of(organization).filter(pk=run.core_event_id).first()
    return visible(event) if event else {}


def _rows(steps: Sequence[AutomationStep], document: JSONObject) -> list[StepRow]:
    rows, given = [], document
    for step in steps:
        rows.append(StepRow(step, str(STEPS.get(step.kind, step.kind)), given, _entity_of(step)))
        given = step.output or given
    return rows


def _entity_of(step: AutomationStep) -> tuple[str, str] | None:
    result = step.result
    return (result["schema"], result["entity_id"]) if "entity_id" in result and "schema" in result else None


def _code(run: AutomationRun) -> Code | None:
    return get_code(run.code) if run.code else None
