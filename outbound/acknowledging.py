"""acknowledge: the ERP says that it has processed an event (outbound.md section 11)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from hub.accounts.models import Organization
from hub.accounts.tokenless_acknowledgement import is_allowed_by
from hub.errors import NotFound
from monitoring.codes import get_code
from monitoring.counters import ACKNOWLEDGEMENTS, Counted, count
from monitoring.record import MESSAGE_CHARACTERS, OUTBOUND, Span, record
from outbound.models import Acknowledgement, Delivery
from outbound.sql.parts import Claimed

PENDING, CONFIRMED, TIMED_OUT, REFUSED = "ACK_PENDING", "ACK_CONFIRMED", "ACK_TIMEOUT", "EXTERNAL_ERROR"
OPEN = (Acknowledgement.State.PENDING, Acknowledgement.State.TIMED_OUT)
"""States in which an acknowledgement still counts: a late one is better than none."""
ENDINGS: Final = {CONFIRMED: "success", TIMED_OUT: "timeout", REFUSED: "error"}
"""Code → how it is counted. A late acknowledgement counts beside the time-out before it."""


class AlreadyAcknowledged(NotFound):
    """The event was acknowledged before; whoever repeats itself may take that for success."""

    code = "ALREADY_ACKNOWLEDGED"

    def __init__(self) -> None:
        super().__init__("The event was acknowledged before.")


class UnknownAcknowledgement(NotFound):
    """No event with this ack_id waits for an acknowledgement."""

    def __init__(self) -> None:
        super().__init__("No event with this ack_id waits for an acknowledgement.")


def trackers_of(organization: Organization, ack_id: str) -> list[UUID]:
    """The integrations whose use cases track the event; none for an unknown ack_id, and for webhooks alone."""
    known = _uuid(ack_id)
    rows = Delivery.objects.of(organization).filter(ack_id=known).exclude(integration_id=None) if known else None
    return [] if rows is None else [one for one in set(rows.values_list("integration_id", flat=True)) if one]


def find_tokenless(ack_id: str) -> Organization | None:
    """The organization whose event this is, if it lets ERPs acknowledge without a token; one query for any id.

    Nobody has said for which organization they speak: it is the one place where an id leads to it.
    """
    known = _uuid(ack_id)
    if known is None:
        return None
    owner = Acknowledgement.objects.filter(pk=known).values("organization_id")
    organization = Organization.objects.filter(pk__in=owner).first()
    return organization if organization is not None and is_allowed_by(organization) else None


@transaction.atomic
def acknowledge(
    *,
    organization: Organization,
    ack_id: str,
    at: datetime,
    has_failed: bool = False,
    message: str = "",
    caller: str = "",
) -> Acknowledgement:
    """Close the acknowledgement, one that has timed out too; has_failed: the ERP could not process the event.

    caller: who says so, where that is worth a note in the spans.
    Raises AlreadyAcknowledged, and UnknownAcknowledgement for another organization's, too.
    """
    known = _uuid(ack_id)
    tracked = Acknowledgement.objects.of(organization).select_for_update(no_key=True)
    found = tracked.filter(pk=known).first() if known is not None else None
    if found is None:
        raise UnknownAcknowledgement
    if found.state not in OPEN:
        raise AlreadyAcknowledged
    found.state = Acknowledgement.State.FAILED if has_failed else Acknowledgement.State.ACKNOWLEDGED
    found.closed_at, found.due_at, found.message = at, None, message[:MESSAGE_CHARACTERS]
    found.save(update_fields=["state", "closed_at", "due_at", "message"])
    _tell_end([found], REFUSED if has_failed else CONFIRMED, at, caller)
    return found


def start_clocks(delivered: Sequence[Claimed], at: datetime) -> None:
    """The first delivery of an event that succeeded starts the time that the ERP has; two statements and a span."""
    ack_ids = {one.ack_id for one in delivered if one.ack_id is not None}
    if not ack_ids:
        return
    fresh = list(Acknowledgement.objects.filter(pk__in=ack_ids, delivered_at=None, state=OPEN[0]).order_by("pk"))
    due_at = at + timedelta(minutes=settings.HUB_ACK_MINUTES)
    Acknowledgement.objects.filter(pk__in=[one.pk for one in fresh]).update(delivered_at=at, due_at=due_at)
    _tell(fresh, PENDING, at)


def expire(at: datetime, most: int) -> int:
    """Note which events the ERP has not acknowledged in time, at most so many, the most overdue first; how many."""
    with transaction.atomic():
        overdue = Acknowledgement.objects.filter(state=Acknowledgement.State.PENDING, due_at__lte=at)
        rows = list(overdue.select_for_update(skip_locked=True, no_key=True).order_by("due_at")[:most])
        Acknowledgement.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=Acknowledgement.State.TIMED_OUT, due_at=None
        )
        _tell_end(rows, TIMED_OUT, at)
    return len(rows)


@dataclass(frozen=True, slots=True)
class _Tracker:
    """A use case that tracks an event, in which version, by which of its mappings, and among how many use cases."""

    integration_id: UUID
    use_case_id: UUID | None
    version: int | None
    mapping_ids: Sequence[str]
    trackers: int


def _tell(acknowledgements: Iterable[Acknowledgement], code: str, at: datetime, caller: str = "") -> list[Span]:
    """A span for every use case that tracks the event, for each is filtered and counted by itself; all of one event
    say that they share one acknowledgement, and who the caller was. None for tests. Answers the spans."""
    known = {one.pk: one for one in acknowledgements}
    spans = [
        _span(known[ack_id], code, tracker, at, caller)
        for ack_id, trackers in _trackers(known).items()
        for tracker in trackers
    ]
    record(spans)
    return spans


def _trackers(ack_ids: Iterable[UUID]) -> dict[UUID, list[_Tracker]]:
    """Acknowledgement → the use cases that share it, in the order of their deliveries; one query."""
    tracking = Delivery.objects.filter(ack_id__in=ack_ids, replayed_from=None, is_test=False)
    rows = tracking.exclude(integration_id=None).order_by("sequence")
    found: dict[UUID, dict[tuple[UUID, UUID | None], list[str]]] = {}
    versions: dict[tuple[UUID, UUID | None], int | None] = {}
    for ack_id, integration_id, use_case_id, mapping_id, version in rows.values_list(
        "ack_id", "integration_id", "use_case_id", "mapping_id", "use_case_version"
    ):
        if ack_id is not None and integration_id is not None:
            places = found.setdefault(ack_id, {})
            places.setdefault((integration_id, use_case_id), []).extend([str(mapping_id)] if mapping_id else [])
            versions.setdefault((ack_id, use_case_id), version)
    return {
        ack_id: [
            _Tracker(*place, versions[ack_id, place[1]], mapping_ids, len(places))
            for place, mapping_ids in places.items()
        ]
        for ack_id, places in found.items()
    }


def _tell_end(acknowledgements: Iterable[Acknowledgement], code: str, at: datetime, caller: str = "") -> None:
    """As _tell, and counted with the time that the ERP took: the last writes of a transaction."""
    count(
        [
            Counted(
                span.organization_id,
                span.integration_id,
                span.use_case_id,
                ACKNOWLEDGEMENTS,
                ENDINGS[code],
                at,
                span.duration_ms or 0,
            )
            for span in _tell(acknowledgements, code, at, caller)
        ]
    )


def _span(one: Acknowledgement, code: str, tracker: _Tracker, at: datetime, caller: str) -> Span:
    since = one.delivered_at or one.created_at
    return Span(
        organization_id=one.organization_id,
        integration_id=tracker.integration_id,
        sync_type=OUTBOUND,
        level=str(get_code(code).level),
        received_at=since,
        completed_at=at,
        code=code,
        category=str(get_code(code).category),
        message=one.message or _shared(tracker),
        use_case_id=tracker.use_case_id,
        use_case_version=tracker.version,
        event_id=one.core_event_id,
        object_type=one.event_name,
        correlation_id=one.correlation_id,
        duration_ms=max(0, round((at - since).total_seconds() * 1000)),
        detail={
            "ack_id": str(one.pk),
            "mapping_ids": list(tracker.mapping_ids),
            "tracking_use_cases": tracker.trackers,
            **({"caller": caller} if caller else {}),
        },
    )


def _shared(tracker: _Tracker) -> str:
    return f"One acknowledgement for the {tracker.trackers} use cases that track the event." * (tracker.trackers > 1)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
