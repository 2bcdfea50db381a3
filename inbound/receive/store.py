"""accept: the rows of one request, deduplicated and committed, then the outcomes of what ended at the door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from hub import database
from hub.ids import to_text
from inbound.events import EVENT_PREFIX
from inbound.outcomes import Outcome, write_outcomes
from inbound.receive.arrivals import Arrival, Sender, duplicate_of
from inbound.receive.sql import intake_postgresql, intake_sqlite


class ConfigurationMoved(Exception):
    """The organization's configuration is not the one the caller was checked against: check again and repeat."""


def accept(*, sender: Sender, integration_id: UUID, arrivals: Sequence[Arrival], at: datetime) -> list[Arrival]:
    """The arrivals as they ended: those still unsettled are committed with their queue rows.

    Reservation of deduplication ids, events, bodies and queue rows are one transaction (engine rules 2.3, 3.1).
    Raises ConfigurationMoved, with nothing stored, when the organization's configuration version is another one.
    """
    if not arrivals:
        return []
    sql = intake_postgresql if connection.vendor == "postgresql" else intake_sqlite
    fresh = [arrival for arrival in arrivals if arrival.settled is None]
    first_of = database.retrying(lambda: sql.store(sender=sender, integration_id=integration_id, arrivals=fresh, at=at))
    if first_of is None:
        raise ConfigurationMoved
    ended = [_settle(arrival, first_of) for arrival in arrivals]
    settled = [arrival for arrival in ended if arrival.settled is not None]
    if settled:
        database.retrying(lambda: _write_settled(sender, integration_id, settled, at))
    return ended


def _settle(arrival: Arrival, first_of: dict[UUID, UUID]) -> Arrival:
    first = first_of.get(arrival.id)
    if first is None:
        return arrival
    return replace(arrival, lane_id=None, settled=duplicate_of(first))


def _write_settled(sender: Sender, integration_id: UUID, settled: Sequence[Arrival], at: datetime) -> None:
    """What ended at the door, together with how: an event without outcome and queue row would seem to wait for ever."""
    sql = intake_postgresql if connection.vendor == "postgresql" else intake_sqlite
    with transaction.atomic():
        sql.store_settled(sender=sender, integration_id=integration_id, arrivals=settled, at=at)
        write_outcomes([_outcome(sender, integration_id, arrival, at) for arrival in settled])


def _outcome(sender: Sender, integration_id: UUID, arrival: Arrival, at: datetime) -> Outcome:
    if arrival.settled is None:
        raise AssertionError("only settled arrivals have an outcome here")
    return Outcome(
        event_id=arrival.id,
        organization_id=sender.organization_id,
        integration_id=integration_id,
        use_case_id=arrival.use_case_id,
        use_case_version=None,
        status=arrival.settled.status,
        code=arrival.settled.code,
        message=arrival.settled.message,
        event_type=arrival.event.event_type or "",
        object_type=arrival.event.event_name or arrival.event.object_type or arrival.event.use_case_slug or "",
        correlation_id=arrival.correlation_id,
        received_at=at,
        finished_at=at,
        duration_ms=0,
        detail={"first_event_id": to_text(EVENT_PREFIX, arrival.settled.first)} if arrival.settled.first else None,
    )
