"""What is counted of events and of spans: what a transaction added, and what that was folded into."""

from __future__ import annotations

from django.db import models

from hub.accounts.models import TenantQuerySet


class CountFields(models.Model):
    """What a counter row of an integration counts."""

    organization_id = models.BigIntegerField()
    integration_id = models.UUIDField()
    direction = models.CharField(max_length=8)
    status = models.CharField(max_length=8)
    starts_at = models.DateTimeField()
    events = models.IntegerField()
    durations = models.JSONField(default=dict)
    """Logarithmic bin → events: bin n holds durations from 2^n to 2^(n+1) milliseconds; at most 20 bins."""
    last_at = models.DateTimeField()

    class Meta:
        abstract = True


class BucketFields(CountFields):
    """The same of one use case; None are events that found none."""

    use_case_id = models.UUIDField(null=True)

    class Meta:
        abstract = True


class BucketDelta(BucketFields):
    """What one slice added to a 5-minute bucket; folded once a minute (engine rule 2.9)."""

    objects = TenantQuerySet["BucketDelta"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["organization_id", "integration_id", "starts_at"], name="bucket_deltas_by_time")
        ]

    def __str__(self) -> str:
        return f"+{self.events} {self.status}"


_WINDOW = ["organization_id", "integration_id", "direction", "status", "width_minutes", "starts_at"]


class Bucket(BucketFields):
    """Folded counters of a use case, of 5 minutes (kept 48 hours) or one hour."""

    width_minutes = models.IntegerField()

    objects = TenantQuerySet["Bucket"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[*_WINDOW, "use_case_id"], name="one_bucket_per_window", condition=~models.Q(use_case_id=None)
            ),
            models.UniqueConstraint(
                fields=_WINDOW, name="one_bucket_per_window_of_no_use_case", condition=models.Q(use_case_id=None)
            ),
        ]
        indexes = [
            models.Index(fields=["organization_id", "width_minutes", "starts_at"], name="buckets_by_time"),
            models.Index(fields=["width_minutes", "starts_at"], name="buckets_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.events} {self.status} from {self.starts_at}"


class IntegrationBucket(CountFields):
    """What the use cases of an integration come to in one hour: what charts of weeks read, a twentieth of the rows."""

    width_minutes = models.IntegerField()

    objects = TenantQuerySet["IntegrationBucket"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=_WINDOW, name="one_integration_bucket_per_window")]
        indexes = [
            models.Index(fields=["organization_id", "width_minutes", "starts_at"], name="integrations_by_time"),
            models.Index(fields=["width_minutes", "starts_at"], name="integrations_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.events} {self.status} from {self.starts_at}"


class EndedTotal(models.Model):
    """How many events have ended this way since the hub was installed, but for deltas that are not folded yet."""

    direction = models.CharField(max_length=8)
    status = models.CharField(max_length=8)
    events = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["direction", "status"], name="one_total_per_way_to_end")]

    def __str__(self) -> str:
        return f"{self.events} {self.direction} {self.status}"


class SpanCountFields(models.Model):
    """What a number of spans have in common: all that the monitoring API groups by."""

    organization_id = models.BigIntegerField()
    integration_id = models.UUIDField()
    use_case_id = models.UUIDField()
    """All zeros where the spans belong to no use case, so that the unique constraint holds for these too."""
    sync_type = models.CharField(max_length=16)
    level = models.CharField(max_length=8)
    code = models.CharField(max_length=64)
    category = models.CharField(max_length=16)
    object_type = models.CharField(max_length=255)
    starts_at = models.DateTimeField()
    number = models.IntegerField()
    last_at = models.DateTimeField()

    class Meta:
        abstract = True


class SpanDelta(SpanCountFields):
    """What one transaction added to a 5-minute window; folded once a minute (engine rule 2.9)."""

    objects = TenantQuerySet["SpanDelta"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["integration_id", "starts_at"], name="span_deltas_by_time")]

    def __str__(self) -> str:
        return f"+{self.number} {self.level} {self.code}"


class SpanBucket(SpanCountFields):
    """Folded numbers of spans of 5 minutes (kept 48 hours), one hour or one day of UTC."""

    width_minutes = models.IntegerField()

    objects = TenantQuerySet["SpanBucket"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "integration_id",
                    "width_minutes",
                    "starts_at",
                    "use_case_id",
                    "sync_type",
                    "code",
                    "category",
                    "object_type",
                    "level",
                ],
                name="one_span_bucket_per_window",
            ),
        ]
        indexes = [models.Index(fields=["width_minutes", "starts_at"], name="span_buckets_by_age")]

    def __str__(self) -> str:
        return f"{self.number} {self.level} {self.code} from {self.starts_at}"
