"""work(): one turn of the processing stage; Celery tasks and the embedded worker both call it."""

from __future__ import annotations

import os
from datetime import timedelta

from django.conf import settings
from django.db import connection

from hub import clock, database, processes
from hub.jsonata.pool import Busy, NoChild
from hub.observing.context import telling
from inbound.models import QueuedEvent
from inbound.process.lane import LaneRun
from inbound.process.lease import Lease, LeaseLost, abandon, claim, free_ended, release

TURN = timedelta(seconds=2)
"""How long a lane is served before others get their turn (engine rule 1.4)."""
BORROWED_TURN = timedelta(seconds=0.2)
"""The same for a worker beyond an organization's half: it is lent while nobody else needs it, and looks up often."""
SLICE_ON_POSTGRESQL = 1000
SLICE_ON_SQLITE = 400
"""Events per slice. Twice as many are no quicker, half as many 8 % slower on either (measured); SQLite's single writer
makes web requests wait as long as a slice commits."""

MOST_DEAD = 10_000
"""Rows taken out of the queue until they are vacuumed: an autovacuum once a minute is a hundred times too late."""
_dead = 0
_looked_as = 0
"""The process that has looked for leases of ended ones; a forked child has not, whatever its parent did."""
_not_given_back: list[Lease] = []
"""Leases whose end could not be written because the database was away."""


def slice_size() -> int:
    """Most events per slice: the setting, or what suits the database."""
    chosen: int = settings.HUB_SLICE_EVENTS
    return chosen or (SLICE_ON_POSTGRESQL if connection.vendor == "postgresql" else SLICE_ON_SQLITE)


def work() -> int:
    """Serve the due lane that was served longest ago for one turn; how many events were settled, 0 when none is due.

    At least 1 when the lane was taken away meanwhile: what was read of it may be due again at once.
    """
    _free_ended_once()
    _give_back()
    lease = claim(holder=processes.own_name(), at=clock.now())
    return 0 if lease is None else _serve(lease)


def _serve(lease: Lease) -> int:
    """A fault of the machine is no crash: nothing stays marked and the lane is free again once the database answers."""
    run = LaneRun(lease, slice_size())
    turn = BORROWED_TURN if lease.is_borrowed else TURN
    try:
        with telling(organization_id=lease.organization_id, integration_id=lease.integration_id):
            run.drain(clock.monotonic() + turn.total_seconds())
    except LeaseLost:
        return max(run.settled, 1)
    except Exception as error:
        if _is_fault_of_the_machine(error):
            _not_given_back.append(lease)
        else:
            abandon(lease)
        raise
    release(lease)
    _forget_dead_rows(run.settled)
    return run.settled


def _is_fault_of_the_machine(error: Exception) -> bool:
    """Whether no event is to blame: the database or a disk is away or full, or no mapping child can be had."""
    return database.is_outage(error) or isinstance(error, (NoChild, Busy, OSError))


def _forget_dead_rows(settled: int) -> None:
    """Every slice looks for late commits among the rows that others before it took out, and passes them all."""
    global _dead
    _dead += settled
    if _dead >= MOST_DEAD:
        database.vacuum(QueuedEvent._meta.db_table)
        _dead = 0


def _give_back() -> None:
    while _not_given_back:
        release(_not_given_back[-1])
        _not_given_back.pop()


def _free_ended_once() -> None:
    global _looked_as
    if _looked_as != os.getpid():
        free_ended()
        _looked_as = os.getpid()
