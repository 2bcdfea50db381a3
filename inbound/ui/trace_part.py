"""steps_of_events: the events of a correlation id with what was mapped and written, as steps of a trace."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hub.accounts.models import Organization
from hub.ids import to_text
from hub.web.templatetags.numbers import number, size
from inbound.events import EVENT_PREFIX
from inbound.models import EventStatus
from inbound.query import EventFilter, EventRow, list_events
from inbound.replays.runs import Run, newest_runs
from monitoring.codes import Level
from monitoring.codes.addresses import address_of
from monitoring.models import MonitoringEvent
from monitoring.traces.parts import MOST_OF_A_KIND, Sequel, Step, TracePart
from monitoring.use_case_types import INBOUND_KINDS

MOST_FINDINGS: Final = 10
"""Kinds of warnings and errors that are drawn below one event; its page has all of them."""
Written = Mapping[UUID, Sequence[Mapping[str, object]]]
"""Event → its spans, counted by level, code and whether they are about an entity."""


def steps_of_events(*, organization: Organization, correlation_id: str, at: datetime) -> TracePart:
    """Six queries at most; the latest MOST_OF_A_KIND events where there are more."""
    wanted = EventFilter(correlation_id=correlation_id)
    rows = list_events(organization_id=organization.pk, wanted=wanted, limit=MOST_OF_A_KIND + 1)
    shown = rows[:MOST_OF_A_KIND]
    ids = [row.event.pk for row in shown]
    written, runs = _written(organization, ids), newest_runs(organization, ids)
    steps = [_step(row, written.get(row.event.pk, ()), runs.get(row.event.pk)) for row in shown]
    return TracePart(steps, len(rows) > len(shown))


def _written(organization: Organization, event_ids: Iterable[UUID]) -> Written:
    spans = MonitoringEvent.objects.of(organization).filter(event_id__in=list(event_ids), sync_type__in=INBOUND_KINDS)
    counted = spans.order_by().values("event_id", "level", "code", "sync_type")
    found: dict[UUID, list[Mapping[str, object]]] = defaultdict(list)
    for row in counted.annotate(spans=Count("pk"), entities=Count("entity_id"), last_at=Max("completed_at")):
        if row["event_id"]:
            found[row["event_id"]].append(row)
    return found


def _step(row: EventRow, written: Sequence[Mapping[str, object]], newest: Run | None) -> Step:
    event, outcome = row.event, row.outcome
    public_id = to_text(EVENT_PREFIX, event.pk)
    finished_at = max(outcome.finished_at, event.received_at) if outcome else None
    received = Step(
        _("Received"), "success", event.received_at, event.received_at, note=f"{size(event.body_bytes)} {event.format}"
    )
    return Step(
        name=_("Replayed event") if event.replay_of else _("Event"),
        status=row.status,
        began_at=event.received_at,
        ended_at=finished_at,
        note=event.event_name or event.use_case_slug or public_id,
        text=row.code or _words(row),
        url=reverse("inbound:event", args=[public_id]),
        integration_id=event.integration_id,
        children=(received, *_children(row, written)),
        sequel=_replayed(newest) if newest else None,
    )


def _replayed(newest: Run) -> Sequel:
    public_id = to_text(EVENT_PREFIX, newest.event_id)
    status = newest.status or EventStatus.RECEIVED
    return Sequel(_("Newest replay"), status, public_id, reverse("inbound:event", args=[public_id]))


def _words(row: EventRow) -> str:
    return {EventStatus.RECEIVED: _("in line"), EventStatus.RETRYING: _("waiting to retry")}.get(
        EventStatus(row.status), ""
    )


def _children(row: EventRow, written: Sequence[Mapping[str, object]]) -> Iterator[Step]:
    """In line and mapped; then what was written, and each kind of finding."""
    outcome, received_at = row.outcome, row.event.received_at
    if outcome is None:
        yield Step(_("In line"), row.status, received_at, None)
        return
    finished_at = max(outcome.finished_at, received_at)
    if outcome.use_case_version:
        yield Step(_("In line and mapped"), "success", received_at, finished_at, note=f"v{outcome.use_case_version}")
    entities = sum(_number(one["entities"]) for one in written if one["level"] not in (Level.WARNING, Level.ERROR))
    if entities:
        words = ngettext("%(count)s entity", "%(count)s entities", entities) % {"count": number(entities)}
        yield Step(_("Written"), "success", finished_at, finished_at, text=words)
    findings = [one for one in written if one["level"] in (Level.WARNING, Level.ERROR)]
    for one in findings[:MOST_FINDINGS]:
        count = _number(one["spans"])
        text = "" if count == 1 else ngettext("%(count)s time", "%(count)s times", count) % {"count": number(count)}
        status = "error" if one["level"] == Level.ERROR else "warning"
        code = str(one["code"])
        yield Step(code or status, status, finished_at, finished_at, text=text, url=address_of(code))


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
