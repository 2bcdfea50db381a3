"""InboundEvent and its body, the thin queue beside them, outcomes, lanes, deduplication."""

from __future__ import annotations

from django.db import models

from hub.accounts.models import TenantQuerySet


class Lane(models.Model):
    """What is applied strictly in order: normally one use case of one integration (engine rule 1.1)."""

    organization_id = models.BigIntegerField()
    integration_id = models.UUIDField()
    name = models.CharField(max_length=255)
    """Id of the use case, or SHARED and the name that settings.lane gives."""
    sub_lane = models.IntegerField(default=0)
    """0, or 1 to 20: where a group_id hashes to."""
    cursor = models.BigIntegerField(default=0)
    lease_token = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    served_at = models.DateTimeField(null=True)
    lease_holder = models.CharField(max_length=255, blank=True)
    """The worker that holds the lease; after a restart it frees its own."""
    slice_first = models.BigIntegerField(null=True)
    """First and last sequence of the slice that is being applied; still set at the next lease after an unclean end."""
    slice_last = models.BigIntegerField(null=True)
    slice_tries = models.IntegerField(default=0)
    """Unclean ends in a row: how far slices are cut down while the cursor is below suspect_until (engine rule 1.7)."""
    suspect_until = models.BigIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = TenantQuerySet["Lane"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["integration_id", "name", "sub_lane"], name="one_lane_per_name")]

    def __str__(self) -> str:
        return f"{self.name}/{self.sub_lane}"


class LaneMember(models.Model):
    """The lane of a use case, by name; kept after the use case is gone, in case it is made again under its id."""

    use_case_id = models.UUIDField(primary_key=True)
    organization_id = models.BigIntegerField()
    integration_id = models.UUIDField()
    name = models.CharField(max_length=255)

    objects = TenantQuerySet["LaneMember"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["integration_id", "name"], name="members_of_a_lane")]

    def __str__(self) -> str:
        return f"{self.use_case_id} in {self.name}"


class LaneLeft(models.Model):
    """A use case went to another lane: what was accepted at that very moment may still arrive in the one it left."""

    use_case_id = models.UUIDField()
    integration_id = models.UUIDField()
    name = models.CharField(max_length=255)
    """Of the lane it left."""
    left_at = models.DateTimeField()
    """By the database's clock."""

    class Meta:
        indexes = [models.Index(fields=["integration_id", "left_at"], name="lanes_left_by_date")]

    def __str__(self) -> str:
        return f"{self.use_case_id} left {self.name}"


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

    objects = TenantQuerySet["InboundEvent"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["integration_id", "received_at", "id"], name="events_of_an_integration"),
            models.Index(fields=["organization_id", "received_at", "id"], name="events_of_an_organization"),
            models.Index(fields=["organization_id", "correlation_id"], name="events_by_correlation"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class InboundBody(models.Model):
    """The payload bytes exactly as received."""

    event_id = models.UUIDField(primary_key=True)
    body = models.BinaryField()

    def __str__(self) -> str:
        return str(self.event_id)


class QueuedEvent(models.Model):
    """The thin queue: a row while its event waits, retries or is parked; none once it has an outcome."""

    sequence = models.BigIntegerField(primary_key=True)
    lane_id = models.BigIntegerField()
    event_id = models.UUIDField()
    body_bytes = models.IntegerField()
    next_attempt_at = models.DateTimeField(null=True)
    """Null: due now, in order. Set: waits for that moment."""
    parked = models.BooleanField(default=False)
    """True: waits behind an earlier event of the same identifiers."""
    attempts = models.IntegerField(default=0)
    retry = models.JSONField(null=True)
    """What the next attempt needs: use case version, code and sentence of the last failure. The mapping is a pure
    function of version, body and event, so its result is not kept but had again."""

    class Meta:
        indexes = [
            models.Index(fields=["lane_id", "sequence"], name="queue_in_order"),
            models.Index(
                fields=["lane_id", "next_attempt_at"],
                name="queue_of_retries",
                condition=models.Q(next_attempt_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.sequence)


class ParkedKey(models.Model):
    """An identifier value that a waiting event holds: later events of the lane that carry it wait behind."""

    pk = models.CompositePrimaryKey("lane_id", "schema", "key", "sequence")
    lane_id = models.BigIntegerField()
    schema = models.CharField(max_length=64)
    key = models.CharField(max_length=450)
    """attribute=value, in the form of EntityKey."""
    sequence = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["sequence"], name="parked_keys_of_an_event")]

    def __str__(self) -> str:
        return f"{self.schema} {self.key}"


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
