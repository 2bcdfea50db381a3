"""What an organization chose, how far walks came, payloads that were deleted or packed, and how many bytes came."""

from __future__ import annotations

from django.db import models

from hub.accounts.models import Organization, TenantQuerySet


class RetentionAge(models.Model):
    """For how long an organization keeps rows of a kind; no row: the kind's default."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    days = models.IntegerField()
    chosen_at = models.DateTimeField(null=True)
    """When; None, and nobody, where nothing noted it yet."""
    actor_type = models.CharField(max_length=16, blank=True, db_default="")
    actor_id = models.CharField(max_length=64, blank=True, db_default="")
    """Who, as in the audit trail."""

    objects = TenantQuerySet["RetentionAge"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "kind"], name="one_age_per_kind")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.days}"


class RetentionWalk(models.Model):
    """How far deletion has come among the rows of a kind that are kept that long. Whoever locks the row goes on."""

    kind = models.CharField(max_length=40)
    days = models.IntegerField()
    after = models.UUIDField(null=True)
    """Rows up to this id were looked at in this pass; None before the first."""
    started_at = models.DateTimeField()
    has_ended = models.BooleanField(default=False)
    """No older row is left to look at; the pass goes on when more have come of age."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "days"], name="one_walk_per_age")]

    def __str__(self) -> str:
        return f"{self.kind} {self.days}"


class PurgedPayload(models.Model):
    """That the payload of a row was deleted before the row itself, when, and by which rule. Goes with the row."""

    row_id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=40)
    days = models.IntegerField()
    purged_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} {self.row_id}"


class PackedPayload(models.Model):
    """An old payload, compressed by us, which takes a third less than what PostgreSQL makes of it (decision 0018)."""

    row_id = models.UUIDField(primary_key=True)
    body = models.BinaryField()

    def __str__(self) -> str:
        return str(self.row_id)


class StoredBytes(models.Model):
    """Payload bytes of a use case that came in on one day of UTC, counted after the fact."""

    organization_id = models.BigIntegerField()
    source = models.CharField(max_length=40)
    use_case_id = models.UUIDField()
    """All zeros where no use case took them."""
    day = models.DateField()
    rows = models.BigIntegerField(default=0)
    bytes = models.BigIntegerField(default=0)

    objects = TenantQuerySet["StoredBytes"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization_id", "source", "day", "use_case_id"], name="one_number_per_day"
            )
        ]
        indexes = [models.Index(fields=["day"], name="stored_bytes_by_day")]

    def __str__(self) -> str:
        return f"{self.day}: {self.bytes}"
