"""Automation, what is done when something happens; AutomationRun, one time that it was; AutomationStep, one act."""

from __future__ import annotations

from django.db import models

from hub.accounts.models import Organization, TenantQuerySet
from integrations.versions import HistoryFacts, recorded_history


class Automation(models.Model):
    """A trigger, a condition and steps; every save is a version.

    configuration is the whole of it in the shape of the API; the columns beside it are what queries ask for.
    """

    id = models.UUIDField(primary_key=True)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    name = models.CharField(max_length=255)
    enabled = models.BooleanField(default=True)
    configuration = models.JSONField(default=dict)
    version = models.IntegerField(default=1)
    """Grows with every write; what an ETag shows and a run names."""
    change_description = models.CharField(max_length=2000, null=True)
    """Why this version was made, as its author has put it."""
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = TenantQuerySet["Automation"].as_manager()
    history = recorded_history(bases=[HistoryFacts], index_name="automation_by_version")

    class Meta:
        indexes = [models.Index(fields=["organization", "created_at", "id"], name="automations_in_order")]

    def __str__(self) -> str:
        return f"{self.name}@v{self.version}"


class RunState(models.TextChoices):
    """Where a run stands; the first three are on their way, the others at their end."""

    PLANNED = "planned"
    """Nobody has looked at its condition yet."""
    WAITING = "waiting"
    """A step could not be taken for now, or somebody asked for the run to go on."""
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    SKIPPED = "skipped"
    """The condition did not hold."""


UNFINISHED_RUNS = (RunState.PLANNED, RunState.WAITING, RunState.RUNNING)


class AutomationRun(models.Model):
    """One time that an automation's trigger fired; planned with what fired it, the row is the queue."""

    sequence = models.BigAutoField(primary_key=True)
    """In the order in which things happened to an entity."""
    id = models.UUIDField(unique=True)
    organization_id = models.BigIntegerField()
    automation_id = models.UUIDField()
    automation_version = models.IntegerField()
    core_event_id = models.UUIDField(null=True)
    event_name = models.CharField(max_length=120)
    """Of the core event; of a change of an entity the operation, such as updateEntity."""
    document = models.JSONField(null=True)
    """What the expressions see of a change of an entity; a core event holds it itself."""
    entity_id = models.UUIDField(null=True)
    """Of the entity that it is about. Runs of one automation about one entity go one after the other."""
    correlation_id = models.CharField(max_length=255)
    chain = models.JSONField(default=list)
    """Automations that led here, without this one."""
    state = models.CharField(max_length=12, choices=RunState.choices, default=RunState.PLANNED)
    next_step = models.IntegerField(default=0)
    """How many steps are done."""
    attempts = models.IntegerField(default=0)
    """Of the step that is next."""
    next_attempt_at = models.DateTimeField(null=True)
    """Of one that runs: when whoever runs it counts as gone."""
    lease = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=64, blank=True)
    message = models.CharField(max_length=2000, blank=True)
    retry_of = models.UUIDField(null=True)
    """The run that somebody had done again from the start."""

    objects = TenantQuerySet["AutomationRun"].as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["next_attempt_at", "sequence"],
                name="automation_runs_that_are_due",
                condition=models.Q(state__in=["planned", "waiting", "running"]),
            ),
            models.Index(
                fields=["automation_id", "entity_id", "sequence"],
                name="automation_runs_in_their_order",
                condition=models.Q(state__in=["planned", "waiting", "running"], entity_id__isnull=False),
            ),
            models.Index(fields=["automation_id", "id"], name="runs_of_an_automation"),
            models.Index(fields=["organization_id", "created_at"], name="automation_runs_by_date"),
        ]

    def __str__(self) -> str:
        return f"{self.event_name} {self.state}"


class AutomationStep(models.Model):
    """One step of a run as it was taken, or was tried; insert-only."""

    id = models.UUIDField(primary_key=True)
    organization_id = models.BigIntegerField()
    run_id = models.UUIDField()
    number = models.IntegerField()
    """Place in the automation, from 0."""
    step_id = models.UUIDField()
    kind = models.CharField(max_length=16)
    automation_version = models.IntegerField()
    is_done = models.BooleanField()
    code = models.CharField(max_length=64, blank=True)
    message = models.CharField(max_length=2000, blank=True)
    output = models.JSONField(null=True)
    """What the next step gets; null: the same as this one."""
    result = models.JSONField(default=dict)
    """What was done: the entity that was written, the event that was published, the delivery that was made."""
    at = models.DateTimeField()
    duration_ms = models.IntegerField()

    objects = TenantQuerySet["AutomationStep"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run_id", "number"], condition=models.Q(is_done=True), name="a_step_is_taken_once"
            )
        ]
        indexes = [models.Index(fields=["run_id", "at"], name="steps_of_a_run")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number} of {self.run_id}"
