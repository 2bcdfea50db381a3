"""How events end: one outcome row, its span and its count, written together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from hub.bulk import insert_rows
from hub.json_types import JSONValue
from inbound.models import EventStatus
from monitoring.codes import get_code
from monitoring.counters import Counted, count
from monitoring.record import MESSAGE_CHARACTERS, Span, record

LEVEL_OF = {
    EventStatus.SUCCESS: "success",
    EventStatus.WARNING: "warning",
    EventStatus.ERROR: "error",
    EventStatus.SKIPPED: "info",
    EventStatus.IGNORED: "error",
}
"""The span level of each final status; the skipped of the first monitoring API is info in the second (appendix C)."""

ONE_MILLISECOND = timedelta(milliseconds=1)


class Outcome(msgspec.Struct, frozen=True):
    """The end of one event. spans are the operations; without any, the outcome itself leaves one span."""

    event_id: UUID
    organization_id: int
    integration_id: UUID
    use_case_id: UUID | None
    use_case_version: int | None
    status: EventStatus
    code: str
    message: str
    event_type: str
    object_type: str
    correlation_id: str
    received_at: datetime
    finished_at: datetime
    duration_ms: int
    """From receipt to the end."""
    attempts: int = 1
    counts: Mapping[str, int] = {}
    spans: Sequence[Span] = ()
    detail: JSONValue = None


def elapsed_ms(since: datetime, until: datetime) -> int:
    """Milliseconds, never negative, whatever the clocks of two machines say."""
    return max(0, round((until - since) / ONE_MILLISECOND))


_COLUMNS = (
    ("event_id", "uuid"),
    ("organization_id", "bigint"),
    ("integration_id", "uuid"),
    ("use_case_id", "uuid"),
    ("use_case_version", "integer"),
    ("status", "text"),
    ("code", "text"),
    ("message", "text"),
    ("attempts", "integer"),
    ("finished_at", "timestamptz"),
    ("duration_ms", "integer"),
    ("counts", "jsonb"),
)


def write_outcomes(outcomes: Sequence[Outcome]) -> None:
    """Insert outcomes, spans and counters of events that ended; three statements whatever the number."""
    insert_rows("inbound_inboundoutcome", _COLUMNS, [_row(outcome) for outcome in outcomes])
    record([span for outcome in outcomes for span in outcome.spans or (_span(outcome),)])
    count([_counted(outcome) for outcome in outcomes])


def _row(outcome: Outcome) -> tuple[object, ...]:
    return (
        outcome.event_id,
        outcome.organization_id,
        outcome.integration_id,
        outcome.use_case_id,
        outcome.use_case_version,
        outcome.status,
        outcome.code,
        outcome.message[:MESSAGE_CHARACTERS],
        outcome.attempts,
        outcome.finished_at,
        outcome.duration_ms,
        outcome.counts,
    )


def _span(outcome: Outcome) -> Span:
    return Span(
        organization_id=outcome.organization_id,
        integration_id=outcome.integration_id,
        sync_type="entity",
        level=LEVEL_OF[outcome.status],
        code=outcome.code,
        category=get_code(outcome.code).category if outcome.code else "",
        message=outcome.message[:MESSAGE_CHARACTERS],
        use_case_id=outcome.use_case_id,
        event_id=outcome.event_id,
        event_type=outcome.event_type,
        object_type=outcome.object_type,
        correlation_id=outcome.correlation_id,
        received_at=outcome.received_at,
        completed_at=outcome.finished_at,
        duration_ms=outcome.duration_ms,
        detail=outcome.detail,
        use_case_version=outcome.use_case_version,
    )


def _counted(outcome: Outcome) -> Counted:
    return Counted(
        outcome.organization_id,
        outcome.integration_id,
        outcome.use_case_id,
        "inbound",
        outcome.status,
        outcome.finished_at,
        outcome.duration_ms,
    )
