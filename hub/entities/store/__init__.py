"""write: the one function through which every writer of entities goes (engine rule 1.9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.db.transaction import TransactionManagementError
from django.utils.module_loading import import_string

from hub.entities.operations import (
    ChangeListener,
    EntityChanged,
    EntityOperation,
    Mode,
    OperationResult,
    Outcome,
    ResultCode,
    Source,
    WarningCode,
)
from hub.entities.sql import statements
from hub.entities.store.batch import batch_of, told
from hub.entities.store.drafts import Draft
from hub.entities.store.facts import gather
from hub.entities.store.fold import Fold
from hub.entities.store.prepare import Prepared, prepare
from hub.entities.store.waiting import held_events

__all__ = [
    "ChangeListener",
    "EntityChanged",
    "EntityOperation",
    "Mode",
    "OperationResult",
    "Outcome",
    "Prepared",
    "ResultCode",
    "Source",
    "WarningCode",
    "prepare",
    "write",
]

WORTH_HALVING = 200
"""Entities that are written with two statements: the database is busy with half of them while the rows of the others
are made. With more parts each would wait for the one before."""


def write(
    *,
    organization_id: int,
    operations: Sequence[EntityOperation],
    at: datetime,
    source: Source,
    prepared: Prepared | None = None,
) -> list[OperationResult]:
    """Apply up to 5,000 operations in order and say what became of each, in the same order.

    Call it inside an open transaction, after the lane is locked and before counters are written. The number
    of statements does not depend on the number of operations, but for one more when many entities change. A failure
    of one operation is a result, never an exception, and leaves its neighbours applied; what is raised concerns
    the transaction (deadlock, lost connection, a row the database refuses). prepared is prepare(operations), where
    there was time for it before.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("hub.entities.store.write needs an open transaction.")
    prepared = prepared or prepare(operations)
    facts = gather(organization_id, prepared)
    fold = Fold(prepared, facts, source, {})
    results = fold.run()
    while fold.waiting:
        fold = Fold(prepared, facts, source, held_events(prepared, {**fold.held, **fold.waiting}))
        results = fold.run()
    for part in _parts(sorted(fold.touched, key=lambda draft: draft.id.int)):
        batch = batch_of(organization_id=organization_id, at=at, drafts=part)
        statements().store(batch)
        for path in settings.ENTITY_CHANGE_LISTENERS:
            listener: ChangeListener = import_string(path)
            listener(told(batch, part))
    return results


def _parts(drafts: list[Draft]) -> list[list[Draft]]:
    if len(drafts) < WORTH_HALVING:
        return [drafts] if drafts else []
    middle = len(drafts) // 2
    return [drafts[:middle], drafts[middle:]]
