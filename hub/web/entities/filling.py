"""Which use cases write entities of a schema, and what use cases are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from hub.accounts.models import Organization
from hub.json_types import JSONValue


@dataclass(frozen=True, slots=True)
class UseCaseName:
    """A use case, as far as a link needs it."""

    use_case_id: UUID
    integration_id: UUID
    slug: str
    is_enabled: bool = True


def use_case_names(organization: Organization) -> dict[UUID, UseCaseName]:
    """Every use case of the organization by its id, with one query."""
    rows = organization.integrations.filter(use_cases__isnull=False).values_list(
        "use_cases__pk", "pk", "use_cases__slug", "use_cases__enabled"
    )
    return {row[0]: UseCaseName(*row) for row in rows}


def fillers_of(organization: Organization, schema: str) -> list[UseCaseName]:
    """The use cases whose configuration names the schema, oldest first, with one query."""
    rows = organization.integrations.filter(use_cases__type="inbound").order_by("use_cases__created_at")
    found = rows.values_list("use_cases__pk", "pk", "use_cases__slug", "use_cases__enabled", "use_cases__configuration")
    return [UseCaseName(*row[:4]) for row in found if schema in _schemas_of(row[4])]


def _schemas_of(configuration: JSONValue) -> set[str]:
    entries = configuration.get("entities") if isinstance(configuration, Mapping) else None
    if not isinstance(entries, list):
        return set()
    return {str(entry.get("entity_schema")) for entry in entries if isinstance(entry, Mapping)}
