"""tell: what happens to messages, as spans and as figures of charts; inside the transaction that does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from hub.ids import to_text
from hub.json_types import JSONObject
from monitoring.codes import get_code
from monitoring.codes.code import Level
from monitoring.counters import Counted, count
from monitoring.record import MESSAGE_CHARACTERS, Span, record
from outbound.models import QueuedMessage

MESSAGE_PREFIX: Final = "msg_"
LANE: Final = "outbound"
LONGEST_MS: Final = 2**31 - 1
"""What the column of durations holds; messages are kept for longer."""
ENDINGS: Final = {Level.SUCCESS: "success", Level.ERROR: "error"}
"""Level of a code that ends a message → how charts count it."""


@dataclass(frozen=True, slots=True)
class Told:
    """One message as a span names it."""

    id: UUID
    organization_id: int
    integration_id: UUID
    use_case_id: UUID
    event_id: UUID
    event_name: str
    correlation_id: str
    enqueued_at: datetime
    detail: JSONObject = field(default_factory=dict)

    @classmethod
    def of(cls, message: QueuedMessage, **detail: object) -> Told:
        """A stored message; detail holds JSON values, beside the id of the message."""
        return cls(
            message.pk,
            message.organization_id,
            message.integration_id,
            message.use_case_id,
            message.event_id,
            message.event_name,
            message.correlation_id,
            message.enqueued_at,
            detail,  # type: ignore[arg-type]  # JSON values, says the caller
        )


def tell(code: str, messages: Sequence[Told], at: datetime, note: str = "") -> None:
    """A span for each message. note stands behind the code's own sentence."""
    known = get_code(code)
    sentence = f"{known.sentence} {note}".strip()[:MESSAGE_CHARACTERS]
    record(
        [
            Span(
                organization_id=message.organization_id,
                integration_id=message.integration_id,
                sync_type=LANE,
                level=known.level,
                received_at=message.enqueued_at,
                completed_at=at,
                code=code,
                category=known.category,
                message=sentence,
                use_case_id=message.use_case_id,
                event_id=message.event_id,
                object_type=message.event_name,
                correlation_id=message.correlation_id,
                duration_ms=_since(message.enqueued_at, at),
                detail={"message_id": to_text(MESSAGE_PREFIX, message.id), **message.detail},
            )
            for message in messages
        ]
    )


def tell_end(code: str, messages: Sequence[Told], at: datetime, note: str = "") -> None:
    """As tell, and counted as ended: the last writes of a transaction."""
    tell(code, messages, at, note)
    status = ENDINGS[get_code(code).level]
    count(
        [
            Counted(
                message.organization_id,
                message.integration_id,
                message.use_case_id,
                LANE,
                status,
                at,
                _since(message.enqueued_at, at),
            )
            for message in messages
        ]
    )


def _since(enqueued_at: datetime, at: datetime) -> int:
    return max(0, min(LONGEST_MS, int((at - enqueued_at).total_seconds() * 1000)))
