"""fill: an organization of a migrated PostgreSQL database gets any number of stored entities, by COPY."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from functools import partial
from multiprocessing import get_context
from typing import Any, NamedTuple

from django.db import connection, transaction

from bench.stock import households
from bench.stock.rows import Rows, rows_of
from hub import clock
from hub.accounts.models import Organization
from hub.entities.key_indexes import ensure_key_indexes
from hub.entities.models import EntityKeyIndex
from hub.entities.readings.sql.rows import ReadingRow
from hub.entities.sql.rows import Batch, ChangeRow

AT_ONCE = 500
"""Households of one COPY: few enough for the relations of all to be found in memory at once."""
IDENTIFIERS = {
    "contact": "customer_number",
    "billing_account": "external_id",
    "contract": "contract_number",
    "meter": "meter_number",
    "meter_counter": "external_id",
}
ENTITY = ("id", "organization_id", "schema", "attributes", "version", "created_at", "updated_at")
KEY = ("organization_id", "schema", "attribute", "value", "entity_id")
CHANGE = (
    "id", "organization_id", "entity_id", "schema", "version", "at", "operation", "changes", "snapshot", "actor_type",
    "actor_id", "event_id",
)  # fmt: skip
_KEPT = [place for place, name in enumerate(ReadingRow._fields) if name not in ("is_new", "event_id", "origin_id")]
READING = ("organization_id", "created_at", "updated_at", *(ReadingRow._fields[place] for place in _KEPT))
TABLES = ("entities_entity", "entities_entitykey", "entities_entitychange", "entities_meterreading")

Cells = Sequence[Any]
"""One row of a table: str, int, UUID, datetime, bytes of JSON, None. Any: as said."""


class Filled(NamedTuple):
    """How many rows were written, and how long that took."""

    entities: int
    keys: int
    changes: int
    readings: int
    seconds: float


def fill(*, organization: Organization, entities: int) -> Filled:
    """Store that many entities, a multiple of ten, in an organization that has none of them yet."""
    started = time.perf_counter()
    for schema, identifier in IDENTIFIERS.items():
        ensure_key_indexes(organization_id=organization.pk, schema=schema, attributes=[identifier])
    indexed: dict[str, list[str]] = {}
    for index in EntityKeyIndex.objects.of(organization):
        indexed.setdefault(index.schema, []).append(index.attribute)
    count = entities // households.ENTITIES
    parts = [range(first, min(first + AT_ONCE, count)) for first in range(0, count, AT_ONCE)]
    connection.close()  # so that no child shares it
    with ProcessPoolExecutor(len(os.sched_getaffinity(0)), get_context("fork")) as pool:
        written = list(pool.map(partial(_write, organization.pk, indexed), parts))
    _settle()
    return Filled(*map(sum, zip(*written, strict=True)), time.perf_counter() - started)


def _write(organization_id: int, indexed: dict[str, list[str]], numbers: range) -> tuple[int, int, int, int]:
    """Households in one transaction; how many rows of each table."""
    rows = rows_of(numbers, organization_id=organization_id, indexed=indexed, at=clock.now())
    batch = rows.batch
    with transaction.atomic(), connection.cursor() as cursor:
        _copy(cursor, "entities_entity", ENTITY, _entities(batch))
        _copy(cursor, "entities_entitykey", KEY, ((organization_id, *key) for key in batch.keys_new))
        _copy(cursor, "entities_entitychange", CHANGE, _changes(batch))
        _copy(cursor, "entities_meterreading", READING, _readings(rows))
    return len(batch.entities), len(batch.keys_new), len(batch.changes), len(rows.readings)


def _entities(batch: Batch) -> Iterable[Cells]:
    organization, at = batch.organization_id, batch.at
    return ((row.id, organization, row.schema, row.attributes, row.version, at, at) for row in batch.entities)


def _changes(batch: Batch) -> Iterable[Cells]:
    attributes = {row.id: row.attributes for row in batch.entities}
    return (
        (
            *(row.id, batch.organization_id, row.entity_id, row.schema, row.version, batch.at, row.operation),
            *(row.changes, _snapshot(row, attributes[row.entity_id])),
            *(row.source.actor_type, row.source.actor_id, row.event_id),
        )
        for row in batch.changes
    )


def _snapshot(row: ChangeRow, attributes: bytes) -> bytes | None:
    return attributes if row.has_final_snapshot else row.snapshot


def _readings(rows: Rows) -> Iterable[Cells]:
    organization, at = rows.batch.organization_id, rows.batch.at
    return ((organization, at, at, *(row[place] for place in _KEPT)) for row in rows.readings)


def _copy(cursor: Any, table: str, columns: Sequence[str], rows: Iterable[Cells]) -> None:  # Any: psycopg's
    names = ", ".join(f'"{name}"' for name in columns)
    text = "\n".join("\t".join(map(_cell, row)) for row in rows)
    with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        copy.write(text)


def _cell(value: object) -> str:
    """The text form of COPY."""
    if value is None:
        return "\\N"
    if isinstance(value, datetime):
        return value.isoformat()
    text = value.decode() if isinstance(value, bytes) else str(value)
    return text.replace("\\", "\\\\") if "\\" in text else text


def _settle() -> None:
    """What autovacuum does for a table that has grown: statistics, and the marks of pages that all may see."""
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"VACUUM (ANALYZE) {table}")
