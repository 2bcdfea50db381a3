"""The hot SQL of deliveries on PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from hub import database
from hub.arrays import bigints, booleans, integers, moments, texts
from outbound.sql.parts import RECEIVERS, Claimed, Ended, Lease, Prepared

_COLUMNS: Final = """delivery.sequence, delivery.id, delivery.message_id, delivery.organization_id,
    delivery.integration_id, delivery.use_case_id, delivery.mapping_id, delivery.webhook_id, delivery.core_event_id,
    delivery.event_name, delivery.correlation_id, delivery.ack_id, delivery.order_key, delivery.attempts,
    delivery.created_at, delivery.is_test, delivery.replayed_from IS NOT NULL, delivery.use_case_version"""

# Materialized, or a plan may choose anew for each row of the table: what is locked by then is skipped, so that more
# would be claimed than is free.
_CLAIM: Final = f"""
    WITH chosen AS MATERIALIZED (
        SELECT due.sequence
        FROM unnest(%(webhooks)s, %(free)s) AS receiver(webhook_id, free) CROSS JOIN LATERAL (
            SELECT candidate.sequence FROM outbound_delivery candidate
            WHERE candidate.state = 'waiting' AND candidate.webhook_id = receiver.webhook_id
                AND candidate.next_attempt_at <= %(at)s
                AND (candidate.order_key IS NULL OR NOT EXISTS (
                    SELECT 1 FROM outbound_delivery earlier
                    WHERE earlier.webhook_id = candidate.webhook_id AND earlier.order_key = candidate.order_key
                        AND earlier.order_key IS NOT NULL
                        AND (COALESCE(earlier.order_sequence, earlier.sequence), earlier.sequence)
                            < (COALESCE(candidate.order_sequence, candidate.sequence), candidate.sequence)
                        AND earlier.mapping_id IS NOT DISTINCT FROM candidate.mapping_id
                        AND (earlier.state IN ('planned', 'waiting', 'sending') OR earlier.holds_order)
                ))
            ORDER BY candidate.next_attempt_at, candidate.sequence LIMIT receiver.free
            FOR NO KEY UPDATE SKIP LOCKED
        ) due
    )
    UPDATE outbound_delivery delivery
    SET state = 'sending', lease = %(lease)s, leased_by = %(holder)s, leased_until = %(until)s,
        attempts = delivery.attempts + 1
    FROM chosen WHERE delivery.sequence = chosen.sequence
    RETURNING {_COLUMNS}"""  # noqa: S608 -- constants

_PREPARED: Final = """
    UPDATE outbound_delivery delivery
    SET state = done.state, next_attempt_at = done.next_attempt_at, finished_at = done.finished_at,
        code = done.code, message = done.message
    FROM unnest(%(sequences)s, %(states)s, %(next)s, %(finished)s, %(codes)s, %(messages)s)
        AS done(sequence, state, next_attempt_at, finished_at, code, message)
    WHERE delivery.sequence = done.sequence AND delivery.state = 'planned'
    RETURNING delivery.sequence"""

_SENT: Final = """
    UPDATE outbound_delivery delivery
    SET state = done.state, attempts = done.attempts, next_attempt_at = done.next_attempt_at,
        finished_at = done.finished_at, status_code = done.status_code, code = done.code, message = done.message,
        holds_order = done.holds_order, lease = NULL, leased_until = NULL
    FROM unnest(%(sequences)s, %(states)s, %(attempts)s, %(next)s, %(finished)s, %(statuses)s, %(codes)s, %(messages)s,
        %(holds)s)
        AS done(sequence, state, attempts, next_attempt_at, finished_at, status_code, code, message, holds_order)
    WHERE delivery.sequence = done.sequence AND delivery.lease = %(lease)s
    RETURNING delivery.sequence"""


def waiting_receivers() -> list[str]:
    """As the protocol says."""
    return [row[0] for row in database.rows(RECEIVERS, prepare=True)]


def claim(*, free: Mapping[str, int], lease: Lease, at: datetime) -> list[Claimed]:
    """As the protocol says."""
    parameters = {
        "webhooks": texts(free),
        "free": integers(free.values()),
        "lease": lease.id,
        "holder": lease.holder,
        "until": lease.until,
        "at": at,
    }
    return [Claimed._make(row) for row in database.rows(_CLAIM, parameters, prepare=True, binary=True)]


def settle_prepared(rows: Sequence[Prepared]) -> list[int]:
    """As the protocol says."""
    parameters = {
        "sequences": bigints(row.sequence for row in rows),
        "states": texts(row.state for row in rows),
        "next": moments(row.next_attempt_at for row in rows),
        "finished": moments(row.finished_at for row in rows),
        "codes": texts(row.code for row in rows),
        "messages": texts(row.message for row in rows),
    }
    return [row[0] for row in database.rows(_PREPARED, parameters, prepare=True)]


def settle_sent(rows: Sequence[Ended], lease: UUID) -> list[int]:
    """As the protocol says."""
    parameters = {
        "sequences": bigints(row.sequence for row in rows),
        "states": texts(row.state for row in rows),
        "attempts": integers(row.attempts for row in rows),
        "next": moments(row.next_attempt_at for row in rows),
        "finished": moments(row.finished_at for row in rows),
        "statuses": integers(row.status_code for row in rows),
        "codes": texts(row.code for row in rows),
        "messages": texts(row.message for row in rows),
        "holds": booleans(row.holds_order for row in rows),
        "lease": lease,
    }
    return [row[0] for row in database.rows(_SENT, parameters, prepare=True)]
