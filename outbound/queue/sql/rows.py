"""What goes into the statements of the queue and what comes out of them, the same for both databases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID


class Reach(NamedTuple):
    """How far a poll looks: positions up to settled, limit messages, most_bytes of payloads with frame_bytes each."""

    integration_id: UUID
    settled: int
    at: datetime
    limit: int
    most_bytes: int
    frame_bytes: int


class HeadRow(NamedTuple):
    """One message at the head of a stream. payload is None where those before it have used up the bytes."""

    id: UUID
    use_case_id: UUID
    event_id: UUID
    event_name: str
    mapping_version: str
    position: int
    enqueued_at: datetime
    attempts: int
    is_failed: bool
    payload: bytes | None


class ConsumedRow(NamedTuple):
    """One message that was acknowledged and is gone."""

    id: UUID
    use_case_id: UUID
    event_id: UUID
    event_name: str
    correlation_id: str
    enqueued_at: datetime
    attempts: int


HEAD = """
    SELECT message.id, message.use_case_id, message.event_id, message.event_name, message.mapping_version,
        message.position, message.enqueued_at, message.attempts, message.mapping_failure <> '',
        CASE WHEN run.total <= {most_bytes} OR run.number = 1 THEN COALESCE(message.payload, message.raw_payload) END
    FROM (
        SELECT id, row_number() OVER (ORDER BY position, id) AS number,
            sum(payload_bytes + {frame_bytes}) OVER (ORDER BY position, id) AS total
        FROM (
            SELECT id, position, payload_bytes
            FROM outbound_queuedmessage
            WHERE integration_id = {integration_id} AND state = 'queued' AND position <= {settled}
                AND expires_at > {at}
            ORDER BY position, id
            LIMIT {limit}
        ) AS first
    ) AS run
    JOIN outbound_queuedmessage AS message ON message.id = run.id
    ORDER BY run.number"""
"""The first one is read whatever its size: a message that is larger than an answer may be would halt its stream."""

CONSUME = """
    DELETE FROM outbound_queuedmessage WHERE id {among_ids} AND state = 'queued' AND expires_at > {at}
    RETURNING id, use_case_id, event_id, event_name, correlation_id, enqueued_at, attempts"""

MOVE = """
    UPDATE outbound_queuedmessage SET position = {tail} + late.number
    FROM (
        SELECT id AS late_id, row_number() OVER (ORDER BY position, id) - 1 AS number
        FROM outbound_queuedmessage WHERE id {among_ids}
    ) AS late
    WHERE id = late.late_id"""


class Statements(Protocol):
    """The functions that each of the two modules has."""

    def head(self, reach: Reach) -> list[HeadRow]:
        """The first messages of a stream, with their payloads as far as they fit."""

    def consume(self, ids: Sequence[UUID], at: datetime) -> list[ConsumedRow]:
        """Delete those that are queued and have not expired, and say which they were."""

    def move_to_tail(self, ids: Sequence[UUID], tail: int) -> None:
        """Give them the positions from tail on, in the order in which they stand."""
