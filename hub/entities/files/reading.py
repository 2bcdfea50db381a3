"""find_versions and open_version: the stored bytes of files, found by entity and version."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import BinaryIO
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from hub.accounts.models import Organization
from hub.entities.files.storage import StorageUnreadable, open_object
from hub.entities.models import Entity, FileVersion

__all__ = ["StorageUnreadable", "StoredVersion", "find_version", "find_versions", "list_versions", "open_version"]


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """One version of a file whose bytes the hub has. key is for open_version alone."""

    entity_id: UUID
    version_index: int
    filename: str
    mime_type: str
    size_bytes: int
    sha256: str
    key: str = field(repr=False)

    @classmethod
    def of(cls, row: FileVersion) -> StoredVersion:
        """What a row says."""
        return cls(row.entity_id, row.version_index, row.filename, row.mime_type, row.size_bytes, row.sha256, row.key)


def find_versions(
    organization_id: int, references: Collection[tuple[UUID, int]]
) -> dict[tuple[UUID, int], StoredVersion]:
    """(entity id, version index) → the version, of this organization alone. One query.

    What is not stored is absent, and so is what lies in the recycle bin, until it is restored.
    """
    wanted = set(references)
    if not wanted:
        return {}
    ids, indexes = {entity_id for entity_id, _ in wanted}, {index for _, index in wanted}
    is_live = Exists(Entity.objects.filter(organization_id=organization_id, pk=OuterRef("entity_id"), deleted_at=None))
    rows = FileVersion.objects.filter(
        Q(entity_id__in=ids, version_index__in=indexes), is_live, organization_id=organization_id
    ).order_by("entity_id", "version_index")
    found = {(row.entity_id, row.version_index): StoredVersion.of(row) for row in rows}
    return {reference: version for reference, version in found.items() if reference in wanted}


def find_version(
    *, organization: Organization, entity_id: UUID, version_index: int | None = None
) -> StoredVersion | None:
    """That version of a file, or its latest (None); None where it is not stored."""
    rows = FileVersion.objects.of(organization).filter(entity_id=entity_id)
    if version_index is not None:
        rows = rows.filter(version_index=version_index)
    row = rows.order_by("-version_index").first()
    return None if row is None else StoredVersion.of(row)


def list_versions(*, organization: Organization, entity_id: UUID) -> list[FileVersion]:
    """The versions of a file, oldest first; none where the hub has no bytes of it."""
    return list(FileVersion.objects.of(organization).filter(entity_id=entity_id).order_by("version_index"))


def open_version(version: StoredVersion) -> BinaryIO:
    """The bytes, to be closed; a context manager. Raises StorageUnreadable where the storage does not answer or does
    not have them any more, also while they are read."""
    return open_object(version.key, version.size_bytes)
