"""Intake on PostgreSQL: guard, deduplication, sequence, events, bodies and queue rows in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import orjson

from hub import database
from inbound.receive.arrivals import Arrival, Sender
from inbound.receive.sql.rows import arrival_rows

DEDUPLICATION_WINDOW = timedelta(hours=24)

_ROW = """
    id uuid, position integer, use_case_id uuid, lane_id bigint, event_name text, use_case_slug text, event_type text,
    format text, correlation_id text, deduplication_id text, reserves boolean, sent_at timestamptz,
    "order" bigint, origin_id uuid, replay_of uuid,
    body_offset integer, body_bytes integer"""

_INSERT_EVENTS = """
    INSERT INTO inbound_inboundevent (
        id, organization_id, integration_id, use_case_id, lane_id, sequence, "order", origin_id, replay_of,
        received_at, sent_at,
        event_name, use_case_slug, event_type, format, correlation_id, deduplication_id, body_bytes, token_id, hop,
        traceparent)
    SELECT id, %(organization)s, %(integration)s, use_case_id, lane_id, sequence,
        coalesce("order", sequence), coalesce(origin_id, id), replay_of, %(at)s, sent_at,
        event_name, use_case_slug, event_type, format, correlation_id, deduplication_id, body_bytes, %(token)s,
        %(hop)s::smallint, %(traceparent)s::varchar
    FROM accepted"""

_INSERT_BODIES = """
    INSERT INTO inbound_inboundbody (event_id, body)
    SELECT id, substring(%(bodies)b::bytea FROM body_offset + 1 FOR body_bytes) FROM accepted"""

STORE = f"""
WITH guard AS (
    SELECT 1 FROM accounts_organization WHERE id = %(organization)s AND config_version = %(config_version)s
), input AS MATERIALIZED (
    SELECT * FROM json_to_recordset(%(rows)s::json) AS row({_ROW}) WHERE EXISTS (SELECT 1 FROM guard)
), reserved AS (
    INSERT INTO inbound_deduplicationkey AS key (integration_id, deduplication_id, event_id, accepted_at)
    SELECT %(integration)s, deduplication_id, id, %(at)s FROM input WHERE reserves ORDER BY deduplication_id
    ON CONFLICT (integration_id, deduplication_id) DO UPDATE
        SET event_id = excluded.event_id, accepted_at = excluded.accepted_at
        WHERE key.accepted_at <= %(window)s
    RETURNING event_id
), accepted AS MATERIALIZED (
    SELECT fresh.*, nextval('inbound_event_sequence') AS sequence FROM (
        SELECT * FROM input WHERE NOT reserves OR id IN (SELECT event_id FROM reserved) ORDER BY position
    ) fresh
), events AS ({_INSERT_EVENTS}
), bodies AS ({_INSERT_BODIES}
), queued AS (
    INSERT INTO inbound_queuedevent (sequence, lane_id, event_id, body_bytes, parked, attempts)
    SELECT sequence, lane_id, id, body_bytes, false, 0 FROM accepted WHERE lane_id IS NOT NULL
)
SELECT (SELECT count(*) FROM guard),
    CASE WHEN %(any_keys)s THEN (SELECT array_agg(id) FROM accepted WHERE reserves) END
"""  # noqa: S608 -- built from constants above

STORE_SETTLED = f"""
WITH accepted AS MATERIALIZED (
    SELECT fresh.*, nextval('inbound_event_sequence') AS sequence FROM (
        SELECT * FROM json_to_recordset(%(rows)s::json) AS row({_ROW}) ORDER BY position
    ) fresh
), bodies AS ({_INSERT_BODIES}
)
{_INSERT_EVENTS}
"""  # noqa: S608 -- built from constants above

FIRST_OF = """
    SELECT deduplication_id, event_id FROM inbound_deduplicationkey
    WHERE integration_id = %s AND deduplication_id = ANY(%s)"""


def store(
    *, sender: Sender, integration_id: UUID, arrivals: Sequence[Arrival], at: datetime
) -> dict[UUID, UUID] | None:
    """Duplicates among arrivals as event id → id of the event stored first; None when the guard refused."""
    keyed = {
        arrival.id: arrival.deduplication_id for arrival in arrivals if arrival.deduplication_id and not arrival.settled
    }
    parameters = _parameters(sender, integration_id, arrivals, at) | {
        "config_version": sender.config_version,
        "window": at - DEDUPLICATION_WINDOW,
        "any_keys": bool(keyed),
    }
    [(guarded, reserved)] = database.rows(STORE, parameters, prepare=True)
    if not guarded:
        return None
    duplicates = set(keyed) - set(reserved or ())
    if not duplicates:
        return {}
    first: dict[str, UUID] = dict(database.rows(FIRST_OF, [integration_id, sorted({keyed[one] for one in duplicates})]))
    return {one: first[keyed[one]] for one in duplicates}


def store_settled(*, sender: Sender, integration_id: UUID, arrivals: Sequence[Arrival], at: datetime) -> None:
    """Store arrivals that nobody will process."""
    if arrivals:
        database.execute(STORE_SETTLED, _parameters(sender, integration_id, arrivals, at))


def _parameters(sender: Sender, integration_id: UUID, arrivals: Sequence[Arrival], at: datetime) -> dict[str, object]:
    rows, bodies = arrival_rows(arrivals)
    return {
        "organization": sender.organization_id,
        "integration": integration_id,
        "token": sender.token_id,
        "hop": sender.hop or None,
        "traceparent": sender.traceparent or None,
        "at": at,
        "rows": orjson.dumps(rows).decode(),
        "bodies": bodies,
    }
