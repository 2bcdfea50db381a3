"""Gauges: what apps above know at the moment, and the highest that it was in windows of the past."""

from __future__ import annotations

from django.db import models

from hub.accounts.models import Organization, TenantQuerySet


class MonitoringGauge(models.Model):
    """One number as it was a minute ago, written by whoever knows it: a receiver, a queue, a token."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    integration_id = models.UUIDField(null=True)
    use_case_id = models.UUIDField(null=True)
    name = models.CharField(max_length=32)
    subject = models.CharField(max_length=120)
    label = models.CharField(max_length=255)
    value = models.FloatField()

    objects = TenantQuerySet["MonitoringGauge"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "name", "subject"], name="one_gauge_per_subject")
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.subject}: {self.value}"


class GaugeBucket(models.Model):
    """The highest that a gauge was within 5 minutes (kept 48 hours) or one hour.

    There is a row of the whole organization for every window in which somebody looked, also where nothing was found: no
    such row means that nobody knows.
    """

    organization_id = models.BigIntegerField()
    scope_id = models.UUIDField()
    """An integration or a use case; all zeros for the whole organization."""
    name = models.CharField(max_length=32)
    width_minutes = models.IntegerField()
    starts_at = models.DateTimeField()
    highest = models.FloatField()

    objects = TenantQuerySet["GaugeBucket"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "name", "width_minutes", "scope_id", "starts_at"],
                name="one_gauge_bucket_per_window",
            )
        ]
        indexes = [models.Index(fields=["width_minutes", "starts_at"], name="gauge_buckets_by_age")]

    def __str__(self) -> str:
        return f"{self.name} up to {self.highest} from {self.starts_at}"
