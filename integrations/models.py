"""Integration, UseCase (django-simple-history keeps its versions), app mapping, tombstones."""

from __future__ import annotations

import uuid

from django.db import models

from hub.accounts.models import Organization, TenantQuerySet
from integrations.json_text import JSONTextField
from integrations.versions import HistoryFacts, recorded_history


class IntegrationType(models.TextChoices):
    """What an integration talks to."""

    ERP = "erp"
    CONNECTOR = "connector"


class Integration(models.Model):
    """One system whose events come in and whose data go out (api.md section 8)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="integrations")
    name = models.CharField(max_length=255)
    description = models.CharField(max_length=1000, null=True)
    integration_type = models.CharField(max_length=16, choices=IntegrationType.choices, default=IntegrationType.ERP)
    protected = models.BooleanField(default=False)
    access_token_ids = models.JSONField(null=True)
    app_ids = models.JSONField(null=True)
    environment_config = models.JSONField(null=True)
    settings = JSONTextField(null=True)
    connector_config = JSONTextField(null=True)
    version = models.IntegerField(default=1)
    """Grows with every write to the integration or one of its use cases; what an ETag shows."""
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = TenantQuerySet["Integration"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["organization", "created_at", "id"], name="integrations_in_order")]

    def __str__(self) -> str:
        return self.name


class UseCaseType(models.TextChoices):
    """The five kinds; the wiring list USE_CASE_KINDS names the code behind each."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    FILE_PROXY = "file_proxy"
    MANAGED_CALL = "managed_call"
    SECURE_PROXY = "secure_proxy"


class UseCase(models.Model):
    """One flow of an integration; every save is a version (api.md section 9)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    integration = models.ForeignKey(Integration, models.CASCADE, related_name="use_cases")
    name = models.CharField(max_length=255)
    slug = models.CharField(max_length=255)
    slug_is_derived = models.BooleanField(default=False)
    type = models.CharField(max_length=16, choices=UseCaseType.choices)
    enabled = models.BooleanField()
    change_description = models.CharField(max_length=2000, null=True)
    configuration = JSONTextField(null=True)
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = TenantQuerySet["UseCase"].as_manager()
    history = recorded_history(bases=[HistoryFacts])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["integration", "slug"], name="slug_is_unique_in_integration")]
        indexes = [models.Index(fields=["integration", "created_at", "id"], name="use_cases_in_order")]

    def __str__(self) -> str:
        return f"{self.slug}@v{self.version}"


class AppMapping(models.Model):
    """(app, component) → integration, for events in the oldest form (api.md section 10)."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    app_id = models.UUIDField()
    component_id = models.UUIDField()
    integration = models.ForeignKey(Integration, models.CASCADE, related_name="app_mappings")
    created_at = models.DateTimeField()

    objects = TenantQuerySet["AppMapping"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "app_id", "component_id"], name="one_integration_per_component"
            )
        ]

    def __str__(self) -> str:
        return f"{self.app_id}/{self.component_id}"


class Tombstone(models.Model):
    """What is left of a deleted integration or use case, so that its stored events keep a name (engine rule 2.13)."""

    id = models.UUIDField(primary_key=True)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    object_type = models.CharField(max_length=16)
    integration_id = models.UUIDField()
    name = models.CharField(max_length=255)
    slug = models.CharField(max_length=255, blank=True)
    version = models.IntegerField(default=0)
    """The last one of the use case: made again under its id it goes on from there, so no version names two contents."""
    deleted_at = models.DateTimeField()

    objects = TenantQuerySet["Tombstone"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["organization", "deleted_at"], name="tombstones_by_date")]

    def __str__(self) -> str:
        return f"{self.object_type} {self.name}"


class AskedRefresh(models.Model):
    """A record whose data was asked for anew because somebody opened it: not again before until."""

    entity_id = models.UUIDField(primary_key=True)
    organization_id = models.BigIntegerField()
    until = models.DateTimeField()

    objects = TenantQuerySet["AskedRefresh"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["until"], name="refreshes_that_ended")]

    def __str__(self) -> str:
        return str(self.entity_id)
