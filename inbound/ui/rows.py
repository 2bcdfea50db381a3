"""Rows of the list: what of an event stands in one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Subquery

from hub.entities.schemas import schema_of
from hub.ids import to_text
from hub.json_types import JSONValue
from inbound.events import EVENT_PREFIX
from inbound.models import InboundEvent
from inbound.query import EventRow
from inbound.ui.names import Names
from monitoring.models import MonitoringEvent


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    event_id: str
    at: datetime
    status: str
    use_case: str
    """Slug of the use case; where there is none, the name the event was sent under."""
    version: int | None
    code: str
    key: str
    correlation_id: str
    """What its sender calls it by; shown where no operation could read an identifier."""
    duration_ms: int | None
    is_selected: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """The first entity an event is about: its schema and the value of its first identifier."""

    schema: str = ""
    key: str = ""

    @property
    def title(self) -> str:
        """What to call an event after its subject: "Contract V-20418"; empty without one."""
        return f"{schema_of(self.schema).title} {self.key}" if self.key else ""


NO_SUBJECT = Subject()


def rows_of(rows: Sequence[EventRow], names: Names, *, are_selected: bool = False) -> list[Row]:
    """Lines of the list, with one query for the keys of all of them."""
    subjects = subjects_of([row.event.pk for row in rows])
    return [_row(row, names, subjects.get(row.event.pk, NO_SUBJECT), are_selected) for row in rows]


def subjects_of(event_ids: Sequence[UUID]) -> dict[UUID, Subject]:
    """What each event is about, from the span of the first operation that had its identifiers; others are missing."""
    first = MonitoringEvent.objects.filter(event_id=OuterRef("pk"), detail__has_key="identifiers").order_by("pk")
    events = InboundEvent.objects.filter(pk__in=event_ids).annotate(subject=Subquery(first.values("detail")[:1]))
    return {event_id: subject_of(detail) for event_id, detail in events.values_list("pk", "subject")}


def subject_of(detail: JSONValue) -> Subject:
    """What the detail of an operation's span names; nothing for any other span."""
    if not isinstance(detail, dict):
        return NO_SUBJECT
    identifiers = detail.get("identifiers")
    if not isinstance(identifiers, dict) or not identifiers:
        return NO_SUBJECT
    return Subject(str(detail.get("schema", "")), str(next(iter(identifiers.values()))))


def _row(row: EventRow, names: Names, subject: Subject, is_selected: bool) -> Row:
    event, outcome, event_id = row.event, row.outcome, to_text(EVENT_PREFIX, row.event.pk)
    return Row(
        event_id=event_id,
        at=event.received_at,
        status=row.status,
        use_case=names.use_case(event.use_case_id) or event.use_case_slug or event.event_name,
        version=outcome.use_case_version if outcome else None,
        code=row.code,
        key=subject.key,
        correlation_id="" if event.correlation_id == event_id else event.correlation_id,
        duration_ms=outcome.duration_ms if outcome else None,
        is_selected=is_selected,
    )
