"""Intake on SQLite: the same steps in one IMMEDIATE transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from hub import database
from inbound.receive.arrivals import Arrival, Sender
from inbound.receive.sql.rows import arrival_rows

DEDUPLICATION_WINDOW = timedelta(hours=24)

GUARD = "SELECT 1 FROM accounts_organization WHERE id = ? AND config_version = ?"
TAKE_SEQUENCE = "UPDATE inbound_sequencecounter SET value = value + ? WHERE name = 'event' RETURNING value"
RESERVE = """
    INSERT INTO inbound_deduplicationkey AS key (integration_id, deduplication_id, event_id, accepted_at)
    VALUES (?, ?, ?, ?)
    ON CONFLICT (integration_id, deduplication_id) DO UPDATE
        SET event_id = excluded.event_id, accepted_at = excluded.accepted_at
        WHERE key.accepted_at <= ?
    RETURNING event_id"""
FIRST_OF = "SELECT event_id FROM inbound_deduplicationkey WHERE integration_id = ? AND deduplication_id = ?"
INSERT_EVENT = """
    INSERT INTO inbound_inboundevent (
        id, organization_id, integration_id, use_case_id, lane_id, sequence, "order", origin_id, replay_of,
        received_at, sent_at,
        event_name, use_case_slug, event_type, format, correlation_id, deduplication_id, body_bytes, token_id,
        hop, traceparent)"""
INSERT_BODY = "INSERT INTO inbound_inboundbody (event_id, body)"
INSERT_QUEUED = """
    INSERT INTO inbound_queuedevent (sequence, lane_id, event_id, body_bytes, parked, attempts)"""


def store(
    *, sender: Sender, integration_id: UUID, arrivals: Sequence[Arrival], at: datetime
) -> dict[UUID, UUID] | None:
    """Duplicates among arrivals as event id → id of the event stored first; None when the guard refused."""
    with transaction.atomic():
        if not database.rows(GUARD, (sender.organization_id, sender.config_version)):
            return None
        duplicates = _duplicates(integration_id, arrivals, at)
        _insert(sender, integration_id, [arrival for arrival in arrivals if arrival.id not in duplicates], at)
    return duplicates


def store_settled(*, sender: Sender, integration_id: UUID, arrivals: Sequence[Arrival], at: datetime) -> None:
    """Store arrivals that nobody will process."""
    _insert(sender, integration_id, arrivals, at)


def _duplicates(integration_id: UUID, arrivals: Sequence[Arrival], at: datetime) -> dict[UUID, UUID]:
    found: dict[UUID, UUID] = {}
    for arrival in arrivals:
        key = arrival.deduplication_id
        if not key or arrival.settled is not None:
            continue
        if not database.rows(RESERVE, (integration_id, key, arrival.id, at, at - DEDUPLICATION_WINDOW)):
            [(first,)] = database.rows(FIRST_OF, (integration_id, key))
            found[arrival.id] = UUID(first)
    return found


def _insert(sender: Sender, integration_id: UUID, arrivals: Sequence[Arrival], at: datetime) -> None:
    if not arrivals:
        return
    [(last,)] = database.rows(TAKE_SEQUENCE, (len(arrivals),))
    rows, bodies = arrival_rows(arrivals)
    numbered = list(enumerate(rows, start=last - len(rows) + 1))
    database.insert_many(
        INSERT_EVENT, [_event(sender, integration_id, row, sequence, at) for sequence, row in numbered]
    )
    database.insert_many(INSERT_BODY, [(row["id"].hex, _body(bodies, row)) for row in rows])
    queued = [
        (sequence, row["lane_id"], row["id"].hex, row["body_bytes"], False, 0)
        for sequence, row in numbered
        if row["lane_id"]
    ]
    database.insert_many(INSERT_QUEUED, queued)


def _body(bodies: bytes, row: dict[str, Any]) -> bytes:
    return bodies[row["body_offset"] : row["body_offset"] + row["body_bytes"]]


def _event(sender: Sender, integration_id: UUID, row: dict[str, Any], sequence: int, at: datetime) -> list[object]:
    place = (row["id"], sender.organization_id, integration_id, row["use_case_id"], row["lane_id"], sequence)
    origin = (row["order"] or sequence, row["origin_id"] or row["id"], row["replay_of"])
    told = [row[name] for name in ("sent_at", "event_name", "use_case_slug", "event_type", "format")]
    rest = [row[name] for name in ("correlation_id", "deduplication_id", "body_bytes")]
    sent = (sender.token_id, sender.hop or None, sender.traceparent or None)
    values = (*place, *origin, at, *told, *rest, *sent)
    return [database.stored_value(value) for value in values]
