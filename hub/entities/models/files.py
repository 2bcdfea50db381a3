"""FileVersion: what of a file entity lies in the storage; UnclaimedBytes: what lies there and belongs to none."""

from __future__ import annotations

from typing import Final

from django.db import models

from hub.accounts.models import Organization, TenantQuerySet
from hub.json_encoding import timestamp
from hub.json_types import JSONObject

LONGEST_KEY: Final = 100
"""Characters of a name in the storage."""


class FileVersion(models.Model):
    """One version of the bytes of a file entity. Versions of an entity are counted from 0 without gaps."""

    organization = models.ForeignKey(
        Organization, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    entity_id = models.UUIDField()
    version_index = models.IntegerField()
    filename = models.CharField(max_length=200)
    """Safe already, see hub.served_files.names."""
    mime_type = models.CharField(max_length=255)
    """As it was sent, in lower case; what a browser is told is up to hub.served_files.content_types."""
    size_bytes = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    """In lower-case hexadecimal."""
    key = models.CharField(max_length=LONGEST_KEY)
    """The name in the storage, which nobody outside is told."""
    created_at = models.DateTimeField()

    objects = TenantQuerySet["FileVersion"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "entity_id", "version_index"], name="one_row_per_version_of_a_file"
            )
        ]
        indexes = [models.Index(fields=["organization", "size_bytes"], name="bytes_of_an_organization")]

    def __str__(self) -> str:
        return f"version {self.version_index} of the file {self.entity_id}"

    def as_json(self) -> JSONObject:
        """What the entity and the API say of it."""
        return {
            "version_index": self.version_index,
            "filename": self.filename,
            "mime_type": self.mime_type,
            "size_bytes": self.size_bytes,
            "sha256": self.sha256,
            "created_at": timestamp(self.created_at),
        }


class UnclaimedBytes(models.Model):
    """Bytes that no FileVersion has: still being written, or of a file that is gone. They are removed from
    forget_at on; whoever removes them marks the row first, and then no version can claim them any more."""

    key = models.CharField(primary_key=True, max_length=LONGEST_KEY)
    organization = models.ForeignKey(
        Organization, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    size_bytes = models.BigIntegerField()
    """What they take at most."""
    forget_at = models.DateTimeField(db_index=True)
    is_leaving = models.BooleanField(default=False)

    objects = TenantQuerySet["UnclaimedBytes"].as_manager()

    class Meta:
        indexes = [models.Index(fields=["organization", "size_bytes"], name="unclaimed_of_an_organization")]

    def __str__(self) -> str:
        return f"unclaimed bytes of organization {self.organization_id}"
