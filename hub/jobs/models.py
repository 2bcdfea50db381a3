"""Job, a long act that somebody asked for, and JobResult, what became of one thing it was about."""

from __future__ import annotations

from typing import Final

from django.db import models

from hub.accounts.models import TenantQuerySet


class JobState(models.TextChoices):
    """Where a job stands; the first three are on their way, the others at their end."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    DONE = "done"
    STOPPED = "stopped"
    """Too much of what it did has failed; it goes on when somebody says so."""
    FAILED = "failed"
    """It could not go on; message says why."""


UNFINISHED_JOBS: Final = (JobState.WAITING, JobState.RUNNING, JobState.PAUSED)
AT_WORK: Final = (JobState.WAITING, JobState.RUNNING)


class Job(models.Model):
    """The row is the queue: a worker leases it for one chunk at a time."""

    id = models.UUIDField(primary_key=True)
    """In the order in which they were asked for."""
    organization_id = models.BigIntegerField()
    kind = models.CharField(max_length=32)
    """A name of JOB_KINDS."""
    state = models.CharField(max_length=12, choices=JobState.choices, default=JobState.WAITING)
    request = models.JSONField()
    """What was asked for; it never changes."""
    cursor = models.JSONField(null=True)
    """How far it has come, in the words of its kind."""
    counts = models.JSONField(default=dict)
    """Outcome → how many results have it; absent means 0."""
    codes = models.JSONField(default=dict)
    """Outcome, a blank and a code → how many results have both; those without a code are left out."""
    total = models.IntegerField(null=True)
    """Of how many things it is about; null where nobody counted, or too many to count."""
    reason = models.CharField(max_length=500, blank=True)
    actor_type = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64, blank=True)
    actor_name = models.CharField(max_length=255, blank=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    """When the next chunk may begin."""
    served_at = models.DateTimeField(null=True)
    """When its last chunk ended: who has waited longest is next."""
    lease_token = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    next_number = models.IntegerField(default=1)
    """Of the next result."""
    judged_from = models.IntegerField(default=1)
    """The first result that counts when it is judged whether too much fails; later than 1 once somebody let a stopped
    job go on."""
    judged_after = models.JSONField(default=dict)
    """What counts were then."""
    tries = models.SmallIntegerField(default=0)
    """Chunks in a row that failed for a reason that nobody foresaw, or whose worker died."""
    code = models.CharField(max_length=64, blank=True)
    message = models.CharField(max_length=2000, blank=True)
    """Why it stopped last, though it went on or was cancelled since, or why it failed."""
    repeats = models.UUIDField(null=True)
    """The job whose failures it does again."""

    objects = TenantQuerySet["Job"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="jobs_that_are_due", condition=models.Q(state__in=AT_WORK)),
            models.Index(fields=["organization_id", "id"], name="jobs_of_an_organization"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def done(self) -> int:
        """How many results it has."""
        return self.next_number - 1

    @property
    def is_unfinished(self) -> bool:
        """Whether it goes on, by itself or once somebody says so after a pause."""
        return self.state in UNFINISHED_JOBS


class JobResult(models.Model):
    """One thing that a job was about; written in the transaction of what was done to it."""

    pk = models.CompositePrimaryKey("job_id", "number")
    job_id = models.UUIDField()
    number = models.IntegerField()
    """From 1, in the order in which they were done."""
    subject_id = models.UUIDField(null=True)
    """What it is about."""
    made_id = models.UUIDField(null=True)
    """What was made of it."""
    outcome = models.CharField(max_length=16)
    code = models.CharField(max_length=64, blank=True)
    message = models.CharField(max_length=2000, blank=True)

    objects = models.Manager["JobResult"]()

    class Meta:
        indexes = [models.Index(fields=["job_id", "outcome", "number"], name="job_results_by_outcome")]

    def __str__(self) -> str:
        return f"{self.number}: {self.outcome}"
