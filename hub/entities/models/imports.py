"""EntityImport: a file on its way."""

from __future__ import annotations

from django.db import models

from hub.accounts.models import Organization, TenantQuerySet


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
