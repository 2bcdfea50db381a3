"""Names: what the integrations and use cases of an organization are called, deleted ones included."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from hub.accounts.models import Organization
from integrations.models import Integration, Tombstone, UseCase, UseCaseType
from integrations.queries import integrations_of


@dataclass(frozen=True, slots=True)
class Names:
    """Everything by its id, oldest first. gone holds what was deleted, as far as it was asked for."""

    integrations: dict[UUID, Integration]
    use_cases: dict[UUID, UseCase]
    gone: dict[UUID, Tombstone] = field(default_factory=dict)

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
    return Names(names.integrations, names.use_cases, gone)
