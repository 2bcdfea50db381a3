"""InboundEvent and its body, what became of it, and what keeps repeats out."""

from __future__ import annotations

from django.db import models

from hub.accounts.models import TenantQuerySet


class InboundEvent(models.Model):
    """What was received, insert-only: metadata here, bytes in InboundBody, state in the queue or the outcome."""

    id = models.UUIDField(primary_key=True)
    organization_id = models.BigIntegerField()
    integration_id = models.UUIDField()
    use_case_id = models.UUIDField(null=True)
    lane_id = models.BigIntegerField(null=True)
    sequence = models.BigIntegerField()
    order = models.BigIntegerField()
    """The sequence this event counts as: its own, or for a replay that of its original (engine rule 1.11)."""
    origin_id = models.UUIDField()
    """Its own id, or for a replay that of the first event: what CREATE calls the same origin."""
    replay_of = models.UUIDField(null=True)
    received_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    """The event's own timestamp."""
    event_name = models.CharField(max_length=255, blank=True)
    use_case_slug = models.CharField(max_length=255, blank=True)
    event_type = models.CharField(max_length=8, blank=True)
    format = models.CharField(max_length=4)
    correlation_id = models.CharField(max_length=255)
    deduplication_id = models.CharField(max_length=255, blank=True)
    body_bytes = models.IntegerField()
    token_id = models.CharField(max_length=32, blank=True)
    hop = models.SmallIntegerField(null=True)
    """How many hubs and flows led here, see hub/hops.py; null for what somebody outside has sent."""
    traceparent = models.CharField(max_length=55, null=True)
    """The span of the request that brought it, see hub/tracing; null where nobody traced that."""

    objects = TenantQuerySet["InboundEvent"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["integration_id", "received_at", "id"], name="events_of_an_integration"),
            models.Index(fields=["organization_id", "received_at", "id"], name="events_of_an_organization"),
            models.Index(fields=["use_case_id", "received_at", "id"], name="events_of_a_use_case"),
            # Nearly all events are updates: whoever asks for those finds them without.
            models.Index(
                fields=["organization_id", "event_type", "received_at", "id"],
                name="events_of_rare_types",
                condition=~models.Q(event_type="UPDATE"),
            ),
            models.Index(fields=["organization_id", "correlation_id"], name="events_by_correlation"),
            models.Index(fields=["replay_of"], name="replays_of_an_event", condition=models.Q(replay_of__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.id)


class InboundBody(models.Model):
    """The payload bytes exactly as received."""

    event_id = models.UUIDField(primary_key=True)
    body = models.BinaryField()

    def __str__(self) -> str:
        return str(self.event_id)


class EventStatus(models.TextChoices):
    """Where an event stands; the first two have a queue row, the others an outcome."""

    RECEIVED = "received"
    RETRYING = "retrying"
    SUCCESS = "success"
    WARNING = "warning"
    ERROR = "error"
    SKIPPED = "skipped"
    IGNORED = "ignored"


class InboundOutcome(models.Model):
    """How an event ended, insert-only: the roll-up of its spans."""

    event_id = models.UUIDField(primary_key=True)
    organization_id = models.BigIntegerField()
    integration_id = models.UUIDField()
    use_case_id = models.UUIDField(null=True)
    use_case_version = models.IntegerField(null=True)
    status = models.CharField(max_length=8, choices=EventStatus.choices)
    code = models.CharField(max_length=64, blank=True)
    message = models.CharField(max_length=2000, blank=True)
    attempts = models.IntegerField(default=1)
    finished_at = models.DateTimeField()
    duration_ms = models.IntegerField()
    counts = models.JSONField(default=dict)
    """created, updated, deleted, no_op, failed, warnings: how many operations; absent means 0."""

    objects = TenantQuerySet["InboundOutcome"].as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["organization_id", "status", "event_id"],
                name="outcomes_that_need_a_look",
                condition=~models.Q(status="success"),
            ),
            models.Index(
                fields=["organization_id", "code", "event_id"],
                name="outcomes_by_code",
                condition=~models.Q(code=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.status} {self.code}"


class DeduplicationKey(models.Model):
    """Reserves a deduplication id of an integration for 24 hours (engine rule 2.3)."""

    pk = models.CompositePrimaryKey("integration_id", "deduplication_id")
    integration_id = models.UUIDField()
    deduplication_id = models.CharField(max_length=255)
    event_id = models.UUIDField()
    accepted_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["accepted_at"], name="deduplication_keys_by_age")]

    def __str__(self) -> str:
        return self.deduplication_id


class SequenceCounter(models.Model):
    """Where SQLite takes event sequences from; PostgreSQL uses a real sequence."""

    name = models.CharField(primary_key=True, max_length=32)
    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"
