"""import_rows: the rows of a file written by the store, or rehearsed; each row has an outcome of its own.

Rows are written in chunks, each a transaction. A rehearsal is the same transaction, rolled back: it takes the same
locks for a moment and says what the store itself decides, of rows together that have to do with each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from django.db import Error, transaction

from hub import database
from hub.accounts import audit
from hub.accounts.audit import Act
from hub.entities.changesets import CHANGESETS, ChangesetOrder
from hub.entities.editor import Editor
from hub.entities.identity import check_unique_key
from hub.entities.models import Entity
from hub.entities.operations import EntityOperation, OperationResult, Outcome, ResultCode
from hub.entities.parking import parking_for
from hub.entities.schemas.book import book_of
from hub.entities.store import write
from hub.entities.transfer.comparing import compared_with
from hub.entities.transfer.present import present_entities
from hub.entities.transfer.read_rows import Rows
from hub.entities.transfer.reading import Parse
from hub.entities.transfer.related_rows import related_chunks
from hub.entities.transfer.reports import ImportReport, RowReport, in_bin, refused
from hub.entities.transfer.wishes import Plan, Problem, Wish
from hub.errors import NotFound

CHUNK: Final = 500
"""Rows of one transaction: locks are held for a fraction of a second."""
MOST_RELATED: Final = 4 * CHUNK
"""Rows of one rehearsed transaction, where they have to do with each other."""
TRIES: Final = 3
"""How often rows of a chunk are looked at again that changed between being compared and being written."""


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What to import. mapping: column → attribute, None takes the names of the columns. unique_key None: see Plan."""

    schema: str
    rows: Rows
    mapping: Mapping[str, str] | None = None
    unique_key: Sequence[str] | None = None
    is_dry_run: bool = False


def import_rows(*, editor: Editor, request: ImportRequest, parse: Parse) -> ImportReport:
    """Write what the rows say, chunk by chunk, and report on each; a row that fails leaves the others as they are.

    Empty cells leave attributes as they are. What is in the recycle bin stays there and fails. An import that was cut
    off can be repeated as it is. Raises NotFound for an unknown schema and Invalid for a wrong mapping or key, both
    before anything is written. The audit trail has an entry with the counts, unless it is a dry run.
    """
    definition = book_of(editor.organization).find(request.schema)
    if definition is None:
        path = f"/v1/entity/schemas/{request.schema}"
        raise NotFound(f"There is no schema {request.schema}: define it first with PUT {path}.")
    plan = Plan.of(definition, request.rows, request.mapping, request.unique_key)
    check_unique_key(editor.organization, request.schema, plan.unique_key)
    work = _Import(editor, plan, parking_for(definition, editor), is_dry_run=request.is_dry_run)
    try:
        for wishes in work.chunks(request.rows, parse):
            work.run(wishes)
    finally:
        report = ImportReport.of(plan, work.reports, is_dry_run=request.is_dry_run)
        if not request.is_dry_run:
            act = Act("entities.import", "schema", request.schema, report.counts_as_json())
            audit.record(organization=editor.organization, actor=editor.actor, act=act, at=editor.at)
    return report


