"""Earlier versions of a schema: which there are, by whom, and what each of them said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hub.accounts.models import Organization
from hub.entities.models import OrganizationSchema
from hub.entities.schemas.book import Definition, book_of, schema_from
from hub.entities.schemas.catalogue import catalogue
from hub.entities.schemas.definition import Schema
from hub.errors import NotFound

MOST_VERSIONS: Final = 100
"""Versions of one page."""


@dataclass(frozen=True, slots=True)
class SchemaVersion:
    """One version; at and actor are None for what the hub itself brings."""

    version: int
    at: datetime | None = None
    actor_type: str = "system"
    actor_id: str = ""


def schema_at(*, organization: Organization, slug: str, version: int) -> Schema:
    """The schema as that version had it, core attributes as they are now. Raises NotFound."""
    row = OrganizationSchema.objects.of(organization).filter(slug=slug, version=version).first()
    if row is not None:
        return schema_from(slug, Definition.of(row), version)
    core = catalogue().get(slug)
    if core is None or version != core.version:
        raise NotFound(f"There is no version {version} of the schema {slug}.")
    return core


def versions_of(*, organization: Organization, slug: str, before: int | None = None) -> Sequence[SchemaVersion]:
    """The versions below before, newest first, at most MOST_VERSIONS. Raises NotFound for an unknown schema."""
    if book_of(organization).find(slug) is None:
        raise NotFound(f"There is no schema {slug}.")
    rows = OrganizationSchema.objects.of(organization).filter(slug=slug).order_by("-version")
    rows = rows if before is None else rows.filter(version__lt=before)
    versions = [
        SchemaVersion(row.version, row.created_at, row.actor_type, row.actor_id) for row in rows[:MOST_VERSIONS]
    ]
    if len(versions) < MOST_VERSIONS and slug in catalogue() and (before is None or before > 1):
        versions.append(SchemaVersion(catalogue()[slug].version))
    return versions
