"""enqueue: events go into the streams of their integrations, once per use case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from hub.ids import new_ids
from outbound.models import QueuedMessage
from outbound.queue.positions import position_of
from outbound.queue.spans import Told, tell


@dataclass(frozen=True, slots=True)
class NewMessage:
    """An event for a use case that is polled.

    payload is what the mapping made of it, as JSON in UTF-8; None where nothing maps it, or where the mapping failed
    or the event is malformed and mapping_failure says why. mapping_version is empty where nothing maps it.
    """

    organization_id: int
    integration_id: UUID
    use_case_id: UUID
    mapping_id: UUID | None
    event_id: UUID
    event_name: str
    occurred_at: datetime
    raw_payload: bytes = field(repr=False)
    payload: bytes | None = field(default=None, repr=False)
    mapping_version: str = ""
    mapping_failure: str = ""
    retention_days: int = 30
    correlation_id: str = ""
    use_case_version: int | None = None


FAILURE_CHARACTERS = 2000


def enqueue(messages: Sequence[NewMessage], at: datetime) -> int:
    """Put messages into their streams, in the caller's transaction; how many are new.

    An event that is queued or a dead letter for the use case already is left as it is, and nothing is told of it.

    The stream is neither read nor locked here: this runs in transactions that lock much else, and whoever polls must
    never wait for them, nor they for it (engine rule 4.5). So a message may appear before something that was handed
    out already. The next poll sees that under its lock, where the mark of what was handed out stands still, and moves
    it to the tail before it hands out anything (polling.py). Looked for here it could be missed, since a poll may
    move the mark between the look and the commit.
    """
    first_of_each = {(one.event_id, one.use_case_id): one for one in reversed(messages)}
    in_order = sorted(first_of_each.values(), key=lambda one: (one.occurred_at, one.event_id, one.use_case_id))
    rows = [_row(one, key, at) for one, key in zip(in_order, new_ids(len(in_order)), strict=True)]
    if not rows:
        return 0
    by_key = sorted(rows, key=lambda row: (row.event_id, row.use_case_id))  # so that two who write never deadlock
    QueuedMessage.objects.bulk_create(by_key, ignore_conflicts=True)
    stored = set(QueuedMessage.objects.filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True))
    new = [row for row in rows if row.pk in stored]
    tell("MSG_ENQUEUED", [Told.of(row) for row in new], at)
    return len(new)


def _row(message: NewMessage, key: UUID, at: datetime) -> QueuedMessage:
    payload = None if message.mapping_failure else message.payload
    return QueuedMessage(
        id=key,
        organization_id=message.organization_id,
        integration_id=message.integration_id,
        use_case_id=message.use_case_id,
        use_case_version=message.use_case_version,
        mapping_id=message.mapping_id,
        event_id=message.event_id,
        event_name=message.event_name,
        correlation_id=message.correlation_id,
        occurred_at=message.occurred_at,
        # An event of tomorrow, by whatever clock, must not keep back what happens until then.
        position=position_of(min(message.occurred_at, at)),
        payload=payload,
        raw_payload=message.raw_payload,
        payload_bytes=len(message.raw_payload if payload is None else payload),
        mapping_version=message.mapping_version,
        mapping_failure=message.mapping_failure[:FAILURE_CHARACTERS],
        retention_days=message.retention_days,
        enqueued_at=at,
        expires_at=at + timedelta(days=message.retention_days),
    )
