"""take_down, note_failure and end: what becomes of steps and runs, each in one transaction with what it did."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import models, transaction

from hub import clock, database
from hub.environments.resolve import SecretUnavailable
from hub.errors import HubError, Unavailable
from hub.ids import new_id
from hub.jsonata.pool import Busy
from hub.jsonata.process import NoChild
from outbound.automations.claiming import LEASE
from outbound.automations.jobs import MOST_ATTEMPTS, Job
from outbound.automations.taking import Context, Done, Taken
from outbound.models import AutomationRun, AutomationStep, RunState

FIRST_PAUSE: Final = timedelta(seconds=5)
PAUSE_FACTOR: Final = 3
MESSAGE_CHARACTERS: Final = 2_000
PASSING: Final = (Busy, NoChild, SecretUnavailable, Unavailable)
"""What may be over when the step is tried again."""
UNKNOWN: Final = "UNKNOWN_ERROR"


class LeaseLost(Exception):
    """Somebody else has the run by now, or it has ended: nothing of this step is written."""


def take_down(job: Job, number: int, taken: Taken, context: Context) -> Context:
    """Do what was decided, and note it, in one transaction: a step is taken once, whoever dies when. What the next
    step is taken with. Raises LeaseLost, and what the step raises."""
    done = database.retrying(lambda: _commit(job, number, taken, context))
    entity_id = done.result.get("entity_id")
    made = (*context.made, UUID(entity_id)) if isinstance(entity_id, str) else context.made
    at = clock.now()
    return replace(context, input=done.output or context.input, made=tuple(dict.fromkeys(made)), at=at)


@transaction.atomic
def _commit(job: Job, number: int, taken: Taken, context: Context) -> Done:
    at = clock.now()
    is_last = number + 1 == len(job.configuration.steps)
    progress: dict[str, object] = {"next_step": number + 1, "attempts": 1, "next_attempt_at": at + LEASE}
    if is_last:
        progress |= {"state": RunState.SUCCEEDED, "finished_at": at, "next_attempt_at": None, "lease": None}
        progress |= {"code": "", "message": ""}
    if _held(job.run).update(**progress) != 1:
        raise LeaseLost
    done = taken.apply()
    step = _step(job, number, context.at)
    step.is_done, step.output, step.result = True, done.output, done.result
    step.save(force_insert=True)
    return done


def note_failure(job: Job, number: int | None, error: HubError) -> None:
    """The run ends as failed, or waits where the failure may pass and attempts are left. number None: of its
    condition."""
    database.retrying(lambda: _note(job, number, error, clock.now()))


@transaction.atomic
def _note(job: Job, number: int | None, error: HubError, at: datetime) -> None:
    message = error.message[:MESSAGE_CHARACTERS]
    attempts = _attempts(job.run, number)
    if _may_pass(error) and attempts < MOST_ATTEMPTS:
        pause = FIRST_PAUSE * PAUSE_FACTOR ** (attempts - 1)
        outcome: dict[str, object] = {"state": RunState.WAITING, "next_attempt_at": at + pause, "attempts": attempts}
    else:
        outcome = {"state": RunState.FAILED, "next_attempt_at": None, "finished_at": at}
    if _held(job.run).update(lease=None, code=error.code, message=message, **outcome) != 1 or number is None:
        return
    step = _step(job, number, at)
    step.is_done, step.code, step.message = False, error.code, message
    step.save(force_insert=True)


def _attempts(run: AutomationRun, number: int | None) -> int:
    """Of this step: one that is not the first of this turn is tried for the first time."""
    return run.attempts if number in (None, run.next_step) else 1


def end(run: AutomationRun, state: RunState, code: str, message: str) -> None:
    """The run ends without a further step; nothing happens where somebody else has it by now."""
    at = clock.now()
    outcome = {"state": state, "code": code, "message": message[:MESSAGE_CHARACTERS], "finished_at": at}
    database.retrying(lambda: _held(run).update(lease=None, next_attempt_at=None, **outcome))


def _held(run: AutomationRun) -> models.QuerySet[AutomationRun]:
    return AutomationRun.objects.filter(pk=run.pk, lease=run.lease, state=RunState.RUNNING)


def _may_pass(error: HubError) -> bool:
    return isinstance(error, PASSING) or error.code == UNKNOWN


def _step(job: Job, number: int, started_at: datetime) -> AutomationStep:
    step, at = job.configuration.steps[number], clock.now()
    return AutomationStep(
        id=new_id(),
        organization_id=job.run.organization_id,
        run_id=job.run.id,
        number=number,
        step_id=step.id or new_id(),
        kind=step.kind,
        automation_version=job.run.automation_version,
        at=at,
        duration_ms=max(0, round((at - started_at).total_seconds() * 1000)),
    )
