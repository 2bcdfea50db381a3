"""retrying: a whole transaction again while the database cannot do it now."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Final, TypeVar

from django.db import Error, connection

from hub.database.errors import is_transient

Result = TypeVar("Result")

RETRIES: Final = 5
"""How often a transaction is run again before the failure is shown (engine rule 1.8)."""
FIRST_PAUSE_S: Final = 0.02
LONGEST_PAUSE_S: Final = 1.0


def retrying(transaction_function: Callable[[], Result]) -> Result:
    """What transaction_function answers; run again as a whole while the database cannot do it now.

    Up to RETRIES more times, with jitter. The function must open and finish its own transaction and have no
    other effect. Inside a transaction that somebody else opened it is run once: only the owner can repeat that.
    """
    for attempt in range(RETRIES):
        try:
            return transaction_function()
        except Error as error:
            if connection.in_atomic_block or not is_transient(error):
                raise
            connection.close_if_unusable_or_obsolete()
            time.sleep(_pause_s(attempt))
    return transaction_function()


def _pause_s(attempt: int) -> float:
    """Doubles from try to try; half of it is chance, so that two that collided do not collide again."""
    return float(min(FIRST_PAUSE_S * 2**attempt, LONGEST_PAUSE_S) * random.uniform(0.5, 1.5))  # noqa: S311 -- no secret


def is_in_transaction() -> bool:
    """Whether somebody has one open; what a test case wraps around all of it does not count."""
    return any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)


def no_transaction_is_open() -> None:
    """Raise AssertionError when one is: call it before waiting for a child, a file or the network."""
    if is_in_transaction():
        raise AssertionError("A transaction is open; finish it before waiting for anything outside the database.")
