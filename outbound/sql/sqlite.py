"""The hot SQL of deliveries on SQLite, where one transaction writes at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from hub import database
from outbound.sql.parts import RECEIVERS, Claimed, Ended, Lease, Prepared

_COLUMNS: Final = """sequence, id, message_id, organization_id, integration_id, use_case_id, mapping_id, webhook_id,
    core_event_id, event_name, correlation_id, ack_id, order_key, attempts, created_at, is_test, replayed_from,
    use_case_version"""
_UUIDS: Final = (1, 2, 4, 5, 6, 8, 11, 12)
_CREATED_AT = 14
_BOOLEANS: Final = (15, 16)
"""Of the second one counts whether there is any: RETURNING calls ``replayed_from IS NOT NULL`` true for every row."""

_CLAIM: Final = f"""
    UPDATE outbound_delivery SET state = 'sending', lease = :lease, leased_by = :holder, leased_until = :until,
        attempts = attempts + 1
    WHERE sequence IN (
        SELECT candidate.sequence FROM outbound_delivery candidate
        WHERE candidate.state = 'waiting' AND candidate.webhook_id = :webhook AND candidate.next_attempt_at <= :at
            AND (candidate.order_key IS NULL OR NOT EXISTS (
                SELECT 1 FROM outbound_delivery earlier
                WHERE earlier.webhook_id = candidate.webhook_id AND earlier.order_key = candidate.order_key
                    AND earlier.order_key IS NOT NULL
                    AND (COALESCE(earlier.order_sequence, earlier.sequence), earlier.sequence)
                        < (COALESCE(candidate.order_sequence, candidate.sequence), candidate.sequence)
                    AND earlier.mapping_id IS candidate.mapping_id
                    AND (earlier.state IN ('planned', 'waiting', 'sending') OR earlier.holds_order)
            ))
        ORDER BY candidate.next_attempt_at, candidate.sequence LIMIT :free
    )
    RETURNING {_COLUMNS}"""  # noqa: S608 -- constants

_PREPARED: Final = """
    UPDATE outbound_delivery SET state = :state, next_attempt_at = :next, finished_at = :finished, code = :code,
        message = :message
    WHERE sequence = :sequence AND state = 'planned'"""

_SENT: Final = """
    UPDATE outbound_delivery SET state = :state, attempts = :attempts, next_attempt_at = :next,
        finished_at = :finished, status_code = :status, code = :code, message = :message, holds_order = :holds,
        lease = NULL, leased_until = NULL
    WHERE sequence = :sequence AND lease = :lease"""


def waiting_receivers() -> list[str]:
    """As the protocol says."""
    return [row[0] for row in database.rows(RECEIVERS)]


def claim(*, free: Mapping[str, int], lease: Lease, at: datetime) -> list[Claimed]:
    """As the protocol says."""
    claimed: list[Claimed] = []
    for webhook_id, most in free.items():
        parameters = {
            "lease": lease.id,
            "holder": lease.holder,
            "until": lease.until,
            "at": at,
            "webhook": webhook_id,
            "free": most,
        }
        claimed += [_claimed(row) for row in database.rows(_CLAIM, parameters)]
    return claimed


def _claimed(row: Sequence[Any]) -> Claimed:  # Any: columns as the library gives them
    values = list(row)
    for position in _UUIDS:
        values[position] = UUID(values[position]) if values[position] else None
    moment: datetime | str = values[_CREATED_AT]
    found = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    values[_CREATED_AT] = found.replace(tzinfo=UTC)
    for position in _BOOLEANS:
        values[position] = bool(values[position])
    return Claimed._make(values)


def settle_prepared(rows: Sequence[Prepared]) -> list[int]:
    """As the protocol says."""
    return [
        row.sequence
        for row in rows
        if database.execute(
            _PREPARED,
            {
                "sequence": row.sequence,
                "state": row.state,
                "next": row.next_attempt_at,
                "finished": row.finished_at,
                "code": row.code,
                "message": row.message,
            },
        )
    ]


def settle_sent(rows: Sequence[Ended], lease: UUID) -> list[int]:
    """As the protocol says."""
    return [
        row.sequence
        for row in rows
        if database.execute(
            _SENT,
            {
                "sequence": row.sequence,
                "state": row.state,
                "attempts": row.attempts,
                "next": row.next_attempt_at,
                "finished": row.finished_at,
                "status": row.status_code,
                "code": row.code,
                "message": row.message,
                "holds": row.holds_order,
                "lease": lease,
            },
        )
    ]
