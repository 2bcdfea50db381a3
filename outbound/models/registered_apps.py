"""RegisteredApp: a bundle of components that somebody else operates, as an organization has registered it."""

from __future__ import annotations

from django.db import models

from hub.accounts.models import Organization, TenantQuerySet


class RegisteredApp(models.Model):
    """An app of an organization. app_id is the app's own: other organizations may have the same one."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    app_id = models.UUIDField()
    name = models.CharField(max_length=255)
    description = models.CharField(max_length=2000, blank=True)
    version = models.CharField(max_length=64, blank=True)
    configuration = models.JSONField(default=dict)
    """What the app is told about itself with every call; no secrets."""
    options = models.JSONField(default=dict)
    """The same, as this organization has set it up."""
    grants = models.JSONField(default=list)
    """What the short-lived token of a call may do: lines as those of an API token."""
    components = models.JSONField(default=list)
    """Each with component_id, type, name and configuration, in the order in which they were sent."""
    created_at = models.DateTimeField()

    objects = TenantQuerySet["RegisteredApp"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "app_id"], name="one_registration_per_app")]

    def __str__(self) -> str:
        return f"{self.name} ({self.app_id})"


class AppToken(models.Model):
    """A token that went to an app with a call, so that it can be ended with the app and removed once it has expired."""

    token_id = models.CharField(primary_key=True, max_length=32)
    organization_id = models.BigIntegerField()
    app_id = models.UUIDField()
    expires_at = models.DateTimeField()

    objects = TenantQuerySet["AppToken"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["organization_id", "expires_at"], name="app_tokens_by_end")]

    def __str__(self) -> str:
        return self.token_id
