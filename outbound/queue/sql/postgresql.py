"""The queue on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from hub import database
from hub.arrays import texts, uuids
from hub.ids import new_ids
from outbound.models import Stream
from outbound.queue.spans import LONGEST_MS, Ended, Telling
from outbound.queue.sql.rows import (
    CONFIRMED,
    HEAD,
    KEEP,
    LOCK,
    MOVE,
    STREAM,
    TELL,
    Consumed,
    HeadRow,
    Locked,
    Reach,
    stream_of,
    values_of,
)

_NAMES = {name: f"%({name})s" for name in (*Reach._fields, *STREAM, *Telling._fields, "tail")} | {
    "among_ids": "= ANY(%(ids)s)",
    "named": "named",
    "detail": "jsonb_build_object('message_id', named.public_id)",
}
_LOCK, _KEEP, _HEAD, _CONFIRMED, _TELL, _MOVE = (
    statement.format_map(_NAMES)
    for statement in (f"{LOCK} FOR NO KEY UPDATE OF stream", KEEP, HEAD, CONFIRMED, TELL, MOVE)
)
_CONSUME = f"""
    WITH gone AS (DELETE FROM outbound_queuedmessage AS message WHERE {_CONFIRMED} RETURNING *),
    named AS (
        SELECT gone.*, given.public_id, given.span_id,
            LEAST({LONGEST_MS}, GREATEST(0, extract(epoch FROM %(at)s - gone.enqueued_at) * 1000))::integer AS waited_ms
        FROM gone JOIN unnest(%(ids)s, %(public_ids)s, %(span_ids)s) AS given(id, public_id, span_id) USING (id)
    ),
    told AS ({_TELL})
    SELECT public_id, use_case_id, waited_ms, event_name FROM named"""  # noqa: S608 -- SQL of ours


def lock(integration_id: UUID) -> Locked | None:
    """As Statements says."""
    found = database.rows(_LOCK, {"integration_id": integration_id}, binary=True)
    return Locked(stream_of(integration_id, found[0][:-1]), found[0][-1]) if found else None


def keep(stream: Stream) -> None:
    """As Statements says."""
    database.send(_KEEP, values_of(stream), prepare=True)


def head(reach: Reach) -> list[HeadRow]:
    """By index, however full the queue has become since its statistics were made."""
    with database.pipelined():
        database.send(database.BY_INDEX)
        return [HeadRow._make(row) for row in database.rows(_HEAD, reach._asdict(), binary=True)]


def consume(consumed: Consumed) -> list[Ended]:
    """As Statements says."""
    arrays = {
        "ids": uuids(consumed.ids.values()),
        "public_ids": texts(consumed.ids),
        "span_ids": uuids(new_ids(len(consumed.ids))),
    }
    return [Ended._make(row) for row in database.rows(_CONSUME, consumed.values() | arrays, binary=True)]


def move_to_tail(ids: Sequence[UUID], tail: int) -> None:
    """As Statements says."""
    database.execute(_MOVE, {"ids": uuids(ids), "tail": tail})
