"""search_payloads: one page of the events whose payload has a value at a place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from inbound.models import EventStatus, InboundEvent
from inbound.payload_search.identifiers import events_with_identifier, identifiers_at
from inbound.payload_search.scanning import Scanned, scan
from inbound.payload_search.wanted import PayloadWanted
from inbound.query import EventFilter, EventRow, Position, with_states

NOT_WRITTEN: Final = frozenset({*EventStatus.values}) - {EventStatus.SUCCESS}
"""Events of which the index may know nothing: something of them was not written."""


@dataclass(frozen=True, slots=True)
class Found:
    """rows, newest first. next: where the page that follows begins, None on the last; is_cut: the time was up there.

    by_index: an identifier was looked up, so that only its events and those that were not applied as a whole had to be
    read.
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
    tells. It is read for PATIENCE_S at most, and so is whatever else has to be.
    Raises ValueError for a payload that PayloadWanted does not take.
    """
    payload = payload_of(wanted)
    wanted = replace(wanted, payload="")
    known = _known(organization_id, wanted, payload)
    rest = replace(wanted, statuses=(wanted.statuses or NOT_WRITTEN) & NOT_WRITTEN) if known else wanted
    written = _written(organization_id, replace(wanted, event_ids=known), payload, limit + 1)
    scanned = Scanned([])
    if rest.statuses or not known:
        scanned = scan(organization_id=organization_id, wanted=rest, payload=payload, limit=limit + 1)
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


def _known(organization_id: int, wanted: EventFilter, payload: PayloadWanted) -> frozenset[UUID]:
    """Events that the index of identifiers tells of; none where payloads have to be read."""
    attributes = identifiers_at(organization_id, wanted, payload.path)
    return events_with_identifier(organization_id, attributes, payload.value) if attributes else frozenset()


def _written(organization_id: int, wanted: EventFilter, payload: PayloadWanted, limit: int) -> Scanned:
    """Of the events that the index tells of, those that have the value at the place."""
    if not wanted.event_ids:
        return Scanned([])
    return scan(organization_id=organization_id, wanted=wanted, payload=payload, limit=limit, finds_gone=True)


def _merged(written: Scanned, scanned: Scanned, reached: Position | None) -> list[InboundEvent]:
    """Both in their order, each event once; nothing below the place that was reached, since more may lie there."""
    events = {one.pk: one for one in (*written.events, *scanned.events) if reached is None or _place(one) >= reached}
    return sorted(events.values(), key=_place, reverse=True)


def _place(event: InboundEvent) -> Position:
    return event.received_at, event.pk
