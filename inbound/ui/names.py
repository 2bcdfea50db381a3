"""Names: what the integrations, use cases and issues of an organization are called, deleted ones included."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from uuid import UUID

from hub.accounts.models import Organization
from integrations.models import Integration, Tombstone, UseCase, UseCaseType
from integrations.queries import integrations_of
from monitoring.issues.explain import title_of
from monitoring.issues.query import issues_named


@dataclass(frozen=True, slots=True)
class Names:
    """Everything by its id, oldest first. gone holds what was deleted, issues the titles of issues, as far as they were
    asked for."""

    integrations: dict[UUID, Integration]
    use_cases: dict[UUID, UseCase]
    gone: dict[UUID, Tombstone] = field(default_factory=dict)
    issues: dict[UUID, str] = field(default_factory=dict)

    def integration(self, identifier: UUID) -> str:
        """The integration's name; empty when nobody knows it."""
        found = self.integrations.get(identifier) or self.gone.get(identifier)
        return found.name if found else ""

    def use_case(self, identifier: UUID | None) -> str:
        """The use case's slug; empty when nobody knows it."""
        found = (self.use_cases.get(identifier) or self.gone.get(identifier)) if identifier else None
        return found.slug if found else ""

    @property
    def inbound_use_cases(self) -> list[UseCase]:
        """Those that take events."""
        return [one for one in self.use_cases.values() if one.type == UseCaseType.INBOUND]


def names_of(organization: Organization) -> Names:
    """All integrations and use cases, configurations left out, with two queries."""
    use_cases = UseCase.objects.of(organization).order_by("created_at", "id").defer("configuration")
    return Names({one.pk: one for one in integrations_of(organization)}, {one.pk: one for one in use_cases})


def with_gone(names: Names, organization: Organization, wanted: Iterable[UUID | None]) -> Names:
    """names with the tombstones of those wanted that are missing; no query when none is."""
    missing = {one for one in wanted if one and one not in names.integrations and one not in names.use_cases}
    if not missing:
        return names
    gone = {one.pk: one for one in Tombstone.objects.of(organization).filter(pk__in=missing)}
    return replace(names, gone=gone)


def with_issues(names: Names, organization: Organization, wanted: Iterable[str]) -> Names:
    """names with the titles of these issues; no query for none."""
    found = issues_named(organization=organization, issue_ids=[UUID(one) for one in wanted])
    return replace(names, issues={one.pk: title_of(one) for one in found}) if found else names
