"""standing_of: how a job stands as its page and the list say it; what it started may have failed though it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from hub.jobs.kinds import DONE, FAILED
from hub.jobs.models import Job, JobState
from hub.web.jobs.words import STATES, Ending, words_of
from hub.web.templatetags.numbers import number

FAILURES: Final = ("error", "failed")
"""Statuses of events and of deliveries that somebody may want to run again."""


@dataclass(frozen=True, slots=True)
class Standing:
    """look: a status of a badge; state: its words. is_idle: the job has come to its end and nothing ran."""

    look: str
    state: str
    is_idle: bool = False


def standing_of(job: Job, made_failed: int) -> Standing:
    """made_failed: how many of the things that it made have failed."""
    look, label = STATES[job.state]
    failed = not_started(job) + made_failed
    if job.state == JobState.DONE and failed:
        return Standing("error", _("%(state)s, %(count)s failed") % {"state": label, "count": number(failed)})
    if job.state == JobState.DONE and job.done and not job.counts.get(DONE):
        return Standing("skipped", _("Nothing ran"), is_idle=True)
    return Standing(look, str(label))


def standings_of(jobs: Sequence[Job]) -> dict[UUID, Standing]:
    """How each stands, as its own page says it; one query for each kind of those that are done."""
    done: dict[str, list[Job]] = {}
    for job in jobs:
        if job.state == JobState.DONE and job.counts.get(DONE):
            done.setdefault(job.kind, []).append(job)
    failed = {key: count for kind, group in done.items() for key, count in words_of(kind).failures(group).items()}
    return {job.pk: standing_of(job, failed.get(job.pk, 0)) for job in jobs}


def not_started(job: Job) -> int:
    """What it could not start."""
    return int(job.counts.get(FAILED, 0))


def failed_among(endings: Sequence[Ending]) -> int:
    """What a job made that has failed."""
    return sum(one.count for one in endings if one.status in FAILURES)
