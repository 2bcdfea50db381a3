"""CoreEvent with its payload; EventSwitch, what an organization says about an event; CustomEvent, one of its own."""

from __future__ import annotations

from django.db import models

from hub.accounts.models import Organization, TenantQuerySet


class CoreEvent(models.Model):
    """Something that happened, with the entities as they were then; insert-only but for the end of its projection."""

    class State(models.TextChoices):
        RAW = "raw"
        """Its own fields are still to be worked out of the entities in the payload."""
        READY = "ready"
        MALFORMED = "malformed"
        """A field could not be worked out, or the payload does not fit the event's schema: nobody gets it."""

    id = models.UUIDField(primary_key=True)
    organization_id = models.BigIntegerField()
    name = models.CharField(max_length=80)
    version = models.CharField(max_length=16)
    occurred_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices)
    problem = models.CharField(max_length=2000, blank=True)
    """Why it is malformed; of a ready one what did not travel with it."""
    payload = models.JSONField()
    """Envelope, entities by node, and once it is ready the event's own fields."""
    ack_id = models.UUIDField()
    source = models.CharField(max_length=32)
    operation = models.CharField(max_length=16, blank=True)
    entity_id = models.UUIDField(null=True)
    """Of the entity that it is about: the one that changed, or the seed."""
    correlation_id = models.CharField(max_length=255)
    use_case_id = models.UUIDField(null=True)
    """Of the inbound use case whose event changed the entity."""
    cause_id = models.UUIDField(null=True)
    """Id of that event."""
    chain = models.JSONField(default=list)
    """Flows that led here, for those who must not go round in circles; never leaves the hub."""
    is_test = models.BooleanField(default=False)

    objects = TenantQuerySet["CoreEvent"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["organization_id", "name", "occurred_at", "id"], name="core_events_by_name"),
            models.Index(fields=["organization_id", "correlation_id"], name="core_events_by_correlation"),
            models.Index(
                fields=["organization_id", "id"], name="core_events_to_work_out", condition=models.Q(state="raw")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.id}"


class AutomationFiring(models.Model):
    """That an automation has fired an event: the same execution and action never fire it twice."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    source = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    """SHA-256 of seed and fields."""
    event_id = models.UUIDField()
    fired_at = models.DateTimeField()

    objects = TenantQuerySet["AutomationFiring"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "name", "source"], name="one_firing_per_source")]
        indexes = [models.Index(fields=["fired_at"], name="automation_firings_by_age")]

    def __str__(self) -> str:
        return f"{self.name} by {self.source}"


class EventSwitch(models.Model):
    """What an organization says about an event of the catalogue; without a row it is off."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    enabled = models.BooleanField(default=True)
    auto_trigger = models.BooleanField(default=True)
    """False: changes of entities do not publish it; clients and automations still may."""
    keeps_history = models.BooleanField(default=False)
    """True: it is stored even when nobody listens."""
    success_criteria = models.JSONField(default=list)
    attributes = models.JSONField(null=True)
    """The attributes whose change publishes it, in the place of those of the catalogue; null takes those."""

    objects = TenantQuerySet["EventSwitch"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="one_switch_per_event")]

    def __str__(self) -> str:
        return f"{self.name} {'on' if self.enabled else 'off'}"


class CustomEvent(models.Model):
    """An event that an organization has defined. A draft may be replaced; what was published stays as it is."""

    class Status(models.TextChoices):
        DRAFT = "draft"
        ACTIVE = "active"
        DEPRECATED = "deprecated"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.DRAFT)
    definition = models.JSONField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    revision = models.IntegerField(default=1)
    """Grows with every replacement of the definition."""

    objects = TenantQuerySet["CustomEvent"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="one_definition_per_event")]

    def __str__(self) -> str:
        return f"{self.name} ({self.status})"
