"""MonitoringEvent (one span), AccessLog."""

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
            # Nearly all typed events are updates: whoever asks for those finds them without.
            models.Index(
                fields=["integration_id", "event_type", "completed_at", "id"],
                name="spans_of_rare_types",
                condition=models.Q(event_type__in=["CREATE", "DELETE"]),
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
