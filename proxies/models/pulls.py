"""Pull, what a managed call with a schedule knows of the other system; PullRun, one time that it looked."""

from __future__ import annotations

from typing import Final

from django.db import models

from hub.accounts.models import TenantQuerySet


class Pull(models.Model):
    """How far one use case has come. Whatever may be read again is not kept here but in its runs."""

    use_case_id = models.UUIDField(primary_key=True)
    organization_id = models.BigIntegerField()
    integration_id = models.UUIDField()
    cursor = models.JSONField(null=True)
    """A text or a number that the next run begins at; null before the first one has succeeded, and where none is kept.
    """
    next_run_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True)
    """While it is set no run goes on, whatever started it; nothing is lost by it."""
    succeeded_at = models.DateTimeField(null=True)
    """When a run that moves the cursor last came to its end."""

    objects = TenantQuerySet["Pull"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["next_run_at"], name="pulls_that_are_due", condition=models.Q(paused_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return str(self.use_case_id)


class PullState(models.TextChoices):
    """Where a run stands; the first three are on their way, the others at their end."""

    PLANNED = "planned"
    WAITING = "waiting"
    """A page could not be read for now."""
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


UNFINISHED_PULLS: Final = (PullState.PLANNED, PullState.WAITING, PullState.RUNNING)


class PullKind(models.TextChoices):
    """What started a run."""

    SCHEDULED = "scheduled"
    MANUAL = "manual"
    """Somebody did not want to wait; it begins where the next scheduled one would have begun."""
    FULL = "full"
    """From the very beginning, whatever is known already."""
    ON_DEMAND = "on_demand"
    """A core event asked for one customer or contract; the cursor stays where it is."""


class PullRun(models.Model):
    """One time that a use case read from the other system, page after page; the row is the queue."""

    id = models.UUIDField(primary_key=True)
    """In the order in which they were planned."""
    organization_id = models.BigIntegerField()
    integration_id = models.UUIDField()
    use_case_id = models.UUIDField()
    kind = models.CharField(max_length=12, choices=PullKind.choices)
    core_event_id = models.UUIDField(null=True)
    """What asked for a run on demand."""
    subject_id = models.UUIDField(null=True)
    """The entity that a run on demand is about."""
    state = models.CharField(max_length=12, choices=PullState.choices, default=PullState.PLANNED)
    cursor_from = models.JSONField(null=True)
    cursor_to = models.JSONField(null=True)
    """The highest that its pages have named so far; where the next run begins once this one has succeeded."""
    next_page = models.JSONField(null=True)
    """Members of the payload for the page that comes next; null for the first one."""
    marks = models.BinaryField(null=True)
    """Digests of the pages so far, by which one that comes again is noticed; gone once the run has ended."""
    pages = models.IntegerField(default=0)
    items = models.IntegerField(default=0)
    """Handed to the inbound use case."""
    refused = models.IntegerField(default=0)
    """Of the items, those that the intake did not take."""
    attempts = models.IntegerField(default=0)
    """Of the page that is next."""
    next_attempt_at = models.DateTimeField(null=True)
    """Of one that runs: when whoever runs it counts as gone."""
    lease = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=64, blank=True)
    message = models.CharField(max_length=2000, blank=True)

    objects = TenantQuerySet["PullRun"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["use_case_id"],
                name="one_run_moves_a_cursor",
                condition=models.Q(state__in=["planned", "waiting", "running"]) & ~models.Q(kind="on_demand"),
            ),
            models.UniqueConstraint(
                fields=["use_case_id", "subject_id"],
                name="one_run_on_demand_for_each",
                condition=models.Q(state__in=["planned", "waiting", "running"], kind="on_demand"),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"],
                name="pull_runs_that_are_due",
                condition=models.Q(state__in=["planned", "waiting", "running"]),
            ),
            models.Index(fields=["use_case_id", "id"], name="runs_of_a_pull"),
            models.Index(fields=["id"], name="pull_runs_that_ended", condition=models.Q(finished_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"
