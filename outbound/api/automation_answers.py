"""Automations, their runs and rehearsals as the API shows them."""

from __future__ import annotations

from collections.abc import Sequence

from hub.errors import ErrorDetail
from hub.events.publishing import EVENT_PREFIX
from hub.events.shaping.plan import EXPRESSION_FAILED, Failure
from hub.ids import to_text
from outbound.automations.queries import RUN_PREFIX, RunDetail
from outbound.automations.trying import Rehearsal, TriedStep
from outbound.models import Automation, AutomationRun, AutomationStep

Document = dict[str, object]
"""A JSON object that may hold moments, which the renderer writes."""


def automation_document(automation: Automation, *, warnings: Sequence[ErrorDetail] = ()) -> Document:
    """The automation as it is. warnings: only in the answer to a write."""
    shown: Document = {
        "id": automation.pk,
        **automation.configuration,
        "version": automation.version,
        "change_description": automation.change_description,
        "created_at": automation.created_at,
        "updated_at": automation.updated_at,
    }
    return shown | ({"warnings": [_detail(one) for one in warnings]} if warnings else {})


def run_document(run: AutomationRun) -> Document:
    """A line of a list."""
    shown: Document = {
        "id": to_text(RUN_PREFIX, run.id),
        "automation_id": run.automation_id,
        "automation_version": run.automation_version,
        "status": run.state,
        "event_name": run.event_name,
        "event_id": to_text(EVENT_PREFIX, run.core_event_id) if run.core_event_id else None,
        "entity_id": run.entity_id,
        "correlation_id": run.correlation_id,
        "steps_done": run.next_step,
        "attempts": run.attempts,
        "next_attempt_at": run.next_attempt_at,
        "created_at": run.created_at,
        "finished_at": run.finished_at,
    }
    if run.code:
        shown["error"] = {"code": run.code, "message": run.message}
    if run.retry_of is not None:
        shown["retry_of"] = to_text(RUN_PREFIX, run.retry_of)
    return shown


def run_detail_document(detail: RunDetail) -> Document:
    """One run with what became of its steps."""
    return run_document(detail.run) | {"steps": [_step(step) for step in detail.steps]}


def rehearsal_document(rehearsal: Rehearsal) -> Document:
    """What would have happened."""
    verdict = rehearsal.verdict
    condition: Document = {"holds": verdict.holds}
    if verdict.failure is not None:
        condition["error"] = _failure(verdict.failure)
    return {
        "origin": rehearsal.subject.origin,
        "document": rehearsal.subject.document,
        "condition": condition,
        "steps": [_tried(one) for one in rehearsal.steps],
    }


def _step(step: AutomationStep) -> Document:
    shown: Document = {
        "number": step.number + 1,
        "step_id": step.step_id,
        "type": step.kind,
        "automation_version": step.automation_version,
        "status": "done" if step.is_done else "failed",
        "at": step.at,
        "duration_ms": step.duration_ms,
        "result": step.result,
    }
    if step.output is not None:
        shown["output"] = step.output
    return shown | ({} if step.is_done else {"error": {"code": step.code, "message": step.message}})


def _tried(one: TriedStep) -> Document:
    shown: Document = {"step_id": one.step.id, "type": one.step.kind, "status": one.status}
    if one.status == "ok":
        shown |= {"outcome": one.outcome, "would_do": one.intent}
    if one.output is not None:
        shown["output"] = one.output
    if one.message:
        shown["error"] = {"code": one.code, "message": one.message}
    return shown


def _failure(failure: Failure) -> Document:
    place = {"line": failure.line, "column": failure.column} if failure.line else {}
    return {"code": EXPRESSION_FAILED, "message": failure.message, **place}


def _detail(detail: ErrorDetail) -> dict[str, str]:
    return {"path": detail.path, "message": detail.message}
