"""Readings on PostgreSQL: binary arrays in, one look-up per kind of question, one statement that writes.

Nothing is locked here: whoever writes readings of a meter holds the lock of the meter's row.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Final
from uuid import UUID

from hub import database
from hub.arrays import booleans, documents, integers, moments, texts, uuids
from hub.entities.readings.sql.rows import (
    Candidate,
    IdProbe,
    RangeProbe,
    ReadingRow,
    ScopeProbe,
    Scopes,
    StoredReading,
)

_COLUMNS: Final = """
    reading.id, reading.meter_id, reading.counter_id, reading.external_id, reading.timestamp, reading.timestamp_text,
    reading.value::text, reading.unit, reading.direction, reading.source, reading.reason, reading.status,
    reading.read_by, reading.remark, reading.note, reading.metadata::text, reading.attributes::text,
    reading.origin_id"""

# OFFSET 0 keeps each look-up a probe of its index: with the statistics of a growing table the planner would rather
# read all of it once.
_BY_ID: Final = f"""
    SELECT found.* FROM unnest(%(meters)s, %(counters)s, %(external_ids)s) AS probe(meter_id, counter_id, external_id)
    CROSS JOIN LATERAL (
        SELECT {_COLUMNS} FROM entities_meterreading reading
        WHERE reading.meter_id = probe.meter_id AND reading.external_id = probe.external_id
            AND (probe.counter_id IS NULL OR reading.counter_id = probe.counter_id)
            AND reading.organization_id = %(organization)s
        OFFSET 0
    ) found"""  # noqa: S608 -- a constant

_BY_RANGE: Final = f"""
    SELECT found.* FROM unnest(%(meters)s, %(counters)s, %(firsts)s, %(lasts)s)
        AS probe(meter_id, counter_id, first, last)
    CROSS JOIN LATERAL (
        SELECT {_COLUMNS} FROM entities_meterreading reading
        WHERE reading.meter_id = probe.meter_id AND reading.counter_id = probe.counter_id
            AND reading.timestamp BETWEEN probe.first AND probe.last AND reading.organization_id = %(organization)s
        UNION ALL
        SELECT {_COLUMNS} FROM entities_meterreading reading
        WHERE probe.counter_id IS NULL AND reading.meter_id = probe.meter_id AND reading.counter_id IS NULL
            AND reading.timestamp BETWEEN probe.first AND probe.last AND reading.organization_id = %(organization)s
        OFFSET 0
    ) found"""  # noqa: S608 -- a constant

_IN_SCOPE: Final = """
    FROM unnest(%(numbers)s, %(meters)s, %(counters)s, %(sources)s) AS scope(number, meter_id, counter_id, source)
    CROSS JOIN LATERAL (
        SELECT * FROM entities_meterreading reading
        WHERE reading.meter_id = scope.meter_id
            AND (scope.counter_id IS NULL OR reading.counter_id = scope.counter_id)
            AND (scope.source = '' OR reading.source = scope.source) AND reading.organization_id = %(organization)s
        OFFSET 0
    ) reading"""

_SIZES: Final = f"SELECT scope.number, count(*) {_IN_SCOPE} GROUP BY scope.number"

_CANDIDATES: Final = f"""
    SELECT scope.number, reading.id, reading.meter_id, reading.counter_id, reading.external_id, reading.source
    {_IN_SCOPE}
    WHERE CASE WHEN reading.external_id = '' THEN scope.source <> ''
        ELSE (scope.number, reading.external_id) NOT IN (
            SELECT * FROM unnest(%(keepers)s, %(kept)s) AS keep(number, external_id)) END"""  # noqa: S608 -- constants

_DIRECTIONS: Final = """
    SELECT id, attributes ->> 'direction' FROM entities_entity
    WHERE id = ANY(%s) AND organization_id = %s AND schema = 'meter_counter'
        AND jsonb_typeof(attributes -> 'direction') = 'string'"""

_WRITE: Final = """
WITH written AS MATERIALIZED (
    SELECT * FROM unnest(%(ids)s, %(are_new)s, %(meters)s, %(counters)s, %(external_ids)s, %(timestamps)s,
            %(timestamp_texts)s, %(readings)s, %(units)s, %(directions)s, %(sources)s, %(reasons)s, %(statuses)s,
            %(readers)s, %(remarks)s, %(notes)s, %(metadata)s, %(attributes)s, %(actor_types)s, %(actor_ids)s,
            %(events)s, %(origins)s)
        AS row(id, is_new, meter_id, counter_id, external_id, timestamp, timestamp_text, value, unit, direction, source,
            reason, status, read_by, remark, note, metadata, attributes, actor_type, actor_id, event_id, origin_id)
), updated AS (
    UPDATE entities_meterreading reading
    SET external_id = written.external_id, timestamp = written.timestamp, timestamp_text = written.timestamp_text,
        value = written.value::numeric, unit = written.unit, direction = written.direction, source = written.source,
        reason = written.reason, status = written.status, read_by = written.read_by, remark = written.remark,
        note = written.note, metadata = written.metadata, attributes = written.attributes,
        actor_type = written.actor_type, actor_id = written.actor_id, event_id = written.event_id,
        updated_at = %(at)s
    FROM written WHERE NOT written.is_new AND reading.id = written.id
        AND reading.organization_id = %(organization)s
), gone AS (
    DELETE FROM entities_meterreading reading USING unnest(%(gone)s) AS gone(id)
    WHERE reading.id = gone.id AND reading.organization_id = %(organization)s
)
INSERT INTO entities_meterreading
    (id, organization_id, meter_id, counter_id, external_id, timestamp, timestamp_text, value, unit, direction, source,
     reason, status, read_by, remark, note, metadata, attributes, created_at, updated_at, actor_type, actor_id,
     event_id, origin_id)
