"""work: runs whose condition holds have their steps taken, one transaction for each."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final

import orjson

from hub import clock
from hub.environments.resolve import values_of
from hub.errors import HubError
from hub.events.shaping.plan import EXPRESSION_FAILED, Plan
from hub.events.shaping.pool import shape
from hub.ids import to_text
from outbound.automations.claiming import claim, release
from outbound.automations.jobs import Hopeless, Job, context_of, jobs_of
from outbound.automations.queries import RUN_PREFIX
from outbound.automations.recording import LeaseLost, end, note_failure, take_down
from outbound.automations.stepping import take
from outbound.automations.taking import Context, told
from outbound.models import RunState

TURN_S: Final = 2.0
"""How long one turn goes on beginning runs; what it has not begun others may take."""

logger = logging.getLogger(__name__)


def work() -> int:
    """A turn: claim the oldest runs that are due and go through them; how many there were, 0 when none is due."""
    claimed = claim()
    if not claimed:
        return 0
    going: list[Job] = []
    for job in jobs_of(claimed):
        if isinstance(job, Hopeless):
            end(job.run, RunState.FAILED, job.code, job.message)
        else:
            going.append(job)
    _go_on(_wanted(going))
    return len(claimed)


def _go_on(jobs: Sequence[Job]) -> None:
    until = clock.monotonic() + TURN_S
    for place, job in enumerate(jobs):
        if clock.monotonic() > until:
            release([one.run for one in jobs[place:]])
            return
        _run_through(job)


def _wanted(jobs: Sequence[Job]) -> list[Job]:
    """Those whose condition holds, in order; the others have ended. One trip to the child for each version."""
    groups: dict[int, list[Job]] = {}
    for job in jobs:
        groups.setdefault(id(job.configuration), []).append(job)
    wanted = [job for members in groups.values() for job in _judged(members)]
    return sorted(wanted, key=lambda job: job.run.sequence)


def _judged(jobs: Sequence[Job]) -> list[Job]:
    condition = jobs[0].configuration.condition
    if condition is None:
        return list(jobs)
    begun = [job for job in jobs if job.run.next_step > 0]
    fresh = [job for job in jobs if job.run.next_step == 0]
    try:
        plan = Plan(filter=condition, environment=values_of(jobs[0].run.organization_id))
        shaped = shape(plan, [(orjson.dumps(job.document), job.run.created_at) for job in fresh])
    except HubError as error:
        for job in fresh:
            note_failure(job, None, error)
        return begun
    for job, one in zip(fresh, shaped, strict=True):
        failure = one.failure or one.note
        if failure is not None:
            end(job.run, RunState.FAILED, EXPRESSION_FAILED, f"condition: {told(failure)}")
        elif not one.matches:
            end(job.run, RunState.SKIPPED, "", "")
        else:
            begun.append(job)
    return begun


def _run_through(job: Job) -> None:
    """Take every step that is left, until one fails or somebody else has the run."""
    context = context_of(job, job.automation.organization, clock.now())
    steps = job.configuration.steps
    if job.run.next_step >= len(steps):
        end(job.run, RunState.SUCCEEDED, "", "")
    for number in range(job.run.next_step, len(steps)):
        following = _taken(job, number, context)
        if following is None:
            return
        context = following


def _taken(job: Job, number: int, context: Context) -> Context | None:
    """What the next step is taken with; None where this one was not done."""
    step = job.configuration.steps[number]
    try:
        taken = take(step, context)
        return take_down(job, number, taken, context)
    except LeaseLost:
        return None
    except HubError as error:
        note_failure(job, number, error)
    except Exception as error:
        # Whatever it is, it concerns this run alone: the others of the turn go on.
        ids = {"organization_id": str(job.run.organization_id), "run_id": to_text(RUN_PREFIX, job.run.id)}
        logger.exception("Step %s of a run failed", number, extra=ids)
        note_failure(job, number, HubError(f"{type(error).__name__}: {error}", code="UNKNOWN_ERROR"))
    return None
