"""What goes into the statements of the queue and what comes out of them, the same for both databases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple, Protocol
from uuid import UUID

from monitoring.record import recording
from outbound.models import Stream
from outbound.queue.spans import Ended, Telling


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


class Consumed(NamedTuple):
    """What is confirmed at a moment: messages by public id, and what their spans have in common."""

    ids: Mapping[str, UUID]
    at: datetime
    telling: Telling

    def values(self) -> dict[str, object]:
        """Parameters of the statements, but for the ids."""
        return {"at": self.at, **self.telling._asdict()}


STREAM: Final = (
    "organization_id", "handed_position", "handed_id", "lease_token", "leased_until", "leased", "blocked_id",
    "last_poll_at", "last_ack_at",
)  # fmt: skip
"""The columns of a stream beside its key; the first one never changes."""

LOCK = f"""
    SELECT {", ".join(f"stream.{name}" for name in STREAM)}, organization.config_version
    FROM outbound_stream AS stream
    JOIN accounts_organization AS organization ON organization.id = stream.organization_id
    WHERE stream.integration_id = {{integration_id}}"""  # noqa: S608 -- names of ours

KEEP = f"""
    UPDATE outbound_stream SET {", ".join(f"{name} = {{{name}}}" for name in STREAM[1:])}
    WHERE integration_id = {{integration_id}}"""  # noqa: S608 -- names of ours

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

ALIVE = "COALESCE(state, '') = 'queued' AND COALESCE(expires_at, {at}) > {at}"
"""State and expiry are written so that no index can answer them. Left bare, a plan that fits an empty queue reads all
of a full one for every hundred messages (PostgreSQL: 8 instead of 0.2 ms at 24,000 of them, and growing with them)."""
CONFIRMED = f"message.id {{among_ids}} AND {ALIVE}"

TELL = recording(
    {
        "id": "named.span_id",
        "organization_id": "named.organization_id",
        "integration_id": "named.integration_id",
        **{name: f"{{{name}}}" for name in Telling._fields},
        "received_at": "named.enqueued_at",
        "completed_at": "{at}",
        "use_case_id": "named.use_case_id",
        "event_id": "named.event_id",
        "object_type": "named.event_name",
        "correlation_id": "named.correlation_id",
        "duration_ms": "named.waited_ms",
        "detail": "{detail}",
        "use_case_version": "named.use_case_version",
    },
    "{named}",
)
"""A span for each of the messages that are named."""

MOVE = """
    UPDATE outbound_queuedmessage SET position = {tail} + late.number
    FROM (
        SELECT id AS late_id, row_number() OVER (ORDER BY position, id) - 1 AS number
        FROM outbound_queuedmessage WHERE id {among_ids}
    ) AS late
    WHERE id = late.late_id"""


class Locked(NamedTuple):
    """A stream whose row is locked until the transaction ends, and its organization's present config_version."""

    stream: Stream
    config_version: int


class Statements(Protocol):
    """The functions that each of the two modules has."""

    def lock(self, integration_id: UUID) -> Locked | None:
        """The stream's row; None where it was never polled."""

    def keep(self, stream: Stream) -> None:
        """Write what became of it. Within database.pipelined() nobody waits."""

    def head(self, reach: Reach) -> list[HeadRow]:
        """The first messages of a stream, with their payloads as far as they fit."""

    def consume(self, consumed: Consumed) -> list[Ended]:
        """Delete those that are queued and have not expired, record a span for each, and say which they were."""

    def move_to_tail(self, ids: Sequence[UUID], tail: int) -> None:
        """Give them the positions from tail on, in the order in which they stand."""


def stream_of(integration_id: UUID, values: Sequence[object]) -> Stream:
    """A row of LOCK without its last column."""
    return Stream.from_db("default", ["integration_id", *STREAM], [integration_id, *values])


def values_of(stream: Stream) -> dict[str, object]:
    """What KEEP writes."""
    return {name: getattr(stream, name) for name in ("integration_id", *STREAM[1:])}
