"""Prunes that wait for somebody's decision, and what exactly each would remove."""

from __future__ import annotations

from django.db import models

from hub.accounts.models import TenantQuerySet


class HeldPrune(models.Model):
    """A prune beyond the guard's limits: its event was applied but for these removals."""

    class State(models.TextChoices):
        WAITING = "waiting"
        APPROVED = "approved"
        REJECTED = "rejected"
        SUPERSEDED = "superseded"
        """A newer event has spoken about the same scope."""

    class Kind(models.TextChoices):
        ENTITIES = "entities"
        READINGS = "readings"

    id = models.UUIDField(primary_key=True)
    organization_id = models.BigIntegerField()
    integration_id = models.UUIDField()
    use_case_id = models.UUIDField()
    use_case_version = models.IntegerField()
    event_id = models.UUIDField()
    lane_id = models.BigIntegerField()
    event_order = models.BigIntegerField()
    """Order of the event in its lane: what later events of it name is not removed any more."""
    kind = models.CharField(max_length=16, choices=Kind.choices)
    schema = models.CharField(max_length=64)
    is_purge = models.BooleanField()
    scope = models.JSONField()
    """What tells the scope: {"anchor_schema", "terms"}, and for readings {"meter", "counter", "source"}."""
    scope_key = models.CharField(max_length=64)
    """Hash of use case, schema and scope: prunes of the same scope share it."""
    scope_count = models.IntegerField()
    """Records in the scope when it was held, those to be removed among them."""
    member_count = models.IntegerField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    held_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by_type = models.CharField(max_length=16, blank=True)
    decided_by_id = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    removed_count = models.IntegerField(null=True)
    """Once approved: how many went. The others had changed, or were listed again."""

    objects = TenantQuerySet["HeldPrune"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["integration_id", "held_at", "id"], name="held_prunes_by_moment"),
            models.Index(fields=["organization_id", "held_at", "id"], name="held_prunes_of_all"),
            models.Index(fields=["organization_id", "state"], name="held_prunes_by_state"),
            models.Index(fields=["scope_key"], condition=models.Q(state="waiting"), name="held_prunes_of_a_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.member_count} {self.schema} of {self.scope_count}"


class HeldPruneMember(models.Model):
    """One record that a held prune would remove."""

    pk = models.CompositePrimaryKey("prune_id", "record_id")
    prune_id = models.UUIDField()
    record_id = models.UUIDField()
    version = models.IntegerField()
    """Its version when it was held; 0 for a reading, which has none."""
    moment = models.DateTimeField(null=True)
    """Of a reading its timestamp when it was held, by which the list is ordered."""
    is_removed = models.BooleanField(default=False, db_default=False)
    """Whether the approval has removed it. Its names are not kept here: they would outlive a purge."""

    objects = models.Manager["HeldPruneMember"]()

    def __str__(self) -> str:
        return f"{self.record_id} v{self.version}"
