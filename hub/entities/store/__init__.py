"""apply, and write for operations alone: through here every writer of entities goes (engine rule 1.9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from django.conf import settings
from django.db import connection
from django.db.transaction import TransactionManagementError
from django.utils.module_loading import import_string

from hub.entities.look_ups import Found, LookUp
from hub.entities.operations import (
    ChangeListener,
    Changes,
    EntityChanged,
    EntityOperation,
    Mode,
    OperationResult,
    OperationWarning,
    Outcome,
    ResultCode,
    Source,
    WarningCode,
)
from hub.entities.prunes import Guard, Member, PruneOperation, PruneResult
from hub.entities.sql import statements
from hub.entities.sql.rows import Batch
from hub.entities.store.batch import batch_of, told
from hub.entities.store.by_event import ByEvent
from hub.entities.store.counters import only_counters
from hub.entities.store.drafts import Draft
from hub.entities.store.facts import gather
from hub.entities.store.fold import Fold
from hub.entities.store.prepare import prepare
from hub.entities.store.prepared import Prepared
from hub.entities.store.waiting import held_events

__all__ = [
    "Applied",
    "ChangeListener",
    "Changes",
    "EntityChanged",
    "EntityOperation",
    "Found",
    "Guard",
    "LookUp",
    "Member",
    "Mode",
    "OperationResult",
    "OperationWarning",
    "Outcome",
    "Prepared",
    "PruneOperation",
    "PruneResult",
    "ResultCode",
    "Source",
    "WarningCode",
    "apply",
    "only_counters",
    "prepare",
    "write",
]

WORTH_HALVING = 200
"""Entities that are written with two statements: the database is busy with half of them while the rows of the others
are made. With more parts each would wait for the one before."""


class Applied(msgspec.Struct, frozen=True):
    """Results of operations, prunes and look-ups, each in the order in which they were given."""

    results: list[OperationResult]
    pruned: list[PruneResult]
    found: list[Found]


def write(
    *, organization_id: int, operations: Sequence[EntityOperation], at: datetime, source: Source
) -> list[OperationResult]:
    """Apply up to 5,000 operations in order and say what became of each, in the same order: see apply()."""
    return apply(organization_id=organization_id, prepared=prepare(operations), at=at, source=source).results


def apply(*, organization_id: int, prepared: Prepared, at: datetime, source: Source) -> Applied:
    """Apply prepared operations, prunes and look-ups, in order.

    Call it inside an open transaction, after the lane is locked and before counters are written. The number
    of statements does not depend on the number of operations, but for one more when many entities change. A failure
    of one operation is a result, never an exception, and leaves its neighbours applied; what is raised concerns
    the transaction (deadlock, lost connection, a row the database refuses).
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("hub.entities.store.apply needs an open transaction.")
    facts = gather(organization_id, prepared)
    fold = Fold(prepared, facts, source, {})
    applied = _run(fold)
    while fold.waiting:
        fold = Fold(prepared, facts, source, held_events(prepared, {**fold.held, **fold.waiting}))
        applied = _run(fold)
    stored = []
    for part in _parts(sorted(fold.touched, key=lambda draft: draft.id.int)):
        batch = batch_of(organization_id=organization_id, at=at, drafts=part)
        statements().store(batch)
        stored.append((batch, part))
    if stored:
        _tell_listeners(organization_id, facts.config_version, stored)
    return applied


def _tell_listeners(organization_id: int, config_version: int, stored: Sequence[tuple[Batch, list[Draft]]]) -> None:
    schemas = frozenset(draft.schema for _, part in stored for draft in part)

    def tell() -> list[EntityChanged]:
        return [one for batch, part in stored for one in told(batch, part)]

    changes = Changes(organization_id, config_version, schemas, tell)
    for path in settings.ENTITY_CHANGE_LISTENERS:
        listener: ChangeListener = import_string(path)
        listener(changes)


def _run(fold: Fold) -> Applied:
    if fold.prepared.goes_by_event:
        by_event = ByEvent(fold)
        applied = Applied(by_event.run(), by_event.pruned, by_event.found)
    else:
        applied = Applied(fold.run(), [], [])
    fold.notice_waiting(applied.results)
    return applied


def _parts(drafts: list[Draft]) -> list[list[Draft]]:
    if len(drafts) < WORTH_HALVING:
        return [drafts] if drafts else []
    middle = len(drafts) // 2
    return [drafts[:middle], drafts[middle:]]
