"""MonitoringEvent (one span), what is counted of events and of spans, AccessLog."""

from __future__ import annotations

from django.db import models

from hub.accounts.models import TenantQuerySet


class MonitoringEvent(models.Model):
    """One step of one event's life: append-only, no foreign keys, written by the slice that caused it."""

    id = models.UUIDField(primary_key=True)
    organization_id = models.BigIntegerField()
    integration_id = models.UUIDField()
    use_case_id = models.UUIDField(null=True)
    event_id = models.UUIDField(null=True)
    sync_type = models.CharField(max_length=16)
    event_type = models.CharField(max_length=16, blank=True)
    object_type = models.CharField(max_length=255, blank=True)
    level = models.CharField(max_length=8)
    code = models.CharField(max_length=64, blank=True)
    category = models.CharField(max_length=16, blank=True)
    message = models.CharField(max_length=2000, blank=True)
    correlation_id = models.CharField(max_length=255, blank=True)
    received_at = models.DateTimeField()
    completed_at = models.DateTimeField()
    duration_ms = models.IntegerField(null=True)
    lane_id = models.BigIntegerField(null=True)
    event_order = models.BigIntegerField(null=True)
    """InboundEvent.order: that of the first event where it is a replay's (engine rule 1.11)."""
    entity_id = models.UUIDField(null=True)
    attributes = models.JSONField(null=True)
    """Names of the attributes that the operation brought, changed or not; null beside an entity: it was about the
    entity as a whole, a deletion."""
    detail = models.JSONField(null=True)
    use_case_version = models.IntegerField(null=True)
    issue_id = models.UUIDField(null=True)
    """Issue.id of what somebody has to act on, also before there is such a row; null on spans of before issues."""

    objects = TenantQuerySet["MonitoringEvent"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["integration_id", "completed_at", "id"], name="spans_by_completion"),
            models.Index(fields=["event_id"], name="spans_of_an_event"),
            models.Index(
                fields=["entity_id", "event_order"],
                name="spans_of_an_entity",
                condition=models.Q(entity_id__isnull=False),
            ),
            models.Index(
                fields=["use_case_id", "completed_at", "id"],
                name="spans_of_a_use_case",
                condition=models.Q(use_case_id__isnull=False),
            ),
            models.Index(
                fields=["integration_id", "level", "completed_at", "id"],
                name="spans_of_trouble",
                condition=models.Q(level__in=["error", "warning"]),
            ),
            models.Index(
                fields=["organization_id", "correlation_id", "completed_at"],
                name="spans_of_a_correlation",
                condition=~models.Q(correlation_id=""),
            ),
            models.Index(
                fields=["issue_id", "completed_at", "id"],
                name="spans_of_an_issue",
                condition=models.Q(issue_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} {self.code}"


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


class AccessLog(models.Model):
    """One API request: path without query, never a body or a credential."""

    id = models.UUIDField(primary_key=True)
    organization_id = models.BigIntegerField(null=True)
    token_id = models.CharField(max_length=32, blank=True)
    user_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    request_id = models.CharField(max_length=64)
    client_request_id = models.CharField(max_length=64, blank=True)
    method = models.CharField(max_length=16)
    path = models.CharField(max_length=1000)
    status = models.IntegerField()
    latency_ms = models.IntegerField()
    response_bytes = models.BigIntegerField(null=True)
    origin = models.CharField(max_length=255, blank=True)
    source_ip = models.CharField(max_length=45, blank=True)

    objects = TenantQuerySet["AccessLog"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["organization_id", "at", "id"], name="access_logs_by_time"),
            models.Index(
                fields=["token_id", "at", "id"], name="access_logs_of_a_token", condition=~models.Q(token_id="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.status}"
