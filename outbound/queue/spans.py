"""tell: what happens to messages, as spans and as figures of charts; inside the transaction that does it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from hub.ids import to_text
from hub.json_types import JSONObject
from monitoring.codes import get_code
from monitoring.codes.code import Level
from monitoring.counters import Counted, count
from monitoring.counting.tables import SPANS
from monitoring.counting.writing import CountedRow, add
from monitoring.record import MESSAGE_CHARACTERS, Span, record
from outbound.models import QueuedMessage, Stream

MESSAGE_PREFIX: Final = "msg_"
LANE: Final = "outbound"
LONGEST_MS: Final = 2**31 - 1
"""What the column of durations holds; messages are kept for longer."""
ENDINGS: Final = {Level.SUCCESS: "success", Level.ERROR: "error"}
"""Level of a code that ends a message → how charts count it."""


class Told(msgspec.Struct, frozen=True):
    """One message as a span names it."""

    public_id: str
    organization_id: int
    integration_id: UUID
    use_case_id: UUID
    use_case_version: int | None
    event_id: UUID
    event_name: str
    correlation_id: str
    enqueued_at: datetime
    detail: JSONObject = {}

    @classmethod
    def of(cls, message: QueuedMessage, **detail: object) -> Told:
        """A stored message; detail holds JSON values, beside the id of the message."""
        return cls(
            to_text(MESSAGE_PREFIX, message.pk),
            message.organization_id,
            message.integration_id,
            message.use_case_id,
            message.use_case_version,
            message.event_id,
            message.event_name,
            message.correlation_id,
            message.enqueued_at,
            detail,  # type: ignore[arg-type]  # JSON values, says the caller
        )


class Telling(NamedTuple):
    """What the spans of one code have in common: columns of MonitoringEvent."""

    sync_type: str
    level: str
    code: str
    category: str
    message: str

    @classmethod
    def of(cls, code: str, note: str = "") -> Telling:
        """note stands behind the code's own sentence."""
        known = get_code(code)
        sentence = f"{known.sentence} {note}".strip()[:MESSAGE_CHARACTERS]
        return cls(LANE, known.level.value, code, known.category.value, sentence)


class Ended(NamedTuple):
    """One message that is gone, and how long it was in the queue."""

    public_id: str
    use_case_id: UUID
    waited_ms: int
    event_name: str


def tell(code: str, messages: Sequence[Told], at: datetime, note: str = "") -> None:
    """A span for each message. note stands behind the code's own sentence."""
    _tell(code, messages, _waited_ms(messages, at), at, note)


def _tell(code: str, messages: Sequence[Told], waited_ms: Sequence[int], at: datetime, note: str) -> None:
    common = Telling.of(code, note)._asdict()
    record(
        [
            Span(
                **common,
                organization_id=message.organization_id,
                integration_id=message.integration_id,
                received_at=message.enqueued_at,
                completed_at=at,
                use_case_id=message.use_case_id,
                event_id=message.event_id,
                object_type=message.event_name,
                correlation_id=message.correlation_id,
                duration_ms=waited,
                detail={"message_id": message.public_id, **message.detail},
                use_case_version=message.use_case_version,
            )
            for message, waited in zip(messages, waited_ms, strict=True)
        ]
    )


def tell_end(code: str, messages: Sequence[Told], at: datetime, note: str = "") -> None:
    """As tell, and counted as ended: the last writes of a transaction."""
    waited_ms = _waited_ms(messages, at)
    _tell(code, messages, waited_ms, at, note)
    places = [(one.organization_id, one.integration_id, one.use_case_id) for one in messages]
    _count(code, places, waited_ms, at)


def count_ends(code: str, stream: Stream, ended: Collection[Ended], at: datetime) -> None:
    """Messages of the stream, told of already; their spans, and they as ended, are counted."""
    places = [(stream.organization_id, stream.integration_id, one.use_case_id) for one in ended]
    add(SPANS, _counted_spans(Telling.of(code), stream, ended, at))
    _count(code, places, [one.waited_ms for one in ended], at)


def _counted_spans(telling: Telling, stream: Stream, ended: Collection[Ended], at: datetime) -> Iterator[CountedRow]:
    told = (telling.sync_type, telling.code, telling.category)
    place = (stream.organization_id, stream.integration_id)
    return (CountedRow(*place, (one.use_case_id, *told, one.event_name, telling.level), at) for one in ended)


def _count(code: str, places: Sequence[tuple[int, UUID, UUID]], waited_ms: Sequence[int], at: datetime) -> None:
    status = ENDINGS[get_code(code).level]
    count([Counted(*place, LANE, status, at, waited) for place, waited in zip(places, waited_ms, strict=True)])


def _waited_ms(messages: Sequence[Told], at: datetime) -> list[int]:
    """Since each was queued. Between moments of different time zones Python needs a microsecond for each."""
    return [max(0, min(LONGEST_MS, int((at - one.enqueued_at).total_seconds() * 1000))) for one in messages]
