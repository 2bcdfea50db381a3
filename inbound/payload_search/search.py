"""search_payloads: one page of the events whose payload has a value at a place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from hub import clock
from inbound.models import EventStatus, InboundEvent
from inbound.payload_search import scanning
from inbound.payload_search.identifiers import events_with_identifier, identifiers_at, steps_kept_since
from inbound.payload_search.scanning import Scanned, scan
from inbound.payload_search.wanted import PayloadWanted
from inbound.query import EventFilter, EventRow, Position, TooSlow, patience, with_states

NOT_WRITTEN: Final = frozenset({*EventStatus.values}) - {EventStatus.SUCCESS}
"""Events of which the index may know nothing: something of them was not written."""


LOOK_UP_S: Final = 0.5
"""A statement of the look-up that takes longer gives way to reading."""


@dataclass(frozen=True, slots=True)
class Found:
    """rows, newest first. next: where the page that follows begins, None on the last; is_cut: the time was up there.

    by_index: an identifier was looked up, so that only its events had to be read, those that were not applied as a
    whole, and those from before the oldest step that is kept.
    """

    rows: Sequence[EventRow]
    next: Position | None
    is_cut: bool
    by_index: bool


def search_payloads(*, organization_id: int, wanted: EventFilter, limit: int) -> Found:
    """At most limit rows below wanted.before with wanted.payload, which has to be one; a page may be short while there
    is a next.

    Values of identifiers are looked up as today's use cases map them and as entities have them now. What is found so
    may have its value from another place, so it is read as well, unless its payload is gone: then the index alone
    tells. That takes half of PATIENCE_S at most, and all together PATIENCE_S.
    Raises ValueError for a payload that PayloadWanted does not take.
    """
    begun_at = clock.monotonic()
    payload = payload_of(wanted)
    wanted = replace(wanted, payload="")
    known = _known(organization_id, wanted, payload)
    written = Scanned([])
    if known:
        written = scan(
            organization_id=organization_id,
            parts=[replace(wanted, event_ids=known.event_ids)],
            payload=payload,
            limit=limit + 1,
            deadline=begun_at + scanning.PATIENCE_S / 2,
            finds_gone=True,
        )
    scanned = scan(
        organization_id=organization_id,
        parts=_untold(wanted, known.since) if known else [wanted],
        payload=payload,
        limit=limit + 1,
        deadline=begun_at + scanning.PATIENCE_S,
    )
    reached = max((one.reached for one in (written, scanned) if one.reached), default=None)
    merged = _merged(written, scanned, reached)
    shown = merged[:limit]
    following = _place(shown[-1]) if len(merged) > limit else reached
    return Found(with_states(shown), following, bool(reached) and len(merged) <= limit, bool(known))


def payload_of(wanted: EventFilter) -> PayloadWanted:
    """What has to stand in payloads. Raises ValueError."""
    payload = PayloadWanted.parse(wanted.payload)
    if payload is None:
        raise ValueError(f"{wanted.payload!r} is no place with a value.")
    return payload


@dataclass(frozen=True, slots=True)
class _Known:
    """Events that the index of identifiers tells of: all that were received since that moment and applied."""

    event_ids: frozenset[UUID]
    since: datetime


def _known(organization_id: int, wanted: EventFilter, payload: PayloadWanted) -> _Known | None:
    """None where payloads have to be read."""
    try:
        with patience(LOOK_UP_S):
            attributes = identifiers_at(organization_id, wanted, payload.path)
            if not attributes:
                return None
            event_ids = events_with_identifier(organization_id, attributes, payload.value)
            # Asked afterwards: what goes meanwhile is read.
            since = steps_kept_since(organization_id, wanted) if event_ids else None
    except TooSlow:
        return None
    return _Known(event_ids, since) if since else None


def _untold(wanted: EventFilter, since: datetime) -> list[EventFilter]:
    """Of what the index does not tell, the newer first: what was not applied as a whole, and all from before since."""
    statuses = (wanted.statuses or NOT_WRITTEN) & NOT_WRITTEN
    parts = [replace(wanted, statuses=statuses, since=max(wanted.since or since, since))] if statuses else []
    if wanted.since is None or wanted.since < since:
        parts.append(replace(wanted, until=min(wanted.until or since, since)))
    return parts


def _merged(written: Scanned, scanned: Scanned, reached: Position | None) -> list[InboundEvent]:
    """Both in their order, each event once; nothing below the place that was reached, since more may lie there."""
    events = {one.pk: one for one in (*written.events, *scanned.events) if reached is None or _place(one) >= reached}
    return sorted(events.values(), key=_place, reverse=True)


def _place(event: InboundEvent) -> Position:
    return event.received_at, event.pk
