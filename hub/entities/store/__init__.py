"""write: the one function through which every writer of entities goes (engine rule 1.9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from hub.entities.store.operations import (
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

__all__ = [
    "ChangeListener",
    "EntityChanged",
    "EntityOperation",
    "Mode",
    "OperationResult",
    "Outcome",
    "ResultCode",
    "Source",
    "WarningCode",
    "write",
]


def write(
    *, organization_id: int, operations: Sequence[EntityOperation], at: datetime, source: Source
) -> list[OperationResult]:
    """Apply up to 5,000 operations in order and say what became of each, in the same order.

    Call it inside an open transaction, after the lane is locked and before counters are written. The number
    of statements does not depend on the number of operations. A failure of one operation is a result, never an
    exception, and leaves its neighbours applied; what is raised concerns the transaction (deadlock, lost
    connection, a row the database refuses).
    """
    raise NotImplementedError
