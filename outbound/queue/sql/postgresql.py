"""The queue on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from hub import database
from hub.arrays import uuids
from outbound.models import Stream
from outbound.queue.sql.rows import (
    CONSUME,
    HEAD,
    KEEP,
    LOCK,
    MOVE,
    STREAM,
    ConsumedRow,
    HeadRow,
    Locked,
    Reach,
    stream_of,
    values_of,
)

_NAMES = {name: f"%({name})s" for name in (*Reach._fields, *STREAM, "tail")} | {"among_ids": "= ANY(%(ids)s)"}
_LOCK, _KEEP, _HEAD, _CONSUME, _MOVE = (
    statement.format_map(_NAMES) for statement in (f"{LOCK} FOR NO KEY UPDATE OF stream", KEEP, HEAD, CONSUME, MOVE)
)


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


def consume(ids: Sequence[UUID], at: datetime) -> list[ConsumedRow]:
    """As Statements says."""
    return [ConsumedRow._make(row) for row in database.rows(_CONSUME, {"ids": uuids(ids), "at": at}, binary=True)]


def move_to_tail(ids: Sequence[UUID], tail: int) -> None:
    """As Statements says."""
    database.execute(_MOVE, {"ids": uuids(ids), "tail": tail})
