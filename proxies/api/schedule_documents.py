"""described_schedule: what the OpenAPI document says about schedules of managed calls and their runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from drf_spectacular.utils import OpenApiParameter

from integrations.api.documents import CURSOR, READS, Described, documented
from integrations.api.examples import INTEGRATION_ID, MOMENT, PROBLEMS, USE_CASE_ID, Example
from integrations.api.shapes import BOOLEAN, IDENTIFIER, NAME, SLUG, TEXT, Schema, described, list_of
from integrations.api.shapes import MOMENT as MOMENT_SHAPE
from proxies.managed_call.pull import ON_DEMAND_EVENTS
from proxies.models import PullKind
from proxies.pulling.queries import RunStatus

TAG: Final = "Schedules"
STATES: Final = ("disabled", "paused", "idle", "planned", "waiting", "running", "interrupted")
COUNT: Schema = {"type": "integer", "minimum": 0}
RUN_ID_SHAPE: Schema = TEXT | {"pattern": "^pull_[0-9A-HJKMNP-TV-Z]{26}$"}


def nullable(schema: Schema) -> Schema:
    """The schema, or null."""
    return {"oneOf": [schema, {"type": "null"}]}


CURSOR_VALUE: Schema = {
    "type": ["string", "number", "null"],
    "maxLength": 1000,
    "description": "How far it has read, as the other system counts; null: the very beginning.",
}
_RUN: Schema = {
    "id": RUN_ID_SHAPE,
    "integration_id": IDENTIFIER,
    "use_case_id": IDENTIFIER,
    "kind": TEXT | {"enum": list(PullKind.values)},
    "status": TEXT
    | {
        "enum": [str(one) for one in RunStatus],
        "description": "waiting: a page is tried again at next_attempt_at, or the schedule is paused. interrupted: "
        "whoever read it is gone, the next free worker reads its page again.",
    },
    "pages": COUNT,
    "records": COUNT | {"description": "Handed to the inbound use case."},
    "records_refused": COUNT | {"description": "Not taken by the intake; error tells why the first was not."},
    "cursor_from": CURSOR_VALUE,
    "cursor_to": CURSOR_VALUE,
    "attempts": COUNT | {"description": "Of the page that is next."},
    "next_attempt_at": nullable(MOMENT_SHAPE),
    "correlation_id": TEXT | {"description": "Of the events that its records became."},
    "event_id": nullable(TEXT) | {"description": "The core event that asked for a run on demand."},
    "entity_id": nullable(IDENTIFIER) | {"description": "The entity that a run on demand is about."},
    "created_at": MOMENT_SHAPE,
    "started_at": nullable(MOMENT_SHAPE),
    "finished_at": nullable(MOMENT_SHAPE),
}
RUN = described(
    _RUN | {"error": described({"code": TEXT, "message": TEXT}, ["code", "message"])},
    list(_RUN),
)
_SCHEDULE: Schema = {
    "integration_id": IDENTIFIER,
    "use_case_id": IDENTIFIER,
    "use_case_slug": SLUG,
    "use_case_name": NAME,
    "inbound_use_case_slug": SLUG | {"description": "Takes what is read."},
    "state": TEXT | {"enum": list(STATES), "description": "Of the run under way, where nothing holds the schedule."},
    "every_minutes": nullable({"type": "integer", "minimum": 1}) | {"description": "null: by hand and on demand only."},
    "on_demand_events": list_of(TEXT | {"enum": list(ON_DEMAND_EVENTS)}),
    "next_run_at": nullable(MOMENT_SHAPE) | {"description": "null while it is disabled or paused, or has no interval."},
    "paused_at": nullable(MOMENT_SHAPE),
    "has_cursor": BOOLEAN | {"description": "false: every run reads everything."},
    "cursor": CURSOR_VALUE,
    "last_succeeded_at": nullable(MOMENT_SHAPE),
    "consecutive_failures": COUNT
    | {"description": "Runs that failed since one succeeded; runs on demand do not count."},
    "run_under_way": nullable(RUN),
    "last_run": nullable(RUN) | {"description": "The newest that has ended, on demand or not."},
}
SCHEDULE = described(_SCHEDULE, list(_SCHEDULE))
SCHEDULES = described({"schedules": list_of(SCHEDULE)}, ["schedules"])
RUN_PAGE = described(
    {"runs": list_of(RUN), "next_cursor": nullable(RUN_ID_SHAPE), "has_more": BOOLEAN},
    ["runs", "next_cursor", "has_more"],
)
REWIND = described({"cursor": CURSOR_VALUE}, ["cursor"], additionalProperties=False)

A_RUN: Example = {
    "id": "pull_01KEZ0X2AAAAAAAAAAAAAAAAAA",
    "integration_id": INTEGRATION_ID,
    "use_case_id": USE_CASE_ID,
    "kind": "scheduled",
    "status": "succeeded",
    "pages": 3,
    "records": 412,
    "records_refused": 0,
    "cursor_from": "2026-01-14T23:00:00Z",
    "cursor_to": "2026-01-15T07:58:12Z",
    "attempts": 1,
    "next_attempt_at": None,
    "correlation_id": "pull_01KEZ0X2AAAAAAAAAAAAAAAAAA",
    "event_id": None,
    "entity_id": None,
    "created_at": MOMENT,
    "started_at": MOMENT,
    "finished_at": "2026-01-15T08:00:07.412Z",
}
A_PLANNED_RUN: Example = A_RUN | {
    **{"kind": "manual", "status": "planned", "pages": 0, "records": 0, "attempts": 0},
    **{"cursor_from": None, "cursor_to": None, "next_attempt_at": MOMENT, "started_at": None, "finished_at": None},
}
A_CANCELLED_RUN: Example = A_RUN | {"status": "cancelled"}
A_SCHEDULE: Example = {
    "integration_id": INTEGRATION_ID,
    "use_case_id": USE_CASE_ID,
    "use_case_slug": "read-customers",
    "use_case_name": "Read customers",
    "inbound_use_case_slug": "customers",
    "state": "idle",
    "every_minutes": 15,
    "on_demand_events": ["OnDemandSyncCustomerRequested"],
    "next_run_at": "2026-01-15T08:15:00.000Z",
    "paused_at": None,
    "has_cursor": True,
    "cursor": "2026-01-15T07:58:12Z",
    "last_succeeded_at": "2026-01-15T08:00:07.412Z",
    "consecutive_failures": 0,
    "run_under_way": None,
    "last_run": A_RUN,
}
_UNDER_WAY: Example = {
    "code": "PULL_UNDER_WAY",
    "message": "A run of this use case is on its way. Wait for its end, or cancel it first.",
    "details": [],
}
_NO_SCHEDULE: Example = {
    "code": "SCHEDULE_NOT_FOUND",
    "message": "This use case has no schedule. Give its managed call a pull block first.",
    "details": [],
}
_ENDED: Example = {"code": "PULL_RUN_ENDED", "message": "The run has ended already.", "details": []}
_WRONG: Example = {
    "code": "VALIDATION_ERROR",
    "message": "cursor: must be a number, as the cursor is so far",
    "details": [{"path": "cursor", "message": "must be a number, as the cursor is so far"}],
}
SCHEDULE_PROBLEMS: Final = PROBLEMS | {400: _WRONG, 404: _NO_SCHEDULE, 409: _UNDER_WAY}
LIMIT = OpenApiParameter("limit", int, description="Runs of a page, 1 to 100; 25 where nothing is said.")
STATUS = OpenApiParameter("status", str, enum=[str(one) for one in RunStatus], description="Only such runs.")
KIND = OpenApiParameter("kind", str, enum=list(PullKind.values), description="Only runs that were started like this.")
AFTER = OpenApiParameter("after", str, description="Only runs planned at this moment or later.")
BEFORE = OpenApiParameter("before", str, description="Only runs planned before this moment.")


def _told(answer: Any, example: Any, errors: tuple[int, ...], **more: Any) -> Described:  # Any: as in Described
    return Described(answer, example, errors, tag=TAG, **({"problems": SCHEDULE_PROBLEMS} | more))


OPERATIONS: dict[str, Described] = {
    "listSchedules": _told(SCHEDULES, {"schedules": [A_SCHEDULE]}, (401, 403, 429)),
    "listIntegrationSchedules": _told(SCHEDULES, {"schedules": [A_SCHEDULE]}, READS, problems=PROBLEMS),
    "getSchedule": _told(SCHEDULE, A_SCHEDULE, READS),
    "runSchedule": _told(RUN, A_PLANNED_RUN, (*READS, 409), status=202),
    "fullSyncSchedule": _told(RUN, A_PLANNED_RUN | {"kind": "full"}, (*READS, 409), status=202),
    "pauseSchedule": _told(SCHEDULE, A_SCHEDULE | {"state": "paused", "paused_at": MOMENT, "next_run_at": None}, READS),
    "resumeSchedule": _told(SCHEDULE, A_SCHEDULE, READS),
    "rewindSchedule": _told(
        SCHEDULE,
        A_SCHEDULE | {"cursor": "2026-01-01T00:00:00Z"},
        (400, *READS, 409),
        request=REWIND,
        request_example={"cursor": "2026-01-01T00:00:00Z"},
    ),
    "listScheduleRuns": _told(
        RUN_PAGE,
        {"runs": [A_RUN], "next_cursor": None, "has_more": False},
        (400, *READS),
        parameters=(LIMIT, STATUS, KIND, AFTER, BEFORE, CURSOR),
        problems=PROBLEMS,
    ),
    "getScheduleRun": _told(RUN, A_RUN, READS),
    "cancelScheduleRun": _told(RUN, A_CANCELLED_RUN, (*READS, 409), problems=SCHEDULE_PROBLEMS | {409: _ENDED}),
}


def described_schedule(operation_id: str) -> Callable[[Any], Any]:  # Any: a view method, whatever its arguments
    """Decorates the method of a view with what OPERATIONS tells about it."""
    return documented(operation_id, OPERATIONS[operation_id])
