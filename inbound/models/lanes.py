"""Lane, who belongs to it and what it left: what is applied strictly in order."""

from __future__ import annotations

from django.db import models

from hub.accounts.models import TenantQuerySet


class Lane(models.Model):
    """What is applied strictly in order: normally one use case of one integration (engine rule 1.1)."""

    organization_id = models.BigIntegerField()
    integration_id = models.UUIDField()
    name = models.CharField(max_length=255)
    """Id of the use case, or SHARED and the name that settings.lane gives."""
    sub_lane = models.IntegerField(default=0)
    """0, or 1 to 20: where a group_id hashes to."""
    cursor = models.BigIntegerField(default=0)
    lease_token = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    served_at = models.DateTimeField(null=True)
    lease_holder = models.CharField(max_length=255, blank=True)
    """The worker that holds the lease; after a restart it frees its own."""
    slice_first = models.BigIntegerField(null=True)
    """First and last sequence of the slice that is being applied; still set at the next lease after an unclean end."""
    slice_last = models.BigIntegerField(null=True)
    slice_tries = models.IntegerField(default=0)
    """Unclean ends in a row: how far slices are cut down while the cursor is below suspect_until (engine rule 1.7)."""
    suspect_until = models.BigIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = TenantQuerySet["Lane"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["integration_id", "name", "sub_lane"], name="one_lane_per_name")]

    def __str__(self) -> str:
        return f"{self.name}/{self.sub_lane}"


class LaneMember(models.Model):
    """The lane of a use case, by name; kept after the use case is gone, in case it is made again under its id."""

    use_case_id = models.UUIDField(primary_key=True)
    organization_id = models.BigIntegerField()
    integration_id = models.UUIDField()
    name = models.CharField(max_length=255)

    objects = TenantQuerySet["LaneMember"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["integration_id", "name"], name="members_of_a_lane")]

    def __str__(self) -> str:
        return f"{self.use_case_id} in {self.name}"


class LaneLeft(models.Model):
    """A use case went to another lane: what was accepted at that very moment may still arrive in the one it left."""

    use_case_id = models.UUIDField()
    integration_id = models.UUIDField()
    name = models.CharField(max_length=255)
    """Of the lane it left."""
    left_at = models.DateTimeField()
    """By the database's clock."""

    class Meta:
        indexes = [models.Index(fields=["integration_id", "left_at"], name="lanes_left_by_date")]

    def __str__(self) -> str:
        return f"{self.use_case_id} left {self.name}"
