"""work(): one turn of the processing stage; Celery tasks and the embedded worker both call it."""

from __future__ import annotations

import os
import platform
from datetime import timedelta

from django.conf import settings
from django.db import connection

from hub import clock, database
from inbound.process.lane import LaneRun
from inbound.process.lease import LeaseLost, claim, free_own, release

TURN = timedelta(seconds=2)
"""How long a lane is served before others get their turn (engine rule 1.4)."""
SLICE_ON_POSTGRESQL = 500
SLICE_ON_SQLITE = 200
"""Events per slice; SQLite's single writer makes web requests wait as long as a slice commits."""

_own_leases_freed = False


def worker_name() -> str:
    """What this process is called as a holder of leases: the same again after a restart."""
    return f"{platform.node()}:{os.environ.get('HUB_WORKER_NAME', 'embedded')}"


def slice_size() -> int:
    """Most events per slice: the setting, or what suits the database."""
    chosen: int = settings.HUB_SLICE_EVENTS
    return chosen or (SLICE_ON_POSTGRESQL if connection.vendor == "postgresql" else SLICE_ON_SQLITE)


def work() -> int:
    """Serve the due lane that was served longest ago for one turn; how many events were settled, 0 when none is due."""
    database.look_up_by_index()
    _free_own_once()
    lease = claim(holder=worker_name(), at=clock.now())
    if lease is None:
        return 0
    run = LaneRun(lease, slice_size())
    try:
        return run.drain(clock.monotonic() + TURN.total_seconds())
    except LeaseLost:
        return run.settled
    finally:
        release(lease)


def _free_own_once() -> None:
    global _own_leases_freed
    if not _own_leases_freed:
        free_own(worker_name())
        _own_leases_freed = True
