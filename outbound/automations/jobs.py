"""jobs_of: claimed runs with all that is needed to take their steps, or why a run has to end at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from hub.accounts.models import Organization
from hub.events.history import INTERNAL
from hub.events.models import CoreEvent
from hub.json_types import JSONObject
from outbound.automations.configuration import AutomationConfiguration
from outbound.automations.queries import configuration_at
from outbound.automations.taking import Context
from outbound.models import Automation, AutomationRun, AutomationStep

MOST_ATTEMPTS: Final = 6
"""Of one step, and of a run that nobody comes to an end with (engine rule 1.10)."""


@dataclass(frozen=True, slots=True)
class Job:
    """A run that can go on. automation and configuration: of the version that the run names."""

    run: AutomationRun
    automation: Automation
    configuration: AutomationConfiguration
    document: JSONObject


@dataclass(frozen=True, slots=True)
class Hopeless:
    """A run that cannot go on, and why."""

    run: AutomationRun
    code: str
    message: str


def jobs_of(runs: Sequence[AutomationRun]) -> list[Job | Hopeless]:
    """In the order of the runs. Two queries, and one for each version that is not live."""
    wanted = {run.automation_id for run in runs}
    automations = {row.pk: row for row in Automation.objects.filter(pk__in=wanted).select_related("organization")}
    events = CoreEvent.objects.in_bulk([run.core_event_id for run in runs if run.core_event_id])
    configurations: dict[tuple[object, int], AutomationConfiguration | None] = {}
    found: list[Job | Hopeless] = []
    for run in runs:
        automation = automations.get(run.automation_id)
        place = (run.automation_id, run.automation_version)
        if automation is not None and place not in configurations:
            configurations[place] = configuration_at(automation, run.automation_version)
        event = events.get(run.core_event_id) if run.core_event_id else None
        found.append(_job(run, automation, configurations.get(place), event))
    return found


def _job(
    run: AutomationRun,
    automation: Automation | None,
    configuration: AutomationConfiguration | None,
    event: CoreEvent | None,
) -> Job | Hopeless:
    if automation is None or automation.organization_id != run.organization_id:
        return Hopeless(run, "AUTOMATION_NOT_FOUND", "The automation was deleted.")
    if not automation.enabled:
        return Hopeless(run, "AUTOMATION_DISABLED", f"{automation.name} is disabled.")
    if configuration is None:
        message = f"{automation.name} cannot be read as it was in version {run.automation_version}."
        return Hopeless(run, "AUTOMATION_UNUSABLE", message)
    if run.attempts > MOST_ATTEMPTS:
        return Hopeless(run, "WORKER_CRASHED", f"The run was begun {MOST_ATTEMPTS} times and never came to an end.")
    if run.core_event_id is None:
        return Job(run, automation, configuration, run.document or {})
    if event is None:
        return Hopeless(run, "MALFORMED_PAYLOAD", "The core event is not kept any more.")
    if event.state == CoreEvent.State.MALFORMED:
        return Hopeless(run, "MALFORMED_PAYLOAD", event.problem)
    return Job(run, automation, configuration, visible(event))


def visible(event: CoreEvent) -> JSONObject:
    """The payload without what never leaves the hub."""
    return {name: value for name, value in event.payload.items() if name not in INTERNAL}


def context_of(job: Job, organization: Organization, at: datetime) -> Context:
    """What the next step is taken with; one query for what the steps before it have made, if there are any."""
    run = job.run
    before = _steps_before(run)
    outputs = [step.output for step in before if step.output is not None]
    made = [step.result["entity_id"] for step in before if "entity_id" in step.result]
    return Context(
        organization=organization,
        automation_id=run.automation_id,
        automation_name=job.automation.name,
        run_id=run.id,
        started_at=run.created_at,
        entity_id=run.entity_id,
        correlation_id=run.correlation_id,
        chain=(*run.chain, str(run.automation_id)),
        document=job.document,
        input=outputs[-1] if outputs else job.document,
        at=at,
        made=tuple(dict.fromkeys(UUID(one) for one in made)),
    )


def _steps_before(run: AutomationRun) -> list[AutomationStep]:
    if not run.next_step:
        return []
    return list(AutomationStep.objects.filter(run_id=run.id, is_done=True).order_by("number"))
