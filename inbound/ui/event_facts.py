"""What stands in the head of an event's page and in the list of facts beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from hub.ids import find_id, to_text
from hub.web.templatetags.numbers import size
from inbound.events import EVENT_PREFIX
from inbound.models import EventStatus, InboundEvent, ParkedKey, QueuedEvent
from inbound.query import EventRow
from inbound.ui.names import Names
from inbound.ui.rows import NO_SUBJECT, subject_of
from monitoring.models import MonitoringEvent

Inputs = dict[str, Any]  # Any: named inputs of a component


def title_of(row: EventRow, spans: Sequence[MonitoringEvent], names: Names) -> str:
    """The first entity of the event, else the use case it went to, else the name it came under."""
    subject = next((found for span in spans if (found := subject_of(span.detail)) != NO_SUBJECT), NO_SUBJECT)
    event = row.event
    known = names.use_cases.get(event.use_case_id) if event.use_case_id else None
    named = known.name if known else names.use_case(event.use_case_id) or event.use_case_slug or event.event_name
    return subject.title or (_("%(name)s event") % {"name": named} if named else _("Event"))


def status_words(row: EventRow) -> str:
    """The status of an event in the head of its page."""
    done = (
        sum((row.outcome.counts or {}).get(name, 0) for name in ("created", "updated", "deleted", "no_op"))
        if row.outcome
        else 0
    )
    words = {
        EventStatus.RECEIVED: _("In line"),
        EventStatus.RETRYING: _("Waiting to retry"),
        EventStatus.SUCCESS: _("Applied"),
        EventStatus.WARNING: _("Applied with a warning"),
        EventStatus.ERROR: _("Partly applied") if done else _("Not applied"),
        EventStatus.SKIPPED: _("Skipped"),
        EventStatus.IGNORED: _("Ignored"),
    }
    return str(words[EventStatus(row.status)])


def facts_of(row: EventRow, names: Names) -> list[Inputs]:
    """Keys and values of the rail; what an event does not have is left out."""
    event, public_id = row.event, to_text(EVENT_PREFIX, row.event.pk)
    events = reverse("inbound:events")
    facts: list[Inputs] = [
        {"label": _("Event id"), "value": public_id, "mono": True, "copyable": True},
        {"label": _("Received"), "at": event.received_at},
        {"label": _("Sent"), "at": event.sent_at} if event.sent_at else {},
        {"label": _("Finished"), "at": row.outcome.finished_at} if row.outcome else {},
        _fact(
            _("Integration"),
            names.integration(event.integration_id),
            url=f"{events}?integration={event.integration_id}",
        ),
        _fact(_("Name"), event.event_name, mono=True),
        _fact(_("Type"), event.event_type, mono=True),
        _fact(_("Payload"), f"{size(event.body_bytes)} {event.format.upper()}"),
        _fact(
            _("Correlation"),
            event.correlation_id if event.correlation_id != public_id else "",
            mono=True,
            copyable=True,
        ),
        _fact(_("Deduplication"), event.deduplication_id, mono=True, copyable=True),
        _fact(_("Token"), event.token_id, mono=True),
    ]
    return [fact for fact in facts if fact]


def _fact(label: str, value: str, **more: Any) -> Inputs:  # Any: as above
    return {"label": label, "value": value, **more} if value else {}


def winner_of(organization_id: int, spans: Sequence[MonitoringEvent]) -> InboundEvent | None:
    """The event that a duplicate repeats, if it is still kept."""
    named = [str(span.detail["first_event_id"]) for span in spans if span.detail and "first_event_id" in span.detail]
    event_id = find_id(EVENT_PREFIX, named[0]) if named else None
    return InboundEvent.objects.filter(organization_id=organization_id, pk=event_id).first() if event_id else None


def holder_of(row: EventRow) -> str:
    """The public id of the waiting event that a parked one stands behind; empty when nobody holds it any more."""
    waiting = row.waiting
    if waiting is None or not waiting.parked:
        return ""
    own = ParkedKey.objects.filter(sequence=waiting.sequence).values_list("schema", "key")
    held = ParkedKey.objects.filter(
        lane_id=waiting.lane_id, sequence__lt=waiting.sequence, key__in={key for _schema, key in own}
    )
    first = held.order_by("sequence").values_list("sequence", flat=True)[:1]
    event_id = QueuedEvent.objects.filter(pk__in=list(first)).values_list("event_id", flat=True).first()
    return to_text(EVENT_PREFIX, event_id) if event_id else ""
