"""What the machine itself can do: COPY of the same rows, and a bulk upsert of the same entities."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from uuid import uuid4

import orjson
import psycopg

from bench.workload import payload

ROWS = 50_000
UPSERT_ROWS = 20_000
UPSERT_BATCH = 500

_UPSERT_TABLE = """
    CREATE TABLE floor_upsert (
        id uuid PRIMARY KEY, organization_id bigint NOT NULL, schema text NOT NULL, number text NOT NULL,
        attributes jsonb NOT NULL, version integer NOT NULL, created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL, UNIQUE (organization_id, schema, number))"""
_INSERT = """
    INSERT INTO floor_upsert (id, organization_id, schema, number, attributes, version, created_at, updated_at)"""
_FROM_DOCUMENT = """
    SELECT gen_random_uuid(), 1, 'contact', number, attributes, 1, now(), now()
    FROM jsonb_to_recordset(%s::jsonb) AS row(number text, attributes jsonb)"""
_FROM_VALUES = "VALUES " + ", ".join(["(gen_random_uuid(), 1, 'contact', %s, %s, 1, now(), now())"] * UPSERT_BATCH)
_ON_CONFLICT = """
    ON CONFLICT (organization_id, schema, number) DO UPDATE
    SET attributes = excluded.attributes, version = floor_upsert.version + 1, updated_at = excluded.updated_at"""


def copy_rate(database_url: str) -> float:
    """Rows per second of COPY: id, 200 bytes of metadata and the payload, committed every 100 rows as intake does."""
    body = json.dumps(payload(1), ensure_ascii=False)
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE TABLE floor_copy (id uuid PRIMARY KEY, metadata text, body bytea)")
        connection.commit()
        started = time.perf_counter()
        for _ in range(0, ROWS, 100):
            _copy(connection, body.encode())
        seconds = time.perf_counter() - started
        connection.execute("DROP TABLE floor_copy")
    return ROWS / seconds


def _copy(connection: psycopg.Connection, body: bytes) -> None:
    with connection.cursor().copy("COPY floor_copy FROM STDIN (FORMAT BINARY)") as copy:
        copy.set_types(["uuid", "text", "bytea"])
        for _ in range(100):
            copy.write_row((uuid4(), "x" * 200, body))
    connection.commit()


def upsert_rate(database_url: str) -> float:
    """Rows per second of INSERT … VALUES … ON CONFLICT DO UPDATE, 500 rows per committed statement, half of them new.

    What any store of such entities has to do at the least, the way database libraries do it: encode the attributes,
    and write an id, an identifier that is unique within organization and schema, the attributes as jsonb, a version
    and two moments. No history, no keys, no traces.
    """
    return _upsert_rate(database_url, _FROM_VALUES, _values)


def document_upsert_rate(database_url: str) -> float:
    """The same rows, sent as one JSON document that the database takes apart: the quickest form there is."""
    return _upsert_rate(database_url, _FROM_DOCUMENT, _document)


Row = dict[str, object]


def _values(rows: list[Row]) -> list[object]:
    return [cell for row in rows for cell in (row["number"], orjson.dumps(row["attributes"]).decode())]


def _document(rows: list[Row]) -> list[object]:
    return [orjson.dumps(rows).decode()]


def _upsert_rate(database_url: str, source: str, parameters: Callable[[list[Row]], list[object]]) -> float:
    statement = _INSERT + source + _ON_CONFLICT
    batches: list[list[Row]] = [
        [{"number": f"K-{one:08d}", "attributes": payload(one)} for one in range(first, first + UPSERT_BATCH)]
        for first in range(0, UPSERT_ROWS, UPSERT_BATCH // 2)
    ]
    with psycopg.connect(database_url) as connection:
        connection.execute(_UPSERT_TABLE)
        connection.commit()
        started = time.perf_counter()
        for batch in batches:
            connection.execute(statement, parameters(batch))
            connection.commit()
        seconds = time.perf_counter() - started
        connection.execute("DROP TABLE floor_upsert")
    return len(batches) * UPSERT_BATCH / seconds


def cores() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0))
