"""Entity, its keys and its history, MeterReading; an organization's schemas; imports on their way."""

from __future__ import annotations

from django.db import models

from hub.accounts.models import Organization, TenantQuerySet
from hub.entities.change_kinds import ChangeKind
from hub.entities.decimals import ExactDecimalField


class Entity(models.Model):
    """One business object: the current attributes of one schema, with a version that counts its changes."""

    id = models.UUIDField(primary_key=True)
    organization = models.ForeignKey(
        Organization, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    schema = models.CharField(max_length=64)
    attributes = models.JSONField(default=dict)
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    objects = TenantQuerySet["Entity"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["organization", "schema", "updated_at", "id"], name="entities_by_last_change"),
            models.Index(
                fields=["deleted_at", "id"],
                name="entities_in_the_bin",
                condition=models.Q(deleted_at__isnull=False),
            ),
            models.Index(
                fields=["organization", "schema", "deleted_at", "id"],
                name="entities_in_a_bin",
                condition=models.Q(deleted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.schema} {self.id}"


class EntityKey(models.Model):
    """One identifier value of one entity, in string form; the index that makes a lookup a probe (engine rule 2.4)."""

    pk = models.CompositePrimaryKey("organization_id", "schema", "attribute", "value", "entity_id")
    organization = models.ForeignKey(
        Organization, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    schema = models.CharField(max_length=64)
    attribute = models.CharField(max_length=128)
    value = models.CharField(max_length=300)
    entity_id = models.UUIDField()

    objects = TenantQuerySet["EntityKey"].as_manager()

    def __str__(self) -> str:
        return f"{self.schema}.{self.attribute} = {self.value}"


class EntityKeyIndex(models.Model):
    """An attribute of a schema that is kept in EntityKey; building until every older entity has its rows."""

    class State(models.TextChoices):
        BUILDING = "building"
        READY = "ready"

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    schema = models.CharField(max_length=64)
    attribute = models.CharField(max_length=128)
    state = models.CharField(max_length=16, choices=State.choices, default=State.BUILDING)
    filled_up_to = models.UUIDField(null=True)

    objects = TenantQuerySet["EntityKeyIndex"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "schema", "attribute"], name="one_index_per_attribute")
        ]

    def __str__(self) -> str:
        return f"{self.schema}.{self.attribute} ({self.state})"


class EntityCreation(models.Model):
    """The row a transaction locks before it creates entities of a schema, so that no two creates race (engine 2.5)."""

    pk = models.CompositePrimaryKey("organization_id", "schema")
    organization = models.ForeignKey(
        Organization, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    schema = models.CharField(max_length=64)

    objects = TenantQuerySet["EntityCreation"].as_manager()

    def __str__(self) -> str:
        return f"creation of {self.schema}"


class EntityChange(models.Model):
    """Append-only history: which attributes changed from what to what, when, by whom; one row per source event."""

    Operation = ChangeKind

    id = models.UUIDField(primary_key=True)
    organization = models.ForeignKey(
        Organization, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    entity_id = models.UUIDField()
    schema = models.CharField(max_length=64)
    version = models.IntegerField()
    at = models.DateTimeField()
    operation = models.CharField(max_length=16, choices=Operation.choices)
    changes = models.JSONField(default=dict)
    snapshot = models.JSONField(null=True)
    actor_type = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64, blank=True)
    event_id = models.UUIDField(null=True)
    origin_id = models.UUIDField(null=True)
    """What the event counts as for CREATE, where that is not event_id: the first of a chain of replays."""
    use_case_id = models.UUIDField(null=True)
    use_case_version = models.IntegerField(null=True)

    objects = TenantQuerySet["EntityChange"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["entity_id", "version"], name="changes_of_an_entity"),
            models.Index(
                fields=["organization", "schema", "at", "entity_id"],
                name="purges_of_a_schema",
                condition=models.Q(operation="purged"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entity_id} v{self.version}"


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


class MeterReading(models.Model):
    """What a register of a meter showed at a moment; written only by hub.entities.readings, under the meter's lock."""

    id = models.UUIDField(primary_key=True)
    organization = models.ForeignKey(
        Organization, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    meter_id = models.UUIDField()
    counter_id = models.UUIDField(null=True)
    external_id = models.CharField(max_length=255, blank=True)
    timestamp = models.DateTimeField()
    timestamp_text = models.CharField(max_length=64, blank=True)
    """As it was given; empty where that is the moment in UTC with milliseconds."""
    value = ExactDecimalField()
    unit = models.TextField(blank=True)
    direction = models.CharField(max_length=16, blank=True)
    source = models.CharField(max_length=32)
    reason = models.CharField(max_length=32, blank=True)
    status = models.CharField(max_length=16, blank=True)
    read_by = models.TextField(blank=True)
    remark = models.TextField(blank=True)
    note = models.TextField(blank=True)
    metadata = models.JSONField(default=dict)
    attributes = models.JSONField(default=dict)
    """Everything else that the mapping gave, under its own names."""
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    actor_type = models.CharField(max_length=16)
    actor_id = models.CharField(max_length=64, blank=True)
    """Who changed it last."""
    event_id = models.UUIDField(null=True)
    """Of the last change; None when no event did it."""
    origin_id = models.UUIDField(null=True)
    """Of the creation, as EntityChange.origin_id: what a repeated CREATE calls its own."""

    objects = TenantQuerySet["MeterReading"].as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["meter_id", "external_id", "counter_id"], name="readings_by_external_id"),
            models.Index(fields=["meter_id", "counter_id", "timestamp", "id"], name="readings_by_moment"),
        ]

    def __str__(self) -> str:
        return f"{self.value} at {self.timestamp}"


class EntityImport(models.Model):
    """A file that a person wants to import, kept from its rehearsal to its writing; it is theirs alone, and ends."""

    id = models.UUIDField(primary_key=True)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+")
    actor_id = models.CharField(max_length=64)
    schema = models.CharField(max_length=64)
    file_name = models.CharField(max_length=200, blank=True)
    """Empty for text that was pasted."""
    content = models.BinaryField()
    charset = models.CharField(max_length=16)
    mapping = models.JSONField(default=dict)
    """Column → attribute; the other columns are left out."""
    unique_key = models.JSONField(default=list)
    """Empty: what the columns suggest."""
    result = models.JSONField(default=dict)
    """hub.entities.transfer.results.ImportResult: of the rehearsal, then of the writing."""
    revision = models.IntegerField(default=1)
    """Grows with every rehearsal: nothing else is written than what was looked at."""
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    written_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(db_index=True)

    objects = TenantQuerySet["EntityImport"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["organization", "actor_id", "created_at"], name="imports_of_a_person")]

    def __str__(self) -> str:
        return f"import of {self.schema} {self.id}"
