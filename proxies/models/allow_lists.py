"""AllowListChange: who has changed what a secure proxy may reach, when and why."""

from __future__ import annotations

import uuid

from django.db import models

from hub.accounts.models import Organization, TenantQuerySet


class AllowListChange(models.Model):
    """One change of both lists, as they were and as they became; never changed itself."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    use_case_id = models.UUIDField()
    """A plain id: the history stays when the use case goes."""
    changed_at = models.DateTimeField()
    actor_type = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    before = models.JSONField()
    after = models.JSONField()

    objects = TenantQuerySet["AllowListChange"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["use_case_id", "changed_at"], name="allow_list_changes_by_time")]

    def __str__(self) -> str:
        return f"lists of {self.use_case_id}"
