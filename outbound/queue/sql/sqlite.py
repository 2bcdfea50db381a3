"""The queue on SQLite."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from hub import database
from hub.ids import new_ids
from outbound.models import Stream
from outbound.queue.spans import LONGEST_MS, Ended, Telling
from outbound.queue.sql.rows import (
    ALIVE,
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

_WAITED_MS = f"min({LONGEST_MS}, max(0, round((julianday(:at) - julianday(enqueued_at)) * 86400000)))"
_NAMES = {name: f":{name}" for name in (*Reach._fields, *STREAM, *Telling._fields, "tail")} | {
    "among_ids": "IN (SELECT value FROM json_each(:ids))",
    "named": "named",
    "detail": "json_object('message_id', named.public_id)",
}
_LOCK, _KEEP, _HEAD, _ALIVE, _CONFIRMED, _TELL, _MOVE = (
    statement.format_map(_NAMES) for statement in (LOCK, KEEP, HEAD, ALIVE, CONFIRMED, TELL, MOVE)
)
_RECORD = f"""
    WITH named AS (
        SELECT message.*, given.value ->> 1 AS public_id, given.value ->> 2 AS span_id, {_WAITED_MS} AS waited_ms
        FROM json_each(:given) AS given
        CROSS JOIN outbound_queuedmessage AS message ON message.id = given.value ->> 0
        WHERE {_ALIVE}
    )
    {_TELL}"""  # noqa: S608 -- SQL of ours
"""CROSS has each message looked up by its id; left to itself, SQLite holds every message against every id."""
_DELETE = f"""
    DELETE FROM outbound_queuedmessage AS message WHERE {_CONFIRMED}
    RETURNING id, use_case_id, {_WAITED_MS}, event_name"""  # noqa: S608 -- SQL of ours


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


def consume(consumed: Consumed) -> list[Ended]:
    """As Statements says; two statements, as a deletion cannot stand within another one here."""
    public_ids = {identifier.hex: text for text, identifier in consumed.ids.items()}
    spans = new_ids(len(public_ids))
    given = [(key, text, span.hex) for (key, text), span in zip(public_ids.items(), spans, strict=True)]
    values = consumed.values() | {"ids": json.dumps(list(public_ids)), "given": json.dumps(given)}
    database.execute(_RECORD, values)
    return [
        Ended(public_ids[key], UUID(use_case), int(ms), name)
        for key, use_case, ms, name in database.rows(_DELETE, values)
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
