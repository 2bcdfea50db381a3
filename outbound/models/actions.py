"""TakenAction: what an automation has had delivered, so that nothing goes out twice."""

from __future__ import annotations

from django.db import models

from hub.accounts.models import TenantQuerySet


class TakenAction(models.Model):
    """One action of one run of an automation, and the delivery that came of it; the last one if it was repeated."""

    organization_id = models.BigIntegerField()
    execution_id = models.CharField(max_length=255)
    action_id = models.CharField(max_length=255)
    delivery_id = models.UUIDField()
    created_at = models.DateTimeField()

    objects = TenantQuerySet["TakenAction"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "execution_id", "action_id"], name="one_delivery_per_action"
            )
        ]
        indexes = [models.Index(fields=["delivery_id"], name="actions_by_delivery")]

    def __str__(self) -> str:
        return f"{self.execution_id}/{self.action_id}"
