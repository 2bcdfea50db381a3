"""MeterReading."""

from __future__ import annotations

from datetime import UTC, date, time

from django.db import models

from hub.accounts.models import Organization, TenantQuerySet
from hub.entities.decimals import ExactDecimalField


class MeterReading(models.Model):
    """What a register of a meter showed at a moment; written only by hub.entities.readings, under the meter's lock."""

    id = models.UUIDField(primary_key=True)
    organization = models.ForeignKey(
        Organization, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    meter_id = models.UUIDField()
    counter_id = models.UUIDField(null=True)
    external_id = models.CharField(max_length=255, blank=True)
    timestamp = models.DateTimeField()
    timestamp_text = models.CharField(max_length=64, blank=True)
    """As it was given; empty where that is the moment in UTC with milliseconds."""
    value = ExactDecimalField()
    unit = models.TextField(blank=True)
    direction = models.CharField(max_length=16, blank=True)
    source = models.CharField(max_length=32)
    reason = models.CharField(max_length=32, blank=True)
    status = models.CharField(max_length=16, blank=True)
    read_by = models.TextField(blank=True)
    remark = models.TextField(blank=True)
    note = models.TextField(blank=True)
    metadata = models.JSONField(default=dict)
    attributes = models.JSONField(default=dict)
    """Everything else that the mapping gave, under its own names."""
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    actor_type = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64, blank=True)
    """Who changed it last."""
    event_id = models.UUIDField(null=True)
    """Of the last change; None when no event did it."""
    origin_id = models.UUIDField(null=True)
    """Of the creation, as EntityChange.origin_id: what a repeated CREATE calls its own."""

    objects = TenantQuerySet["MeterReading"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["meter_id", "external_id", "counter_id"], name="readings_by_external_id"),
            models.Index(fields=["meter_id", "counter_id", "timestamp", "id"], name="readings_by_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.value} at {self.timestamp}"

    @property
    def day(self) -> date | None:
        """The day, where the reading names one and no time of day: that is kept as midnight UTC (mapping.md 11.4).

        Midnight UTC written out to the millisecond counts as a day, too: it is the same text.
        """
        at = self.timestamp.astimezone(UTC)
        return at.date() if at.time() == time() and not self.timestamp_text else None
