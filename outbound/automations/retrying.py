"""retry_run: a run goes on where it failed, or is done once more from the start."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from hub import background
from hub.accounts.audit import Act
from hub.accounts.audit import record as record_audit
from hub.errors import Conflict
from hub.ids import new_id
from integrations.operations.author import Author
from outbound.automations.queries import configuration_of, get_automation, get_run
from outbound.automations.starting import RUN
from outbound.models import Automation, AutomationRun, AutomationStep, RunState
from outbound.models.automations import UNFINISHED_RUNS


class RunNotEnded(Conflict):
    """A run that is still on its way needs no help."""

    code = "AUTOMATION_RUN_NOT_ENDED"


class NothingToRetry(Conflict):
    """Nothing of the run is left to be done."""

    code = "AUTOMATION_RUN_NOT_FAILED"


class AutomationDisabled(Conflict):
    """Nothing runs while the automation is off."""

    code = "AUTOMATION_DISABLED"


class AutomationChanged(Conflict):
    """The steps that were done are not those of the automation any more."""

    code = "AUTOMATION_CHANGED"


@dataclass(frozen=True, slots=True)
class Retry:
    """is_whole: every step once more, in a new run; else the same run goes on with the step that failed."""

    automation_id: UUID
    run_id: UUID | None
    is_whole: bool = False


def retry_run(*, author: Author, order: Retry) -> AutomationRun:
    """The run that does it, with the automation as it is now; it is in the audit trail.

    Raises AutomationNotFound, NotFound, RunNotEnded, NothingToRetry, AutomationDisabled, AutomationChanged.
    """
    automation = get_automation(organization=author.organization, automation_id=order.automation_id)
    if not automation.enabled:
        raise AutomationDisabled(f"{automation.name} is disabled: enable it first.")
    with transaction.atomic():
        run = _locked(author, order)
        again = _copied(run, automation, author) if order.is_whole else _continued(run, automation, author)
        act = Act(
            "automation.retry_run", "automation", str(automation.pk), {"run": str(run.id), "run_by": str(again.id)}
        )
        record_audit(organization=author.organization, actor=author.actor, act=act, at=author.at)
        background.after_commit(RUN)
    return again


def _locked(author: Author, order: Retry) -> AutomationRun:
    found = get_run(organization=author.organization, automation_id=order.automation_id, run_id=order.run_id).run
    rows = AutomationRun.objects.of(author.organization).select_for_update(no_key=True)
    run = rows.get(pk=found.pk)
    if run.state in UNFINISHED_RUNS:
        raise RunNotEnded("The run is still on its way; it can be retried once it has ended.")
    return run


def _continued(run: AutomationRun, automation: Automation, author: Author) -> AutomationRun:
    if run.state != RunState.FAILED:
        raise NothingToRetry("The run has not failed. To do every step once more, retry it from the start.")
    configuration = configuration_of(automation)
    done = list(
        AutomationStep.objects.filter(run_id=run.id, is_done=True).order_by("number").values_list("step_id", flat=True)
    )
    present = [step.id for step in configuration.steps[: len(done)]] if configuration else []
    if done != present:
        raise AutomationChanged("The steps that were done have been changed since: retry the run from the start.")
    run.state, run.attempts, run.automation_version = RunState.WAITING, 0, automation.version
    run.next_attempt_at, run.finished_at, run.code, run.message = author.at, None, "", ""
    run.save()
    return run


def _copied(run: AutomationRun, automation: Automation, author: Author) -> AutomationRun:
    """A run of its own; the condition is asked again."""
    return AutomationRun.objects.create(
        id=new_id(),
        organization_id=run.organization_id,
        automation_id=run.automation_id,
        automation_version=automation.version,
        core_event_id=run.core_event_id,
        event_name=run.event_name,
        document=run.document,
        entity_id=run.entity_id,
        correlation_id=run.correlation_id,
        chain=run.chain,
        created_at=author.at,
        next_attempt_at=author.at,
        retry_of=run.id,
    )
