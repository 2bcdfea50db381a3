"""apply: goes on deleting what has come of age, a batch of every kind in turn, until the time of this run is over."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.db import connection, transaction

from hub import clock, database
from hub.retention.ages import AgeGroup, groups_of
from hub.retention.kinds import Batch, FixedAge, RetentionKind, fixed_ages, kinds
from hub.retention.walking import take_walk

ROWS_PER_TRANSACTION: Final = 1000
"""Some ten milliseconds of work, and as short a time that a row is locked (engine rule 2.10)."""
BUDGET_S: Final = 5.0
"""Of one run a minute: what is left goes in the next, so that deletion takes a twelfth of one worker at most."""
PASS_EVERY: Final = timedelta(days=1)
"""Then it begins at the oldest row again: it finds what was still on its way, or locked, when it was passed."""
PAUSE_S: Final = 0.005
"""After every batch on SQLite, whose busy handler is not fair to those who wait for the only writer."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Turn:
    """What one batch came to; is_more: another one would find something."""

    gone: int
    is_more: bool


def apply() -> int:
    """One of SCHEDULES: how many rows went. Of two that run at once each goes on where the other is not."""
    at = clock.now()
    deadline = time.monotonic() + BUDGET_S
    waiting = deque(_turns(at))
    gone = 0
    while waiting and time.monotonic() < deadline:
        name, take = waiting.popleft()
        turn = _taken(name, take)
        gone += turn.gone
        if turn.is_more:
            waiting.append((name, take))
        _let_others_write()
    return gone


def _taken(name: str, take: Callable[[], Turn]) -> Turn:
    """One that met what nobody foresaw waits for the next run, and keeps no other one from deleting. An outage is
    raised: it meets all of them."""
    try:
        return database.retrying(take)
    except Exception as error:
        if database.is_outage(error):
            raise
        logger.exception("%s: what has come of age could not be deleted", name)
        return Turn(0, is_more=False)


def _turns(at: datetime) -> Iterable[tuple[str, Callable[[], Turn]]]:
    """With the names of what they delete, for the log."""
    for fixed in fixed_ages():
        yield str(fixed.label), partial(_expire, fixed, at)
    for kind in kinds():
        for group in groups_of(kind):
            yield kind.key, partial(_go_on, kind, group, at)


@transaction.atomic
def _expire(fixed: FixedAge, at: datetime) -> Turn:
    """One batch. What somebody holds, and what did not go for another reason, waits for the next run."""
    gone = fixed.expire(at - fixed.age, min(fixed.at_once, ROWS_PER_TRANSACTION))
    return Turn(gone, is_more=gone > 0)


@transaction.atomic
def _go_on(kind: RetentionKind, group: AgeGroup, at: datetime) -> Turn:
    """One batch and how far it came, together; nothing when another process is at it."""
    walk = take_walk(kind.key, group.days, at)
    if walk is None:
        return Turn(0, is_more=False)
    if walk.has_ended and at - walk.started_at >= PASS_EVERY:
        walk.after, walk.started_at = None, at
    limit = at - timedelta(days=group.days)
    done = kind.walk(Batch(walk.after, limit, ROWS_PER_TRANSACTION, group.serves, at, group.days))
    walk.after, walk.has_ended = done.last, done.examined < ROWS_PER_TRANSACTION
    walk.save()
    return Turn(done.gone, is_more=not walk.has_ended)


def _let_others_write() -> None:
    if connection.vendor == "sqlite":
        time.sleep(PAUSE_S)
