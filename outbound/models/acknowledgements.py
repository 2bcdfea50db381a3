"""Acknowledgement: whether the ERP has said that it processed an event."""

from __future__ import annotations

from django.db import models

from hub.accounts.models import TenantQuerySet


class Acknowledgement(models.Model):
    """One per event of which an enabled mapping tracks it (outbound.md section 11)."""

    class State(models.TextChoices):
        PENDING = "pending"
        ACKNOWLEDGED = "acked"
        TIMED_OUT = "timeout"
        FAILED = "failed"
        """Nothing was delivered, or the ERP says that it could not process it."""

    ack_id = models.UUIDField(primary_key=True)
    organization_id = models.BigIntegerField()
    core_event_id = models.UUIDField()
    event_name = models.CharField(max_length=120)
    correlation_id = models.CharField(max_length=255)
    state = models.CharField(max_length=8, choices=State.choices, default=State.PENDING)
    created_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    """Of the first delivery that succeeded; the clock runs from here."""
    due_at = models.DateTimeField(null=True)
    """When it counts as timed out; None until something was delivered."""
    closed_at = models.DateTimeField(null=True)
    message = models.CharField(max_length=2000, blank=True)
    """What the ERP said, where it could not process the event."""

    objects = TenantQuerySet["Acknowledgement"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="acknowledgements_overdue", condition=models.Q(state="pending")),
            models.Index(fields=["core_event_id"], name="acknowledgements_of_an_event"),
            models.Index(
                fields=["organization_id", "state", "created_at"],
                name="acknowledgements_missed",
                condition=models.Q(state__in=["timeout", "failed"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_name} {self.state}"
