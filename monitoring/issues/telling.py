"""add_failures: what a transaction adds to issues, one row for all failures of a kind; no row that others share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol
from uuid import UUID

from hub.bulk import Columns, insert_rows
from hub.json_types import JSONValue
from monitoring.issues.fingerprint import OUTBOUND, Failure, Fingerprint, fingerprint_of, own_detail
from monitoring.models.issues import SUBJECT_CHARACTERS

MOST_SUBJECTS: Final = 1000
"""Different entities that are kept of one issue; beyond that it hits "1,000+"."""
SCHEMA_CHARACTERS: Final = 200
"""Of a schema's name, so that the id of an entity always has room behind it."""
_HOUR: Final = timedelta(hours=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TABLE: Final = "monitoring_issuedelta"
_COLUMNS: Final[Columns] = (
    ("organization_id", "bigint"),
    ("integration_id", "uuid"),
    ("use_case_id", "uuid"),
    ("sync_type", "text"),
    ("level", "text"),
    ("code", "text"),
    ("field", "text"),
    ("host", "text"),
    ("issue_id", "uuid"),
    ("use_case_version", "integer"),
    ("starts_at", "timestamptz"),
    ("number", "integer"),
    ("first_at", "timestamptz"),
    ("last_at", "timestamptz"),
    ("subjects", "jsonb"),
    ("core_events", "jsonb"),
    ("replays", "integer"),
)


class Told(Failure, Protocol):
    """A failure with when and about whom it was."""

    @property
    def completed_at(self) -> datetime:
        """When it happened."""

    @property
    def use_case_version(self) -> int | None:
        """With which version, where that is known."""

    @property
    def entity_id(self) -> UUID | None:
        """Whom it is about, where that is known."""

    @property
    def event_id(self) -> UUID | None:
        """What it was about; of a delivery the core event."""

    @property
    def is_again(self) -> bool:
        """Whether somebody had it run once more."""


class _Delta:
    """Failures of one kind, version and hour."""

    __slots__ = ("core_events", "first_at", "last_at", "number", "replays", "subjects")

    def __init__(self, at: datetime) -> None:
        self.number = self.replays = 0
        self.first_at = self.last_at = at
        self.subjects: dict[str, None] = {}
        self.core_events: dict[UUID, None] = {}

    def add(self, span: Told) -> None:
        if span.is_again:
            self.replays += 1
        else:
            self.number += 1
        self.first_at = min(self.first_at, span.completed_at)
        self.last_at = max(self.last_at, span.completed_at)
        subject = subject_of(span)
        if subject and len(self.subjects) < MOST_SUBJECTS:
            self.subjects[subject] = None
        if span.sync_type == OUTBOUND and span.entity_id is None and span.event_id is not None:
            self.core_events[span.event_id] = None

    @property
    def values(self) -> tuple[object, ...]:
        return (
            self.number,
            self.first_at,
            self.last_at,
            list(self.subjects),
            list(self.core_events) or None,
            self.replays,
        )


def fingerprints(spans: Iterable[Failure]) -> list[Fingerprint | None]:
    """One per span, None for those that nobody has to act on."""
    return [None if span.level == "success" else fingerprint_of(span) for span in spans]


def add_failures(spans: Iterable[Told], found: Sequence[Fingerprint | None]) -> None:
    """Add the spans that have a fingerprint to their issues, with one statement or none.

    found: of fingerprints(). Must run in the transaction that writes the spans.
    """
    deltas: dict[tuple[Fingerprint, int | None, datetime], _Delta] = {}
    for span, fingerprint in zip(spans, found, strict=True):
        if fingerprint is None:
            continue
        at = span.completed_at
        place = (fingerprint, span.use_case_version, at - (at - _EPOCH) % _HOUR)
        if place not in deltas:
            deltas[place] = _Delta(at)
        deltas[place].add(span)
    rows = [
        (*fingerprint, fingerprint.issue_id, version, hour, *delta.values)
        for (fingerprint, version, hour), delta in deltas.items()
    ]
    insert_rows(_TABLE, _COLUMNS, rows)


def subject_of(span: Told) -> str:
    """``schema/id`` of the entity, or ``schema/attribute=value`` where it was not found; empty where none is known."""
    detail = own_detail(span)
    named = detail.get("schema")
    schema = named[:SCHEMA_CHARACTERS] if isinstance(named, str) else ""
    if span.entity_id is not None:
        return f"{schema}/{span.entity_id}"
    identifiers = _identifiers(detail.get("identifiers"))
    return f"{schema}/{identifiers}"[:SUBJECT_CHARACTERS] if identifiers else ""


def _identifiers(identifiers: JSONValue) -> str:
    if not isinstance(identifiers, dict):
        return ""
    return ",".join(f"{name}={value}" for name, value in sorted(identifiers.items()))
