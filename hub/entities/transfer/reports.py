"""RowReport and ImportReport: what became of each row of a file, or would."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from hub.entities.operations import OperationResult, Outcome, ResultCode
from hub.entities.transfer.wishes import Plan, Problem
from hub.json_types import JSONObject, JSONValue

OUTCOMES: Final = (Outcome.CREATED, Outcome.UPDATED, Outcome.NO_OP, Outcome.FAILED)


@dataclass(frozen=True, slots=True)
class RowReport:
    """One row. changes: attribute → value before and value written, of an update that is only rehearsed."""

    row: int
    outcome: Outcome
    entity_id: UUID | None = None
    changes: Mapping[str, tuple[JSONValue, JSONValue]] = field(default_factory=dict)
    problems: Sequence[Problem] = ()
    note: str = ""

    def as_json(self) -> JSONObject:
        """What callers see; members without content are left out."""
        document: JSONObject = {"row": self.row, "outcome": self.outcome.value}
        if self.entity_id is not None:
            document["entity_id"] = str(self.entity_id)
        if self.changes:
            document["changes"] = {name: {"old": old, "new": new} for name, (old, new) in self.changes.items()}
        if self.problems:
            document["errors"] = [_problem_as_json(problem) for problem in self.problems]
        if self.note:
            document["note"] = self.note
        return document


def _problem_as_json(problem: Problem) -> JSONObject:
    return {
        "column": problem.column or None,
        "code": problem.code,
        "message": problem.message,
        "advice": problem.advice,
    }


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The whole file, every row in its order."""

    plan: Plan
    is_dry_run: bool
    counts: Mapping[Outcome, int]
    rows: Sequence[RowReport]

    @classmethod
    def of(cls, plan: Plan, rows: Sequence[RowReport], *, is_dry_run: bool) -> ImportReport:
        """The report of rows in whatever order."""
        counts = Counter(row.outcome for row in rows)
        return cls(plan, is_dry_run, counts, sorted(rows, key=lambda row: row.row))

    def counts_as_json(self) -> JSONObject:
        """Rows by outcome."""
        return {outcome.value: self.counts.get(outcome, 0) for outcome in OUTCOMES}

    def as_json(self) -> JSONObject:
        """What callers see."""
        return {
            "schema": self.plan.schema.slug,
            "dry_run": self.is_dry_run,
            "unique_key": [*self.plan.unique_key],
            "ignored_columns": [*self.plan.ignored],
            "unknown_columns": [*self.plan.unknown],
            "counts": self.counts_as_json(),
            "rows": [row.as_json() for row in self.rows],
        }


def refused(plan: Plan, row: int, result: OperationResult) -> RowReport:
    """The report about a row that the store would not write."""
    advice = _ADVICE.get(result.code, "Correct the row and import it again.")
    about = plan.unique_key[0] if result.code in _ABOUT_THE_KEY else result.attribute
    column = plan.column_of(about) if about else ""
    return RowReport(
        row, Outcome.FAILED, result.entity_id, problems=[Problem(column, result.code, result.message, advice)]
    )


def in_bin(plan: Plan, row: int, entity_id: UUID | None) -> RowReport:
    """The report about a row whose entity is in the recycle bin."""
    message = f"The {plan.schema.slug} {entity_id} is in the recycle bin."
    advice = "Restore it first, or purge it to have a new one made."
    problem = Problem(plan.column_of(plan.unique_key[0]), "ENTITY_DELETED", message, advice)
    return RowReport(row, Outcome.FAILED, entity_id, problems=[problem])


_ABOUT_THE_KEY: Final = frozenset({ResultCode.AMBIGUOUS, ResultCode.UNKNOWN_REFERENCE, ResultCode.NO_IDENTIFIER})
_ADVICE: Final[Mapping[str, str]] = {
    ResultCode.AMBIGUOUS: "Merge or delete the surplus entities, or add an attribute to unique_key.",
    ResultCode.UNKNOWN_REFERENCE: "Check the id; to make new entities, choose a unique_key other than _id.",
    ResultCode.EXISTS: "Correct the value, or change the entity that has it first.",
    ResultCode.NO_IDENTIFIER: "Fill in the attributes of unique_key.",
    ResultCode.INDEX_BUILDING: "Import the row again in a few minutes.",
    ResultCode.STALE_VERSION: "Somebody else changed it at the same moment; import the row again.",
}
