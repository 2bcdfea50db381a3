"""What pages ask of jobs: one of them, a page of them, a page of results."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from hub.accounts.models import Organization
from hub.jobs.acts import NoSuchJob
from hub.jobs.models import Job, JobResult

MOST_TOLD: Final = 10_000
"""Results of which it is told how what they made stands by now: a page asks for it every other second."""
ALL: Final = Q()
NONE: Final = Q(number__lt=0)


def get_job(*, organization: Organization, job_id: UUID) -> Job:
    """Raises NoSuchJob."""
    job = Job.objects.of(organization).filter(pk=job_id).first()
    if job is None:
        raise NoSuchJob
    return job


def jobs_page(*, organization: Organization, limit: int, before: UUID | None = None) -> Sequence[Job]:
    """At most limit jobs, the newest first."""
    jobs = Job.objects.of(organization).order_by("-id")
    return list((jobs.filter(pk__lt=before) if before else jobs)[:limit])


def results_page(*, job: Job, limit: int, wanted: Q = ALL, after: int = 0) -> Sequence[JobResult]:
    """At most limit of the wanted results in their order, beginning behind the one with the number after."""
    results = JobResult.objects.filter(wanted, job_id=job.pk, number__gt=after)
    return list(results.order_by("number")[:limit])


def previous_after(*, job: Job, limit: int, wanted: Q = ALL, after: int = 0) -> int:
    """The after of the page of so many results that ends with that number; 0 for the first page."""
    numbers = JobResult.objects.filter(wanted, job_id=job.pk, number__lte=after).order_by("-number")
    return next(iter(numbers.values_list("number", flat=True)[limit : limit + 1]), 0)


def every_result(job: Job, at_a_time: int) -> Iterator[Sequence[JobResult]]:
    """All results in their order, so many at a time, each with a query of its own."""
    after = 0
    while page := results_page(job=job, limit=at_a_time, after=after):
        yield page
        after = page[-1].number


def last_results(job: Job) -> Q:
    """Its last MOST_TOLD results: those of which it is told how what they made stands."""
    return Q(number__gt=job.done - MOST_TOLD)


def made_by(job: Job) -> QuerySet[JobResult, Any]:  # Any: a row of the framework
    """The ids of what its last MOST_TOLD results have made."""
    results = JobResult.objects.filter(last_results(job), job_id=job.pk, made_id__isnull=False)
    return results.order_by().values("made_id")


def made_by_any(jobs: Sequence[Job]) -> QuerySet[JobResult]:
    """Results of the jobs that have made something, the last MOST_TOLD of each."""
    results = JobResult.objects.filter(job_id__in=[job.pk for job in jobs], made_id__isnull=False).order_by()
    for job in jobs:
        if job.done > MOST_TOLD:
            results = results.exclude(job_id=job.pk, number__lte=job.done - MOST_TOLD)
    return results


def counted_by_job(results: QuerySet[JobResult]) -> dict[UUID, int]:
    """Job → how many of the results are its own; one that has none is left out."""
    return dict(results.order_by().values_list("job_id").annotate(count=Count("number")))


def reasons_of(job: Job) -> Sequence[tuple[str, str, int]]:
    """Outcome, code and how many results have both, the most frequent first; those without a code are left out."""
    rows = [(*key.split(" ", 1), count) for key, count in job.codes.items()]
    return sorted(((outcome, code, count) for outcome, code, count in rows), key=lambda row: (-row[2], row[1]))
