"""Matrix: use cases by outcome, where every number is the address of the events it counts; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.http import QueryDict

from integrations.models import Integration
from monitoring.tallies import Tally
from monitoring.waiting import Backlog, Waiting

OUTCOMES = ("error", "warning", "ignored", "skipped", "success")
"""Trouble first: a narrow screen shows only the columns beside the name."""
WAITING = ("received", "retrying")
COLUMNS = (*OUTCOMES, "waiting")
WARNINGS_WORTH_A_LOOK = 0.005
"""Share of warnings from which a cell is tinted; a few are everyday business."""
SLOW = 0.95
"""The percentile of the column p95."""
ALL_KEPT = "90d"
"""The window that reaches every event that may still wait."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One number; query finds what it counts, "" where that is nothing; tone is "" where nothing is loud."""

    status: str
    events: int
    query: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a row is about. is_gone: the use case was deleted; use_case_id None: events that met no use case."""

    use_case_id: UUID | None = None
    slug: str = ""
    type: str = ""
    is_gone: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One use case."""

    subject: Subject
    cells: tuple[Cell, ...]
    p95_ms: float | None
    last_at: datetime | None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing but zeros."""
        return not any(cell.events for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Group:
    """The use cases of one integration, and how many issues are open in it."""

    integration: Integration
    rows: tuple[Row, ...]
    issues: int = 0


@dataclass(frozen=True, slots=True)
class Counted:
    """What the rows are made of; unassigned are events without a use case, by integration."""

    use_cases: Mapping[UUID | None, Tally]
    unassigned: Mapping[UUID | None, Tally]
    backlog: Backlog
    gone: Mapping[UUID, tuple[UUID, str]]
    """Deleted use case → its integration and its slug."""
    window: str


def groups_of(integrations: Iterable[Integration], counted: Counted) -> list[Group]:
    """One group per integration that has any row, with its use cases in their own order."""
    groups = [Group(integration, tuple(_rows(integration, counted))) for integration in integrations]
    return [group for group in groups if group.rows]


def with_events(groups: Iterable[Group]) -> list[Group]:
    """The groups less their empty rows."""
    filled = [replace(group, rows=tuple(row for row in group.rows if not row.is_empty)) for group in groups]
    return [group for group in filled if group.rows]


def _rows(integration: Integration, counted: Counted) -> Iterable[Row]:
    for subject, tally in _tallied(integration, counted):
        narrowed = {"integration": str(integration.pk)}
        if subject.use_case_id:
            narrowed["use_case"] = str(subject.use_case_id)
        waiting = _waiting_cell(counted.backlog.of_use_case(subject.use_case_id), narrowed)
        cells = (*(_cell(status, tally, narrowed, counted.window) for status in OUTCOMES), waiting)
        yield Row(subject, cells, tally.percentile_ms(SLOW), tally.last_at)


def _tallied(integration: Integration, counted: Counted) -> Iterable[tuple[Subject, Tally]]:
    for use_case in integration.use_cases.all():
        yield Subject(use_case.pk, use_case.slug, use_case.type), counted.use_cases.get(use_case.pk, Tally())
    for key, (integration_id, slug) in counted.gone.items():
        if integration_id == integration.pk:
            yield Subject(key, slug, is_gone=True), counted.use_cases[key]
    if integration.pk in counted.unassigned:
        yield Subject(), counted.unassigned[integration.pk]


def _cell(status: str, tally: Tally, narrowed: Mapping[str, str], window: str) -> Cell:
    events = tally.counts.get(status, 0)
    query = _query(narrowed, (status,), window) if events else ""
    return Cell(status, events, query, _tone(status, events, tally.total))


def _waiting_cell(waiting: Waiting, narrowed: Mapping[str, str]) -> Cell:
    return Cell("waiting", waiting.events, _query(narrowed, WAITING, ALL_KEPT) if waiting.events else "")


def _tone(status: str, events: int, total: int) -> str:
    if status == "error" and events:
        return "error"
    return "warning" if status == "warning" and events and events >= WARNINGS_WORTH_A_LOOK * total else ""


def _query(narrowed: Mapping[str, str], statuses: Iterable[str], window: str) -> str:
    query = QueryDict(mutable=True)
    query.update(narrowed)
    query.setlist("status", list(statuses))
    query["window"] = window
    return f"?{query.urlencode()}"
