"""Issue: failures that have their cause in common; what is added to it, its trend, whom it hits, what was done."""

from __future__ import annotations

from django.db import models

from hub.accounts.models import TenantQuerySet

FIELD_CHARACTERS = 200
HOST_CHARACTERS = 255
SUBJECT_CHARACTERS = 255


class IssueState(models.TextChoices):
    """Where an issue stands. The first three are open."""

    NEW = "new"
    REGRESSED = "regressed"
    ONGOING = "ongoing"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"
    MERGED = "merged"
    """Its failures count for another issue."""


OPEN_STATES = (IssueState.NEW, IssueState.REGRESSED, IssueState.ONGOING)


class FailureFields(models.Model):
    """What the failures of an issue have in common: the parts of its fingerprint."""

    organization_id = models.BigIntegerField()
    integration_id = models.UUIDField()
    use_case_id = models.UUIDField(null=True)
    sync_type = models.CharField(max_length=16)
    level = models.CharField(max_length=8)
    code = models.CharField(max_length=64)
    field = models.CharField(max_length=FIELD_CHARACTERS, blank=True)
    host = models.CharField(max_length=HOST_CHARACTERS, blank=True)

    class Meta:
        abstract = True


class IssueDelta(FailureFields):
    """What one transaction added to an issue, per hour and version of the use case; folded every few seconds."""

    issue_id = models.UUIDField()
    use_case_version = models.IntegerField(null=True)
    starts_at = models.DateTimeField()
    number = models.IntegerField()
    replays = models.IntegerField(default=0, db_default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    subjects = models.JSONField(default=list)
    """Whom the failures are about, each once."""
    core_events = models.JSONField(null=True)
    """Ids of the core events whose deliveries failed: the fold finds out whom they are about."""

    def __str__(self) -> str:
        return f"+{self.number} {self.code}"


class Issue(FailureFields):
    """One cause. Its id is made of the fingerprint, so that every writer names it alike without asking."""

    id = models.UUIDField(primary_key=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    number = models.BigIntegerField(default=0)
    """Failures of what came by itself; a snooze counts these."""
    replays = models.BigIntegerField(default=0, db_default=0)
    """Failures of replays and resends: trying the same once more makes an issue no worse."""
    subjects = models.IntegerField(default=0)
    """Different entities that it hit; counted no further than MOST_SUBJECTS."""
    last_version = models.IntegerField(null=True)
    """The newest version of the use case that failed."""
    state = models.CharField(max_length=12, choices=IssueState.choices, default=IssueState.NEW)
    state_at = models.DateTimeField()
    resolved_version = models.IntegerField(null=True)
    """Failures of older versions do not reopen a resolved issue; null: every later failure does."""
    snoozed_until = models.DateTimeField(null=True)
    snoozed_number = models.BigIntegerField(null=True)
    """The number of failures that ends the snooze."""
    merged_into = models.UUIDField(null=True)
    """The issue that its failures count for; never one that is merged itself."""
    assignee_id = models.BigIntegerField(null=True)
    revision = models.IntegerField(default=1)
    """Grows with every act and every change of state: who decides on an old one is told so."""

    objects = TenantQuerySet["Issue"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["organization_id", "last_at", "id"], name="issues_by_last_failure"),
            models.Index(fields=["state", "first_at"], name="issues_by_state"),
            models.Index(fields=["merged_into"], name="issues_merged", condition=models.Q(merged_into__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.state}"


class IssueBucket(models.Model):
    """Failures of an issue in one hour or one day of UTC."""

    issue_id = models.UUIDField()
    width_minutes = models.IntegerField()
    starts_at = models.DateTimeField()
    number = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issue_id", "width_minutes", "starts_at"], name="one_issue_bucket")
        ]
        indexes = [models.Index(fields=["width_minutes", "starts_at"], name="issue_buckets_by_age")]

    def __str__(self) -> str:
        return f"{self.number} from {self.starts_at}"


class IssueSubject(models.Model):
    """An entity that an issue hit: its schema, and its id or what identifies it."""

    issue_id = models.UUIDField()
    subject = models.CharField(max_length=SUBJECT_CHARACTERS)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issue_id", "subject"], name="one_subject_per_issue")]

    def __str__(self) -> str:
        return self.subject


class IssueEntry(models.Model):
    """One line of what was done about an issue, or what it did itself; actor_id is empty for the latter."""

    issue_id = models.UUIDField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=16)
    actor_type = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64, blank=True)
    text = models.TextField(blank=True)
    other_id = models.UUIDField(null=True)
    """The issue that it was merged with or split from."""

    class Meta:
        indexes = [models.Index(fields=["issue_id", "at", "id"], name="issue_entries_by_time")]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at}"
