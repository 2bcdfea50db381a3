"""Names: what the pages of issues call integrations, use cases and people; deleted ones keep their names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from hub.accounts.models import Membership, Organization
from integrations.models import Tombstone, UseCase
from integrations.queries import integrations_of


@dataclass(frozen=True, slots=True)
class Names:
    """By id, oldest first: names of integrations, slugs of use cases, names of members; gone: of what was deleted."""

    integrations: dict[UUID, str]
    use_cases: dict[UUID, str]
    people: dict[int, str]
    gone: dict[UUID, Tombstone] = field(default_factory=dict)

    def integration(self, identifier: UUID) -> str:
        """Empty when nobody knows it."""
        gone = self.gone.get(identifier)
        return self.integrations.get(identifier) or (gone.name if gone else "")

    def use_case(self, identifier: UUID | None) -> str:
        """The slug; empty when nobody knows it, or for none."""
        if identifier is None:
            return ""
        gone = self.gone.get(identifier)
        return self.use_cases.get(identifier) or (gone.slug if gone else "")

    def person(self, identifier: object) -> str:
        """Empty for nobody and for somebody who is no member any more."""
        return self.people.get(int(str(identifier)), "") if str(identifier or "").isdecimal() else ""


def names_of(organization: Organization, wanted: Iterable[UUID | None]) -> Names:
    """Everything of the organization with three queries; a fourth for those wanted that were deleted."""
    integrations = dict(integrations_of(organization).values_list("pk", "name"))
    use_cases = UseCase.objects.of(organization).order_by("created_at", "id")
    slugs = dict(use_cases.values_list("pk", "slug"))
    members = Membership.objects.of(organization).select_related("user").order_by("created_at", "pk")
    people = {member.user_id: str(member.user) for member in members}
    missing = {one for one in wanted if one and one not in integrations and one not in slugs}
    tombstones = Tombstone.objects.of(organization).filter(pk__in=missing) if missing else []
    return Names(integrations, slugs, people, {one.pk: one for one in tombstones})
