"""ImportResult: what is kept of a report for the pages that show it; bounded, however large the values are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Context, Decimal
from typing import Final, Self

import msgspec

from hub.entities.operations import Outcome
from hub.entities.transfer.cells import cell_of
from hub.entities.transfer.read_rows import Row, Rows
from hub.entities.transfer.reports import ImportReport, RowReport
from hub.entities.transfer.wishes import Plan
from hub.errors import HubError
from hub.json_types import JSONObject, JSONValue

LONGEST_TEXT: Final = 200
"""Characters of a value; the rest of it can be seen in the file and at the entity."""
LONGEST_MESSAGE: Final = 500
MOST_CHANGES: Final = 8
"""Differences of one row."""
MOST_TOLD: Final = 2_000
"""Rows whose differences are kept; nobody reads more of them."""
MOST_PROBLEMS: Final = 3
"""Of one row; with these corrected the others are shown."""
_WHOLE: Final = re.compile(r"-?[0-9]{1,100}")
_ALL_DIGITS: Final = Context(prec=100)
MOST_EXAMPLES: Final = 100
"""Columns of which a value is kept as an example."""


class Change(msgspec.Struct, frozen=True, array_like=True):
    """An attribute before and after; empty where there is no value."""

    name: str
    before: str
    after: str


class Finding(msgspec.Struct, frozen=True, array_like=True):
    """A Problem as it is kept."""

    column: str
    code: str
    message: str
    advice: str

    @property
    def subject(self) -> str:
        """The column, unless the message begins with it."""
        return "" if self.message.startswith(self.column) else self.column


class RowResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """One row. identity: the values that tell which entity is meant. more_…: how many are left out.

    changes, of a rehearsal only: what differs; of a creation what the file says.
    """

    row: int
    outcome: Outcome
    identity: str = ""
    entity_id: str = ""
    changes: tuple[Change, ...] = ()
    more_changes: int = 0
    findings: tuple[Finding, ...] = ()
    more_findings: int = 0
    note: str = ""

    @property
    def reason(self) -> str:
        """Everything that is wrong with it in one text."""
        return " ".join(f"{finding.message} {finding.advice}".strip() for finding in self.findings)


class ImportResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """The whole file. refusal: why no row could be looked at; examples: column → a value of it."""

    columns: tuple[str, ...]
    examples: Mapping[str, str] = {}
    nameless: int = 0
    refusal: str = ""
    unique_key: tuple[str, ...] = ()
    counts: Mapping[Outcome, int] = {}
    rows: tuple[RowResult, ...] = ()

    @classmethod
    def of(cls, rows: Rows, report: ImportReport) -> Self:
        """What a report says about the rows of a file."""
        return cls(
            columns=tuple(rows.columns),
            examples=_examples(rows),
            nameless=rows.nameless,
            unique_key=tuple(report.plan.unique_key),
            counts=dict(report.counts),
            rows=tuple(_results(rows, report)),
        )

    @classmethod
    def refused(cls, rows: Rows, error: HubError) -> Self:
        """Columns that nothing can be done with as they are mapped."""
        refusal = error.details[0].message if error.details else error.message
        return cls(columns=tuple(rows.columns), examples=_examples(rows), nameless=rows.nameless, refusal=refusal)

    @classmethod
    def read(cls, kept: JSONValue) -> Self:
        """What as_json() wrote."""
        return msgspec.convert(kept, cls)

    def as_json(self) -> JSONObject:
        """The same as JSON."""
        document: JSONObject = msgspec.to_builtins(self)
        return document

    @property
    def writable(self) -> int:
        """Rows that make or change something."""
        return self.count(Outcome.CREATED) + self.count(Outcome.UPDATED)

    @property
    def total(self) -> int:
        """All rows."""
        return sum(self.counts.values())

    def count(self, outcome: Outcome) -> int:
        """Rows that ended, or would end, so."""
        return self.counts.get(outcome, 0)

    def failed(self) -> Sequence[RowResult]:
        """The rows that need a correction."""
        return [row for row in self.rows if row.outcome is Outcome.FAILED]


def _results(rows: Rows, report: ImportReport) -> Iterator[RowResult]:
    by_number = {row.number: row for row in rows.rows}
    told = 0
    for one in report.rows:
        row = by_number[one.row]
        changes = _changes(one, row, report.plan) if report.is_dry_run else []
        told += bool(changes)
        yield _result(one, _identity(row, report.plan), changes, most_changes=MOST_CHANGES if told <= MOST_TOLD else 0)


def _changes(report: RowReport, row: Row, plan: Plan) -> list[Change]:
    if report.outcome is not Outcome.CREATED:
        return [_change(name, before, after, plan) for name, (before, after) in report.changes.items()]
    written = [_change(name, None, row.values.get(column), plan) for column, name in plan.columns.items()]
    return [one for one in written if one.after.strip() and one.name not in plan.unique_key]


def _result(report: RowReport, identity: str, changes: Sequence[Change], *, most_changes: int) -> RowResult:
    told = changes[:most_changes]
    findings = report.problems[:MOST_PROBLEMS]
    return RowResult(
        row=report.row,
        outcome=report.outcome,
        identity=identity,
        entity_id=str(report.entity_id or ""),
        changes=tuple(told),
        more_changes=len(changes) - len(told),
        findings=tuple(
            Finding(_short(one.column), one.code, _short(one.message, LONGEST_MESSAGE), one.advice) for one in findings
        ),
        more_findings=len(report.problems) - len(findings),
        note=report.note,
    )


def _change(name: str, before: JSONValue, after: JSONValue, plan: Plan) -> Change:
    kind = plan.kind_of(name)
    return Change(_short(name), _short(_told(before, kind)), _short(_told(after, kind)))


def _told(value: JSONValue, kind: str) -> str:
    """The cell of a value; of an amount in minor units what it is in major ones, too."""
    cell = cell_of(value, kind)
    if kind != "money" or not _WHOLE.fullmatch(cell.strip()):
        return cell
    return f"{cell.strip()} ({Decimal(cell).scaleb(-2, _ALL_DIGITS):.2f})"


def _identity(row: Row, plan: Plan) -> str:
    values = (cell_of(row.values.get(plan.column_of(name)), plan.kind_of(name)) for name in plan.unique_key)
    return _short(", ".join(value.strip() for value in values if value.strip()))


def _examples(rows: Rows) -> dict[str, str]:
    """The first value of each column in the first rows."""
    found: dict[str, str] = {}
    for row in rows.rows[:MOST_EXAMPLES]:
        for column in rows.columns[:MOST_EXAMPLES]:
            text = cell_of(row.values.get(column)).strip()
            if text:
                found.setdefault(column, _short(text))
    return found


def _short(text: str, most: int = LONGEST_TEXT) -> str:
    return text if len(text) <= most else f"{text[:most]}…"
