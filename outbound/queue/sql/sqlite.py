"""The queue on SQLite."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from hub import database
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

_NAMES = {name: f":{name}" for name in (*Reach._fields, *STREAM, "tail")} | {
    "among_ids": "IN (SELECT value FROM json_each(:ids))"
}
_LOCK, _KEEP, _HEAD, _CONSUME, _MOVE = (statement.format_map(_NAMES) for statement in (LOCK, KEEP, HEAD, CONSUME, MOVE))


def lock(integration_id: UUID) -> Locked | None:
    """As Statements says: whoever writes has the whole database for as long."""
    found = database.rows(_LOCK, {"integration_id": integration_id})
    if not found:
        return None
    organization, position, handed, token, until, leased, blocked, polled, acked, version = found[0]
    values = (
        organization, position, _key(handed), _key(token), until and _moment(until), leased, _key(blocked),
        polled and _moment(polled), acked and _moment(acked),
    )  # fmt: skip
    return Locked(stream_of(integration_id, values), version)


def keep(stream: Stream) -> None:
    """As Statements says."""
    database.execute(_KEEP, values_of(stream))


def head(reach: Reach) -> list[HeadRow]:
    """As Statements says."""
    return [
        HeadRow(
            UUID(key),
            UUID(use_case),
            UUID(event),
            name,
            version,
            position,
            _moment(enqueued),
            tries,
            bool(failed),
            body,
        )
        for key, use_case, event, name, version, position, enqueued, tries, failed, body in database.rows(
            _HEAD, reach._asdict()
        )
    ]


def consume(ids: Sequence[UUID], at: datetime) -> list[ConsumedRow]:
    """As Statements says."""
    return [
        ConsumedRow(UUID(key), UUID(use_case), UUID(event), name, correlation, _moment(enqueued), tries)
        for key, use_case, event, name, correlation, enqueued, tries in database.rows(
            _CONSUME, {"ids": _texts(ids), "at": at}
        )
    ]


def move_to_tail(ids: Sequence[UUID], tail: int) -> None:
    """As Statements says."""
    database.execute(_MOVE, {"ids": _texts(ids), "tail": tail})


def _texts(ids: Sequence[UUID]) -> str:
    return json.dumps([identifier.hex for identifier in ids])


def _moment(stored: datetime | str) -> datetime:
    """Read by the driver where it knows the column, which it does not for rows that are deleted."""
    moment = stored if isinstance(stored, datetime) else datetime.fromisoformat(stored)
    return moment.replace(tzinfo=UTC)


def _key(stored: str | None) -> UUID | None:
    return UUID(stored) if stored else None
