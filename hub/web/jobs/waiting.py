"""waits_of: why a job stands still, and what the things that it has made wait for, as sentences."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.utils.translation import gettext as _

from hub import clock
from hub.accounts.models import Organization
from hub.display_zone import display_zone
from hub.jobs.models import AT_WORK, Job
from hub.web.jobs.words import JobWords
from hub.web.templatetags.moments import absolute_time

MISSED_AFTER: Final = timedelta(minutes=1)
"""Jobs of an organization take turns, and each turn takes seconds: one that is due for longer is forgotten."""


def waits_of(job: Job, words: JobWords, organization: Organization, *, is_awaited: bool) -> list[str]:
    """is_awaited: whether something that it made has not ended; only then its kind is asked."""
    missed = [_missed(job)] if _is_missed(job) else []
    return missed + (list(words.waiting(job, organization)) if is_awaited else [])


def _is_missed(job: Job) -> bool:
    now = clock.now()
    is_leased = job.leased_until is not None and job.leased_until > now
    return job.state in AT_WORK and not is_leased and job.due_at < now - MISSED_AFTER


def _missed(job: Job) -> str:
    due = absolute_time(job.due_at, display_zone())
    return _("No worker has come to this job since %(moment)s. See whether one runs.") % {"moment": due}
