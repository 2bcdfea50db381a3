"""Ways to ask for a replay, and to let worker and jobs run until nothing is left."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from hub import clock
from hub.accounts.audit import SYSTEM
from hub.accounts.models import Organization
from hub.ids import find_id
from hub.jobs.acts import Asker
from hub.jobs.models import Job, JobResult
from hub.jobs.running import work as work_on_jobs
from inbound.replays.dry_run import dry_run
from inbound.replays.looking import look
from inbound.replays.options import Options
from inbound.replays.scopes import Scope, Selection
from inbound.replays.starting import Wish, start_replay
from inbound.replays.tried import Tried
from tests.inbound.conftest import Erp, customer, drain


def selection(*event_ids: str) -> Selection:
    """The events of those public ids."""
    return Selection(tuple(found for text in event_ids if (found := find_id("evt_", text))))


def asker_of(organization: Organization, reason: str = "") -> Asker:
    """Nobody in particular."""
    return Asker(organization, SYSTEM, clock.now(), reason=reason)


def ask(erp: Erp, scope: Scope, *, reason: str = "", confirms_prunes: bool = False, **options: Any) -> Job:
    """A job that has not begun yet."""
    wish = Wish(scope, Options(**options), confirms_prunes=confirms_prunes)
    return start_replay(asker_of(erp.organization, reason), wish)


def replay(erp: Erp, scope: Scope, **asked: Any) -> list[tuple[str, str]]:
    """Outcome and code of each result, once the job and all that it started have ended."""
    job = ask(erp, scope, **asked)
    finish()
    return outcomes(job)


def tried(erp: Erp, *event_ids: str, **options: Any) -> list[Tried]:
    """What a dry run of those events finds."""
    how = Options(**options)
    looked = look(organization=erp.organization, scope=selection(*event_ids), options=how)
    return dry_run(organization=erp.organization, looked=looked, options=how)


def finish() -> None:
    """Let jobs and lanes run until nothing is due."""
    while work_on_jobs() + drain():
        pass


def outcomes(job: Job) -> list[tuple[str, str]]:
    """Outcome and code of each result in order."""
    results = JobResult.objects.filter(job_id=job.pk).order_by("number")
    return list(results.values_list("outcome", "code"))


def made(job: Job) -> list[UUID]:
    """The new events in order."""
    results = JobResult.objects.filter(job_id=job.pk, made_id__isnull=False).order_by("number")
    return [one for one in results.values_list("made_id", flat=True) if one]


def synced(erp: Erp, count: int) -> list[str]:
    """Public ids of that many events about different customers, all applied."""
    results = erp.send(*(erp.event(customer(f"C-{number}")) for number in range(count)))
    drain()
    return [one.event_id for one in results]