SELECT id, %(organization)s, meter_id, counter_id, external_id, timestamp, timestamp_text, value::numeric, unit,
    direction, source, reason, status, read_by, remark, note, metadata, attributes, %(at)s, %(at)s, actor_type,
    actor_id, event_id, origin_id
FROM written WHERE is_new"""

_METERS: Final = """
    SELECT DISTINCT meter_id FROM entities_meterreading WHERE id = ANY(%s) AND organization_id = %s"""

_COUNTERS: Final = """
    WITH RECURSIVE step(counter_id) AS (
        (SELECT counter_id FROM entities_meterreading
        WHERE meter_id = %(meter)s AND counter_id IS NOT NULL AND organization_id = %(organization)s
        ORDER BY counter_id LIMIT 1)
        UNION ALL
        SELECT (
            SELECT reading.counter_id FROM entities_meterreading reading
            WHERE reading.meter_id = %(meter)s AND reading.counter_id > step.counter_id
                AND reading.organization_id = %(organization)s
            ORDER BY reading.counter_id LIMIT 1
        ) FROM step WHERE step.counter_id IS NOT NULL
    )
    SELECT counter_id FROM step WHERE counter_id IS NOT NULL LIMIT %(most)s"""

_DELETE_UNCHANGED: Final = """
    DELETE FROM entities_meterreading reading USING unnest(%s) AS wanted(id)
    WHERE reading.id = wanted.id AND reading.organization_id = %s AND reading.updated_at < %s RETURNING reading.id"""

_ARRAYS: Final = {
    "id": ("ids", uuids),
    "is_new": ("are_new", booleans),
    "meter_id": ("meters", uuids),
    "counter_id": ("counters", uuids),
    "external_id": ("external_ids", texts),
    "timestamp": ("timestamps", moments),
    "timestamp_text": ("timestamp_texts", texts),
    "value": ("readings", texts),
    "unit": ("units", texts),
    "direction": ("directions", texts),
    "source": ("sources", texts),
    "reason": ("reasons", texts),
    "status": ("statuses", texts),
    "read_by": ("readers", texts),
    "remark": ("remarks", texts),
    "note": ("notes", texts),
    "metadata": ("metadata", documents),
    "attributes": ("attributes", documents),
    "actor_type": ("actor_types", texts),
    "actor_id": ("actor_ids", texts),
    "event_id": ("events", uuids),
    "origin_id": ("origins", uuids),
}
"""Column of a ReadingRow → its parameter and how it is encoded."""


def find(organization_id: int, by_id: Sequence[IdProbe], by_range: Sequence[RangeProbe]) -> list[StoredReading]:
    """Readings that answer the probes, in one trip; one that answers several may come several times."""
    asked: list[tuple[str, database.Parameters]] = []
    if by_id:
        meters, counters, external_ids = zip(*by_id, strict=True)
        asked.append((_BY_ID, _probed(organization_id, meters, counters) | {"external_ids": texts(external_ids)}))
    if by_range:
        meters, counters, firsts, lasts = zip(*by_range, strict=True)
        ends = {"firsts": moments(firsts), "lasts": moments(lasts)}
        asked.append((_BY_RANGE, _probed(organization_id, meters, counters) | ends))
    return [StoredReading._make(row) for answer in database.rows_of_each(asked) for row in answer]


def _probed(organization_id: int, meters: Sequence[UUID], counters: Sequence[UUID | None]) -> dict[str, object]:
    return {"organization": organization_id, "meters": uuids(meters), "counters": uuids(counters)}


def find_scopes(organization_id: int, probes: Sequence[ScopeProbe]) -> Scopes:
    """Sizes and candidates of the scopes of prunes, in one trip."""
    numbers, meters, counters, sources, _ = zip(*probes, strict=True)
    kept = [(probe.number, external_id) for probe in probes for external_id in probe.keep]
    scopes = _probed(organization_id, meters, counters) | {"numbers": integers(numbers), "sources": texts(sources)}
    keep = {"keepers": integers(number for number, _ in kept), "kept": texts(one for _, one in kept)}
    sizes, candidates = database.rows_of_each([(_SIZES, scopes), (_CANDIDATES, scopes | keep)])
    return Scopes(dict(sizes), list(map(Candidate._make, candidates)))


def directions(organization_id: int, counter_ids: Collection[UUID]) -> dict[UUID, str]:
    """Counter → its direction; one without is left out."""
    return dict(database.rows(_DIRECTIONS, [uuids(counter_ids), organization_id]))


def write(organization_id: int, at: datetime, rows: Sequence[ReadingRow], gone: Sequence[UUID]) -> None:
    """Insert, update and delete with one statement; rows and gone come sorted by id."""
    columns = dict(zip(ReadingRow._fields, zip(*rows, strict=True), strict=True)) if rows else {}
    parameters: dict[str, object] = {"organization": organization_id, "at": at, "gone": uuids(gone)}
    for name, (parameter, array) in _ARRAYS.items():
        parameters[parameter] = array(columns.get(name, ()))  # type: ignore[operator]  # a union of functions
    database.send(_WRITE, parameters)


def meters_of(organization_id: int, ids: Collection[UUID]) -> list[UUID]:
    """The meters of these readings, each once."""
    return [meter_id for (meter_id,) in database.rows(_METERS, [uuids(ids), organization_id])]


def counters_of(organization_id: int, meter_id: UUID, most: int) -> list[UUID]:
    """The counters that readings of the meter name, one step in the index for each."""
    asked = {"organization": organization_id, "meter": meter_id, "most": most}
    return [counter_id for (counter_id,) in database.rows(_COUNTERS, asked)]


def delete_unchanged(organization_id: int, ids: Collection[UUID], since: datetime) -> list[UUID]:
    """Delete those whose last change is older than since, and say which they were."""
    wanted = uuids(sorted(ids, key=attrgetter("int")))
    return [reading_id for (reading_id,) in database.rows(_DELETE_UNCHANGED, [wanted, organization_id, since])]
