"""write_readings and delete_readings: the two functions through which every writer of meter readings goes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.transaction import TransactionManagementError
from django.utils.module_loading import import_string

from hub.entities.prunes import Guard
from hub.entities.readings.fold import Fold
from hub.entities.readings.groups import batches_of, prunes_of
from hub.entities.readings.prepare import Prepared, prepare
from hub.entities.readings.pruning import Pruning, scope_probes
from hub.entities.readings.rules import problem_of
from hub.entities.readings.sql import statements
from hub.entities.readings.sql.rows import Scopes
from hub.entities.readings.values import Matching, Mode
from hub.entities.readings.wishes import (
    DeletedReadings,
    PruneResult,
    ReadingBatch,
    ReadingCode,
    ReadingListener,
    ReadingOutcome,
    ReadingPruneWish,
    ReadingResult,
    ReadingWish,
    WrittenReadings,
)
from hub.entities.sql import statements as entity_statements

__all__ = [
    "DeletedReadings",
    "Matching",
    "Mode",
    "PruneResult",
    "ReadingBatch",
    "ReadingCode",
    "ReadingOutcome",
    "ReadingPruneWish",
    "ReadingResult",
    "ReadingWish",
    "WrittenReadings",
    "delete_readings",
    "problem_of",
    "prunes_of",
    "write_readings",
]


def write_readings(
    *,
    organization_id: int,
    wishes: Sequence[ReadingWish],
    prunes: Sequence[ReadingPruneWish] = (),
    at: datetime,
    limits: Guard | None = None,
) -> WrittenReadings:
    """Apply wishes in order, each prune after as many of them as it says, and tell what became of all.

    Call it inside the transaction that holds the rows of all these meters (SELECT … ORDER BY id FOR NO KEY UPDATE,
    engine rule 1.9), after entities were written: that lock is what keeps two writers of one meter apart, nothing
    else is locked here. The meters and counters must be the organization's own. The number of statements does not
    depend on the number of wishes, prunes or meters: at most four trips that read, one that writes.

    A failure of one reading is a result, never an exception, and leaves its neighbours applied. A prune beyond the
    limits (None: there are none) is not carried out but answered as PRUNE_HELD with the ids of what it would
    delete: keep them for delete_readings.
    """
    _refuse_without_transaction("write_readings")
    prepared = prepare(wishes)
    fold = _fold(organization_id, prepared)
    pruning = Pruning(fold, prunes, _scopes(organization_id, prunes), limits)
    results, pruned = _apply(fold, pruning, len(wishes))
    _write(organization_id, at, fold, pruning)
    return WrittenReadings(results, batches_of(wishes, results), pruned)


def _refuse_without_transaction(name: str) -> None:
    if not connection.in_atomic_block:
        raise TransactionManagementError(f"hub.entities.readings.{name} needs an open transaction.")


def _fold(organization_id: int, prepared: Prepared) -> Fold:
    by_id, by_range = prepared.by_id(), prepared.by_range()
    stored = statements().find(organization_id, by_id, by_range) if by_id or by_range else []
    counters = {probe.counter_id for probe in by_range if probe.counter_id is not None}
    directions = statements().directions(organization_id, counters) if counters else {}
    return Fold(prepared, stored, directions, has_days=bool(by_range))


def _scopes(organization_id: int, prunes: Sequence[ReadingPruneWish]) -> Scopes:
    probes = scope_probes(prunes)
    return statements().find_scopes(organization_id, probes) if probes else Scopes({}, [])


def _apply(fold: Fold, pruning: Pruning, count: int) -> tuple[list[ReadingResult], list[PruneResult]]:
    """Every wish and every prune, in their order; results go by place."""
    results: list[ReadingResult] = []
    pruned: dict[int, PruneResult] = {}
    due: dict[int, list[int]] = {}
    for number, prune in enumerate(pruning.prunes):
        due.setdefault(count if prune.after is None else min(prune.after, count), []).append(number)
    for place in range(count + 1):
        for number in due.get(place, ()):
            pruned[number] = pruning.apply(number)
        if place < count:
            results.append(fold.apply(place))
    return results, [pruned[number] for number in range(len(pruning.prunes))]


def _write(organization_id: int, at: datetime, fold: Fold, pruning: Pruning) -> None:
    gone = [draft.id for draft in fold.drafts.values() if draft.is_deleted and not draft.is_new]
    rows = [draft.row() for draft in fold.drafts.values() if draft.changed_by is not None and not draft.is_deleted]
    gone += pruning.gone
    if rows or gone:
        rows.sort(key=lambda row: row.id.int)
        statements().write(organization_id, at, rows, sorted(gone, key=lambda one: one.int))
    if rows:
        _tell_listeners(organization_id, fold, at)


def _tell_listeners(organization_id: int, fold: Fold, at: datetime) -> None:
    changed = (draft for draft in fold.drafts.values() if draft.changed_by is not None and not draft.is_deleted)
    stored = [draft.told() for draft in changed]
    for path in settings.METER_READING_LISTENERS:
        listener: ReadingListener = import_string(path)
        listener(organization_id, stored, at)


def delete_readings(*, organization_id: int, ids: Collection[UUID], unchanged_since: datetime) -> DeletedReadings:
    """Delete those of a held prune that nobody changed since it was held; kept are the others, and unknown ids.

    unchanged_since is the at of the write that held it; what was changed at that very moment counts as changed.
    Locks the meters itself; call it inside a transaction that holds no entity yet.
    """
    _refuse_without_transaction("delete_readings")
    if not ids:
        return DeletedReadings((), ())
    meters = statements().meters_of(organization_id, ids)
    entity_statements().lock_entities(organization_id, meters)
    deleted = set(statements().delete_unchanged(organization_id, ids, unchanged_since))
    ordered = sorted(set(ids), key=lambda one: one.int)
    return DeletedReadings(
        tuple(one for one in ordered if one in deleted), tuple(one for one in ordered if one not in deleted)
    )
