"""Schedules of managed calls and their runs as the API shows them."""

from __future__ import annotations

from datetime import datetime

from hub.events.publishing import EVENT_PREFIX
from hub.ids import to_text
from proxies.models import PullRun
from proxies.pulling.handing_on import RUN_PREFIX
from proxies.pulling.queries import Standing, status_of
from proxies.pulling.schedules import Scheduled

Document = dict[str, object]
"""A JSON object that may hold moments, which the renderer writes."""


def schedule_document(one: Scheduled, standing: Standing, at: datetime) -> Document:
    """The schedule and where it stands. What is disabled or paused has no next run."""
    use_case, pull = one.use_case, standing.pull
    paused_at = pull.paused_at if pull is not None else None
    rule = one.pull.cursor
    return {
        "integration_id": str(use_case.integration_id),
        "use_case_id": str(use_case.pk),
        "use_case_slug": use_case.slug,
        "use_case_name": use_case.name,
        "inbound_use_case_slug": one.call.inbound_use_case_slug,
        "state": state_of(one, standing, at),
        "every_minutes": None if one.pull.every is None else round(one.pull.every.total_seconds() / 60),
        "on_demand_events": list(one.pull.on_demand.events) if one.pull.on_demand else [],
        "next_run_at": _next_run_at(one, standing, at),
        "paused_at": paused_at,
        "has_cursor": rule is not None,
        "cursor": pull.cursor if pull is not None and rule is not None else None,
        "last_succeeded_at": pull.succeeded_at if pull is not None else None,
        "consecutive_failures": standing.failures,
        "run_under_way": run_document(standing.under_way, at) if standing.under_way else None,
        "last_run": run_document(standing.last, at) if standing.last else None,
    }


def state_of(one: Scheduled, standing: Standing, at: datetime) -> str:
    """disabled and paused come first; then how the run under way stands, and idle without one."""
    if not one.use_case.enabled:
        return "disabled"
    if standing.pull is not None and standing.pull.paused_at is not None:
        return "paused"
    return str(status_of(standing.under_way, at)) if standing.under_way is not None else "idle"


def run_document(run: PullRun, at: datetime) -> Document:
    """One run. Its id is the correlation id of the events that its records became."""
    public_id = to_text(RUN_PREFIX, run.id)
    shown: Document = {
        "id": public_id,
        "integration_id": str(run.integration_id),
        "use_case_id": str(run.use_case_id),
        "kind": run.kind,
        "status": str(status_of(run, at)),
        "pages": run.pages,
        "records": run.items,
        "records_refused": run.refused,
        "cursor_from": run.cursor_from,
        "cursor_to": run.cursor_to,
        "attempts": run.attempts,
        "next_attempt_at": run.next_attempt_at if run.lease is None else None,
        "correlation_id": public_id,
        "event_id": to_text(EVENT_PREFIX, run.core_event_id) if run.core_event_id else None,
        "entity_id": str(run.subject_id) if run.subject_id else None,
        "created_at": run.created_at,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
    }
    return shown | ({"error": {"code": run.code, "message": run.message}} if run.code else {})


def _next_run_at(one: Scheduled, standing: Standing, at: datetime) -> datetime | None:
    """A schedule that nobody has looked at yet is due at once."""
    if one.pull.every is None or not one.use_case.enabled:
        return None
    if standing.pull is None:
        return at
    return None if standing.pull.paused_at is not None else standing.pull.next_run_at
