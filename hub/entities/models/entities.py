"""Entity, its keys and its history."""

from __future__ import annotations

from django.db import models

from hub.accounts.models import Organization, TenantQuerySet
from hub.entities.change_kinds import ChangeKind
from hub.entities.changesets import CHANGESETS


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
            models.Index(
                fields=["organization", "schema", "id"],
                name="entities_with_changesets",
                condition=models.Q(deleted_at__isnull=True, attributes__has_key=CHANGESETS),
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
    undoes_version = models.IntegerField(null=True)
    """The version whose change this one undoes; None for every other change."""

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
