"""work: runs that are due read page after page, beside the other stages, so that a slow source stops none of them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

from django.conf import settings

from hub import clock
from hub.errors import HubError
from hub.ids import to_text
from hub.observing.context import telling
from hub.side_threads import SideThreads
from proxies.models import PullRun
from proxies.pulling.claiming import claim, is_any_due
from proxies.pulling.handing_on import RUN_PREFIX
from proxies.pulling.reading import read_on
from proxies.pulling.recording import note_failure

SIDE_BY_SIDE: Final = 4
"""Runs that one worker reads at a time. They wait for others most of the time."""
LONGEST_TURN_S: Final = 20.0
"""After so long no further page of a run is begun; it is claimed again once others have had their turn."""
LOOK_EVERY_S: Final = 0.5
"""An idle worker asks each stage twenty times a second; nobody notices whether a page is read half a second later."""
LINGER_S: Final = 30.0
"""How long a thread looks for more before it ends."""
LAST_PATIENCE_S: Final = 5.0
"""How long a worker that ends waits for pages; one that has not come by then is read again by another."""

logger = logging.getLogger(__name__)


def work() -> int:
    """A turn; how many runs it took on. Where threads read, only wake one: 0 then."""
    if settings.HUB_DELIVERY_THREAD:
        READERS.look()
        return 0
    return turn(_over_after(LONGEST_TURN_S, lambda: False))


def turn(is_over: Callable[[], bool]) -> int:
    """Take runs on until none is due, or until it is over; how many."""
    taken = 0
    while not is_over() and (run := claim()) is not None:
        taken += 1
        try:
            with _telling(run):
                read_on(run, _over_after(LONGEST_TURN_S, is_over))
        except Exception as error:
            # Whatever it is, it concerns this run alone.
            logger.exception("A run met what nobody foresaw")
            unknown = HubError(f"{type(error).__name__}: {error}", code="UNKNOWN_ERROR")
            note_failure(run, unknown, may_pass=True)
    return taken


def _telling(run: PullRun) -> AbstractContextManager[None]:
    return telling(
        organization_id=run.organization_id,
        integration_id=run.integration_id,
        use_case_id=run.use_case_id,
        run_id=to_text(RUN_PREFIX, run.id),
    )


def _over_after(seconds: float, is_over: Callable[[], bool]) -> Callable[[], bool]:
    until = clock.monotonic() + seconds
    return lambda: is_over() or clock.monotonic() >= until


READERS: Final = SideThreads(
    name="pulls",
    turn=turn,
    is_any_due=is_any_due,
    at_once=SIDE_BY_SIDE,
    look_every_s=LOOK_EVERY_S,
    linger_s=LINGER_S,
)
"""Those of an embedded worker."""


def end() -> None:
    """One of WORKER_ENDINGS: begin no further page, and wait a moment for what is out."""
    READERS.end(LAST_PATIENCE_S)
