"""OrganizationSchema: what an organization says about schemas."""

from __future__ import annotations

from django.db import models

from hub.accounts.models import Organization, TenantQuerySet


class OrganizationSchema(models.Model):
    """One version of what an organization says about a schema: its own, or its additions to a core one.

    Every version is kept; entities name their schema by slug and refer to no row of this table.
    """

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    slug = models.CharField(max_length=64)
    version = models.IntegerField()
    is_current = models.BooleanField(default=True)
    definition = models.JSONField(default=dict)
    actor_type = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()

    objects = TenantQuerySet["OrganizationSchema"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "slug", "version"], name="one_schema_per_version"),
            models.UniqueConstraint(
                fields=["organization", "slug"], condition=models.Q(is_current=True), name="one_current_schema"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slug} v{self.version}"
