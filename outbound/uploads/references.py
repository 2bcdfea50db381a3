"""recipes_of: what the upload recipes that a use case names are at this moment (outbound.md section 5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from hub.accounts.models import Organization
from hub.json_encoding import timestamp
from integrations.models import UseCase
from outbound.configuration import FileDelivery, OutboundConfiguration
from proxies.uploading.recipes import RecipeUnfit, Why, upload_recipe_of


@dataclass(frozen=True, slots=True)
class NamedRecipe:
    """What a mapping names. target None: there is no such use case. why None: files can go out by it."""

    mapping_id: UUID | None
    slug: str
    target: UseCase | None
    why: Why | None
    message: str = ""

    def as_json(self) -> dict[str, object]:
        """The published form."""
        target = self.target
        told: dict[str, object] = {
            "mapping_id": str(self.mapping_id) if self.mapping_id else None,
            "use_case_slug": self.slug,
            "resolved": self.why is None,
            "target_use_case_id": str(target.pk) if target else None,
            "target_enabled": target.enabled if target else None,
            "target_updated_at": timestamp(target.updated_at) if target else None,
        }
        return told if self.why is None else told | {"unresolved_reason": str(self.why)}


def recipes_of(
    organization: Organization, rows: Sequence[tuple[UseCase, OutboundConfiguration | None]]
) -> dict[UUID, tuple[NamedRecipe, ...]]:
    """Outbound use case → what its mappings that are on name, in their order. One query, none where none does."""
    named = {row.pk: [*_named(configuration)] for row, configuration in rows}
    slugs = {slug for pairs in named.values() for _, slug in pairs}
    if not slugs:
        return {}
    integrations = {row.integration_id for row, _ in rows if named[row.pk]}
    found = UseCase.objects.of(organization).filter(integration_id__in=integrations, slug__in=slugs)
    targets = {(one.integration_id, one.slug): one for one in found}
    return {
        row.pk: tuple(
            _judged(organization, slug, mapping_id, targets.get((row.integration_id, slug)))
            for mapping_id, slug in named[row.pk]
        )
        for row, _ in rows
    }


def _named(configuration: OutboundConfiguration | None) -> Iterator[tuple[UUID | None, str]]:
    for one in configuration.mappings if configuration else ():
        if one.enabled and isinstance(one.delivery, FileDelivery):
            yield one.id, one.delivery.use_case_slug


def named_recipe(
    slug: str, mapping_id: UUID | None, *, organization: Organization, integration_id: UUID
) -> NamedRecipe:
    """What one of them is; one query."""
    target = UseCase.objects.of(organization).filter(integration_id=integration_id, slug=slug).first()
    return _judged(organization, slug, mapping_id, target)


def _judged(organization: Organization, slug: str, mapping_id: UUID | None, target: UseCase | None) -> NamedRecipe:
    try:
        found = upload_recipe_of(organization, slug, target)
    except RecipeUnfit as failure:
        return NamedRecipe(mapping_id, slug, failure.use_case, failure.why, failure.message)
    return NamedRecipe(mapping_id, slug, found.use_case, None)