@dataclass(slots=True)
class _Import:
    """One import at work."""

    editor: Editor
    plan: Plan
    order: ChangesetOrder | None
    """What is parked instead of written."""
    is_dry_run: bool
    reports: list[RowReport] = field(default_factory=list)
    made: dict[tuple[str, ...], int] = field(default_factory=dict)
    """Identity → the row that made it, in chunks that were rehearsed and rolled back."""

    def chunks(self, rows: Rows, parse: Parse) -> Iterator[Sequence[Wish]]:
        """The rows as they are written; in a rehearsal those together that have to do with each other."""
        wishes = (self.plan.wish_of(row, parse, is_table=rows.is_table) for row in rows.rows)
        if self.is_dry_run:
            yield from related_chunks(list(wishes), self.plan, self._present, size=CHUNK, most=MOST_RELATED)
            return
        while chunk := list(islice(wishes, CHUNK)):
            yield chunk

    def _present(self, wishes: Sequence[Wish]) -> Mapping[int, Entity]:
        return present_entities(self.editor.organization, self.plan.schema.slug, wishes)

    def run(self, wishes: Sequence[Wish]) -> None:
        """One chunk; halved where the database refuses a value in it, until the row is found."""
        try:
            reports = database.retrying(lambda: self._attempt(wishes))
        except Error as error:
            if not database.is_data_error(error):
                raise
            if len(wishes) > 1:
                self.run(wishes[: len(wishes) // 2])
                self.run(wishes[len(wishes) // 2 :])
                return
            problem = Problem("", ResultCode.BAD_VALUE, f"The database refused the row: {error}.", "Correct the row.")
            reports = [RowReport(wishes[0].row, Outcome.FAILED, problems=[problem])]
        self.reports += self._rehearsed(wishes, reports) if self.is_dry_run else reports

    @transaction.atomic
    def _attempt(self, wishes: Sequence[Wish]) -> list[RowReport]:
        reports: list[RowReport] = []
        open_wishes = list(wishes)
        for is_last in [False] * (TRIES - 1) + [True]:
            done, open_wishes = self._pass(open_wishes, is_last=is_last)
            reports += done
            if not open_wishes:
                break
        if self.is_dry_run:
            transaction.set_rollback(True)
        return reports

    def _pass(self, wishes: Sequence[Wish], *, is_last: bool) -> tuple[list[RowReport], list[Wish]]:
        """Reports on rows that are settled, and the wishes that must be looked at again."""
        present = self._present(wishes)
        compared = [(wish, compared_with(present.get(wish.row), wish, self.plan, self.order)) for wish in wishes]
        results = self._written([wanted.operation for _, wanted in compared if not wanted.problems])
        reports: list[RowReport] = []
        again: list[Wish] = []
        for wish, wanted in compared:
            result = results.get(wish.row)
            if wanted.problems:
                reports.append(RowReport(wish.row, Outcome.FAILED, problems=wanted.problems))
            elif result is not None and result.code == ResultCode.STALE_VERSION and not is_last:
                again.append(wish)
            elif result is not None:
                reports.append(self._report(wanted.operation, result, present.get(wish.row)))
        return reports, again

    def _written(self, operations: Sequence[EntityOperation]) -> dict[int, OperationResult]:
        """Results by row. What met an entity in the recycle bin is not written: the others are, without it."""
        editor = self.editor
        with transaction.atomic():
            done = write(
                organization_id=editor.organization.pk, operations=operations, at=editor.at, source=editor.source
            )
            binned = {result.position: result for result in done if result.met_the_bin}
            transaction.set_rollback(bool(binned))
        if not binned:
            return {result.position: result for result in done}
        return binned | self._written([one for one in operations if one.position not in binned])

    def _report(self, operation: EntityOperation, result: OperationResult, entity: Entity | None) -> RowReport:
        if result.met_the_bin:
            return in_bin(self.plan, result.position, result.entity_id)
        if result.outcome is Outcome.FAILED:
            return refused(self.plan, result.position, result)
        if not self.is_dry_run:
            return RowReport(result.position, result.outcome, result.entity_id)
        stored = {} if entity is None else entity.attributes
        names = [name for name in result.changed if name != CHANGESETS] + list(result.parked)
        changes = {name: (stored.get(name), operation.attributes.get(name)) for name in names}
        note = f"Parked until confirmed or applied: {', '.join(result.parked)}." if result.parked else ""
        # The id of what a rehearsal makes is gone with it.
        return RowReport(result.position, result.outcome, None if entity is None else entity.pk, changes, note=note)

    def _rehearsed(self, wishes: Sequence[Wish], reports: Sequence[RowReport]) -> Iterator[RowReport]:
        """Reports of a chunk that was rolled back, with what earlier rows would have made: too many to be in one."""
        identities = {wish.row: tuple(wish.identifiers.values()) for wish in wishes}
        for report in sorted(reports, key=lambda report: report.row):
            identity = identities[report.row]
            if report.outcome is Outcome.CREATED and self.made.setdefault(identity, report.row) != report.row:
                note = f"Row {self.made[identity]} makes it."
                yield RowReport(report.row, Outcome.UPDATED, note=note)
            else:
                yield report
