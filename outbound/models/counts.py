"""Numbers of deliveries that ended, by all that the monitoring API groups them by."""

from __future__ import annotations

from django.db import models

from hub.accounts.models import TenantQuerySet


class DeliveryCountFields(models.Model):
    """What a number of ended deliveries have in common; starts_at is of the window in which they were made."""

    organization_id = models.BigIntegerField()
    integration_id = models.UUIDField()
    use_case_id = models.UUIDField()
    """All zeros for none."""
    event_name = models.CharField(max_length=120)
    webhook_id = models.CharField(max_length=32)
    state = models.CharField(max_length=12)
    starts_at = models.DateTimeField()
    number = models.IntegerField()
    last_at = models.DateTimeField()

    class Meta:
        abstract = True


class DeliveryDelta(DeliveryCountFields):
    """What one transaction added to a 5-minute window; folded once a minute (engine rule 2.9)."""

    objects = TenantQuerySet["DeliveryDelta"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["integration_id", "starts_at"], name="delivery_deltas_by_time")]

    def __str__(self) -> str:
        return f"+{self.number} {self.state}"


class DeliveryBucket(DeliveryCountFields):
    """Folded numbers of 5 minutes (kept 48 hours), one hour or one day of UTC."""

    width_minutes = models.IntegerField()

    objects = TenantQuerySet["DeliveryBucket"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "integration_id",
                    "width_minutes",
                    "starts_at",
                    "use_case_id",
                    "event_name",
                    "webhook_id",
                    "state",
                ],
                name="one_delivery_bucket_per_window",
            ),
        ]
        indexes = [models.Index(fields=["width_minutes", "starts_at"], name="delivery_buckets_by_age")]

    def __str__(self) -> str:
        return f"{self.number} {self.state} from {self.starts_at}"
