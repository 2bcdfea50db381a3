"""rehearse: condition and steps of an automation tried on a document; the same code as for real, nothing stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

import orjson
from django.db import transaction

from hub.accounts.models import Organization
from hub.environments.resolve import values_of
from hub.errors import HubError, NotFound
from hub.events.shaping.plan import EXPRESSION_FAILED, Failure, Plan
from hub.events.shaping.pool import shape
from hub.ids import new_id, to_text
from hub.json_types import JSONObject
from outbound.automations.configuration import AutomationConfiguration
from outbound.automations.queries import RUN_PREFIX
from outbound.automations.stepping import take
from outbound.automations.steps import Step
from outbound.automations.subjects import Subject
from outbound.automations.taking import Context, Done, Taken

OK, FAILED, NOT_TRIED = STATUSES = ("ok", "failed", "not_tried")
NOT_THERE: Final = "An entity that an earlier step would make is not there in a rehearsal, so this one was not tried."


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of the condition. failure: why it cannot be said; the run would fail."""

    holds: bool
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class TriedStep:
    """One step. intent: what it would do; outcome: created, written, queued, filtered, published or mapped."""

    step: Step
    status: str
    input: JSONObject | None = None
    intent: JSONObject | None = None
    output: JSONObject | None = None
    outcome: str = ""
    code: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """subject: on what; steps: every one of the automation, in order."""

    subject: Subject
    verdict: Verdict
    steps: Sequence[TriedStep]


def rehearse(
    *,
    organization: Organization,
    configuration: AutomationConfiguration,
    subject: Subject,
    at: datetime,
    automation_id: UUID | None = None,
) -> Rehearsal:
    """Try the automation on the subject. Must not be called within a transaction: expressions run in a child.

    Each step is carried out in a transaction that is undone, so that whatever the store would refuse is refused here.
    Raises Busy where no child is free.
    """
    verdict = judge(organization=organization, condition=configuration.condition, subject=subject, at=at)
    if not verdict.holds:
        return Rehearsal(subject, verdict, [TriedStep(step, NOT_TRIED) for step in configuration.steps])
    run_id, automation_id = new_id(), automation_id or new_id()
    context = Context(
        organization=organization,
        automation_id=automation_id,
        automation_name=configuration.name,
        run_id=run_id,
        started_at=at,
        entity_id=subject.entity_id,
        correlation_id=to_text(RUN_PREFIX, run_id),
        chain=(str(automation_id),),
        document=subject.document,
        input=subject.document,
        at=at,
    )
    return Rehearsal(subject, verdict, _tried(configuration.steps, context))


def judge(*, organization: Organization, condition: str | None, subject: Subject, at: datetime) -> Verdict:
    """Whether the condition holds; none always does."""
    if condition is None:
        return Verdict(True)
    plan = Plan(filter=condition, environment=values_of(organization.pk, organization.config_version))
    [shaped] = shape(plan, [(orjson.dumps(subject.document), at)])
    return Verdict(shaped.matches and shaped.failure is None, shaped.failure or shaped.note)


def _tried(steps: Sequence[Step], context: Context) -> list[TriedStep]:
    """Up to the first that fails; those after it are not tried."""
    tried: list[TriedStep] = []
    has_made_some = False
    for place, step in enumerate(steps):
        one, done = _try(step, context, has_made_some=has_made_some)
        tried.append(one)
        if done is None:
            return tried + [TriedStep(later, NOT_TRIED) for later in steps[place + 1 :]]
        has_made_some = has_made_some or done.result.get("outcome") == "created"
        context = replace(context, input=done.output or context.input)
    return tried


def _try(step: Step, context: Context, *, has_made_some: bool) -> tuple[TriedStep, Done | None]:
    try:
        taken = take(step, context)
        done = _undone(taken)
    except NotFound as error:
        if has_made_some:
            return TriedStep(step, NOT_TRIED, context.input, message=NOT_THERE), None
        return _failed(step, context, error), None
    except HubError as error:
        return _failed(step, context, error), None
    outcome = str(done.result.get("outcome") or ("published" if "event_id" in done.result else "mapped"))
    return TriedStep(step, OK, context.input, taken.intent, done.output, outcome), done


def _failed(step: Step, context: Context, error: HubError) -> TriedStep:
    return TriedStep(step, FAILED, context.input, code=error.code or EXPRESSION_FAILED, message=error.message)


def _undone(taken: Taken) -> Done:
    with transaction.atomic():
        done = taken.apply()
        transaction.set_rollback(True)
    return done
