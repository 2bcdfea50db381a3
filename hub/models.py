"""What the processes of the hub tell each other: that a worker lives, that something is under way."""

from __future__ import annotations

from django.db import models

from hub.accounts.models import TenantQuerySet


class WorkerHeartbeat(models.Model):
    """One worker process under its name; written every few seconds, read by /readyz."""

    name = models.CharField(primary_key=True, max_length=255)
    process_id = models.IntegerField()
    at = models.DateTimeField()
    children_broken = models.IntegerField(default=0, db_default=0)
    children_worn = models.IntegerField(default=0, db_default=0)
    """Its mapping children that have ended since it started, by hub.jsonata.ends.End."""

    def __str__(self) -> str:
        return f"{self.name} at {self.at}"


class SharedPlace(models.Model):
    """That something of an organization is under way, of which only so many may be at once.

    Taken by one process, and free again when it gives it back, has ended, or the time is over.
    """

    id = models.UUIDField(primary_key=True)
    organization_id = models.BigIntegerField()
    kind = models.CharField(max_length=32)
    """What is under way."""
    holder = models.CharField(max_length=200)
    """The process, by its name in hub/processes.py."""
    held_until = models.DateTimeField()

    objects = TenantQuerySet["SharedPlace"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["organization_id", "kind"], name="places_by_kind")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.organization_id}"
