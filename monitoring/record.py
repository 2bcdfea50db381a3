"""record(spans): the one way to leave a trace; set-based, inside the transaction that caused it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from django.db import transaction
from msgspec.structs import astuple

from hub.bulk import insert_rows
from hub.ids import new_ids
from hub.json_types import JSONValue
from monitoring.counting.tables import SPANS
from monitoring.counting.writing import CountedRow, add
from monitoring.issues.telling import add_failures, fingerprints


class Span(msgspec.Struct, frozen=True):
    """One step of one event's life; all fields but the last are columns of MonitoringEvent, in the order of _COLUMNS.
    Its id and issue_id are given by record()."""

    organization_id: int
    integration_id: UUID
    sync_type: str
    level: str
    received_at: datetime
    completed_at: datetime
    code: str = ""
    category: str = ""
    message: str = ""
    use_case_id: UUID | None = None
    event_id: UUID | None = None
    event_type: str = ""
    object_type: str = ""
    correlation_id: str = ""
    duration_ms: int | None = None
    lane_id: int | None = None
    event_order: int | None = None
    entity_id: UUID | None = None
    attributes: Sequence[str] | None = None
    detail: JSONValue = None
    use_case_version: int | None = None
    is_again: bool = False
    """Of a replay or a resend: issues tell its failures apart from those that came by themselves."""


OUTBOUND = "outbound"
"""sync_type of spans that tell of deliveries, and direction of their counters."""
MANAGED_CALL, SECURE_PROXY, FILE_PROXY = "managed_call", "secure_proxy", "file_proxy"
"""sync_type of spans that tell of requests on behalf of others; the first monitoring API knows none of them."""
EXTERNAL = "external"
"""sync_type of spans that a middleware pushes."""
MESSAGE_CHARACTERS = 2000
"""Longest message that is kept; the column's width."""

_TABLE: Final = "monitoring_monitoringevent"
_COLUMNS: Final = (
    ("id", "uuid"),
    ("organization_id", "bigint"),
    ("integration_id", "uuid"),
    ("sync_type", "text"),
    ("level", "text"),
    ("received_at", "timestamptz"),
    ("completed_at", "timestamptz"),
    ("code", "text"),
    ("category", "text"),
    ("message", "text"),
    ("use_case_id", "uuid"),
    ("event_id", "uuid"),
    ("event_type", "text"),
    ("object_type", "text"),
    ("correlation_id", "text"),
    ("duration_ms", "integer"),
    ("lane_id", "bigint"),
    ("event_order", "bigint"),
    ("entity_id", "uuid"),
    ("attributes", "jsonb"),
    ("detail", "jsonb"),
    ("use_case_version", "integer"),
    ("issue_id", "uuid"),
)


def record(spans: Sequence[Span]) -> None:
    """Insert spans, in order, and count them, with two statements, three where some are failures: in the transaction
    of what they tell about, or in one of their own where nothing else is written."""
    ids, found = new_ids(len(spans)), fingerprints(spans)
    rows = [
        (identifier, *astuple(span)[:-1], one and one.issue_id)
        for identifier, span, one in zip(ids, spans, found, strict=True)
    ]
    with transaction.atomic(savepoint=False):
        insert_rows(_TABLE, _COLUMNS, rows)
        add_failures(spans, found)
        add(SPANS, map(counted_span, spans))


def counted_span(span: Span) -> CountedRow:
    """A span as it is counted."""
    values = (span.use_case_id, span.sync_type, span.code, span.category, span.object_type, span.level)
    return CountedRow(span.organization_id, span.integration_id, values, span.completed_at)


def recording(values: Mapping[str, str], source: str) -> str:
    """The statement that records a span for every row of source, which is all that may stand behind FROM.

    values are SQL expressions by column, the id among them; of the others, texts are empty and the rest NULL. For what
    happens to many rows at once: they need not travel to Python and back to be told of, but are to be counted by
    counting.writing.add. Raises ValueError for a column
    that there is not.
    """
    if unknown := values.keys() - {name for name, _ in _COLUMNS}:
        raise ValueError(f"spans have no {', '.join(sorted(unknown))}")
    names = ", ".join(name for name, _ in _COLUMNS)
    told = ", ".join(values.get(name, "''" if kind == "text" else "NULL") for name, kind in _COLUMNS)
    return f"INSERT INTO {_TABLE} ({names}) SELECT {told} FROM {source}"  # noqa: S608 -- SQL of ours
