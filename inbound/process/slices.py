"""Reading a slice: the next due events of a lane, in order, with metadata and bytes (engine rules 1.3, 1.4)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db import connection, transaction

from hub import database
from hub.arrays import bigints
from hub.json_types import JSONObject
from hub.quiet import QUIET

MOST_BYTES = 4 * 1024 * 1024
"""Bodies of one slice together; a single larger event runs alone."""
LATE = 100_000
"""Sequences below the last one read that are looked at again: an event may be committed after one with a higher
sequence was read, and must be applied before whatever is sent after its answer. As many as the fastest machine gives
out in five seconds, so that the dead index entries of a long turn are not all passed for every slice."""


class Queued(NamedTuple):
    """One event of a slice. retry is None on the first attempt, unless a replay is to be run in a certain way."""

    sequence: int
    event_id: UUID
    attempts: int
    retry: JSONObject | None
    use_case_id: UUID
    received_at: datetime
    sent_at: datetime | None
    event_name: str
    use_case_slug: str
    event_type: str
    format: str
    correlation_id: str
    origin_id: UUID
    order: int
    hop: int | None
    traceparent: str | None
    body: bytes

    @property
    def is_quiet(self) -> bool:
        """Whether nobody outside is to hear of what it changes."""
        return self.retry is not None and self.retry.get(QUIET) is True


_READ = """
SELECT queued.sequence, queued.event_id, queued.attempts, {retry}, event.use_case_id, event.received_at,
    event.sent_at, event.event_name, event.use_case_slug, event.event_type, event.format, event.correlation_id,
    event.origin_id, event."order", event.hop, event.traceparent, body.body
FROM (
    SELECT due.*, sum(body_bytes) OVER (ORDER BY sequence) AS bytes FROM (
        SELECT * FROM (
            SELECT sequence, event_id, attempts, retry, body_bytes FROM inbound_queuedevent
            WHERE lane_id = %(lane)s AND next_attempt_at <= %(at)s AND NOT parked
                AND sequence NOT IN (SELECT {taken})
            ORDER BY sequence LIMIT %(most)s
        ) retries
        UNION ALL
        SELECT * FROM (
            SELECT sequence, event_id, attempts, retry, body_bytes FROM inbound_queuedevent
            WHERE lane_id = %(lane)s AND next_attempt_at IS NULL AND NOT parked AND sequence > %(from)s
                AND sequence NOT IN (SELECT {taken})
            ORDER BY sequence LIMIT %(most)s
        ) fresh
        ORDER BY sequence LIMIT %(most)s
    ) due
) queued
JOIN inbound_inboundevent event ON event.id = queued.event_id
JOIN inbound_inboundbody body ON body.event_id = queued.event_id
WHERE queued.bytes <= %(bytes)s OR queued.bytes = queued.body_bytes
ORDER BY queued.sequence
"""

_PLACEHOLDER = re.compile(r"%\((\w+)\)s")
"""SQLite writes the names of parameters with a colon."""
_READ_POSTGRESQL = _READ.format(retry="queued.retry::text", taken="unnest(%(taken)s)")
_READ_SQLITE = _PLACEHOLDER.sub(r":\1", _READ.format(retry="queued.retry", taken="value FROM json_each(%(taken)s)"))


def read_slice(*, lane_id: int, besides: Sequence[Queued], most: int, at: datetime) -> list[Queued]:
    """At most `most` due events of the lane in order: retries whose time has come, and fresh ones.

    besides is the slice that is being committed now: none of it comes again.
    """
    taken = [event.sequence for event in besides]
    lowest = max(taken, default=0) - LATE
    parameters = {"lane": lane_id, "from": lowest, "most": most, "at": at, "bytes": MOST_BYTES}
    if connection.vendor == "postgresql":
        with transaction.atomic():
            database.rows(database.BY_INDEX)
            rows = database.rows(_READ_POSTGRESQL, parameters | {"taken": bigints(taken)}, prepare=True, binary=True)
        return [_from_postgresql(row) for row in rows]
    return [
        _from_sqlite(row) for row in database.rows(_READ_SQLITE, parameters | {"taken": orjson.dumps(taken).decode()})
    ]


def _from_postgresql(row: Sequence[Any]) -> Queued:  # Any: columns as the library gives them
    queued = Queued._make(row)
    return queued if queued.retry is None else queued._replace(retry=orjson.loads(row[3]))


def _from_sqlite(row: Sequence[Any]) -> Queued:  # Any: columns as the library gives them
    values = list(row)
    for position in (1, 4, 12):
        values[position] = UUID(values[position])
    for position in (5, 6):
        moment: datetime | None = values[position]
        values[position] = moment.replace(tzinfo=UTC) if moment else None
    values[3] = orjson.loads(values[3]) if values[3] else None
    return Queued._make(values)


def take_out(sequences: Sequence[int]) -> database.Sent:
    """Delete the queue rows of a slice inside its transaction; what it touched tells if all of them were still there.

    sequences must not be empty.
    """
    if connection.vendor == "postgresql":
        return database.send("DELETE FROM inbound_queuedevent WHERE sequence = ANY(%s)", [bigints(sequences)])
    marks = ", ".join("?" for _ in sequences)
    return database.send(f"DELETE FROM inbound_queuedevent WHERE sequence IN ({marks})", list(sequences))  # noqa: S608 -- marks only
